"""The data plane of Key Vault in the practice cloud: challenge, rights, firewall, versions, soft delete, key use."""

from __future__ import annotations

import base64

import pytest
from azure.core.exceptions import HttpResponseError
from azure.keyvault.keys import KeyClient

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import ARM, DATA_API, Azure, Credential, error_code


@pytest.fixture
def vault(azure: Azure) -> str:
    """A vault whose keys alice may manage."""
    azure.create_vault("kv-data")
    azure.grant("alice", "Key Vault Crypto Officer", "kv-data")
    return "kv-data"


def inner(reply: object) -> str:
    return str(reply.json()["error"]["innererror"]["code"])  # type: ignore[attr-defined]


def test_the_challenge_names_tenant_and_resource(azure: Azure, vault: str) -> None:
    address = f"https://{vault}.vault.localhost:{azure.world.port}/keys"
    reply = azure.session.get(address, params={"api-version": DATA_API})
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == (
        f'Bearer authorization="{azure.origin}/{azure.tenant}", resource="https://vault.localhost:{azure.world.port}"'
    )
    wrong = azure.call("GET", address, audience=ARM, api=DATA_API)
    assert wrong.status_code == 401
    assert "AKV10022" in wrong.json()["error"]["message"]
    other = azure.data("GET", vault, "/keys", tenant=azure.world.directory.tenant_id("fabrikam"))
    assert other.status_code == 401
    assert "AKV10032" in other.json()["error"]["message"]


def test_the_sdk_checks_the_challenge_and_gets_in(azure: Azure, vault: str) -> None:
    address = f"https://{vault}.vault.localhost:{azure.world.port}/"
    with KeyClient(address, Credential(azure, "alice"), transport=azure.transport(), retry_total=0) as client:
        created = client.create_rsa_key("k", size=3072)
        assert created.id is not None
        assert created.id.startswith(f"{address}keys/k/")
        again = client.create_rsa_key("k", size=3072)
        assert created.properties.version != again.properties.version
        assert len(list(client.list_properties_of_key_versions("k"))) == 2
    with KeyClient(address, Credential(azure, "victor"), transport=azure.transport(), retry_total=0) as client:
        with pytest.raises(HttpResponseError) as caught:
            client.get_key("k")
        assert caught.value.error is not None
        assert caught.value.error.innererror == {"code": "ForbiddenByRbac"}


def test_the_api_version_must_be_there_and_known(azure: Azure, vault: str) -> None:
    for version in (None, "1.0"):
        assert error_code(azure.data("GET", vault, "/keys", api=version)) == (400, "BadParameter")


def test_an_owner_has_no_rights_on_keys(azure: Azure) -> None:
    azure.create_vault("kv-own")
    reply = azure.data("POST", "kv-own", "/keys/k/create", {"kty": "RSA"})
    assert reply.status_code == 403
    assert inner(reply) == "ForbiddenByRbac"
    assert azure.estate.vaults["kv-own"].keys == {}


def test_a_vault_with_access_policies_reads_those_alone(azure: Azure) -> None:
    alice = azure.world.directory.users["alice"].object_ids[azure.tenant]
    granted = {"keys": ["Get", "List"]}
    policy = {"tenantId": azure.tenant, "objectId": alice, "permissions": granted}
    azure.create_vault("kv-policy", enableRbacAuthorization=False, accessPolicies=[policy])
    assert azure.data("GET", "kv-policy", "/keys").status_code == 200
    reply = azure.data("POST", "kv-policy", "/keys/k/create", {"kty": "RSA"})
    assert inner(reply) == "AccessDenied"


def test_the_firewall_names_the_address_it_refused(azure: Azure, vault: str) -> None:
    estate_tables.change(
        azure.estate, {"vaults": {vault: {"default_action": "Deny", "addresses": ["198.51.100.0/24"]}}}
    )
    reply = azure.data("GET", vault, "/keys")
    assert inner(reply) == "ForbiddenByFirewall"
    assert "Client address: 203.0.113.17" in reply.json()["error"]["message"]
    assert azure.call("GET", f"{azure.vault_path(vault)}/keys").status_code == 200, "the control plane is not behind it"
    estate_tables.change(azure.estate, {"vaults": {vault: {"default_action": "Deny", "addresses": ["203.0.113.0/24"]}}})
    assert azure.data("GET", vault, "/keys").status_code == 200
    estate_tables.change(azure.estate, {"vaults": {vault: {"public_access": "Disabled"}}})
    assert inner(azure.data("GET", vault, "/keys")) == "ForbiddenByConnection"


@pytest.mark.parametrize("size", [2048, 3072, 4096])
def test_a_modulus_has_exactly_the_size_asked_for(azure: Azure, vault: str, size: int) -> None:
    key = azure.data("POST", vault, "/keys/k/create", {"kty": "RSA", "key_size": size}).json()["key"]
    modulus = int.from_bytes(base64.urlsafe_b64decode(key["n"] + "=="))
    assert modulus.bit_length() == size
    assert modulus % 2 == 1


