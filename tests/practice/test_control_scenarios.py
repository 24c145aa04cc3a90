"""Each scenario does what its summary says, seen from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from cmkwizard.practice.cloud import PracticeCloud
from tests.practice.azure_support import Azure, error_code

VAULT = "kv-contoso-experience"
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"


@pytest.fixture
def azure_in() -> Iterator[Callable[[str], Azure]]:
    """Starts a practice cloud of a scenario, seen through Azure's side."""
    started: list[Azure] = []

    def start(scenario: str) -> Azure:
        started.append(Azure(PracticeCloud(scenario).start()))
        return started[-1]

    yield start
    for azure in started:
        azure.close()
        azure.cloud.stop()


def put_vault(azure: Azure, name: str, location: str = "westeurope") -> requests.Response:
    sku = {"family": "A", "name": "premium"}
    properties = {"tenantId": azure.tenant, "sku": sku, "enableRbacAuthorization": True, "enablePurgeProtection": True}
    return azure.call("PUT", azure.vault_path(name), {"location": location, "properties": properties})


def check_name(azure: Azure, name: str) -> dict[str, object]:
    path = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault/checkNameAvailability"
    answer: dict[str, object] = azure.call("POST", path, {"name": name, "type": "Microsoft.KeyVault/vaults"}).json()
    return answer


def test_existing_vault(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("existing-vault")
    properties = azure.call("GET", azure.vault_path(VAULT)).json()["properties"]
    assert (properties["enableRbacAuthorization"], properties["enablePurgeProtection"]) == (True, True)
    key = azure.call("GET", f"{azure.vault_path(VAULT)}/keys/experience-cmk").json()["properties"]
    assert (key["kty"], key["keySize"], sorted(key["keyOps"])) == ("RSA", 3072, ["unwrapKey", "wrapKey"])
    assert azure.world.directory.service_principal(azure.tenant, APP) is None


def test_no_rights(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("no-rights")
    assert azure.call("GET", f"{azure.group}", api="2025-04-01").status_code == 200
    assert error_code(put_vault(azure, "kv-another-one")) == (403, "AuthorizationFailed")


def test_slow_roles(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("slow-roles")
    azure.create_vault("kv-another-one")
    alice = azure.world.directory.users["alice"].object_ids[azure.tenant]
    role = f"/subscriptions/{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    name = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
    path = f"{azure.vault_path('kv-another-one')}/providers/Microsoft.Authorization/roleAssignments/{name}"
    wish = {"properties": {"roleDefinitionId": f"{role}/{name}", "principalId": alice, "principalType": "User"}}
    assert azure.call("PUT", path, wish, api="2022-04-01").status_code == 201
    assert azure.data("GET", "kv-another-one", "/keys").status_code == 403
    azure.world.clock.advance(179)
    assert azure.data("GET", "kv-another-one", "/keys").status_code == 403
    azure.world.clock.advance(2)
    assert azure.data("GET", "kv-another-one", "/keys").status_code == 200


def test_weak_vault(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("weak-vault")
    assert not azure.call("GET", azure.vault_path(VAULT)).json()["properties"].get("enablePurgeProtection")
    key = azure.call("GET", f"{azure.vault_path(VAULT)}/keys/experience-cmk").json()
    assert key["properties"]["keySize"] == 2048


def test_access_policy_vault(azure_in: Callable[[str], Azure]) -> None:
    properties = (azure := azure_in("access-policy-vault")).call("GET", azure.vault_path(VAULT)).json()["properties"]
    assert properties["enableRbacAuthorization"] is False
    assert len(properties["accessPolicies"]) == 2


def test_names_that_are_not_free(azure_in: Callable[[str], Azure]) -> None:
    for scenario in ("name-taken", "soft-deleted-name"):
        azure = azure_in(scenario)
        assert check_name(azure, VAULT)["nameAvailable"] is False
        assert azure.call("GET", azure.vault_path(VAULT)).status_code == 404
        assert put_vault(azure, VAULT).status_code == 409


def test_policy_denies(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("policy-denies")
    assert error_code(put_vault(azure, "kv-another-one")) == (403, "RequestDisallowedByPolicy")
    assert error_code(put_vault(azure, "kv-another-one", "northeurope")) == (403, "RequestDisallowedByPolicy")


def test_locked(azure_in: Callable[[str], Azure]) -> None:
    assert error_code(put_vault(azure_in("locked"), "kv-another-one")) == (409, "ScopeLocked")


def test_firewalled(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("firewalled")
    azure.grant("alice", "Key Vault Crypto Officer", VAULT)
    refused = azure.data("GET", VAULT, "/keys").json()["error"]
    assert refused["innererror"]["code"] == "ForbiddenByFirewall"


def test_wrong_tenant(azure_in: Callable[[str], Azure]) -> None:
    azure = azure_in("wrong-tenant")
    path = f"/subscriptions/{azure.subscription}"
    refused = azure.call("GET", path, api="2022-12-01")
    assert error_code(refused) == (401, "InvalidAuthenticationTokenTenant")
    fabrikam = azure.world.directory.tenant_id("fabrikam")
    assert azure.call("GET", path, api="2022-12-01", tenant=fabrikam).status_code == 200


@pytest.mark.parametrize(
    ("scenario", "trouble"), [("key-expired", "expires"), ("key-disabled", "enabled"), ("role-removed", "role")]
)
def test_a_set_up_that_broke(azure_in: Callable[[str], Azure], scenario: str, trouble: str) -> None:
    azure = azure_in(scenario)
    state = azure.world.snapshot()
    assert state["adobe"]["configurations"][0]["status"] == "COMPLETED"
    version = state["estate"]["vaults"][0]["keys"][0]["versions"][0]
    roles = [each["role"] for each in state["estate"]["role_assignments"]]
    found = {
        "expires": version["expires"] is not None and version["expires"] < azure.world.clock.now(),
        "enabled": not version["enabled"],
        "role": "Key Vault Crypto Service Encryption User" not in roles,
    }
    assert [name for name, broken in found.items() if broken] == [trouble]
