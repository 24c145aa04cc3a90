"""What a vault's log says of the use of a key, asked by the real client of a practice cloud."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.computer import read_computer
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service
from cmkwizard.core.key_use import KeyUse, LoggedUses, Workspace, with_counts
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import signed_in

SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-contoso-experience"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-contoso"
SETTING = f"{VAULT}/providers/Microsoft.Insights/diagnosticSettings/to-log-contoso"
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
KEY = "experience-cmk"
HALF = {
    "tables": [{"name": "PrimaryResult", "columns": [{"name": "OperationName", "type": "string"}], "rows": []}],
    "error": {"code": "PartialError", "message": "There were some errors when processing your query."},
}


@dataclasses.dataclass
class Asked:
    """A signed-in session on a practice cloud in which Adobe uses the key."""

    practice: Practice
    session: AzureSession
    guard: Guard

    @property
    def workspace(self) -> Workspace:
        found = self.session.key_use.get_workspace(WORKSPACE)
        assert found is not None
        return found

    def counted(self) -> KeyUse:
        return with_counts(KeyUse("kv-contoso-experience", KEY, APP), self.uses())

    def uses(self, **other: str) -> list[LoggedUses]:
        names = {"vault_id": VAULT, "key": KEY, "app_id": APP, **other}
        return self.session.key_use.list_uses(self.workspace, **names)


@pytest.fixture
def ask(start_practice: Callable[..., Practice]) -> Iterator[Callable[..., Asked]]:
    guards = []

    def start(user: str | None = None, scenario: str = "key-in-use") -> Asked:
        practice = start_practice(scenario, speed=1)
        sign_in, account, guard = signed_in(practice, user=user)
        guards.append(guard)
        session = AzureSession(practice.profile, guard, sign_in.credential(account.tenant_id), account)
        return Asked(practice, session, guard)

    yield start
    for guard in guards:
        guard.close()


def test_a_week_of_uses_is_counted_by_the_service(ask: Callable[..., Asked]) -> None:
    asked = ask()
    use = asked.counted()
    assert [each.month for each in use.counted] == [8, 168, 8, 0]
    assert use.last is not None
    assert use.unwraps.week in (167, 168)
    assert not use.turned_away
    [entry] = [each for each in asked.practice.log() if each["service"] == "logs"]
    assert (entry["method"], entry["status"], entry["applied"]) == ("POST", 200, None)


@pytest.mark.parametrize(
    "other",
    [{"key": "experience-cm"}, {"app_id": SUBSCRIPTION}, {"vault_id": f"{VAULT}-2"}, {"key": 'x") or (1 == 1'}],
    ids=["key", "app", "vault", "quote"],
)
def test_only_this_app_and_this_key_count(ask: Callable[..., Asked], other: dict[str, str]) -> None:
    assert ask().uses(**other) == []


def test_both_kinds_of_table_are_read(ask: Callable[..., Asked]) -> None:
    asked = ask(scenario="completed")
    log = {"categoryGroup": "audit", "enabled": True}
    properties = {"workspaceId": WORKSPACE, "logs": [log], "logAnalyticsDestinationType": "Dedicated"}
    asked.practice.cloud.world.estate.diagnostics[VAULT.lower()] = {
        "own": {**properties, "logs": [{"category": None, **log}], "storageAccountId": None}
    }
    asked.practice.control("POST", "clock", {"advance_s": 4 * 3600})
    assert asked.counted().unwraps.month == 4


def test_a_refusal_is_told_apart(ask: Callable[..., Asked]) -> None:
    asked = ask()
    asked.practice.control("PATCH", "world", {"estate": {"keys": {f"kv-contoso-experience/{KEY}": {"enabled": False}}}})
    asked.practice.control("POST", "clock", {"advance_s": 2 * 3600})
    use = asked.counted()
    assert use.refused.month >= 2
    assert use.turned_away


def test_who_may_not_ask_is_told_so(ask: Callable[..., Asked]) -> None:
    asked = ask("val@contoso.example")
    with pytest.raises(Problem) as refused:
        asked.session.key_use.get_workspace(WORKSPACE)
    assert refused.value.kind is Kind.PERMISSION
    known = Workspace(WORKSPACE, asked.practice.cloud.world.estate.destinations[WORKSPACE.lower()].customer_id)
    with pytest.raises(Problem) as refused:
        asked.session.key_use.list_uses(known, vault_id=VAULT, key=KEY, app_id=APP)
    assert refused.value.kind is Kind.PERMISSION
    assert refused.value.reference.service == Service.LOGS


def test_a_workspace_that_is_gone_is_none(ask: Callable[..., Asked]) -> None:
    assert ask().session.key_use.get_workspace(f"{WORKSPACE}-gone") is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"fault": "malformed"}, Kind.UNTRUSTED),
        ({"fault": "malformed", "variant": "types"}, Kind.UNTRUSTED),
        ({"fault": "captive_portal"}, Kind.UNTRUSTED),
        ({"fault": "redirect"}, Kind.UNTRUSTED),
        ({"fault": "refuse"}, Kind.UNREACHABLE),
        ({"fault": "status", "code": 429, "retry_after": "7"}, Kind.THROTTLED),
        ({"fault": "status", "code": 504}, Kind.SERVICE),
        ({"fault": "status", "code": 200, "body": HALF}, Kind.UNTRUSTED),
    ],
)
def test_what_is_no_whole_answer_is_never_no_use(ask: Callable[..., Asked], fault: dict[str, Any], kind: Kind) -> None:
    asked = ask()
    workspace = asked.workspace
    asked.practice.fault(service="logs", **fault)
    with pytest.raises(Problem) as failed:
        asked.session.key_use.list_uses(workspace, vault_id=VAULT, key=KEY, app_id=APP)
    assert failed.value.kind is kind


def test_where_the_logs_cannot_be_reached_nobody_is_held_up(ask: Callable[..., Asked]) -> None:
    asked = ask()
    workspace = asked.workspace
    asked.practice.fault(service="logs", fault="refuse")
    with pytest.raises(Problem):
        asked.session.key_use.list_uses(workspace, vault_id=VAULT, key=KEY, app_id=APP)
    computer = read_computer(asked.guard, 0.0, browser=True, key_vault_api="")
    assert computer.reaches
    assert not any(each.problem for each in computer.reaches)
    assert Service.LOGS not in {each.service for each in computer.reaches}
