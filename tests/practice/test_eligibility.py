"""Roles that may be activated, and conditions that narrow what the holder of a role may give away."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from azure.mgmt.authorization import AuthorizationManagementClient

from cmkwizard.practice.cloud import PracticeCloud
from tests.practice.azure_support import AUTHORIZATION_API, Azure, error_code
from tests.practice.client import Client

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
CRYPTO_OFFICER = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
ROLE_ID = "Microsoft.Authorization/roleAssignments:RoleDefinitionId"
ONLY_ENCRYPTION_USERS = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR"
    f" (@Request[{ROLE_ID}] ForAnyOfAnyValues:GuidEquals {{{ENCRYPTION_USER}}}"
    " AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
    " ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))"
    " AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR"
    f" (@Resource[{ROLE_ID}] ForAnyOfAnyValues:GuidEquals {{{ENCRYPTION_USER}}}))"
)
NOT_OWNERS = (
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR"
    f" (@Request[{ROLE_ID}] ForAnyOfAllValues:GuidNotEquals {{{OWNER}}}))"
)


@pytest.fixture
def eligible() -> Iterator[Azure]:
    with PracticeCloud("pim-eligible") as cloud:
        azure = Azure(cloud)
        yield azure
        azure.close()


def control(azure: Azure, patch: dict[str, Any]) -> None:
    client = Client(azure.cloud)
    reply = client.control("PATCH", "/world", patch)
    client.session.close()
    assert reply.status_code == 200, reply.text


def names(azure: Azure, scope: str, **options: Any) -> list[tuple[str, str]]:
    sdk = azure.sdk(AuthorizationManagementClient, subscription_id=azure.subscription, **options)
    found = sdk.role_eligibility_schedule_instances.list_for_scope(scope, filter="asTarget()")
    return sorted((each.expanded_properties.role_definition.display_name, each.member_type) for each in found)


def test_microsofts_client_reads_what_may_be_activated(eligible: Azure) -> None:
    subscription = f"/subscriptions/{eligible.subscription}"
    assert names(eligible, subscription) == [("Owner", "Direct")]
    assert names(eligible, eligible.vault_path("kv-new")) == [
        ("Key Vault Contributor", "Inherited"),
        ("Key Vault Data Access Administrator", "Inherited"),
        ("Owner", "Inherited"),
    ]
    assert len(names(eligible, "/")) == 3
    assert names(eligible, subscription, who="victor") == []
    sdk = eligible.sdk(AuthorizationManagementClient, subscription_id=eligible.subscription)
    [owner] = sdk.role_eligibility_schedule_instances.list_for_scope(subscription, filter="asTarget()")
    alice = eligible.world.directory.users["alice"]
    assert owner.role_definition_id.endswith(OWNER)
    assert (owner.principal_id, owner.status) == (alice.object_ids[eligible.tenant], "Provisioned")
    assert owner.expanded_properties.scope.display_name == "Contoso production"
    assert owner.expanded_properties.principal.email == alice.upn


def test_what_may_be_activated_grants_nothing_until_it_is(eligible: Azure) -> None:
    body = {"location": "westeurope"}
    path = f"/subscriptions/{eligible.subscription}/resourceGroups/rg-new"
    assert error_code(eligible.call("PUT", path, body, api="2025-04-01")) == (403, "AuthorizationFailed")
    wanted = {"principal": "alice", "role": "Owner", "scope": "Contoso production"}
    control(eligible, {"estate": {"eligible": [{**wanted, "activate": True}]}})
    assert eligible.call("PUT", path, body, api="2025-04-01").status_code == 201
    assert len(names(eligible, "/")) == 3, "what is active stays eligible"
    control(eligible, {"estate": {"eligible": [{**wanted, "remove": True}]}})
    assert ("Owner", "Direct") not in names(eligible, "/")


@pytest.fixture
def delegate(azure: Azure) -> Callable[..., requests.Response]:
    """Gives and takes roles on a vault as victor, whose own role carries a condition."""
    azure.create_vault("kv-roles")

    def act(
        role: str, kind: str | None = "ServicePrincipal", *, method: str = "PUT", name: str = ""
    ) -> requests.Response:
        scope = azure.vault_path("kv-roles")
        place = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}"
        who = "alice" if kind == "User" else "b07a0000-5d6e-4f70-9b8c-7d6e5f4a3b06"
        principal = azure.world.directory.users["alice"].object_ids[azure.tenant] if kind == "User" else who
        definition = f"/subscriptions/{azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {"roleDefinitionId": definition, "principalId": principal}
        body = {"properties": properties | ({"principalType": kind} if kind else {})}
        return azure.call(method, place, body if method == "PUT" else None, who="victor", api=AUTHORIZATION_API)

    return act


def hold(azure: Azure, condition: str | None) -> None:
    role = {"principal": "victor", "role": "Role Based Access Control Administrator", "scope": "rg-experience"}
    control(azure, {"estate": {"roles": [role | ({"condition": condition} if condition else {})]}})


def test_a_condition_limits_roles_and_principals(azure: Azure, delegate: Callable[..., requests.Response]) -> None:
    hold(azure, ONLY_ENCRYPTION_USERS)
    refused = delegate(CRYPTO_OFFICER)
    assert error_code(refused) == (403, "AuthorizationFailed")
    assert "ABAC condition that is not fulfilled" in refused.json()["error"]["message"]
    assert delegate(ENCRYPTION_USER, "User").status_code == 403
    assert azure.world.applied.get("role.create") is None
    assert delegate(ENCRYPTION_USER).status_code == 201


def test_a_condition_limits_what_may_be_taken_away(azure: Azure, delegate: Callable[..., requests.Response]) -> None:
    azure.grant("alice", "Key Vault Crypto Officer", "kv-roles")
    given = next(each for each in azure.estate.assignments.values() if each.role == CRYPTO_OFFICER)
    hold(azure, ONLY_ENCRYPTION_USERS)
    assert delegate(CRYPTO_OFFICER, method="DELETE", name=given.name).status_code == 403
    hold(azure, None)
    assert delegate(CRYPTO_OFFICER, method="DELETE", name=given.name).status_code == 200


def test_a_condition_may_name_what_is_excluded(azure: Azure, delegate: Callable[..., requests.Response]) -> None:
    hold(azure, NOT_OWNERS)
    assert delegate(OWNER).status_code == 403
    assert delegate(ENCRYPTION_USER).status_code == 201


def test_conditions_are_shown_to_those_who_look(azure: Azure, delegate: Callable[..., requests.Response]) -> None:
    hold(azure, NOT_OWNERS)
    victor = azure.world.directory.users["victor"].object_ids[azure.tenant]
    client = azure.sdk(AuthorizationManagementClient, subscription_id=azure.subscription, who="victor")
    found = client.role_assignments.list_for_scope(azure.vault_path("kv-roles"), filter=f"assignedTo('{victor}')")
    assert {(each.condition, each.condition_version) for each in found} == {(None, None), (NOT_OWNERS, "2.0")}
