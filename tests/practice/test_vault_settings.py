"""Changing an existing vault: one property at a time, and what stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.keyvault import KeyVaultManagementClient

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import Azure, error_code
from tests.practice.client import Client

GROUP = "rg-experience"
ADOBE_ADDRESS = "20.88.123.53/32"


@pytest.fixture
def vault(azure: Azure) -> str:
    azure.create_vault("kv-set", tags={})
    return "kv-set"


def client(azure: Azure, who: str = "alice") -> Any:
    return azure.sdk(KeyVaultManagementClient, who=who, subscription_id=azure.subscription)


def shown(azure: Azure, vault: str = "kv-set") -> dict[str, Any]:
    body: dict[str, Any] = azure.call("GET", azure.vault_path(vault)).json()
    return body


def patch(azure: Azure, properties: dict[str, Any], who: str = "alice", **more: Any) -> Any:
    return client(azure, who).vaults.update(GROUP, "kv-set", {"properties": properties, **more})


def change(azure: Azure, table: dict[str, Any]) -> None:
    estate_tables.change(azure.estate, {"vaults": {"kv-set": table}})


def test_a_change_leaves_all_other_properties(azure: Azure, vault: str) -> None:
    change(azure, {"addresses": ["198.51.100.0/24"], "bypass": "None", "default_action": "Deny", "tags": {"a": "b"}})
    before = shown(azure)
    patch(azure, {"publicNetworkAccess": "Disabled"})
    after = shown(azure)
    assert after["properties"] == before["properties"] | {"publicNetworkAccess": "Disabled"}
    assert after["tags"] == before["tags"] == {"a": "b"}
    assert azure.world.applied["vault.update"] == 1


def test_the_firewall_is_replaced_as_a_whole(azure: Azure, vault: str) -> None:
    subnet = f"{azure.group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
    change(azure, {"addresses": ["198.51.100.0/24"], "bypass": "None", "networks": [subnet]})
    patch(azure, {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": ADOBE_ADDRESS}]}})
    rules = shown(azure)["properties"]["networkAcls"]
    assert rules == {
        "bypass": "AzureServices",
        "defaultAction": "Deny",
        "ipRules": [{"value": ADOBE_ADDRESS}],
        "virtualNetworkRules": [],
    }


def test_what_is_final_stays(azure: Azure, vault: str) -> None:
    change(azure, {"purge_protection": False})
    patch(azure, {"enablePurgeProtection": True})
    for final in (
        {"enablePurgeProtection": False},
        {"enableSoftDelete": False},
        {"softDeleteRetentionInDays": 7},
    ):
        with pytest.raises(HttpResponseError) as caught:
            patch(azure, final)
        assert caught.value.status_code == 400
    assert shown(azure)["properties"]["enablePurgeProtection"] is True


def test_an_old_vault_has_no_soft_delete_until_it_is_turned_on(azure: Azure, vault: str) -> None:
    change(azure, {"soft_delete": False, "purge_protection": False, "unwritten": ["enableSoftDelete"]})
    assert {"enableSoftDelete", "softDeleteRetentionInDays"}.isdisjoint(shown(azure)["properties"])
    change(azure, {"unwritten": []})
    assert shown(azure)["properties"]["enableSoftDelete"] is False
    with pytest.raises(HttpResponseError):
        patch(azure, {"enablePurgeProtection": True})
    patch(azure, {"enableSoftDelete": True})
    found = shown(azure)["properties"]
    assert (found["enableSoftDelete"], found["softDeleteRetentionInDays"]) == (True, 90)
    assert patch(azure, {"enablePurgeProtection": True}).properties.enable_purge_protection is True


def test_an_old_vault_without_soft_delete_is_gone_when_deleted(azure: Azure, vault: str) -> None:
    change(azure, {"soft_delete": False, "purge_protection": False})
    azure.call("DELETE", azure.vault_path(vault))
    assert list(client(azure).vaults.list_deleted()) == []
    azure.create_vault(vault)


def test_the_access_model_needs_the_unrestricted_right_to_give_roles(azure: Azure, vault: str) -> None:
    change(azure, {"rbac": False, "policy": {"victor": ["get"]}})
    azure.grant("victor", "Key Vault Contributor", vault)
    azure.grant("victor", "Key Vault Data Access Administrator", vault)
    with pytest.raises(HttpResponseError) as caught:
        patch(azure, {"enableRbacAuthorization": True}, who="victor")
    assert caught.value.status_code == 403
    assert patch(azure, {"enableRbacAuthorization": True}).properties.enable_rbac_authorization is True


def test_access_policies_are_changed_apart_from_the_vault(azure: Azure, vault: str) -> None:
    change(azure, {"rbac": False, "policy": {"alice": ["get"]}})
    alice, victor = (azure.world.directory.users[each].object_ids[azure.tenant] for each in ("alice", "victor"))

    def act(operation: str, who: str, *keys: str) -> dict[str, list[str]]:
        entry = {"tenantId": azure.tenant, "objectId": who, "permissions": {"keys": list(keys)}}
        answer = client(azure).vaults.update_access_policy(
            GROUP, vault, operation, {"properties": {"accessPolicies": [entry]}}
        )
        return {each.object_id: list(each.permissions.keys_property) for each in answer.properties.access_policies}

    assert act("add", victor, "get", "list") == {alice: ["get"], victor: ["get", "list"]}
    assert act("add", victor, "Get", "wrapKey")[victor] == ["get", "list", "wrapKey"]
    assert act("replace", victor, "get")[victor] == ["get"]
    assert act("remove", alice, "get") == {victor: ["get"]}
    assert azure.world.applied["vault.access_policies"] == 4


def test_private_endpoints_and_another_tenant_are_shown(azure: Azure, vault: str) -> None:
    change(azure, {"private_endpoints": ["Approved", "Pending"]})
    found = client(azure).vaults.get(GROUP, vault).properties.private_endpoint_connections
    assert [each.properties.private_link_service_connection_state.status for each in found] == ["Approved", "Pending"]


def test_a_policy_stops_a_change_too(azure: Azure, vault: str) -> None:
    policy = {"name": "Closed", "kind": "public-access-off", "scope": "Contoso production"}
    change(azure, {"public_access": "Disabled"})
    estate_tables.change(azure.estate, {"policies": [policy]})
    refused = azure.call("PATCH", azure.vault_path(vault), {"properties": {"publicNetworkAccess": "Enabled"}})
    assert error_code(refused) == (403, "RequestDisallowedByPolicy")
    assert shown(azure)["properties"]["publicNetworkAccess"] == "Disabled"


def test_a_recovered_vault_is_as_it_was_without_its_roles(azure: Azure, vault: str) -> None:
    before = shown(azure)["properties"]
    azure.grant("victor", "Key Vault Reader", vault)
    azure.call("DELETE", azure.vault_path(vault))
    body = {
        "location": "westeurope",
        "properties": {
            "createMode": "recover",
            "tenantId": azure.tenant,
            "sku": {"family": "A", "name": "standard"},
        },
    }
    poller = client(azure).vaults.begin_create_or_update(GROUP, vault, body)
    azure.world.clock.advance(azure.estate.vault_delay_s)
    assert poller.result().properties.sku.name == "premium"
    assert shown(azure)["properties"] == before
    assert azure.world.applied["vault.recover"] == 1
    victor = azure.world.directory.users["victor"].object_ids[azure.tenant]
    assert {each.scope for each in azure.estate.assignments_of(victor)} == {f"/subscriptions/{azure.subscription}"}


def test_control_changes_a_vault(azure: Azure, vault: str) -> None:
    control = Client(azure.cloud)
    assert control.control("PATCH", "/world", {"estate": {"vaults": {vault: {"colour": 1}}}}).status_code == 404
    wanted = {"estate": {"vaults": {vault: {"sku": "standard", "retention_days": 7, "policy": {"alice": ["get"]}}}}}
    state = control.control("PATCH", "/world", wanted).json()
    control.session.close()
    assert (state["estate"]["vaults"][0]["sku"], state["estate"]["vaults"][0]["retention_days"]) == ("standard", 7)
    assert len(shown(azure)["properties"]["accessPolicies"]) == 1


def test_a_group_that_is_being_deleted_takes_no_vault(azure: Azure) -> None:
    estate_tables.change(azure.estate, {"groups": {GROUP: {"state": "Deleting"}}})
    group = azure.call("GET", azure.group, api="2025-04-01").json()
    assert group["properties"]["provisioningState"] == "Deleting"
    body = {
        "location": "westeurope",
        "properties": {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}},
    }
    assert error_code(azure.call("PUT", azure.vault_path("kv-late"), body)) == (409, "ResourceGroupBeingDeleted")


@pytest.mark.parametrize(
    ("state", "status"), [("Enabled", 200), ("Warned", 200), ("PastDue", 200), ("Disabled", 409), ("Deleted", 409)]
)
def test_the_state_of_a_subscription(azure: Azure, vault: str, state: str, status: int) -> None:
    estate_tables.change(azure.estate, {"subscriptions": {"Contoso production": {"state": state}}})
    shown_state = azure.call("GET", f"/subscriptions/{azure.subscription}", api="2022-12-01").json()["state"]
    assert shown_state == state
    reply = azure.call("PATCH", azure.vault_path(vault), {"tags": {"a": "b"}})
    assert reply.status_code == status
    if status == 409:
        assert error_code(reply)[1] == "ReadOnlyDisabledSubscription"
