"""What a check or a look saw is written down: each thing with the call that answered and the service's name for it.

What could not be read is not written down as seen, but that the look failed is. Nothing here stops what is under way: a
check and a watch work without records, which only a change needs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cmkwizard.core.comparison import COMPARED
from cmkwizard.core.facts import Account, Configuration, Key, ResourceGroup, Vault
from cmkwizard.core.history import What
from cmkwizard.core.look import Look
from cmkwizard.core.observed import (
    deployment_value,
    findings_value,
    locks_value,
    logs_value,
    observed,
    status_value,
)
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.core.requirements.rows import submitted
from cmkwizard.core.status import Status, parse_status
from cmkwizard.core.survey import NotKnown, Survey
from cmkwizard.core.watch_access import access
from cmkwizard.core.watch_alerts import Known, Urgency
from cmkwizard.journeys.setup.run import SetupRun

if TYPE_CHECKING:
    from cmkwizard.records.observations import Observation

_LOG = logging.getLogger(__name__)
STATUS_CALL = "GET /customer/config"
_OWN = "this program"
_CALLS = {
    "configuration": STATUS_CALL,
    "vault": "GET Microsoft.KeyVault/vaults",
    "key": "GET Microsoft.KeyVault/vaults/keys",
    "app": "GET servicePrincipals",
    "assignments": "GET Microsoft.Authorization/roleAssignments",
    "local_assignments": "GET Managed HSM roleAssignments",
    "locks": "GET Microsoft.Authorization/locks",
    "diagnostics": "GET Microsoft.Insights/diagnosticSettings",
}
"""The call behind each field of a survey."""
_FIELDS = {
    What.STATUS: "configuration",
    What.VAULT: "vault",
    What.KEY: "key",
    What.APP: "app",
    What.ROLE: "assignments",
    What.LOCKS: "locks",
    What.LOGS: "diagnostics",
}


def record_survey(run: SetupRun, survey: Survey, findings: Sequence[Finding] = ()) -> None:
    """Write down what a survey saw, and ``findings`` where all requirements were asked about.

    A survey of another set-up of the organisation than the recorded one is left out, unless Adobe holds that one.
    """
    _kept(lambda: _record_survey(run, survey, findings))


def record_status(run: SetupRun, found: Configuration) -> None:
    """Write down Adobe's answer, right after it came, on the thread that asked."""
    record_answer(run, What.STATUS, status_value(run.choices, found), STATUS_CALL, run.services.guard.request_id)


def record_answer(run: SetupRun, what: What, value: Mapping[str, Any], source: str, request_id: str) -> None:
    """Write down what a service answered, beside what a survey asks."""
    _kept(lambda: _add(run, what, value, source, request_id))


def latest(run: SetupRun, what: What) -> Observation | None:
    """What was seen last of the chosen organisation's set-up; None: nothing, or the records cannot be read."""
    if not (run.services.recorded and run.choices.adobe.organisation):
        return None
    try:
        return run.observations.latest(run.profile.name, what, run.choices.adobe.organisation)
    except Problem as problem:
        _LOG.info("the records were not read: %s", problem.message)
        return None


def baseline(run: SetupRun) -> Mapping[str, Mapping[str, Any]]:
    """How things stood when Adobe completed; empty where that was not recorded."""
    taken = latest(run, What.BASELINE)
    return taken.value if taken is not None else {}


def record(run: SetupRun, what: What, value: Mapping[str, Any]) -> None:
    """Write down what this program found out by itself."""
    _kept(lambda: _add(run, what, value, _OWN, verified=False))


def _kept(write: Any) -> None:
    try:
        write()
    except Problem as problem:
        if problem.kind is not Kind.STORAGE:
            raise
        _LOG.info("what was seen is not recorded: %s", problem.message)


