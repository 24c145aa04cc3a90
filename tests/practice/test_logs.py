"""What a Log Analytics workspace of the practice cloud says of the uses of a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import Azure
from tests.practice.client import Client

LOGS = "https://api.loganalytics.io"
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
SETTINGS = "2021-05-01-preview"
HOUR, DAY = 3600, 86_400
OWN = "AZKVAuditLogs | where tostring(Identity.claim.appid) == " + f'"{APP}"'
SHARED = f'AzureDiagnostics | where identity_claim_appid_g =~ "{APP.upper()}"'


@pytest.fixture
def finished(start_cloud: Callable[..., Client]) -> Iterator[Azure]:
    """A cloud in which Adobe has used the key for a week, and nothing is kept of it."""
    azure = Azure(start_cloud("completed").cloud)
    yield azure
    azure.close()


@pytest.fixture
def used(start_cloud: Callable[..., Client]) -> Iterator[Azure]:
    """A cloud in which Adobe has used the key for a week, and the log goes to a workspace."""
    azure = Azure(start_cloud("key-in-use").cloud)
    yield azure
    azure.close()


def workspace(azure: Azure, who: str = "victor") -> dict[str, Any]:
    path = f"{azure.group}/providers/Microsoft.OperationalInsights/workspaces/log-contoso"
    found: dict[str, Any] = azure.call("GET", path, api="2023-09-01", who=who).json()
    return found


def ask(azure: Azure, query: str, *, who: str = "victor", span: str | None = None, **options: Any) -> requests.Response:
    address = f"{azure.ready['profile']['logs']}/v1/workspaces/{workspace(azure)['properties']['customerId']}/query"
    body = {"query": query} | ({"timespan": span} if span else {})
    return azure.call("POST", address, body, api=None, who=who, audience=options.pop("audience", LOGS))


def rows(azure: Azure, query: str, **options: Any) -> list[dict[str, Any]]:
    answer = ask(azure, query, **options)
    assert answer.status_code == 200, answer.text
    [table] = answer.json()["tables"]
    names = [each["name"] for each in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def counted(azure: Azure, source: str, **options: Any) -> dict[tuple[str, int], int]:
    by = " by OperationName, code = toint(httpStatusCode_d)"
    found = rows(azure, f"{source} | summarize uses = count(){by}", **options)
    return {(each["OperationName"], each["code"]): each["uses"] for each in found}


def set_up(azure: Azure, **properties: Any) -> None:
    path = f"{azure.vault_path('kv-contoso-experience')}/providers/Microsoft.Insights/diagnosticSettings/to-us"
    log = {"category": "AuditEvent", "enabled": True}
    body = {"properties": {"workspaceId": workspace(azure)["id"], "logs": [log], **properties}}
    assert azure.call("PUT", path, body, api=SETTINGS).status_code == 200


def test_a_week_of_uses_is_there_at_once(used: Azure) -> None:
    week = counted(used, SHARED)
    assert week == {("KeyGet", 200): 8, ("KeyWrap", 200): 8, ("KeyUnwrap", 200): 168}
    assert counted(used, SHARED, span="PT86400.0S")[("KeyUnwrap", 200)] == 24
    [newest] = rows(used, f"{SHARED} | summarize newest = max(TimeGenerated)")
    [oldest] = rows(used, f"{SHARED} | summarize oldest = min(TimeGenerated)")
    assert oldest["oldest"] < newest["newest"]


def test_uses_arrive_by_the_clock_and_some_minutes_late(used: Azure) -> None:
    before = counted(used, SHARED)[("KeyUnwrap", 200)]
    used.world.clock.advance(HOUR)
    assert counted(used, SHARED)[("KeyUnwrap", 200)] == before + 1
    assert rows(used, f"{SHARED} | where TimeGenerated > ago(4m)") == []


def test_nothing_is_kept_before_there_is_a_setting(finished: Azure) -> None:
    assert ask(finished, SHARED).json()["error"]["innererror"]["code"] == "SemanticError"
    set_up(finished)
    finished.world.clock.advance(2 * HOUR)
    assert counted(finished, SHARED) == {("KeyGet", 200): 1, ("KeyWrap", 200): 1, ("KeyUnwrap", 200): 2}


def test_a_setting_can_ask_for_tables_of_their_own_kind(finished: Azure) -> None:
    set_up(finished, logAnalyticsDestinationType="Dedicated")
    finished.world.clock.advance(3 * HOUR)
    assert len(rows(finished, OWN)) == 5
    address = rows(finished, f"{OWN} | project RequestUri")[0]["RequestUri"]
    assert ":8443/keys/experience-cmk/" in address


def test_what_the_vault_refuses_is_in_the_log_too(used: Azure) -> None:
    counted(used, SHARED)
    estate_tables.change(used.estate, {"keys": {"kv-contoso-experience/experience-cmk": {"enabled": False}}})
    used.world.clock.advance(3 * HOUR)
    assert counted(used, SHARED)[("KeyUnwrap", 403)] == 3


def test_an_app_that_is_gone_leaves_no_trace(used: Azure) -> None:
    before = counted(used, SHARED)
    used.world.directory.change({"service_principals": {APP: None}})
    used.world.clock.advance(DAY)
    assert counted(used, SHARED) == before


def test_everybody_who_reads_the_key_is_in_the_log(used: Azure) -> None:
    estate_tables.change(
        used.estate,
        {"roles": [{"principal": "alice", "role": "Key Vault Crypto User", "scope": "kv-contoso-experience"}]},
    )
    assert used.data("GET", "kv-contoso-experience", "/keys/experience-cmk").status_code == 200
    used.world.clock.advance(600)
    others = rows(used, f'AzureDiagnostics | where identity_claim_appid_g != "{APP}" | project OperationName')
    assert others == [{"OperationName": "KeyGet"}]


def test_only_who_may_read_the_workspace_is_answered(used: Azure) -> None:
    refused = ask(used, SHARED, who="val")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "InsufficientAccessError")
    used.grant("val", "Log Analytics Reader", "log-contoso")
    assert ask(used, SHARED, who="val").status_code == 200
    assert ask(used, SHARED, audience="https://management.azure.com").status_code == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Nothing | where a == 1", "SemanticError"),
        ("AZKVAuditLogs | where Wrong == 1", "SemanticError"),
        ("AZKVAuditLogs | where count() > 1", "SemanticError"),
        ("AZKVAuditLogs | dance", "SyntaxError"),
        ("AZKVAuditLogs | where OperationName == 'x'", "SyntaxError"),
        ("union isfuzzy=true (Nothing | where (a == 1)", "SyntaxError"),
        ("AZKVAuditLogs ) ", "SyntaxError"),
        ("", "SyntaxError"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(used: Azure, query: str, code: str) -> None:
    refused = ask(used, query)
    assert (refused.status_code, refused.json()["error"]["innererror"]["code"]) == (400, code)


def test_a_table_that_is_not_there_is_left_out_of_a_fuzzy_union(used: Azure) -> None:
    query = f"union isfuzzy=true (Nothing | where (a == 1)), ({SHARED} | project TimeGenerated)"
    assert len(rows(used, query)) == 184


def test_times_are_those_of_the_wall(start_cloud: Callable[..., Client]) -> None:
    clock = start_cloud(speed=1000).world.clock
    clock.advance(DAY)
    now, wall = clock.now(), clock.wall()
    assert abs(clock.wall_at(now) - wall) < 1
    assert abs(clock.wall_at(now - 3600) - (wall - 3600)) < 60
    assert clock.wall_at(0.0) == 0.0