@pytest.mark.parametrize(
    "body",
    [
        {"kty": "RSA", "key_size": 1024},
        {"kty": "DES"},
        {"kty": "RSA", "key_ops": ["bake"]},
        {"kty": "EC", "crv": "P-1"},
    ],
)
def test_keys_that_key_vault_does_not_make(azure: Azure, vault: str, body: dict[str, object]) -> None:
    assert error_code(azure.data("POST", vault, "/keys/k/create", body)) == (400, "BadParameter")


def test_a_deleted_key_holds_its_name(azure: Azure, vault: str) -> None:
    azure.data("POST", vault, "/keys/k/create", {"kty": "RSA"})
    deleted = azure.data("DELETE", vault, "/keys/k").json()
    assert deleted["recoveryId"].endswith("/deletedkeys/k")
    assert deleted["scheduledPurgeDate"] - deleted["deletedDate"] == 90 * 86400
    again = azure.data("POST", vault, "/keys/k/create", {"kty": "RSA"})
    assert again.status_code == 409
    assert inner(again) == "ObjectIsDeletedButRecoverable"
    assert azure.data("PUT", vault, "/keys/k").status_code == 405
    control = azure.call("PUT", f"{azure.vault_path(vault)}/keys/k", {"properties": {"kty": "RSA"}})
    assert error_code(control) == (409, "Conflict")
    assert inner(azure.data("DELETE", vault, "/deletedkeys/k")) == "ForbiddenByPolicy"
    assert azure.data("POST", vault, "/deletedkeys/k/recover").status_code == 200
    assert azure.data("GET", vault, "/keys/k").status_code == 200


def test_attributes_of_one_version(azure: Azure, vault: str) -> None:
    first = azure.data("POST", vault, "/keys/k/create", {"kty": "RSA"}).json()["key"]["kid"].rpartition("/")[2]
    azure.data("POST", vault, "/keys/k/create", {"kty": "RSA"})
    azure.data("PATCH", vault, f"/keys/k/{first}", {"attributes": {"enabled": False}})
    assert azure.data("GET", vault, f"/keys/k/{first}").json()["attributes"]["enabled"] is False
    assert azure.data("GET", vault, "/keys/k").json()["attributes"]["enabled"] is True
    assert error_code(azure.data("GET", vault, f"/keys/k/{'0' * 32}")) == (404, "KeyNotFound")


def test_lists_come_in_pages_of_25(azure: Azure, vault: str) -> None:
    for index in range(26):
        azure.data("POST", vault, f"/keys/k{index}/create", {"kty": "RSA"})
    first = azure.data("GET", vault, "/keys").json()
    assert len(first["value"]) == 25
    rest = azure.call("GET", first["nextLink"], api=None, audience="https://vault.azure.net").json()
    assert len(rest["value"]) == 1
    assert "nextLink" not in rest


def test_wrapping_needs_a_fit_key(azure: Azure, vault: str) -> None:
    azure.data("POST", vault, "/keys/k/create", {"kty": "RSA", "key_size": 3072, "key_ops": ["wrapKey", "unwrapKey"]})
    value = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").rstrip(b"=").decode()
    wrapped = azure.data("POST", vault, "/keys/k/wrapkey", {"alg": "RSA-OAEP-256", "value": value}).json()
    assert wrapped["value"] != value
    unwrapped = azure.data("POST", vault, "/keys/k/unwrapkey", {"alg": "RSA-OAEP-256", "value": wrapped["value"]})
    assert unwrapped.json()["value"] == value
    estate_tables.change(azure.estate, {"keys": {f"{vault}/k": {"enabled": False}}})
    assert inner(azure.data("POST", vault, "/keys/k/wrapkey", {"value": value})) == "KeyDisabled"
    estate_tables.change(azure.estate, {"keys": {f"{vault}/k": {"enabled": True, "expires_in_s": -1}}})
    assert inner(azure.data("POST", vault, "/keys/k/wrapkey", {"value": value})) == "KeyExpired"
    assert azure.data("POST", vault, "/keys/k/unwrapkey", {"value": wrapped["value"]}).status_code == 200


def test_a_rotation_policy_is_kept(azure: Azure, vault: str) -> None:
    azure.data("POST", vault, "/keys/k/create", {"kty": "RSA"})
    actions = [{"trigger": {"timeAfterCreate": "P18M"}, "action": {"type": "rotate"}}]
    policy = {"lifetimeActions": actions, "attributes": {"expiryTime": "P2Y"}}
    assert azure.data("PUT", vault, "/keys/k/rotationpolicy", policy).status_code == 200
    kept = azure.data("GET", vault, "/keys/k/rotationpolicy").json()
    assert kept["attributes"]["expiryTime"] == "P2Y"
    assert kept["lifetimeActions"][0]["action"] == {"type": "Rotate"}
    policy["attributes"] = {"expiryTime": "soon"}
    assert error_code(azure.data("PUT", vault, "/keys/k/rotationpolicy", policy)) == (400, "BadParameter")
