"""Managed HSMs: read and given keys through Resource Manager, with roles of their own under their own host."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.keyvault.keys import KeyClient
from azure.mgmt.keyvault import KeyVaultManagementClient

from cmkwizard.practice import estate_tables
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.managed_hsms import ENCRYPTION_USER
from tests.practice.azure_support import GRAPH, VAULT, Azure, Credential, error_code
from tests.practice.client import Client
from tests.practice.test_models import Walk, differences

HSM = "hsm-contoso"
HSM_AUDIENCE = "https://managedhsm.azure.net"
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
DEFINITION = "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions"
WANTED = {"kty": "RSA-HSM", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"]}


@pytest.fixture
def azure() -> Iterator[Azure]:
    with PracticeCloud("managed-hsm") as cloud:
        azure = Azure(cloud)
        yield azure
        azure.close()


def change(azure: Azure, **table: Any) -> None:
    estate_tables.change(azure.estate, {"managed_hsms": {HSM: table}})


def sdk(azure: Azure, who: str = "alice", **options: Any) -> Any:
    return azure.sdk(KeyVaultManagementClient, who=who, subscription_id=azure.subscription, **options)


def make_key(azure: Azure, name: str = "k", **properties: Any) -> requests.Response:
    place = f"{azure.group}/providers/Microsoft.KeyVault/managedHSMs/{HSM}/keys/{name}"
    return azure.call("PUT", place, {"properties": {**WANTED, **properties}})


def inside(azure: Azure, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
    address = f"https://{HSM}.managedhsm.localhost:{azure.world.port}{path}"
    return azure.call(method, address, body, **{"audience": HSM_AUDIENCE, "api": "7.4", **options})


def give(azure: Azure, principal: str, scope: str = "/keys", **options: Any) -> requests.Response:
    body = {"properties": {"roleDefinitionId": f"{DEFINITION}/{ENCRYPTION_USER}", "principalId": principal}}
    name = options.pop("name", str(uuid.uuid4()))
    return inside(azure, "PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", body, **options)


def test_microsofts_models_read_it(azure: Azure) -> None:
    walk = Walk()
    client = sdk(azure, raw_response_hook=walk.hook)
    found = client.managed_hsms.get("rg-experience", HSM)
    raw = walk.raw[-1]
    lacking = {"scheduledPurgeDate", "createMode"}
    assert [each for each in differences(raw, found, "hsm") if not lacking & set(each.split())] == []
    assert found.properties.security_domain_properties.activation_status == "Active"
    assert found.properties.hsm_uri == f"https://{HSM}.managedhsm.localhost:{azure.world.port}/"
    assert [each.name for each in client.managed_hsms.list_by_resource_group("rg-experience")] == [HSM]
    assert [each.name for each in client.managed_hsms.list_by_subscription()] == [HSM]
    with pytest.raises(HttpResponseError):
        client.managed_hsms.get("rg-experience", "hsm-none")
    assert list(client.vaults.list_by_subscription()) == [], "it is no vault"


def test_keys_are_made_through_resource_manager_in_hardware_alone(azure: Azure) -> None:
    client = sdk(azure)
    place = ("rg-experience", HSM)
    assert error_code(make_key(azure, kty="RSA")) == (400, "BadRequest")
    made = client.managed_hsm_keys.create_if_not_exist(*place, "k", {"properties": WANTED})
    again = client.managed_hsm_keys.create_if_not_exist(*place, "k", {"properties": WANTED})
    assert made.properties.key_uri_with_version == again.properties.key_uri_with_version
    assert f"//{HSM}.managedhsm.localhost:{azure.world.port}/keys/k/" in made.properties.key_uri_with_version
    assert client.managed_hsm_keys.get(*place, "k").properties.kty == "RSA-HSM"
    assert [each.name for each in client.managed_hsm_keys.list(*place)] == ["k"]
    assert azure.world.applied == {"key.create": 1}
    with pytest.raises(HttpResponseError) as caught:
        sdk(azure, "val").managed_hsm_keys.create_if_not_exist(*place, "v", {"properties": WANTED})
    assert caught.value.status_code == 403, "Key Vault Contributor excludes Managed HSMs"


def test_before_the_activation_nothing_is_served(azure: Azure) -> None:
    change(azure, activated=False)
    domain = sdk(azure).managed_hsms.get("rg-experience", HSM).properties.security_domain_properties
    assert domain.activation_status == "NotActivated"
    assert domain.activation_status_message
    assert make_key(azure).status_code == 409
    assert inside(azure, "GET", "/keys").status_code == 403
    change(azure, activated=True)
    assert make_key(azure).status_code == 200
    assert inside(azure, "GET", "/keys").status_code == 200


def test_microsofts_client_reads_and_changes_keys_under_its_own_host(azure: Azure) -> None:
    make_key(azure)
    address = f"https://{HSM}.managedhsm.localhost:{azure.world.port}/"
    with KeyClient(address, Credential(azure, "alice"), transport=azure.transport(), retry_total=0) as client:
        key = client.get_key("k")
        assert (key.key_type, key.properties.recovery_level) == ("RSA-HSM", "Recoverable")
        assert key.id
        assert key.id.startswith(address)
        assert client.update_key_properties("k", enabled=False).properties.enabled is False


def test_the_challenge_names_the_resource_of_managed_hsms(azure: Azure) -> None:
    address = f"https://{HSM}.managedhsm.localhost:{azure.world.port}/keys/k"
    reply = azure.session.get(address, params={"api-version": "7.4"}, timeout=60)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].endswith(f'resource="https://managedhsm.localhost:{azure.world.port}"')
    for audience in (VAULT, GRAPH):
        assert inside(azure, "GET", "/keys", audience=audience).status_code == 401


def test_local_roles_are_given_by_those_who_administer_it(azure: Azure) -> None:
    val, alice = (azure.world.directory.users[each].object_ids[azure.tenant] for each in ("val", "alice"))
    azure.grant("val", "Owner", "rg-experience")
    refused = give(azure, val, who="val")
    assert refused.status_code == 403, "a role in Azure opens nothing here"
    assert refused.json()["error"]["innererror"]["code"] == "ForbiddenByRbac"
    name = str(uuid.uuid4())
    made = give(azure, val, name=name)
    assert (made.status_code, made.json()["properties"]["scope"]) == (201, "/keys")
    assert give(azure, val).status_code == 409
    change(azure, roles=[{"principal": "val", "role": "Managed HSM Crypto Auditor"}])
    path = "/keys/providers/Microsoft.Authorization/roleAssignments"
    listed = inside(azure, "GET", f"{path}?$filter=principalId eq '{val}'", who="val").json()["value"]
    assert {each["properties"]["scope"] for each in listed} == {"/", "/keys"}
    assert inside(azure, "GET", f"/{path}/{name}").json() == made.json(), "a doubled slash is one"
    owners = inside(azure, "GET", f"//providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq {alice}")
    roles = {each["properties"]["roleDefinitionId"].rpartition("/")[2] for each in owners.json()["value"]}
    assert roles == {"a290e904-7015-4bba-90c8-60543313cdb4", "21dbd100-6940-42c2-9190-5d6cb909625b"}
    definitions = inside(azure, "GET", "/providers/Microsoft.Authorization/roleDefinitions").json()["value"]
    assert ENCRYPTION_USER in {each["name"] for each in definitions}
    assert inside(azure, "DELETE", f"{path}/{name}").status_code == 200
    assert inside(azure, "GET", f"{path}/{name}").status_code == 404
    assert azure.world.applied == {"local_role.create": 1, "local_role.delete": 1}


@pytest.mark.parametrize(
    ("scope", "definition", "principal", "code"),
    [
        ("/keys", "nothing", ADOBE, "RoleDefinitionNotFound"),
        ("/keys", ENCRYPTION_USER, "nobody", "BadParameter"),
        ("/keys/a_b", ENCRYPTION_USER, ADOBE, "BadParameter"),
    ],
)
def test_what_is_no_local_role(azure: Azure, scope: str, definition: str, principal: str, code: str) -> None:
    body = {"properties": {"roleDefinitionId": f"{DEFINITION}/{definition}", "principalId": principal}}
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    assert error_code(inside(azure, "PUT", path, body)) == (400, code)


def test_a_vault_has_no_local_roles(azure: Azure) -> None:
    azure.create_vault("kv-beside")
    azure.grant("alice", "Key Vault Administrator", "kv-beside")
    reply = azure.data("GET", "kv-beside", "/keys/providers/Microsoft.Authorization/roleAssignments")
    assert reply.status_code == 404


def test_its_settings_change_one_by_one(azure: Azure) -> None:
    change(azure, purge_protection=False, default_action="Deny", bypass="None")
    place = f"{azure.group}/providers/Microsoft.KeyVault/managedHSMs/{HSM}"
    before = azure.call("GET", place).json()["properties"]
    after = azure.call("PATCH", place, {"properties": {"enablePurgeProtection": True}}).json()["properties"]
    assert after == before | {"enablePurgeProtection": True}
    assert inside(azure, "GET", "/keys").json()["error"]["innererror"]["code"] == "ForbiddenByFirewall"
    assert azure.call("PATCH", place, {"properties": {"enablePurgeProtection": False}}).status_code == 400
    assert azure.call("PATCH", place, {"properties": {}}, who="val").status_code == 403


def test_adobe_takes_its_keys_and_looks_at_its_local_role(azure: Azure) -> None:
    client = Client(azure.cloud)
    make_key(azure)
    version = azure.estate.hsms[HSM].keys["k"].current.id
    identifier = f"https://{HSM}.managedhsm.localhost:{azure.world.port}/keys/k/{version}"
    principal = azure.graph("POST", "/servicePrincipals", {"appId": ADOBE}).json()["id"]

    def outcome(name: str) -> tuple[str, str]:
        body = {
            "name": name,
            "type": "BYOK_CONFIG",
            "imsOrgId": client.ready["adobe"]["organisation"],
            "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": identifier},
        }
        assert client.platform("POST", "/customer/config", json=body).status_code == 200
        azure.world.clock.advance(200)
        answer = client.platform("GET", f"/customer/config/{name}?configType=BYOK_CONFIG").json()
        assert answer["configData"]["keyVaultKeyIdentifier"] == identifier
        assert answer["subscriptionId"] == azure.subscription
        [found] = [each for each in client.state()["adobe"]["configurations"] if each["name"] == name]
        return answer["status"], str(found["failure"])

    assert outcome("without") == ("FAILED", "the application holds no effective role on the vault")
    assert give(azure, principal).status_code == 201
    assert outcome("with")[0] == "COMPLETED"
    client.session.close()


def test_control_changes_its_keys_and_roles(azure: Azure) -> None:
    make_key(azure)
    estate_tables.change(azure.estate, {"keys": {f"{HSM}/k": {"enabled": False}}})
    assert inside(azure, "GET", "/keys/k").json()["attributes"]["enabled"] is False
    change(azure, roles=[{"principal": "alice", "role": "Managed HSM Crypto User", "scope": "/", "remove": True}])
    assert inside(azure, "GET", "/keys/k").status_code == 403
    with pytest.raises(KeyError):
        change(azure, colour="red")
    with pytest.raises(KeyError):
        change(azure, roles=[{"principal": "alice", "role": "Managed HSM Emperor"}])
