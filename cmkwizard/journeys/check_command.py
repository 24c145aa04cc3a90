"""The check without a window: ``cmkwizard check``. Reads alone; nothing is changed and nothing is written."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import one_line
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.setup_session import WrongAnswer, open_run, read_answers_file

if TYPE_CHECKING:
    from cmkwizard.core.requirements.finding import Finding
    from cmkwizard.journeys.report import Report
    from cmkwizard.journeys.setup.run import SetupRun

DONE, FAILED = 0, 1


def run_check(services: SetupServices, answers: Path | None, *, as_json: bool, out: TextIO | None = None) -> int:
    """Check what was chosen: in an answers file, or in the window before.

    Returns:
        0, or 1 when a finding blocks.

    Raises:
        Problem: nothing was chosen yet, the answers are wrong, or somebody has to sign in.
    """
    started = time.monotonic()
    text = read_answers_file(answers) if answers else ""
    choices = read_answers(text, services.policy) if answers else _chosen(services)
    try:
        run = open_run(services, choices, services.opener, adobe_needed=False)
    except WrongAnswer as problem:
        raise (Problem(Kind.INVALID, problem.at_line(text), problem.remedy) if text else problem) from problem
    from cmkwizard.journeys.analytics import check_whole

    reports = check_whole(run)
    ms = round((time.monotonic() - started) * 1000)
    written = json.dumps(_as_json(run, reports, ms), ensure_ascii=False, indent=2) if as_json else as_text(run, reports)
    print(written, file=out or sys.stdout)
    return FAILED if any(report.blocked for report in reports) else DONE


def _chosen(services: SetupServices) -> Choices:
    draft = services.drafts.load(services.profile.name)
    if draft is None or not draft.choices.vault.name:
        raise Problem(
            Kind.INVALID,
            "Nothing to check has been chosen yet.",
            "Choose vault and key in the window first, or give --answers FILE.",
        )
    return draft.choices


def as_text(run: SetupRun, reports: Sequence[Report]) -> str:
    """The reports as plain text: what was looked at, what needs attention, what is not known, how many are met."""
    from cmkwizard.core.requirements.finding import Verdict
    from cmkwizard.core.requirements.rows import kind_word
    from cmkwizard.journeys.report import gravest_first

    account = run.azure.account
    vaults = "; ".join(f"{kind_word(each)} {each.vault.name}, key {each.key.name}" for each in _choices_of(reports))
    lines = [f"Checked as {account.name} in the directory {account.tenant_name or account.tenant_id}: {vaults}."]
    for each in gravest_first(problem for report in reports for problem in report.problems):
        lines += [f"{each.severity} {each.id}: {each.sentence}", f"   {each.remedy} (who: {each.who})"]
    unknown = [each for report in reports for each in report.findings if each.verdict is Verdict.NOT_KNOWN]
    lines += _not_known(unknown)
    return "\n".join([*map(one_line, lines), counts_in_words(_counts(reports))])


def _choices_of(reports: Sequence[Report]) -> list[Choices]:
    return [report.survey.choices for report in reports]


def _not_known(unknown: Iterable[Finding]) -> list[str]:
    """What is not known, each reason once: one missing answer can leave a dozen requirements open."""
    reasons: dict[tuple[str, str], list[Finding]] = {}
    for each in unknown:
        reasons.setdefault((each.sentence, each.remedy), []).append(each)
    lines: list[str] = []
    for (sentence, remedy), findings in reasons.items():
        open_ = findings[0].required if len(findings) == 1 else f"{len(findings)} requirements"
        lines.append(f"not known {', '.join(each.id for each in findings)}: {open_}: {sentence}")
        lines += [f"   {remedy}"] if remedy else []
    return lines


def _counts(reports: Sequence[Report]) -> dict[str, int]:
    return {word: sum(report.counts[word] for report in reports) for word in reports[0].counts}


def counts_in_words(counts: Mapping[str, int]) -> str:
    """How many findings there are: "2 blockers, 1 warning, 3 notes, 31 met, 4 not known"."""
    words = [f"{counts[each]} {each}{'' if counts[each] == 1 else 's'}" for each in ("blocker", "warning", "note")]
    return ", ".join([*words, f"{counts['met']} met", f"{counts['not known']} not known"])


def _as_json(run: SetupRun, reports: Sequence[Report], ms: int) -> dict[str, Any]:
    choices, account = run.choices, run.azure.account
    return {
        "checked_at": reports[0].survey.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "profile": run.profile.name,
        "account": account.name,
        "tenant": account.tenant_id,
        "organisation": choices.adobe.organisation,
        "vault": choices.vault.name,
        "key": choices.key.name,
        "blocked": any(report.blocked for report in reports),
        "counts": _counts(reports),
        "requests": run.services.guard.requests,
        "ms": ms,
        "findings": [_finding(each, report) for report in reports for each in report.findings],
    }


def _finding(each: Finding, report: Report) -> dict[str, Any]:
    from cmkwizard.core.requirements.finding import Verdict
    from cmkwizard.journeys.guides.guide import guide, request_text

    line: dict[str, Any] = {
        "id": each.id,
        "group": each.group.value,
        "severity": each.severity.value,
        "verdict": each.verdict.value,
        "required": each.required,
        "sentence": each.sentence,
        "remedy": each.remedy,
        "who": each.who,
        "fix": each.fix.value,
        "why": each.why,
        "source": each.source,
        "about": each.about,
    }
    if each.verdict is not Verdict.NOT_MET:
        return line | {"portal": "", "address": "", "commands": [], "request": ""}
    way = guide(each, report.survey, report.consent_address)
    request = request_text(each, report.survey, report.consent_address)
    return line | {"portal": way.portal, "address": way.address, "commands": way.commands, "request": request}
