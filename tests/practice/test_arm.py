"""Resource Manager of the practice cloud is as strict as the real one: versions, tokens, rights, names, locks."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.mgmt.keyvault import KeyVaultManagementClient

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import (
    ARM,
    AUTHORIZATION_API,
    GRAPH,
    KEY_VAULT_API,
    RESOURCES_API,
    Azure,
    error_code,
)


def test_the_api_version_must_be_there_and_known(azure: Azure) -> None:
    path = azure.vault_path("kv-any")
    assert error_code(azure.call("GET", path, api=None)) == (400, "MissingApiVersionParameter")
    assert error_code(azure.call("GET", path, api="1999-12-31")) == (400, "InvalidApiVersionParameter")


def test_the_token_must_be_for_this_service_this_tenant_and_alive(azure: Azure) -> None:
    path = f"/subscriptions/{azure.subscription}/resourceGroups"
    missing = azure.session.get(azure.origin + path, params={"api-version": RESOURCES_API})
    assert error_code(missing) == (401, "AuthenticationFailed")
    assert missing.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")
    other = azure.call("GET", path, api=RESOURCES_API, audience=GRAPH)
    assert error_code(other) == (401, "InvalidAuthenticationTokenAudience")
    guest = azure.call("GET", path, api=RESOURCES_API, tenant=azure.world.directory.tenant_id("fabrikam"))
    assert error_code(guest) == (401, "InvalidAuthenticationTokenTenant")
    token = azure.token("alice", ARM)
    azure.world.clock.advance(3601)
    late = azure.session.get(
        azure.origin + path, params={"api-version": RESOURCES_API}, headers={"Authorization": f"Bearer {token}"}
    )
    assert error_code(late) == (401, "ExpiredAuthenticationToken")


def test_a_person_sees_only_the_subscriptions_with_a_role(azure: Azure) -> None:
    def names(who: str, **options: Any) -> list[str]:
        reply = azure.call("GET", "/subscriptions", who=who, api="2022-12-01", **options)
        return [each["displayName"] for each in reply.json()["value"]]

    assert names("alice") == ["Contoso production"]
    assert names("alice", tenant=azure.world.directory.tenant_id("fabrikam")) == []
    estate_tables.change(
        azure.estate,
        {"roles": [{"principal": "victor", "scope": azure.vault_path("x").split("/resource")[0], "remove": True}]},
    )
    assert names("victor") == []


def test_resource_groups_are_found_in_any_case(azure: Azure) -> None:
    group = f"/subscriptions/{azure.subscription}/resourcegroups/RG-Experience"
    assert azure.call("GET", group, api=RESOURCES_API).json()["name"] == "rg-experience"
    assert azure.call("HEAD", group, api=RESOURCES_API).status_code == 204
    assert azure.call("HEAD", f"{group}-2", api=RESOURCES_API).status_code == 404
    absent = azure.call("GET", f"{group}-2", api=RESOURCES_API)
    assert error_code(absent) == (404, "ResourceGroupNotFound")
    elsewhere = azure.call("PUT", group, {"location": "uksouth"}, api=RESOURCES_API)
    assert error_code(elsewhere) == (409, "InvalidResourceGroupLocation")


def test_a_new_vault_answers_after_its_delay(azure: Azure) -> None:
    azure.estate.vault_delay_s = 600
    path = azure.vault_path("kv-slow")
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "standard"}}
    body = {"location": "westeurope", "properties": properties}
    created = azure.call("PUT", path, body)
    assert created.status_code == 200
    assert created.json()["properties"]["provisioningState"] == "RegisteringDns"
    assert created.headers["x-ms-retry-after-ms"] == "50"
    assert azure.data("GET", "kv-slow", "/keys").status_code == 404
    azure.world.clock.advance(600)
    assert azure.call("GET", path).json()["properties"]["provisioningState"] == "Succeeded"
    assert azure.data("GET", "kv-slow", "/keys").status_code == 403
    assert azure.world.applied == {"vault.create": 1}


def test_the_sdk_waits_for_a_new_vault(azure: Azure) -> None:
    azure.world.clock.speed = 100
    client = azure.sdk(KeyVaultManagementClient, subscription_id=azure.subscription)
    poller = client.vaults.begin_create_or_update(
        "rg-experience",
        "kv-sdk",
        {"location": "westeurope", "properties": {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}},
    )
    assert poller.result().properties.provisioning_state == "Succeeded"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"enablePurgeProtection": False}, "BadRequest"),
        ({"enableSoftDelete": False}, "BadRequest"),
        ({"softDeleteRetentionInDays": 6}, "BadRequest"),
        ({"sku": {"family": "A", "name": "gold"}}, "BadRequest"),
        ({"tenantId": str(uuid.uuid4())}, "BadRequest"),
        ({"networkAcls": {"defaultAction": "Perhaps"}}, "BadRequest"),
        ({"enableRbacAuthorization": False, "accessPolicies": None}, "BadRequest"),
        ({"createMode": "recover"}, "VaultNotFound"),
    ],
)
def test_a_vault_with_wrong_values_is_refused(azure: Azure, change: dict[str, Any], code: str) -> None:
    sku = {"family": "A", "name": "premium"}
    body = {"location": "westeurope", "properties": {"tenantId": azure.tenant, "sku": sku, **change}}
    reply = azure.call("PUT", azure.vault_path("kv-wrong"), body)
    assert error_code(reply)[1] == code
    assert azure.estate.vaults == {}
    assert azure.world.applied == {}


def test_what_is_final_on_a_vault_stays(azure: Azure) -> None:
    azure.create_vault("kv-final", softDeleteRetentionInDays=30)
    path = azure.vault_path("kv-final")
    for change in ({"enablePurgeProtection": False}, {"softDeleteRetentionInDays": 60}):
        assert error_code(azure.call("PATCH", path, {"properties": change}))[1] == "BadRequest"
    # A PUT that leaves purge protection out does not take it away.
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}
    kept = azure.call("PUT", path, {"location": "westeurope", "properties": properties}).json()["properties"]
    assert kept["enablePurgeProtection"] is True
    assert kept["softDeleteRetentionInDays"] == 30
    moved = azure.call("PUT", path, {"location": "uksouth", "properties": properties})
    assert error_code(moved) == (409, "InvalidResourceLocation")


def test_a_deleted_vault_holds_its_name_until_it_is_recovered(azure: Azure) -> None:
    azure.create_vault("kv-gone")
    azure.grant("victor", "Key Vault Reader", "kv-gone")
    path = azure.vault_path("kv-gone")
    azure.call("PUT", f"{path}/keys/k", {"properties": {"kty": "RSA", "keySize": 3072}})
    assert azure.call("DELETE", path).status_code == 200
    provider = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault"
    wanted = {"name": "KV-gone", "type": "Microsoft.KeyVault/vaults"}
    taken = azure.call("POST", f"{provider}/checkNameAvailability", wanted).json()
    assert (taken["nameAvailable"], taken["reason"]) == (False, "AlreadyExists")
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}
    body: dict[str, Any] = {"location": "westeurope", "properties": properties}
    assert error_code(azure.call("PUT", path, body)) == (409, "ConflictError")
    purge = azure.call("POST", f"{provider}/locations/westeurope/deletedVaults/kv-gone/purge")
    assert error_code(purge) == (405, "MethodNotAllowed")
    properties["createMode"] = "recover"
    assert azure.call("PUT", path, body).status_code == 200
    assert azure.call("GET", f"{path}/keys/k").status_code == 200
    assignments = azure.call("GET", f"{path}/providers/Microsoft.Authorization/roleAssignments", api=AUTHORIZATION_API)
    assert "kv-gone" not in assignments.text, "role assignments of a vault do not come back with it"


def test_a_name_is_unique_in_the_whole_cloud(azure: Azure) -> None:
    azure.create_vault("kv-mine")
    other = f"/subscriptions/{azure.subscription}/resourceGroups/rg-other"
    azure.call("PUT", other, {"location": "westeurope"}, api=RESOURCES_API)
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}
    body = {"location": "westeurope", "properties": properties}
    reply = azure.call("PUT", f"{other}/providers/Microsoft.KeyVault/vaults/KV-Mine", body)
    assert error_code(reply) == (409, "VaultAlreadyExists")


def test_an_unregistered_provider_is_registered_first(azure: Azure) -> None:
    estate_tables.change(azure.estate, {"registered": {azure.subscription: []}})
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}
    body = {"location": "westeurope", "properties": properties}
    reply = azure.call("PUT", azure.vault_path("kv-new"), body)
    assert error_code(reply) == (409, "MissingSubscriptionRegistration")
    provider = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault"
    assert azure.call("GET", provider, api=RESOURCES_API).json()["registrationState"] == "NotRegistered"
    assert azure.call("POST", f"{provider}/register", api=RESOURCES_API).json()["registrationState"] == "Registered"
    assert azure.call("PUT", azure.vault_path("kv-new"), body).status_code == 200


def test_lists_come_in_pages(azure: Azure) -> None:
    for index in range(5):
        azure.create_vault(f"kv-page-{index}")
    listed = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault/vaults"
    token = {"Authorization": f"Bearer {azure.token('alice', ARM)}"}
    address: str | None = f"{azure.origin}{listed}?api-version={KEY_VAULT_API}&$top=2"
    sizes: list[int] = []
    names: list[str] = []
    while address:
        body = azure.session.get(address, headers=token).json()
        sizes.append(len(body["value"]))
        names += [each["name"] for each in body["value"]]
        address = body.get("nextLink")
    assert sizes == [2, 2, 1]
    assert names == [f"kv-page-{index}" for index in range(5)]


def test_a_key_is_created_once_through_the_control_plane(azure: Azure) -> None:
    azure.create_vault("kv-keys")
    path = f"{azure.vault_path('kv-keys')}/keys/aep"
    first = azure.call("PUT", path, {"properties": {"kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"]}})
    second = azure.call("PUT", path, {"properties": {"kty": "RSA", "keySize": 4096}})
    assert first.json() == second.json()
    assert azure.world.applied["key.create"] == 1
    versions = azure.call("GET", f"{path}/versions").json()["value"]
    assert [each["name"] for each in versions] == [first.json()["properties"]["keyUriWithVersion"].rpartition("/")[2]]
    refused = azure.call("PUT", f"{path}-2", {"properties": {"kty": "RSA", "keySize": 1024}})
    assert error_code(refused) == (400, "BadRequest")


def test_a_standard_vault_has_no_hardware_keys(azure: Azure) -> None:
    azure.create_vault("kv-soft", sku={"family": "A", "name": "standard"})
    body = {"properties": {"kty": "RSA-HSM", "keySize": 3072}}
    assert azure.call("PUT", f"{azure.vault_path('kv-soft')}/keys/k", body).status_code == 400


def test_policies_deny_by_name(azure: Azure) -> None:
    scope = f"/subscriptions/{azure.subscription}"
    policy = {"name": "Only in the UK", "kind": "allowed-locations", "scope": scope, "allowed": ["uksouth"]}
    estate_tables.change(azure.estate, {"policies": [policy]})
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "premium"}}
    reply = azure.call("PUT", azure.vault_path("kv-denied"), {"location": "westeurope", "properties": properties})
    assert error_code(reply) == (403, "RequestDisallowedByPolicy")
    [info] = reply.json()["error"]["additionalInfo"]
    assert info["info"]["policyDefinitionDisplayName"] == "Only in the UK"


def test_locks_stop_what_they_say(azure: Azure) -> None:
    azure.create_vault("kv-locked")
    path = azure.vault_path("kv-locked")
    lock = f"{path}/providers/Microsoft.Authorization/locks/keep"
    azure.call("PUT", lock, {"properties": {"level": "CanNotDelete"}}, api="2020-05-01")
    assert error_code(azure.call("DELETE", path)) == (409, "ScopeLocked")
    assert error_code(azure.call("DELETE", azure.group, api=RESOURCES_API)) == (409, "ScopeLocked")
    assert azure.call("PATCH", path, {"tags": {"a": "b"}}).status_code == 200
    azure.call("PUT", lock, {"properties": {"level": "ReadOnly"}}, api="2020-05-01")
    assert error_code(azure.call("PATCH", path, {"tags": {}})) == (409, "ScopeLocked")
    key = azure.call("PUT", f"{path}/keys/k", {"properties": {"kty": "RSA"}})
    assert error_code(key) == (409, "ScopeLocked")
    assert azure.call("DELETE", lock, api="2020-05-01").status_code == 200
    assert azure.call("DELETE", path).status_code == 200


def test_a_reader_reads_and_changes_nothing(azure: Azure) -> None:
    azure.create_vault("kv-read")
    path = azure.vault_path("kv-read")
    assert azure.call("GET", path, who="victor").status_code == 200
    assert azure.call("GET", f"{path}/keys", who="victor").status_code == 200
    for method, place, body, api in (
        ("PUT", path, {}, KEY_VAULT_API),
        ("PATCH", path, {}, KEY_VAULT_API),
        ("DELETE", path, None, KEY_VAULT_API),
        ("PUT", f"{path}/keys/k", {}, KEY_VAULT_API),
        ("PUT", azure.group, {"location": "westeurope"}, RESOURCES_API),
        ("PUT", f"{path}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}", {}, AUTHORIZATION_API),
        ("PUT", f"{path}/providers/Microsoft.Authorization/locks/l", {}, "2020-05-01"),
    ):
        reply = azure.call(method, place, body, who="victor", api=api)
        assert error_code(reply) == (403, "AuthorizationFailed"), place
    assert azure.world.applied == {"vault.create": 1}


def test_resource_graph_finds_vaults_everywhere(azure: Azure) -> None:
    azure.create_vault("kv-graph")
    query = {"query": "resources | where type =~ 'microsoft.keyvault/vaults'"}
    found = azure.call("POST", "/providers/Microsoft.ResourceGraph/resources", query, api="2021-03-01").json()
    assert [row["name"] for row in found["data"]] == ["kv-graph"]
    assert found["totalRecords"] == 1


def test_the_sdk_reads_the_code_of_an_error(azure: Azure) -> None:
    client = azure.sdk(KeyVaultManagementClient, who="victor", subscription_id=azure.subscription)
    with pytest.raises(HttpResponseError) as caught:
        client.vaults.begin_create_or_update("rg-experience", "kv-no", {"location": "westeurope", "properties": {}})
    assert caught.value.status_code == 403
    assert caught.value.error is not None
    assert caught.value.error.code == "AuthorizationFailed"


def test_the_description_of_the_cloud_is_open_to_all(azure: Azure) -> None:
    reply = azure.session.get(f"{azure.origin}/metadata/endpoints", params={"api-version": "2022-09-01"})
    assert reply.json()["authentication"]["loginEndpoint"] == azure.origin
    assert reply.json()["suffixes"]["keyVaultDns"] == f"vault.localhost:{azure.world.port}"


def test_real_names_through_the_proxy(azure: Azure) -> None:
    azure.create_vault("kv-real")
    body = {"properties": {"kty": "RSA", "keySize": 3072}}
    azure.call("PUT", f"{azure.vault_path('kv-real')}/keys/k", body)

    def get(address: str, audience: str, api: str) -> dict[str, Any]:
        reply = requests.get(
            f"{address}?api-version={api}",
            headers={"Authorization": f"Bearer {azure.token('alice', audience)}"},
            proxies={"https": azure.ready["proxy"]},
            verify=str(azure.cloud.ca_file),
            timeout=60,
        )
        return {**reply.json(), "challenge": reply.headers.get("WWW-Authenticate")}

    path = f"{ARM}{azure.vault_path('kv-real')}"
    assert get(path, ARM, KEY_VAULT_API)["properties"]["vaultUri"] == "https://kv-real.vault.azure.net/"
    # The control plane writes the port into the addresses of keys, as Microsoft's own examples show.
    key = get(f"{path}/keys/k", ARM, KEY_VAULT_API)["properties"]
    assert key["keyUri"] == "https://kv-real.vault.azure.net:443/keys/k"
    challenge = get("https://kv-real.vault.azure.net/keys", ARM, "7.4")["challenge"]
    assert challenge == (
        f'Bearer authorization="https://login.microsoftonline.com/{azure.tenant}", resource="https://vault.azure.net"'
    )
