"""The set-up as Bicep: read back by a real parser, and held against the models of Azure's own client."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.keyvault import models

from cmkwizard.core.problems import Problem
from cmkwizard.journeys.as_code.bicep import bicep
from cmkwizard.journeys.as_code.seen import as_seen
from tests.journeys.as_code_support import (
    APP,
    ASSIGNMENT,
    OBJECT,
    ROLE,
    SUBSCRIPTION,
    TENANT,
    VAULT_ID,
    WORKSPACE,
    state,
)
from tests.journeys.bicep_reading import BicepFile, Raw, read_bicep

PLATFORM = "https://platform-nld2.adobe.io"
RETIRED_BEFORE = "2026-02-01"
"""Key Vault's versions before this one end on 2027-02-27 (Key Vault, "API version retirement and access control")."""


def file(**changes: dict[str, Any]) -> BicepFile:
    return read_bicep(bicep(as_seen(state(**changes)), PLATFORM))


def test_it_declares_what_was_seen() -> None:
    found = file()
    assert found.scope == "resourceGroup"
    assert found.parameters == {"adobeAppObjectId": OBJECT}
    kinds = {symbol: kind.partition("@")[0] for symbol, (kind, _) in found.resources.items()}
    assert kinds == {
        "vault": "Microsoft.KeyVault/vaults",
        "key": "Microsoft.KeyVault/vaults/keys",
        "role": "Microsoft.Authorization/roleAssignments",
        "log1": "Microsoft.Insights/diagnosticSettings",
        "lock1": "Microsoft.Authorization/locks",
    }
    bodies = {symbol: body for symbol, (_, body) in found.resources.items()}
    assert bodies["vault"] == {
        "name": "KV-cmk",
        "location": "westeurope",
        "tags": {"cost-centre": "47 11", "owner": "Zo\u00eb's ${team}"},
        "properties": {
            "tenantId": TENANT,
            "sku": {"family": "A", "name": "premium"},
            "accessPolicies": [],
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 30,
            "enablePurgeProtection": True,
            "publicNetworkAccess": "Enabled",
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Deny",
                "ipRules": [{"value": "10.1.2.3/32"}, {"value": "20.88.123.53/32"}],
            },
        },
    }
    assert bodies["key"]["properties"] == {"kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"]}
    assert (bodies["key"]["parent"], bodies["key"]["name"]) == (Raw("vault"), "experience")
    definition = f"subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{ROLE}')"
    assert bodies["role"] == {
        "scope": Raw("vault"),
        "name": ASSIGNMENT,
        "properties": {
            "roleDefinitionId": Raw(definition),
            "principalId": Raw("adobeAppObjectId"),
            "principalType": "ServicePrincipal",
        },
    }
    assert bodies["lock1"] == {"scope": Raw("vault"), "name": "keep it", "properties": {"level": "CanNotDelete"}}
    log = {"workspaceId": WORKSPACE, "logs": [{"category": "AuditEvent", "enabled": True}]}
    assert bodies["log1"] == {"scope": Raw("vault"), "name": "audit", "properties": log}


def test_tags_that_are_not_recorded_are_said_to_be_taken_away() -> None:
    for tags, said in ((None, True), ({}, False)):
        text = bicep(as_seen(state(deployment={"tags": tags})), PLATFORM)
        assert "tags" not in read_bicep(text).resources["vault"][1]
        assert ("the vault's tags: they are not in the records." in text) is said
        assert "it writes the vault as a whole, and takes away what is not here" in " ".join(text.split())


def test_every_property_of_vault_and_key_is_one_of_azures() -> None:
    found = file(
        key={"enabled": False, "not_before": "2026-11-01T00:00:00+00:00", "expires": "2028-11-01T00:00:00+00:00"}
    )
    version, vault = found.resources["vault"]
    named = vault["properties"]
    assert set(named) <= rest_names(models.VaultProperties)
    assert set(named["sku"]) <= rest_names(models.Sku)
    assert set(named["networkAcls"]) <= rest_names(models.NetworkRuleSet)
    assert set(named["networkAcls"]["ipRules"][0]) <= rest_names(models.IPRule)
    other, key = found.resources["key"]
    assert set(key["properties"]) <= rest_names(models.KeyProperties)
    attributes = key["properties"]["attributes"]
    assert attributes == {"enabled": False, "nbf": 1793491200, "exp": 1856649600}
    assert set(attributes) <= rest_names(models.KeyAttributes)
    assert version.rpartition("@")[2] == other.rpartition("@")[2] >= RETIRED_BEFORE
    role = {f"properties.{name}" for name in found.resources["role"][1]["properties"]}
    assert role <= {each["key"] for each in RoleAssignmentCreateParameters._attribute_map.values()}


def rest_names(model: Any) -> set[str]:
    """The names of a model's properties as Azure Resource Manager writes them."""
    return {field._rest_name for field in model({})._attr_to_rest_field.values()}


def test_a_role_on_the_group_is_given_there_and_one_above_it_is_left_out() -> None:
    group = VAULT_ID.partition("/providers/")[0]
    role = file(role={"scope": group}).resources["role"][1]
    assert "scope" not in role, "it is given where the file is deployed"
    above = state(role={"scope": group.partition("/resourcegroups/")[0]})
    text = bicep(as_seen(above), PLATFORM)
    assert "role" not in read_bicep(text).resources
    said = " ".join(text.replace("//", "").split())
    assert f"it was given at /subscriptions/{SUBSCRIPTION}, out of reach for this file." in said


def test_what_bicep_cannot_do_is_said() -> None:
    text = bicep(as_seen(state()), PLATFORM)
    comments = "\n".join(read_bicep(text).comments)
    assert "Adobe's app: Bicep makes nothing in the directory." in comments
    assert f"{PLATFORM}/data/infrastructure/manager/customer/config" in comments
    assert "az deployment group what-if" in comments
    with pytest.raises(Problem, match="Managed HSM"):
        bicep(as_seen(state(vault={"id": VAULT_ID.replace("/vaults/", "/managedhsms/")})), PLATFORM)
    assert APP in text


NASTY = "it's ${a} \\u{41} '' \\' \n } //\u202e\u2028\r\t\x00 $ {"


def test_nothing_in_a_name_becomes_code() -> None:
    named = {"name": NASTY, "level": NASTY, "scope": VAULT_ID}
    place = {"name": NASTY, "audit": True, "destination": WORKSPACE}
    found = file(
        deployment={"configuration": NASTY, "organisation": NASTY},
        key={"identifier": "https://kv-cmk.vault.azure.net/keys/a'b/0"},
        vault={"location": NASTY, "sku": NASTY, "ip_rules": [NASTY]},
        locks={"locks": [named]},
        logs={"settings": [place]},
        status={"word": NASTY},
    )
    bodies = {symbol: body for symbol, (_, body) in found.resources.items()}
    assert set(bodies) == {"vault", "key", "role", "log1", "lock1"}
    assert (bodies["vault"]["location"], bodies["lock1"]["name"], bodies["log1"]["name"]) == (NASTY, NASTY, NASTY)
    assert bodies["vault"]["properties"]["networkAcls"]["ipRules"] == [{"value": NASTY}]
    assert bodies["key"]["name"] == "a'b"
    assert not any(each in json.dumps(found.comments, ensure_ascii=False) for each in "\u202e\u2028")
