"""The proof that Adobe uses the key: what is asked, what is told, what is recorded, and how the log is switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from cmkwizard.core.history import What
from cmkwizard.core.key_use import Gap, KeyUse, use_words
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.fixes.fix import apply_fix, plan_fix
from cmkwizard.journeys.key_use import look_at_key_use
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import EXISTING_ANSWERS, opened
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]
VAULT = "kv-contoso-experience"
HOUR = 3600
GROUP = "/subscriptions/0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03/resourceGroups/rg-experience"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-contoso"


def recorded(run: SetupRun) -> Mapping[str, Any] | None:
    seen = run.observations.latest(run.profile.name, What.KEY_USE, run.choices.adobe.organisation)
    return None if seen is None else {"value": seen.value, "source": seen.source, "verified": seen.verified}


def give(rehearsal: Rehearsal, role: str, scope: str) -> None:
    rehearsal.change(estate={"roles": [{"principal": "val", "role": role, "scope": scope}]})


def test_what_the_log_holds_is_told_and_recorded(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use", speed=1)
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        seen = look_at_key_use(run)
        assert seen.use.gap is None
        assert seen.finding is None
        assert seen.use.unwraps.month == 168
        assert seen.use.workspace == WORKSPACE
        assert use_words(seen.use, datetime.now(UTC)).good is True
        kept = recorded(run)
        assert kept is not None
        assert (kept["source"], kept["verified"]) == ("POST Azure Monitor Logs workspaces/query", True)
        assert KeyUse.of(kept["value"]) == seen.use
    assert rehearsal.applied == {}


def test_where_nothing_is_kept_the_log_is_switched_on_after_a_preview(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed", speed=1)
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        seen = look_at_key_use(run)
        assert seen.use.gap is Gap.NO_LOG
        assert seen.finding is not None
        plan = plan_fix(run, seen.finding, WORKSPACE)
        assert rehearsal.applied == {}
        assert apply_fix(run, plan) is Outcome.DONE
        assert rehearsal.applied == {"diagnostics.create": 1}
        nothing_yet = look_at_key_use(run)
        assert (nothing_yet.use.gap, nothing_yet.use.last, nothing_yet.finding) == (None, None, None)
        assert use_words(nothing_yet.use, datetime.now(UTC)).good is None
        rehearsal.cloud.world.clock.advance(3 * HOUR)
        assert look_at_key_use(run).use.unwraps.month == 3


def test_a_log_that_goes_elsewhere_is_told_with_what_to_do(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    settings = rehearsal.cloud.world.estate.diagnostics
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        log = {"category": "AuditEvent", "categoryGroup": None, "enabled": True}
        place = WORKSPACE.replace("OperationalInsights/workspaces/log-contoso", "Storage/storageAccounts/stlogs")
        settings[run.vault_scope.lower()] = {
            "to-storage": {
                "workspaceId": None,
                "storageAccountId": place,
                "logs": [log],
                "logAnalyticsDestinationType": None,
            }
        }
        seen = look_at_key_use(run)
        assert (seen.use.gap, seen.finding) == (Gap.ELSEWHERE, None)
        assert "stlogs" in seen.use.why
        assert "Log Analytics workspace" in seen.use.remedy


def test_a_right_that_is_missing_is_named_with_its_role(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use", user="val")
    give(rehearsal, "Key Vault Contributor", "rg-experience")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        refused = look_at_key_use(run).use
        assert refused.gap is Gap.NOT_ALLOWED
        assert recorded(run) is None, "what could not be read is not recorded"
        give(rehearsal, "Reader", VAULT)
        refused = look_at_key_use(run).use
        assert refused.gap is Gap.NOT_ALLOWED
        assert "Log Analytics Reader on the workspace log-contoso" in refused.remedy
        give(rehearsal, "Log Analytics Reader", "log-contoso")
        assert look_at_key_use(run).use.gap is None


def test_a_workspace_that_is_gone_is_told(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        rehearsal.cloud.world.estate.destinations.clear()
        seen = look_at_key_use(run).use
        assert seen.gap is Gap.NO_WORKSPACE
        assert "log-contoso" in seen.why


def test_what_passes_is_not_taken_for_an_answer(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use", speed=100_000)
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        rehearsal.fault(fault="refuse", service="logs")
        with pytest.raises(Problem) as failed:
            look_at_key_use(run)
        assert failed.value.kind is Kind.UNREACHABLE
        assert recorded(run) is None


def test_a_directory_without_the_service_is_told_and_signing_in_again_is_not_asked_for(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        body = {
            "error": "invalid_grant",
            "error_description": "AADSTS65001: The user or administrator has not consented to use the application.",
            "error_codes": [65001],
        }
        rehearsal.fault(fault="status", service="entra", path="/token", code=400, body=body)
        seen = look_at_key_use(run).use
        assert seen.gap is Gap.NOT_READ
        assert seen.why.startswith("The workspace log-contoso could not be read.")


def test_a_cloud_without_the_service_is_told(rehearse: Rehearse) -> None:
    rehearsal = rehearse("key-in-use", places={"logs": ""})
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        assert look_at_key_use(run).use.gap is Gap.NOT_READ
