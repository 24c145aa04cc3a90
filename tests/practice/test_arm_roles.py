"""Role assignments of the practice cloud: who may give them, to whom, and from when they count."""

from __future__ import annotations

import uuid
from typing import Any

import requests

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import AUTHORIZATION_API, Azure, error_code

ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
CRYPTO_OFFICER = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"


def assign(
    azure: Azure, role: str, principal: str, name: str = "", *, who: str = "alice", **properties: Any
) -> requests.Response:
    place = f"{azure.vault_path('kv-roles')}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}"
    role_id = f"/subscriptions/{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    body = {"properties": {"roleDefinitionId": role_id, "principalId": principal, **properties}}
    return azure.call("PUT", place, body, who=who, api=AUTHORIZATION_API)


def object_id(azure: Azure, who: str) -> str:
    return azure.world.directory.users[who].object_ids[azure.tenant]


def test_an_assignment_counts_after_the_delay(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    assert azure.data("GET", "kv-roles", "/keys").status_code == 403
    assert assign(azure, CRYPTO_OFFICER, object_id(azure, "alice")).status_code == 201
    waiting = azure.data("GET", "kv-roles", "/keys")
    assert waiting.json()["error"]["innererror"] == {"code": "ForbiddenByRbac"}
    azure.world.clock.advance(azure.estate.role_delay_s)
    assert azure.data("GET", "kv-roles", "/keys").status_code == 200


def test_the_same_assignment_again_changes_nothing(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    name, alice = str(uuid.uuid4()), object_id(azure, "alice")
    assert assign(azure, CRYPTO_OFFICER, alice, name).status_code == 201
    assert assign(azure, CRYPTO_OFFICER, alice, name).status_code == 200
    assert azure.world.applied["role.create"] == 1
    assert error_code(assign(azure, CRYPTO_OFFICER, alice)) == (409, "RoleAssignmentExists")
    changed = assign(azure, ENCRYPTION_USER, alice, name)
    assert error_code(changed) == (409, "RoleAssignmentUpdateNotPermitted")


def test_a_fresh_principal_is_found_only_by_its_type(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    azure.world.directory.replication_s = 60
    principal = azure.graph("POST", "/servicePrincipals", {"appId": ADOBE}).json()["id"]
    assert error_code(assign(azure, ENCRYPTION_USER, principal)) == (400, "PrincipalNotFound")
    wrong = assign(azure, ENCRYPTION_USER, principal, principalType="User")
    assert error_code(wrong) == (400, "UnmatchedPrincipalType")
    assert assign(azure, ENCRYPTION_USER, principal, principalType="ServicePrincipal").status_code == 201
    nobody = assign(azure, ENCRYPTION_USER, str(uuid.uuid4()), principalType="ServicePrincipal")
    assert error_code(nobody) == (400, "PrincipalNotFound")


def test_wrong_names_and_roles_are_refused(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    alice = object_id(azure, "alice")
    assert error_code(assign(azure, CRYPTO_OFFICER, alice, "not-a-guid"))[1] == "InvalidRoleAssignmentId"
    assert error_code(assign(azure, str(uuid.uuid4()), alice))[1] == "RoleDefinitionDoesNotExist"


def test_lists_by_filter(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    victor = object_id(azure, "victor")
    assign(azure, ENCRYPTION_USER, victor)

    def listed(scope: str, condition: str = "") -> list[str]:
        place = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        query = f"?$filter={condition}" if condition else ""
        reply = azure.call("GET", place + query, api=AUTHORIZATION_API)
        return sorted(each["properties"]["roleDefinitionId"].rpartition("/")[2] for each in reply.json()["value"])

    vault, subscription = azure.vault_path("kv-roles"), f"/subscriptions/{azure.subscription}"
    assert ENCRYPTION_USER in listed(vault)
    assert OWNER in listed(vault), "what is inherited is listed too"
    assert len(listed(vault, f"principalId eq '{victor}'")) == 2
    assert len(listed(subscription, f"assignedTo('{victor}')")) == 2, "at, above or below for one principal"
    assert ENCRYPTION_USER not in listed(subscription, "atScope()")
    place = f"{vault}/providers/Microsoft.Authorization/roleAssignments?$filter=colour eq 'red'"
    assert error_code(azure.call("GET", place, api=AUTHORIZATION_API)) == (400, "UnsupportedQuery")


def test_a_lock_against_deletion_keeps_assignments(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    name = str(uuid.uuid4())
    assign(azure, ENCRYPTION_USER, object_id(azure, "victor"), name)
    estate_tables.change(azure.estate, {"locks": [{"name": "keep", "scope": "kv-roles", "level": "CanNotDelete"}]})
    place = f"{azure.vault_path('kv-roles')}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert error_code(azure.call("DELETE", place, api=AUTHORIZATION_API)) == (409, "ScopeLocked")
    estate_tables.change(azure.estate, {"locks": [{"name": "keep", "scope": "kv-roles", "remove": True}]})
    assert azure.call("DELETE", place, api=AUTHORIZATION_API).status_code == 200
    assert azure.world.applied["role.delete"] == 1


def test_a_limited_administrator_gives_key_vault_roles_alone(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    azure.grant("victor", "Key Vault Data Access Administrator", "kv-roles")
    alice = object_id(azure, "alice")
    assert assign(azure, CRYPTO_OFFICER, alice, who="victor").status_code == 201
    assert error_code(assign(azure, OWNER, alice, who="victor")) == (403, "AuthorizationFailed")


def test_permissions_say_what_the_caller_may_do(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    place = f"{azure.vault_path('kv-roles')}/providers/Microsoft.Authorization/permissions"
    own = azure.call("GET", place, api=AUTHORIZATION_API).json()["value"]
    assert {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []} in own
    reader = azure.call("GET", place, who="victor", api=AUTHORIZATION_API).json()["value"]
    assert [each["actions"] for each in reader] == [["*/read"]]


def test_contributors_manage_vaults_but_no_roles(azure: Azure) -> None:
    azure.create_vault("kv-roles")
    azure.grant("victor", "Contributor", "rg-experience")
    path = azure.vault_path("kv-roles")
    assert azure.call("PATCH", path, {"tags": {"a": "b"}}, who="victor").status_code == 200
    refused = assign(azure, ENCRYPTION_USER, object_id(azure, "victor"), who="victor")
    assert error_code(refused) == (403, "AuthorizationFailed")
    # Switching the access model needs the right to assign roles.
    switch = azure.call("PATCH", path, {"properties": {"enableRbacAuthorization": False}}, who="victor")
    assert error_code(switch) == (403, "AuthorizationFailed")
