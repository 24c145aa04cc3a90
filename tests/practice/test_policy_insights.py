"""Asking beforehand what company policies say, and what they then deny."""

from __future__ import annotations

from typing import Any

import pytest

from cmkwizard.practice import estate_tables
from tests.practice.azure_support import RESOURCES_API, Azure, error_code

API = "2023-03-01"
ASSIGNMENTS_API = "2023-04-01"
VAULTS = "Microsoft.KeyVault/vaults"


def policy(azure: Azure, kind: str, *allowed: str, **more: Any) -> None:
    table = {"name": f"Company: {kind}", "kind": kind, "scope": "Contoso production", "allowed": list(allowed), **more}
    estate_tables.change(azure.estate, {"policies": [table]})


def check(azure: Azure, content: dict[str, Any], *pending: dict[str, Any], scope: str = "", **more: Any) -> Any:
    body = {"resourceDetails": {"resourceContent": content}, "pendingFields": list(pending), **more}
    path = f"{scope or azure.group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
    reply = azure.call("POST", path, body, who="victor", api=API)
    assert reply.status_code == 200, reply.text
    return reply.json()


def denied(answer: Any) -> list[str]:
    found = answer["contentEvaluationResult"]["policyEvaluations"]
    return [each["policyInfo"]["policyAssignmentId"].rpartition("/")[2] for each in found]


def vault(location: str = "westeurope", **properties: Any) -> dict[str, Any]:
    return {"type": VAULTS, "location": location, "properties": properties}


def test_what_a_policy_would_deny_is_told_and_changes_nothing(azure: Azure) -> None:
    policy(azure, "allowed-locations", "northeurope")
    policy(azure, "allowed-skus", "premium")
    answer = check(azure, vault(sku={"family": "A", "name": "standard"}))
    assert denied(answer) == ["allowed-locations", "allowed-skus"]
    first = answer["contentEvaluationResult"]["policyEvaluations"][0]
    assert (first["evaluationResult"], first["effectDetails"]) == ("NonCompliant", {"policyEffect": "Deny"})
    [expression] = first["evaluationDetails"]["evaluatedExpressions"]
    assert (expression["expressionValue"], expression["targetValue"]) == ("westeurope", ["northeurope"])
    assert denied(check(azure, vault("North Europe", sku={"name": "premium"}))) == []
    whole = f"/subscriptions/{azure.subscription}"
    assert denied(check(azure, vault(), scope=whole)) == ["allowed-locations"]
    assert azure.world.applied == {}


def test_open_fields_are_answered_with_what_is_denied_or_required(azure: Azure) -> None:
    policy(azure, "allowed-locations", "northeurope")
    policy(azure, "required-tags", "owner", "cost-centre")
    content = {"type": VAULTS, "tags": {"owner": "security"}}
    pending = ({"field": "location", "values": ["westeurope", "northeurope"]}, {"field": "tags"})
    answer = check(azure, content, *pending)
    found = {each["field"]: each["restrictions"][0] for each in answer["fieldRestrictions"]}
    assert set(found) == {"location", "tags.cost-centre"}
    assert (found["location"]["result"], found["location"]["values"]) == ("Deny", ["westeurope"])
    assert found["tags.cost-centre"]["result"] == "Required"
    assert found["location"]["policy"]["policyAssignmentId"].endswith("/policyAssignments/allowed-locations")


@pytest.mark.parametrize(
    ("kind", "allowed", "properties", "good"),
    [
        ("minimum-key-size", ["3072"], {"kty": "RSA", "keySize": 2048}, {"kty": "RSA", "keySize": 3072}),
        ("keys-in-hsm", [], {"kty": "RSA"}, {"kty": "RSA-HSM"}),
        ("keys-must-expire", [], {"kty": "RSA"}, {"kty": "RSA", "attributes": {"exp": 2_000_000_000}}),
    ],
)
def test_policies_on_keys(
    azure: Azure, kind: str, allowed: list[str], properties: dict[str, Any], good: dict[str, Any]
) -> None:
    azure.create_vault("kv-policy")
    policy(azure, kind, *allowed)
    key = "Microsoft.KeyVault/vaults/keys"
    assert denied(check(azure, {"type": key, "properties": properties})) == [kind]
    assert denied(check(azure, {"type": key, "properties": good})) == []
    place = f"{azure.vault_path('kv-policy')}/keys/k"
    assert error_code(azure.call("PUT", place, {"properties": properties})) == (403, "RequestDisallowedByPolicy")
    assert azure.call("PUT", place, {"properties": good}).status_code == 200


@pytest.mark.parametrize(
    ("kind", "properties", "good"),
    [
        ("public-access-off", {}, {"publicNetworkAccess": "Disabled"}),
        ("public-access-off", {"networkAcls": {"defaultAction": "Allow"}}, {"networkAcls": {"defaultAction": "Deny"}}),
        ("purge-protection-on", {}, {"enablePurgeProtection": True}),
    ],
)
def test_policies_on_vaults(azure: Azure, kind: str, properties: dict[str, Any], good: dict[str, Any]) -> None:
    policy(azure, kind)
    assert denied(check(azure, vault(**properties))) == [kind]
    assert denied(check(azure, vault(**good))) == []


def test_what_is_only_audited_is_told_when_asked_for(azure: Azure) -> None:
    policy(azure, "required-tags", "owner", effect="Audit")
    assert denied(check(azure, vault())) == []
    assert denied(check(azure, vault(), includeAuditEffect=True)) == ["required-tags"]
    assert azure.call("PUT", azure.group + "-2", {"location": "uksouth"}, api=RESOURCES_API).status_code == 201


def test_the_name_of_a_policy_is_in_its_assignment(azure: Azure) -> None:
    policy(azure, "allowed-locations", "northeurope")
    [found] = check(azure, vault())["contentEvaluationResult"]["policyEvaluations"]
    place = found["policyInfo"]["policyAssignmentId"]
    assignment = azure.call("GET", place, who="victor", api=ASSIGNMENTS_API).json()
    assert assignment["properties"]["displayName"] == "Company: allowed-locations"
    assert assignment["properties"]["policyDefinitionId"] == found["policyInfo"]["policyDefinitionId"]
    listed = f"{azure.group}/providers/Microsoft.Authorization/policyAssignments?$filter=atScope()"
    names = [each["name"] for each in azure.call("GET", listed, who="victor", api=ASSIGNMENTS_API).json()["value"]]
    assert names == ["allowed-locations"]
    with pytest.raises(KeyError):
        policy(azure, "no-mondays")
    policy(azure, "allowed-locations", remove=True)
    assert azure.call("GET", place, api=ASSIGNMENTS_API).status_code == 404


def test_asking_needs_a_right(azure: Azure) -> None:
    path = f"{azure.group}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
    estate_tables.change(
        azure.estate, {"roles": [{"principal": "victor", "scope": "Contoso production", "remove": True}]}
    )
    azure.grant("victor", "Key Vault Contributor", "rg-experience")
    refused = azure.call("POST", path, {"resourceDetails": {"resourceContent": {}}}, who="victor", api=API)
    assert error_code(refused) == (403, "AuthorizationFailed")