def _record_survey(run: SetupRun, survey: Survey, findings: Sequence[Finding]) -> None:
    if not _concerns(run, survey):
        return
    seen = observed(survey)
    if seen.get(What.STATUS, {}).get("there") is False and latest(run, What.STATUS) is None:
        del seen[What.STATUS]  # nothing was ever submitted: nothing has gone
    if not isinstance(survey.locks, NotKnown) and survey.vault is not None:
        seen[What.LOCKS] = locks_value(survey.locks)
    if not isinstance(survey.diagnostics, NotKnown):
        seen[What.LOGS] = logs_value(survey.diagnostics)
    _record_deployment(run, survey)
    for what, value in seen.items():
        name = _field(what, survey)
        _add(run, what, value, _CALLS[name], survey.request_ids.get(name, ""))
    if findings:
        _add(run, What.FINDINGS, findings_value(findings), _OWN, verified=False)
    _record_reach(run, Look(survey))
    _record_baseline(run, survey, seen)


def _concerns(run: SetupRun, survey: Survey) -> bool:
    chosen = run.choices
    if not (chosen.adobe.organisation and chosen.vault.name):
        return False
    if submitted(survey) is not None:
        return True
    known = latest(run, What.DEPLOYMENT)
    return known is None or (known.value.get("vault"), known.value.get("key")) == (chosen.vault.name, chosen.key.name)


def _field(what: What, survey: Survey) -> str:
    """The field whose answer says it: where there is no vault, the answer about the vault says so of the key too."""
    if what in (What.KEY, What.ROLE) and survey.vault is None:
        return "vault"
    if what is What.ROLE and survey.app is None:
        return "app"
    if what is What.ROLE and isinstance(survey.vault, Vault) and survey.vault.managed_hsm:
        return "local_assignments"
    return _FIELDS[what]


def _record_deployment(run: SetupRun, survey: Survey) -> None:
    """What the set-up is about, once Adobe was given it, and only as a whole."""
    vault, key, account = survey.vault, survey.key, survey.account
    if submitted(survey) and isinstance(vault, Vault) and isinstance(key, Key) and isinstance(account, Account):
        group = survey.group if isinstance(survey.group, ResourceGroup) else None
        known = latest(run, What.DEPLOYMENT)
        value = deployment_value(account, run.choices, vault, key, group, known.value if known else {})
        run.observations.add(run.profile.name, What.DEPLOYMENT, value, "set-up")


def _record_reach(run: SetupRun, look: Look) -> None:
    """That something could not be read, the first of it; and that all could be again."""
    problem = next((fact.problem for _, fact in look.failures), None)
    if problem is None and latest(run, What.REACH) is None:
        return
    service = "" if problem is None else "Azure and Adobe" if look.network_lost else problem.reference.service
    value = {
        "service": service,
        "problem": problem.message if problem else "",
        "kind": problem.kind.value if problem else "",
    }
    _add(run, What.REACH, value, _OWN, verified=False)


def _record_baseline(run: SetupRun, survey: Survey, seen: Mapping[What, Mapping[str, Any]]) -> None:
    """Once for each key that Adobe holds, when Adobe has completed, all was seen, and nothing cuts Adobe off."""
    found = submitted(survey)
    if found is None or parse_status(found.status) is not Status.COMPLETED:
        return
    if any(seen.get(what, {"there": False}).get("there") is False for what in COMPARED):
        return
    before = baseline(run).get(What.STATUS)
    if before is not None and before.get("key_identifier") == found.key_identifier:
        return
    if any(each.urgency is Urgency.CRITICAL for each in access(survey, Known())):
        return
    value = {str(what): seen[what] for what in COMPARED}
    _add(run, What.BASELINE, value, STATUS_CALL, survey.request_ids.get("configuration", ""))


def _add(
    run: SetupRun,
    what: What,
    value: Mapping[str, Any],
    source: str,
    request_id: str = "",
    *,
    verified: bool = True,
) -> None:
    organisation = run.choices.adobe.organisation
    run.observations.add(run.profile.name, what, value, source, request_id, setup=organisation, verified=verified)
