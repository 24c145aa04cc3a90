"""Proof that Adobe uses the key: what the vault's own log holds of it, where that log can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cmkwizard.clouds.profile import Service
from cmkwizard.core.facts import DiagnosticSetting
from cmkwizard.core.history import What
from cmkwizard.core.key_use import Gap, KeyUse, LoggedUses, Workspace, with_counts
from cmkwizard.core.people import SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import Survey
from cmkwizard.journeys.fixes.reused import read_vault
from cmkwizard.journeys.recording import record_answer
from cmkwizard.journeys.setup.run import SetupRun

_QUESTION = "POST Azure Monitor Logs workspaces/query"
_SETTINGS = "GET Microsoft.Insights/diagnosticSettings"
_PLACE = "GET Microsoft.OperationalInsights/workspaces"
_WORKSPACE_TYPE = "/providers/microsoft.operationalinsights/workspaces/"
_PASSING = frozenset({Kind.UNREACHABLE, Kind.THROTTLED, Kind.SERVICE, Kind.UNTRUSTED})
_AUDIT_LOG = "V14"
"""The requirement that the audit events are kept, whose fix switches them on."""


@dataclass(frozen=True)
class SeenUse:
    """What was found, and the finding that can be put right, where the events are not kept anywhere."""

    use: KeyUse
    survey: Survey
    finding: Finding | None = None


class _Answer(NamedTuple):
    """What one place said, the call that said so, and the service's name for it; without a call: nobody said it."""

    use: KeyUse
    source: str = ""
    request_id: str = ""


def look_at_key_use(run: SetupRun) -> SeenUse:
    """Ask the vault's log for the uses of the key by Adobe's app in the last 30 days; what was answered is recorded.

    Three reads and one question for each workspace. Nothing is changed.

    Raises:
        Problem: there is no vault, the sign-in serves no more, or a service does not answer for now.
        Cancelled: somebody asked to stop.
    """
    read_vault(run)
    if run.seen.registration is None:
        run.seen.registration = run.pace.read(run.adobe.get_registration)
    asked = KeyUse(run.vault.name, run.choices.key.name, run.seen.registration.application_id)
    try:
        run.seen.diagnostics = tuple(run.pace.read(lambda: run.azure.diagnostics.list_settings(run.vault.id)))
    except Problem as problem:
        needs = f"Ask for the role Reader on the vault {asked.vault}."
        answer = _Answer(_refused(asked, problem, "where the vault's log goes", needs, VAULT_ADMINISTRATOR))
    else:
        answer = _ask(run, asked, run.seen.diagnostics)
    if answer.source:
        record_answer(run, What.KEY_USE, answer.use.value(), answer.source, answer.request_id)
    survey = replace(run.facts(), vault=run.vault, diagnostics=run.seen.diagnostics)
    finding = next(iter(judge(survey, {_AUDIT_LOG})), None) if answer.use.gap is Gap.NO_LOG else None
    return SeenUse(answer.use, survey, finding if finding and finding.verdict is Verdict.NOT_MET else None)


def _ask(run: SetupRun, asked: KeyUse, settings: Sequence[DiagnosticSetting]) -> _Answer:
    """The best that the places say to which the audit events go. Two workspaces hold the same events: none is added."""
    kept = [each for each in settings if each.audit]
    request_id = run.services.guard.request_id
    if not kept:
        return _Answer(_no_log(asked), _SETTINGS, request_id)
    places = dict.fromkeys(each.destination for each in kept if _WORKSPACE_TYPE in each.destination.lower())
    if not places:
        return _Answer(_elsewhere(asked, kept[0].destination), _SETTINGS, request_id)
    if not run.profile.logs:
        return _Answer(
            replace(
                asked,
                gap=Gap.NOT_READ,
                why="This cloud profile does not say where Log Analytics workspaces answer.",
                remedy="Start the practice cloud again, and use the profile that it writes.",
                who=YOU,
            )
        )
    return max((_ask_place(run, asked, each) for each in places), key=_worth)


