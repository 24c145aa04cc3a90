"""Answers follow Microsoft's published OpenAPI documents, at every api version of Key Vault the practice cloud knows.

The rules are written here in short: required fields, types, formats and closed sets of values, per kind of answer.
Sources: the OpenAPI documents of Microsoft.KeyVault 2016-10-01 to 2026-05-15, Microsoft.Authorization 2022-04-01 and
2020-05-01 (locks), Microsoft.Resources 2025-04-01 and 2022-12-01 (subscriptions), and the Key Vault data plane 7.x.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from cmkwizard.practice.arm.versions import VERSIONS
from cmkwizard.practice.keyvault.surface import VERSIONS as DATA_VERSIONS
from tests.practice.azure_support import AUTHORIZATION_API, RESOURCES_API, Azure

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY_OPERATIONS = {"encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "release"}
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
OPTIONAL = "?"  # before a name: may be missing


class Each:
    """A list, each item after the same rule."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule


class Time:
    """An RFC 3339 time."""


SKU = {"family": {"A"}, "name": {"standard", "premium"}}
NETWORK = {
    "bypass": {"AzureServices", "None"},
    "defaultAction": {"Allow", "Deny"},
    "ipRules": Each({"value": str}),
    "virtualNetworkRules": Each({"id": str, "?ignoreMissingVnetServiceEndpoint": bool}),
}
POLICY = {
    "tenantId": GUID,
    "objectId": str,
    "?applicationId": GUID,
    "permissions": {name: Each(str) for name in ("?keys", "?secrets", "?certificates", "?storage")},
}
SYSTEM = {
    "createdBy": str,
    "createdByType": {"User", "Application", "ManagedIdentity", "Key"},
    "createdAt": Time,
    "lastModifiedBy": str,
    "lastModifiedByType": {"User", "Application", "ManagedIdentity", "Key"},
    "lastModifiedAt": Time,
}
VAULT = {
    "id": re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.KeyVault/vaults/[^/]+"),
    "name": re.compile(r"[a-zA-Z0-9-]{3,24}"),
    "type": {"Microsoft.KeyVault/vaults"},
    "location": str,
    "tags": dict,
    "systemData": SYSTEM,
    "properties": {
        "tenantId": GUID,
        "sku": SKU,
        "accessPolicies": Each(POLICY),
        "vaultUri": re.compile(r"https://[a-z0-9-]+\.vault\.localhost:\d+/"),
        "?enabledForDeployment": bool,
        "?enabledForDiskEncryption": bool,
        "?enabledForTemplateDeployment": bool,
        "enableSoftDelete": bool,
        "softDeleteRetentionInDays": range(7, 91),
        "enableRbacAuthorization": bool,
        "?enablePurgeProtection": {True},
        "?networkAcls": NETWORK,
        "provisioningState": {"Succeeded", "RegisteringDns"},
        "publicNetworkAccess": {"Enabled", "Disabled"},
    },
}
DELETED_VAULT = {
    "id": re.compile(r"/subscriptions/[^/]+/providers/Microsoft\.KeyVault/locations/[^/]+/deletedVaults/[^/]+"),
    "name": str,
    "type": {"Microsoft.KeyVault/deletedVaults"},
    "properties": {
        "vaultId": VAULT["id"],
        "location": str,
        "deletionDate": Time,
        "scheduledPurgeDate": Time,
        "?tags": dict,
        "?purgeProtectionEnabled": {True},
    },
}
ARM_KEY_ATTRIBUTES = {
    "enabled": bool,
    "?nbf": int,
    "?exp": int,
    "created": int,
    "updated": int,
    "recoveryLevel": str,
    "?exportable": bool,
}
ARM_KEY = {
    "id": re.compile(r"/subscriptions/.+/vaults/[^/]+/keys/[a-zA-Z0-9-]{1,127}"),
    "name": re.compile(r"[a-zA-Z0-9-]{1,127}"),
    "type": {"Microsoft.KeyVault/vaults/keys"},
    "location": str,
    "?tags": dict,
    "properties": {
        "attributes": ARM_KEY_ATTRIBUTES,
        "kty": {"RSA", "RSA-HSM", "EC", "EC-HSM"},
        "keyOps": Each(KEY_OPERATIONS),
        "?keySize": {2048, 3072, 4096},
        "?curveName": {"P-256", "P-384", "P-521", "P-256K"},
        "keyUri": str,
        "keyUriWithVersion": re.compile(r"https://.+/keys/[^/]+/[0-9a-f]{32}"),
        "?rotationPolicy": {
            "attributes": {"?created": int, "?updated": int, "?expiryTime": str},
            "lifetimeActions": Each({"trigger": dict, "action": {"type": {"rotate", "notify"}}}),
        },
    },
}
LISTED_KEY = {**ARM_KEY, "properties": {"attributes": ARM_KEY_ATTRIBUTES, "keyUri": str}}
ROLE_ASSIGNMENT = {
    "id": str,
    "name": GUID,
    "type": {"Microsoft.Authorization/roleAssignments"},
    "properties": {
        "scope": str,
        "roleDefinitionId": re.compile(
            r"/subscriptions/[^/]+/providers/Microsoft\.Authorization/roleDefinitions/[^/]+"
        ),
        "principalId": GUID,
        "principalType": {"User", "Group", "ServicePrincipal", "ForeignGroup"},
        "description": (str, None),
        "condition": (str, None),
        "conditionVersion": (str, None),
        "createdOn": Time,
        "updatedOn": Time,
        "createdBy": str,
        "updatedBy": str,
        "delegatedManagedIdentityResourceId": (str, None),
    },
}
PERMISSION = {name: Each(str) for name in ("actions", "notActions", "dataActions", "notDataActions")}
ROLE_DEFINITION = {
    "id": str,
    "name": GUID,
    "type": {"Microsoft.Authorization/roleDefinitions"},
    "properties": {
        "roleName": str,
        "type": {"BuiltInRole", "CustomRole"},
        "description": str,
        "assignableScopes": Each(str),
        "permissions": Each(PERMISSION),
        "createdOn": Time,
        "updatedOn": Time,
    },
}
LOCK = {
    "id": str,
    "name": str,
    "type": {"Microsoft.Authorization/locks"},
    "properties": {"level": {"CanNotDelete", "ReadOnly"}, "?notes": str},
}
GROUP = {
    "id": re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+"),
    "name": str,
    "type": {"Microsoft.Resources/resourceGroups"},
    "location": str,
    "tags": dict,
    "properties": {"provisioningState": str},
}
SUBSCRIPTION = {
    "id": re.compile(r"/subscriptions/[0-9a-f-]{36}"),
    "subscriptionId": GUID,
    "tenantId": GUID,
    "displayName": str,
    "state": {"Enabled", "Warned", "PastDue", "Disabled", "Deleted"},
    "authorizationSource": str,
    "managedByTenants": Each({"tenantId": GUID}),
    "tags": dict,
    "subscriptionPolicies": {
        "locationPlacementId": str,
        "quotaId": str,
        "spendingLimit": {"On", "Off", "CurrentPeriodOff"},
    },
}
KEY_ATTRIBUTES = {
    "enabled": bool,
    "?nbf": int,
    "?exp": int,
    "created": int,
    "updated": int,
    "recoveryLevel": {
        "Purgeable",
        "Recoverable+Purgeable",
        "Recoverable",
        "CustomizedRecoverable+Purgeable",
        "CustomizedRecoverable",
    },
    "recoverableDays": range(7, 91),
    "exportable": bool,
    "hsmPlatform": str,
}
KEY = {
    "key": {
        "kid": re.compile(r"https://.+/keys/[^/]+/[0-9a-f]{32}"),
        "kty": {"RSA", "RSA-HSM"},
        "key_ops": Each(KEY_OPERATIONS),
        "n": BASE64URL,
        "e": {"AQAB"},
    },
    "attributes": KEY_ATTRIBUTES,
    "?tags": dict,
}
DELETED_KEY = {**KEY, "recoveryId": str, "deletedDate": int, "scheduledPurgeDate": int}
ROTATION = {
    "id": str,
    "lifetimeActions": Each(
        {"trigger": {"?timeAfterCreate": str, "?timeBeforeExpiry": str}, "action": {"type": {"Rotate", "Notify"}}}
    ),
    "attributes": {"?expiryTime": str, "created": int, "updated": int},
}
ERROR = {"error": {"code": str, "message": str, "?details": list, "?innererror": {"code": str}, "?target": str}}


