"""The commands that tell of the past: from the records alone, without a network and without anybody signed in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.command_line.opening import WrongUsage, read_named
from cmkwizard.command_line.options import DONE, FAILED, UNSAFE, say
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import one_line

if TYPE_CHECKING:
    from cmkwizard.core.history import HistoryEntry
    from cmkwizard.records.folder import Records
    from cmkwizard.records.history import SetupKey
    from cmkwizard.records.report.content import ReportContent
    from cmkwizard.records.verification import Verification


def status(arguments: argparse.Namespace) -> int:
    """Tell the last known state from the records."""
    from cmkwizard.records.moments import utc_now
    from cmkwizard.records.status_card import as_text, status_card

    card = status_card(_records(arguments), utc_now(), _profile(arguments))
    if arguments.json:
        print(json.dumps(card, ensure_ascii=False, indent=2))
    else:
        _print(as_text(card))
    return DONE


def history(arguments: argparse.Namespace) -> int:
    """Tell every recorded observation and action, oldest first; with --verify also whether the history was changed."""
    records = _records(arguments)
    found: list[Verification] = []

    def verify() -> Verification:
        found.append(_verify(records))
        return found[-1]

    if arguments.json:
        from cmkwizard.records.raw_export import json_parts

        for part in json_parts(
            records.history if records.recorded else None, None, verify if arguments.verify else None
        ):
            sys.stdout.write(part)
    else:
        if not records.recorded:
            print("There is no history here. That does not mean that nothing happened.")
        else:
            for entry in records.history.iterate():
                _print(_text(entry))
        if arguments.verify:
            _print(_verification_text(verify(), records))
    return _verdict(found[-1]) if found else DONE


def export(arguments: argparse.Namespace) -> int:
    """Write what is recorded into a file: an evidence report, the raw records, or the set-up as code."""
    from cmkwizard.journeys.export import ExportFormat
    from cmkwizard.journeys.export import export as write_export
    from cmkwizard.records.moments import utc_now
    from cmkwizard.records.status_card import chosen_setup

    form, records = ExportFormat(arguments.format), _records(arguments)
    setup = chosen_setup(records, _profile(arguments), arguments.organisation)
    if setup is None and arguments.organisation is not None:
        raise WrongUsage(
            f"Nothing is recorded of the organisation {arguments.organisation}.", _known(records) or "Leave it out."
        )
    whole = form in (ExportFormat.JSON, ExportFormat.CSV) and arguments.organisation is None
    output: Path = arguments.output
    try:
        write_export(
            records,
            None if whole else setup,
            form,
            output,
            now=utc_now(),
            verify=lambda: _verify(records),
            write_pdf=_write_pdf,
            platform=_platform(arguments, records, setup),
        )
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            return say(FAILED, problem.message, problem.remedy)
        raise
    others = "" if whole else _others(records, setup)
    print(f"{form.heading}: {output}{others}")
    return DONE


def _records(arguments: argparse.Namespace) -> Records:
    from cmkwizard.records.folder import Records, default_folder

    return Records(arguments.data_dir or default_folder())


def _profile(arguments: argparse.Namespace) -> str | None:
    from cmkwizard.records.status_card import profile_name

    return read_named(profile_name, arguments.clouds) if arguments.clouds else None


def _platform(arguments: argparse.Namespace, records: Records, setup: SetupKey | None) -> str:
    """Where the practice cloud of --clouds has Experience Platform, for the set-up's region; "" for the real clouds."""
    if arguments.clouds is None or setup is None:
        return ""
    from cmkwizard.clouds.profile import read_profile
    from cmkwizard.core.history import What

    deployment = records.history.state(setup.profile, setup.setup).get(What.DEPLOYMENT)
    region = str(deployment.value.get("region", "")) if deployment else ""
    return read_named(read_profile, arguments.clouds).platform_for(region) if region else ""


def _verify(records: Records) -> Verification:
    """Check the history against the safe place of this computer, as far as that answers."""
    from cmkwizard.records.secrets import SecretStore
    from cmkwizard.records.verification import verify

    secrets = SecretStore("history", records.folder)
    secrets.open()
    return verify(records, secrets)


def _verdict(verification: Verification) -> int:
    from cmkwizard.records.verification import VerificationState

    if verification.state is VerificationState.INTACT:
        return DONE
    return FAILED if verification.state is VerificationState.NO_HISTORY else UNSAFE


def _write_pdf(content: ReportContent, path: Path) -> None:
    from cmkwizard.desktop.report_pdf import write_pdf

    write_pdf(content, path)


def _print(text: str) -> None:
    """Lines for a terminal: what was recorded may hold anything, and a terminal obeys control characters."""
    for line in text.split("\n"):
        print(one_line(line))


def _text(entry: HistoryEntry) -> str:
    from cmkwizard.core.history_words import sentence_of, title_of, words_of

    lines = [f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {title_of(entry)}: {words_of(entry)}. {sentence_of(entry)}"]
    if entry.times > 1:
        lines.append(f"seen {entry.times:,} times so, the last time {entry.until:%Y-%m-%d %H:%M:%S}Z")
    by = [f"#{entry.number} {entry.kind}", entry.source, f"organisation {entry.setup}" if entry.setup else ""]
    by += [f"request id {entry.request_id}" if entry.request_id else "", f"by {entry.actor}" if entry.actor else ""]
    by += ["" if entry.profile == "public" else f"PRACTICE ({entry.profile})"]
    if entry.kind == "observation" and not entry.verified:
        by.append("not confirmed by a service")
    lines.append(", ".join(filter(None, by)))
    return "\n    ".join(lines)


def _verification_text(verification: Verification, records: Records) -> str:
    from cmkwizard.records.anchor import anchor
    from cmkwizard.records.verification import VerificationState

    lines = ["", f"Verification: {verification.state.upper()}"]
    counts = f"{verification.sealed:,} with a seal that fits, {verification.unsealed:,} without"
    lines.append(f"{verification.entries:,} entries, {counts}.")
    lines += [f"- {problem}" for problem in verification.problems]
    lines += [verification.proves, verification.does_not_prove]
    if verification.entries and verification.state is not VerificationState.ALTERED:
        made = anchor(records)
        lines.append(f"Anchor of entry {made.number}, for your ticket: {' '.join(made.words)}")
    return "\n".join(filter(None, lines))


def _known(records: Records) -> str:
    names = sorted({key.setup for key in (records.history.setups() if records.recorded else ()) if key.setup})
    return f"Recorded are: {', '.join(names)}." if names else ""


def _others(records: Records, setup: SetupKey | None) -> str:
    """That the file is about one of several set-ups."""
    if setup is None or "," not in _known(records):
        return ""
    return f"\nIt is about {setup.setup}. {_known(records)} Choose with --organisation ID."
