"""Where the log of a vault goes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import Azure, error_code

API = "2021-05-01-preview"
AUDIT = {"categoryGroup": "audit", "enabled": True}


@pytest.fixture
def settings(azure: Azure) -> str:
    azure.create_vault("kv-log")
    return f"{azure.vault_path('kv-log')}/providers/Microsoft.Insights/diagnosticSettings"


def workspace(azure: Azure) -> str:
    listed = f"/subscriptions/{azure.subscription}/providers/Microsoft.OperationalInsights/workspaces"
    [found] = azure.call("GET", listed, api="2023-09-01", who="victor").json()["value"]
    assert found["name"] == "log-contoso"
    return str(found["id"])


def put(azure: Azure, settings: str, name: str = "to-us", **properties: Any) -> requests.Response:
    who = properties.pop("who", "alice")
    return azure.call("PUT", f"{settings}/{name}", {"properties": properties}, api=API, who=who)


def test_a_setting_is_made_read_and_listed(azure: Azure, settings: str) -> None:
    assert azure.call("GET", settings, api=API, who="victor").json() == {"value": []}
    place = workspace(azure)
    created = put(azure, settings, workspaceId=place, logs=[AUDIT])
    assert created.status_code == 200
    [listed] = azure.call("GET", settings, api=API, who="victor").json()["value"]
    assert listed == created.json() == azure.call("GET", f"{settings}/to-us", api=API).json()
    assert listed["properties"]["workspaceId"] == place
    log = listed["properties"]["logs"][0]
    assert (log["category"], log["categoryGroup"], log["enabled"]) == (None, "audit", True)
    put(azure, settings, workspaceId=place, logs=[{"category": "AuditEvent", "enabled": True}])
    assert azure.world.applied["diagnostics.create"] == azure.world.applied["diagnostics.update"] == 1


def test_what_makes_no_sense_is_refused(azure: Azure, settings: str) -> None:
    place = workspace(azure)
    assert error_code(put(azure, settings, logs=[AUDIT])) == (400, "BadRequest")
    assert error_code(put(azure, settings, workspaceId=place)) == (400, "BadRequest")
    assert error_code(put(azure, settings, workspaceId=place, logs=[{"category": "Gossip"}])) == (400, "BadRequest")
    assert error_code(put(azure, settings, workspaceId=place + "x", logs=[AUDIT])) == (404, "ResourceNotFound")
    assert put(azure, settings, workspaceId=place, logs=[AUDIT]).status_code == 200
    assert error_code(put(azure, settings, "again", workspaceId=place, logs=[AUDIT])) == (409, "Conflict")
    nothing = azure.vault_path("kv-none") + "/providers/Microsoft.Insights/diagnosticSettings"
    assert error_code(azure.call("GET", nothing, api=API)) == (404, "ResourceNotFound")


def test_the_destination_is_a_linked_scope(azure: Azure, settings: str) -> None:
    place = workspace(azure)
    refused = put(azure, settings, workspaceId=place, logs=[AUDIT], who="victor")
    assert error_code(refused) == (403, "AuthorizationFailed")
    azure.grant("victor", "Contributor", "kv-log")
    refused = put(azure, settings, workspaceId=place, logs=[AUDIT], who="victor")
    assert error_code(refused) == (403, "LinkedAuthorizationFailed")
    azure.grant("victor", "Contributor", "log-contoso")
    assert put(azure, settings, workspaceId=place, logs=[AUDIT], who="victor").status_code == 200


def test_another_administrator_sets_and_ends_it(azure: Azure, settings: str) -> None:
    estate_tables.change(azure.estate, {"vaults": {"kv-log": {"diagnostics": ["log-contoso"]}}})
    [listed] = azure.call("GET", settings, api=API).json()["value"]
    assert listed["properties"]["workspaceId"] == workspace(azure)
    assert azure.call("DELETE", f"{settings}/{listed['name']}", api=API).status_code == 200
    assert azure.call("DELETE", f"{settings}/{listed['name']}", api=API).status_code == 204
    assert azure.call("GET", settings, api=API).json()["value"] == []