def breaches(value: Any, rule: Any, where: str = "answer") -> Iterator[str]:
    """Where a value breaks its rule."""
    if isinstance(rule, dict):
        yield from object_breaches(value, rule, where)
    elif isinstance(rule, Each):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for index, item in enumerate(value):
            yield from breaches(item, rule.rule, f"{where}[{index}]")
    elif not fits(value, rule):
        yield f"{where} is {value!r}"


def object_breaches(value: Any, rule: dict[str, Any], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    names = {name.removeprefix(OPTIONAL): name for name in rule}
    for name in value.keys() - names.keys():
        yield f"{where}.{name} is not in the document"
    for name, written in names.items():
        if name in value:
            yield from breaches(value[name], rule[written], f"{where}.{name}")
        elif not written.startswith(OPTIONAL):
            yield f"{where}.{name} is missing"


def fits(value: Any, rule: Any) -> bool:
    if rule is Time:
        return isinstance(value, str) and value.endswith("Z") and datetime.fromisoformat(value[:26]) is not None
    if isinstance(rule, re.Pattern):
        return isinstance(value, str) and rule.fullmatch(value) is not None
    if isinstance(rule, set | range):
        return value in rule
    if isinstance(rule, tuple):
        return any(value is None if each is None else isinstance(value, each) for each in rule)
    return type(value) is rule


def conforms(reply: Any, status: int, rule: Any, *, listed: bool = False) -> None:
    assert reply.status_code == status, reply.text
    whole = {"value": Each(rule), "?nextLink": str} if listed else rule
    assert list(breaches(reply.json(), whole)) == []
    assert GUID.fullmatch(reply.headers["x-ms-request-id"])


@pytest.mark.parametrize("version", VERSIONS["vaults"])
def test_vaults_at_every_version(azure: Azure, version: str) -> None:
    azure.estate.vault_delay_s = 0.0
    path = azure.vault_path("kv-openapi")
    properties = {"tenantId": azure.tenant, "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}
    body = {"location": "westeurope", "properties": properties}
    conforms(azure.call("PUT", path, body, api=version), 200, VAULT)
    vault = azure.call("GET", path, api=version)
    conforms(vault, 200, VAULT)
    # The default access model of a new vault turned with 2026-02-01.
    assert vault.json()["properties"]["enableRbacAuthorization"] is (version >= "2026-02-01")
    conforms(azure.call("PATCH", path, {"tags": {"a": "b"}}, api=version), 200, VAULT)
    provider = f"/subscriptions/{azure.subscription}/providers/Microsoft.KeyVault"
    for place in (f"{azure.group}/providers/Microsoft.KeyVault/vaults", f"{provider}/vaults"):
        conforms(azure.call("GET", place, api=version), 200, VAULT, listed=True)
    assert azure.call("DELETE", path, api=version).status_code == 200
    assert azure.call("DELETE", path, api=version).status_code == 204
    conforms(azure.call("GET", f"{provider}/deletedVaults", api=version), 200, DELETED_VAULT, listed=True)
    place = f"{provider}/locations/westeurope/deletedVaults/kv-openapi"
    conforms(azure.call("GET", place, api=version), 200, DELETED_VAULT)
    assert azure.call("POST", f"{place}/purge", api=version).status_code in (200, 202)


def test_keys_of_the_control_plane(azure: Azure) -> None:
    azure.create_vault("kv-openapi")
    keys = f"{azure.vault_path('kv-openapi')}/keys"
    for name, properties in {
        "rsa": {"kty": "RSA", "keySize": 4096},
        "hsm": {"kty": "RSA-HSM", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"], "attributes": {"exp": 2**31}},
        "curve": {"kty": "EC", "curveName": "P-384"},
    }.items():
        conforms(azure.call("PUT", f"{keys}/{name}", {"properties": properties}), 200, ARM_KEY)
        conforms(azure.call("GET", f"{keys}/{name}"), 200, ARM_KEY)
    conforms(azure.call("GET", keys), 200, LISTED_KEY, listed=True)


def test_roles_and_locks(azure: Azure) -> None:
    azure.create_vault("kv-openapi")
    provider = f"{azure.vault_path('kv-openapi')}/providers/Microsoft.Authorization"
    definitions = azure.call("GET", f"{provider}/roleDefinitions", api=AUTHORIZATION_API)
    conforms(definitions, 200, ROLE_DEFINITION, listed=True)
    role = definitions.json()["value"][0]["id"]
    principal = azure.world.directory.users["victor"].object_ids[azure.tenant]
    one = f"{provider}/roleAssignments/{uuid.uuid4()}"
    body = {"properties": {"roleDefinitionId": role, "principalId": principal, "principalType": "User"}}
    conforms(azure.call("PUT", one, body, api=AUTHORIZATION_API), 201, ROLE_ASSIGNMENT)
    conforms(azure.call("PUT", one, body, api=AUTHORIZATION_API), 200, ROLE_ASSIGNMENT)
    conforms(azure.call("GET", one, api=AUTHORIZATION_API), 200, ROLE_ASSIGNMENT)
    conforms(azure.call("GET", f"{provider}/roleAssignments", api=AUTHORIZATION_API), 200, ROLE_ASSIGNMENT, listed=True)
    conforms(azure.call("DELETE", one, api=AUTHORIZATION_API), 200, ROLE_ASSIGNMENT)
    assert azure.call("DELETE", one, api=AUTHORIZATION_API).status_code == 204
    conforms(azure.call("GET", f"{provider}/permissions", api=AUTHORIZATION_API), 200, PERMISSION, listed=True)
    lock = f"{provider}/locks/keep"
    wanted = {"properties": {"level": "CanNotDelete", "notes": "do not lose it"}}
    for status in (201, 200):
        conforms(azure.call("PUT", lock, wanted, api="2020-05-01"), status, LOCK)
    conforms(azure.call("GET", lock, api="2020-05-01"), 200, LOCK)
    conforms(azure.call("GET", f"{provider}/locks", api="2020-05-01"), 200, LOCK, listed=True)
    assert [azure.call("DELETE", lock, api="2020-05-01").status_code for _ in range(2)] == [200, 204]


def test_groups_and_subscriptions(azure: Azure) -> None:
    conforms(azure.call("GET", f"/subscriptions/{azure.subscription}", api="2022-12-01"), 200, SUBSCRIPTION)
    listed = azure.call("GET", "/subscriptions", api="2022-12-01").json()
    assert listed.pop("count") == {"type": "Total", "value": 1}
    assert list(breaches(listed, {"value": Each(SUBSCRIPTION)})) == []
    group = f"/subscriptions/{azure.subscription}/resourceGroups/rg-openapi"
    conforms(azure.call("PUT", group, {"location": "West Europe"}, api=RESOURCES_API), 201, GROUP)
    conforms(azure.call("PUT", group, {"location": "westeurope"}, api=RESOURCES_API), 200, GROUP)
    conforms(azure.call("GET", group, api=RESOURCES_API), 200, GROUP)
    groups = group.rpartition("/")[0]
    conforms(azure.call("GET", groups, api=RESOURCES_API), 200, GROUP, listed=True)


@pytest.mark.parametrize("version", DATA_VERSIONS)
def test_keys_of_the_vault_at_every_version(azure: Azure, version: str) -> None:
    azure.create_vault("kv-openapi", softDeleteRetentionInDays=30)
    azure.grant("alice", "Key Vault Crypto Officer", "kv-openapi")

    def data(method: str, path: str, body: Any = None) -> Any:
        return azure.data(method, "kv-openapi", path, body, api=version)

    wanted = {"kty": "RSA", "key_size": 3072, "key_ops": ["wrapKey", "unwrapKey"], "attributes": {"exp": 2**31}}
    conforms(data("POST", "/keys/k/create", wanted), 200, KEY)
    conforms(data("GET", "/keys/k/"), 200, KEY)
    conforms(data("PATCH", "/keys/k", {"attributes": {"enabled": False}, "tags": {"a": "b"}}), 200, KEY)
    item = {"kid": str, "attributes": KEY_ATTRIBUTES, "?tags": dict}
    conforms(data("GET", "/keys"), 200, item, listed=True)
    conforms(data("GET", "/keys/k/versions"), 200, item, listed=True)
    conforms(data("GET", "/keys/k/rotationpolicy"), 200, ROTATION)
    conforms(data("DELETE", "/keys/k"), 200, DELETED_KEY)
    conforms(data("GET", "/deletedkeys/k"), 200, DELETED_KEY)
    conforms(data("POST", "/deletedkeys/k/recover"), 200, KEY)


def test_errors_of_every_surface(azure: Azure) -> None:
    azure.create_vault("kv-openapi")
    for reply, status in (
        (azure.call("GET", "/subscriptions/x/nothing"), 404),
        (azure.call("POST", f"/subscriptions/{azure.subscription}", {}), 405),
        (azure.call("GET", azure.vault_path("kv-absent")), 404),
        (azure.call("PUT", azure.vault_path("kv-victor"), {}, who="victor"), 403),
        (azure.data("GET", "kv-openapi", "/keys/absent"), 403),
        (azure.data("GET", "kv-openapi", "/nothing"), 404),
        (azure.data("GET", "kv-absent", "/keys"), 404),
    ):
        assert reply.status_code == status
        assert list(breaches(reply.json(), ERROR)) == []
        assert "Retry-After" not in reply.headers
    refusal = azure.graph("GET", "/nothing")
    assert refusal.status_code == 404
    assert refusal.json()["error"]["code"]


def test_the_rules_notice_what_breaks_them() -> None:
    broken = {
        "id": "/x",
        "name": "keep",
        "type": "Microsoft.Authorization/locks",
        "properties": {"level": "Soft"},
        "a": 1,
    }
    assert sorted(breaches(broken, LOCK)) == ["answer.a is not in the document", "answer.properties.level is 'Soft'"]