def _worth(answer: _Answer) -> tuple[bool, float, bool]:
    """Known before not known, newer before older, said by a service before not."""
    last = max((each.last.timestamp() for each in answer.use.counted if each.last), default=0.0)
    return answer.use.gap is None, last, bool(answer.source)


def _ask_place(run: SetupRun, asked: KeyUse, resource_id: str) -> _Answer:
    name = resource_id.rpartition("/")[2]
    asked = replace(asked, workspace=resource_id)
    try:
        workspace = run.pace.read(lambda: run.azure.key_use.get_workspace(resource_id))
        if workspace is None:
            return _Answer(_no_workspace(asked, name), _PLACE, run.services.guard.request_id)
        return _count(run, asked, workspace)
    except Problem as problem:
        needs = f"Ask for the role Log Analytics Reader on the workspace {name}."
        return _Answer(_refused(asked, problem, f"the workspace {name}", needs, SUBSCRIPTION_OWNER))


def _count(run: SetupRun, asked: KeyUse, workspace: Workspace) -> _Answer:
    def ask() -> list[LoggedUses]:
        return run.azure.key_use.list_uses(workspace, vault_id=run.vault.id, key=asked.key, app_id=asked.app)

    try:
        rows = run.pace.read(ask)
    except Problem as problem:
        if problem.kind is not Kind.SIGN_IN or problem.reference.service != Service.LOGS:
            raise
        # A refused token was renewed by then; the clients send no POST again by themselves, and this one is a question.
        rows = run.pace.read(ask)
    return _Answer(with_counts(asked, rows), _QUESTION, run.services.guard.request_id)


def _refused(asked: KeyUse, problem: Problem, what: str, needs: str, who: str) -> KeyUse:
    """A refusal that lasts is an answer; what passes, and a sign-in that ended, is a person's to try again.

    An app of one's own may lack the permission for Azure Monitor's logs, and a directory the service itself: the
    sign-in then refuses the token, and signing in again would not help.
    """
    code = problem.reference.code
    if problem.kind in _PASSING or (problem.kind is Kind.SIGN_IN and code not in _NO_TOKEN):
        raise problem
    if problem.kind is Kind.PERMISSION:
        return replace(asked, gap=Gap.NOT_ALLOWED, why=f"Your account may not read {what}.", remedy=needs, who=who)
    why = f"{what[0].upper()}{what[1:]} could not be read. {problem.message}"
    return replace(asked, gap=Gap.NOT_READ, why=why, remedy=problem.remedy, who=problem.who)


_NO_TOKEN = frozenset({"AADSTS65001", "AADSTS650057", "AADSTS500011"})
"""Codes of Microsoft sign-in: the app was not granted the permission; the directory has no such service."""


def _no_log(asked: KeyUse) -> KeyUse:
    return replace(
        asked,
        gap=Gap.NO_LOG,
        why=f"The audit events of the vault {asked.vault} are not kept anywhere, so nothing shows who used the key.",
        remedy="Switch the log on, to a Log Analytics workspace. What happened before cannot be shown.",
        who=VAULT_ADMINISTRATOR,
    )


def _elsewhere(asked: KeyUse, destination: str) -> KeyUse:
    place = destination.rpartition("/")[2]
    return replace(
        asked,
        gap=Gap.ELSEWHERE,
        why=f"The audit events of the vault {asked.vault} go to {place}, which this program cannot ask.",
        remedy="Add a diagnostic setting that sends them to a Log Analytics workspace as well, on the vault's page "
        "Diagnostic settings.",
        who=VAULT_ADMINISTRATOR,
    )


def _no_workspace(asked: KeyUse, name: str) -> KeyUse:
    return replace(
        asked,
        gap=Gap.NO_WORKSPACE,
        why=f"The audit events of the vault {asked.vault} go to the workspace {name}, which is not there any more, or "
        "which your account cannot see.",
        remedy=f"Ask for the role Log Analytics Reader on the workspace {name}, or send the events elsewhere.",
        who=SUBSCRIPTION_OWNER,
    )
