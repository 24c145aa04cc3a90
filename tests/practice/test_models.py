"""Every answer of Resource Manager, Key Vault and the role surfaces fits the models of Microsoft's own SDKs exactly."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from azure.keyvault.keys import KeyClient, KeyRotationLifetimeAction, KeyRotationPolicy
from azure.keyvault.keys._generated.models import _models as key_models
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from tests.practice.azure_support import Azure, Credential

# Read-only fields that the real service leaves out in some answers or all of them: (model, name in JSON).
SOMETIMES = {
    ("TrackedResource", "systemData"),  # the flat list of resources
    ("VaultProperties", "hsmPoolResourceId"),
    ("VaultProperties", "privateEndpointConnections"),
    ("DeletedVault", "systemData"),
    ("DeletedVaultProperties", "purgeProtectionEnabled"),  # true or absent
    ("CheckNameAvailabilityResult", "reason"),  # of a name that is free
    ("CheckNameAvailabilityResult", "message"),
    ("Key", "systemData"),
    ("Key", "tags"),
    ("KeyProperties", "keyUriWithVersion"),  # lists leave it out
    ("ResourceGroup", "systemData"),
    ("GenericResourceExpanded", "systemData"),
    ("GenericResourceExpanded", "createdTime"),
    ("GenericResourceExpanded", "changedTime"),
    ("GenericResourceExpanded", "provisioningState"),
    ("Subscription", "managedByTenants"),
    ("Location", "subscriptionId"),
    ("LocationMetadata", "homeLocation"),
    ("PairedRegion", "subscriptionId"),
    ("TenantIdDescription", "country"),
    ("TenantIdDescription", "tenantBrandingLogoUrl"),
    ("ProviderResourceType", "defaultApiVersion"),
    ("ProviderResourceType", "apiProfiles"),
    ("KeyBundle", "managed"),
    ("KeyItem", "managed"),
    ("DeletedKeyBundle", "managed"),
    ("DeletedKeyItem", "managed"),
    ("KeyAttributes", "attestation"),  # only with its own call
    ("KeyAttributes", "hsmPlatform"),  # not in the control plane
    ("KeyAttributes", "recoverableDays"),
}


def differences(raw: Any, model: Any, where: str) -> Iterator[str]:
    """What the JSON has and the model lacks, and what the model promises and the JSON lacks."""
    if hasattr(model, "_attribute_map"):
        yield from old_style_differences(raw, model, where)
    elif hasattr(model, "_attr_to_rest_field"):
        name = type(model).__name__
        fields = {field._rest_name: (attribute, field) for attribute, field in model._attr_to_rest_field.items()}
        for key in sorted(set(raw) - set(fields)):
            yield f"{where}: {name} knows no {key}"
        for key, (_, field) in fields.items():
            promised = not field._is_optional or field._visibility == ["read"]
            if promised and raw.get(key) is None and (name, key) not in SOMETIMES:
                yield f"{where}: {name} lacks {key}"
        for key in set(raw) & set(fields):
            attribute, field = fields[key]
            value = getattr(model, attribute)
            if field._format in ("rfc3339", "unix-timestamp") and not isinstance(value, datetime):
                yield f"{where}.{key}: {raw[key]} is no time"
            yield from nested_differences(raw[key], value, f"{where}.{key}")


def nested_differences(raw: Any, value: Any, where: str) -> Iterator[str]:
    if isinstance(raw, list) and isinstance(value, list):
        for index, (raw_item, item) in enumerate(zip(raw, value, strict=True)):
            yield from differences(raw_item, item, f"{where}[{index}]")
    elif isinstance(raw, dict):
        yield from differences(raw, value, where)


def old_style_differences(raw: Any, model: Any, where: str) -> Iterator[str]:
    name = type(model).__name__
    paths = {entry["key"]: attribute for attribute, entry in model._attribute_map.items()}
    prefixes = {path.rpartition(".")[0] for path in paths if "." in path}
    flat = dict(raw)
    for prefix in prefixes:
        flat |= {f"{prefix}.{key}": value for key, value in flat.pop(prefix, {}).items()}
    for key in sorted(set(flat) - set(paths)):
        yield f"{where}: {name} knows no {key}"
    for key, attribute in paths.items():
        rule = model._validation.get(attribute, {})
        nullable = name == "RoleDefinition" and attribute in ("created_by", "updated_by")
        if (rule.get("readonly") or rule.get("required")) and flat.get(key) is None and not nullable:
            yield f"{where}: {name} lacks {key}"
        value = getattr(model, attribute)
        if model._attribute_map[attribute]["type"] == "iso-8601" and not isinstance(value, datetime):
            yield f"{where}.{key}: {flat.get(key)} is no time"
        if key in flat:
            yield from nested_differences(flat[key], value, f"{where}.{key}")


class Walk:
    """Calls SDK operations, keeps their raw JSON, compares each with the model the SDK made of it."""

    def __init__(self) -> None:
        self.raw: list[Any] = []
        self.found: list[str] = []
        self.walked = 0

    def hook(self, response: Any) -> None:
        answer = response.http_response
        text = answer.read().decode() if hasattr(answer, "read") else answer.text()
        self.raw.append(json.loads(text) if text else None)

    def one(self, where: str, model: Any) -> Any:
        """A single answer."""
        self.walked += 1
        self.found += differences(self.raw[-1], model, where)
        return model

    def many(self, where: str, models: Iterable[Any]) -> list[Any]:
        """A list over all of its pages."""
        before = len(self.raw)
        items = list(models)
        raw_items = [item for page in self.raw[before:] for item in page["value"]]
        assert len(items) == len(raw_items) > 0, where
        self.walked += len(items)
        for raw, item in zip(raw_items, items, strict=True):
            self.found += differences(raw, item, where)
        return items


@pytest.fixture
def walk() -> Iterator[Walk]:
    walk = Walk()
    yield walk
    assert walk.found == []
    assert walk.walked > 0


def key_vault(azure: Azure, walk: Walk) -> Any:
    return azure.sdk(KeyVaultManagementClient, subscription_id=azure.subscription, raw_response_hook=walk.hook)


def test_subscriptions(azure: Azure, walk: Walk) -> None:
    client = azure.sdk(SubscriptionClient, raw_response_hook=walk.hook)
    walk.many("tenants", client.tenants.list())
    walk.many("subscriptions", client.subscriptions.list())
    walk.one("subscription", client.subscriptions.get(azure.subscription))
    walk.many("locations", client.subscriptions.list_locations(azure.subscription))


def test_resources(azure: Azure, walk: Walk) -> None:
    client = azure.sdk(ResourceManagementClient, subscription_id=azure.subscription, raw_response_hook=walk.hook)
    walk.one("create", client.resource_groups.create_or_update("rg-new", {"location": "uksouth", "tags": {"a": "b"}}))
    walk.one("get", client.resource_groups.get("rg-new"))
    walk.one("update", client.resource_groups.update("rg-new", {"tags": {"a": "c"}}))
    walk.many("list", client.resource_groups.list())
    assert client.resource_groups.check_existence("RG-NEW")
    client.resource_groups.begin_delete("rg-new").result()
    assert not client.resource_groups.check_existence("rg-new")
    walk.many("providers", client.providers.list())
    walk.one("provider", client.providers.get("Microsoft.KeyVault"))
    walk.one("register", client.providers.register("Microsoft.KeyVault"))
    azure.create_vault("kv-models")
    walk.many("resources", client.resources.list(filter="resourceType eq 'Microsoft.KeyVault/vaults'"))
    walk.many("expanded", client.resources.list(expand="createdTime,changedTime,provisioningState"))


def vault_parameters(azure: Azure) -> dict[str, Any]:
    policy = {
        "tenantId": azure.tenant,
        "objectId": str(uuid.uuid4()),
        "permissions": {"keys": ["get", "list"], "secrets": [], "certificates": [], "storage": []},
    }
    return {
        "location": "westeurope",
        "tags": {"purpose": "models"},
        "properties": {
            "tenantId": azure.tenant,
            "sku": {"family": "A", "name": "premium"},
            "enabledForDeployment": True,
            "enabledForDiskEncryption": False,
            "enabledForTemplateDeployment": False,
            "enableRbacAuthorization": True,
            "enablePurgeProtection": True,
            "softDeleteRetentionInDays": 30,
            "accessPolicies": [policy],
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Deny",
                "ipRules": [{"value": "20.88.123.53"}],
                "virtualNetworkRules": [{"id": "/subscriptions/s/resourceGroups/g/providers/x/y/z/subnets/n"}],
            },
        },
    }


def test_vaults(azure: Azure, walk: Walk) -> None:
    azure.estate.vault_delay_s = 0.0
    client = key_vault(azure, walk)
    walk.one("free", client.vaults.check_name_availability({"name": "kv-models", "type": "Microsoft.KeyVault/vaults"}))
    group = "rg-experience"
    poller = client.vaults.begin_create_or_update(group, "kv-models", vault_parameters(azure))
    created = walk.one("create", poller.result())
    assert created.properties.provisioning_state == "Succeeded"
    assert created.properties.enable_rbac_authorization is True
    walk.one("taken", client.vaults.check_name_availability({"name": "KV-models", "type": "Microsoft.KeyVault/vaults"}))
    walk.one("bad", client.vaults.check_name_availability({"name": "-", "type": "Microsoft.KeyVault/vaults"}))
    walk.one("get", client.vaults.get(group, "kv-models"))
    walk.one("update", client.vaults.update(group, "kv-models", {"properties": {"publicNetworkAccess": "Disabled"}}))
    walk.many("by group", client.vaults.list_by_resource_group(group))
    walk.many("by subscription", client.vaults.list_by_subscription())
    walk.many("as resources", client.vaults.list())
    client.vaults.delete(group, "kv-models")
    walk.many("deleted", client.vaults.list_deleted())
    walk.one("deleted one", client.vaults.get_deleted("kv-models", "westeurope"))


def test_keys_through_the_control_plane(azure: Azure, walk: Walk) -> None:
    azure.create_vault("kv-models")
    client = key_vault(azure, walk)
    place = ("rg-experience", "kv-models")
    attributes = {"enabled": True, "nbf": 1_700_000_000, "exp": 2_000_000_000}
    wanted = {"kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey", "unwrapKey"], "attributes": attributes}
    created = walk.one(
        "create", client.keys.create_if_not_exist(*place, "k", {"properties": wanted, "tags": {"a": "b"}})
    )
    again = walk.one("again", client.keys.create_if_not_exist(*place, "k", {"properties": {"kty": "RSA"}}))
    assert again.properties.key_uri_with_version == created.properties.key_uri_with_version
    walk.one("curve", client.keys.create_if_not_exist(*place, "curve", {"properties": {"kty": "EC"}}))
    azure.grant("alice", "Key Vault Crypto Officer", "kv-models")
    azure.data("PUT", "kv-models", "/keys/k/rotationpolicy", ROTATION)
    walk.one("get", client.keys.get(*place, "k"))
    walk.many("list", client.keys.list(*place))
    versions = walk.many("versions", client.keys.list_versions(*place, "k"))
    walk.one("version", client.keys.get_version(*place, "k", versions[0].name))


ROTATION = {
    "lifetimeActions": [{"trigger": {"timeAfterCreate": "P18M"}, "action": {"type": "Rotate"}}],
    "attributes": {"expiryTime": "P2Y"},
}


def test_roles(azure: Azure, walk: Walk) -> None:
    azure.create_vault("kv-models")
    scope = azure.vault_path("kv-models")
    client = azure.sdk(AuthorizationManagementClient, subscription_id=azure.subscription, raw_response_hook=walk.hook)
    [role] = walk.many("by name", client.role_definitions.list(scope, filter="roleName eq 'Key Vault Crypto Officer'"))
    walk.many("definitions", client.role_definitions.list("/"))
    walk.one("definition", client.role_definitions.get(scope, role.name))
    walk.one("by id", client.role_definitions.get_by_id(role.id))
    victor = azure.world.directory.users["victor"].object_ids[azure.tenant]
    name = str(uuid.uuid4())
    wanted = {"role_definition_id": role.id, "principal_id": victor, "principal_type": "User", "description": "why"}
    created = walk.one("create", client.role_assignments.create(scope, name, wanted))
    walk.one("again", client.role_assignments.create(scope, name, wanted))
    walk.one("get", client.role_assignments.get(scope, name))
    walk.one("get by id", client.role_assignments.get_by_id(created.id))
    walk.many("at scope", client.role_assignments.list_for_scope(scope, filter=f"principalId eq '{victor}'"))
    walk.many("subscription", client.role_assignments.list_for_subscription(filter="atScope()"))
    walk.many("group", client.role_assignments.list_for_resource_group("rg-experience"))
    walk.many("permissions", client.permissions.list_for_resource_group("rg-experience"))
    resource = ("rg-experience", "Microsoft.KeyVault", "", "vaults", "kv-models")
    walk.many("permissions of the vault", client.permissions.list_for_resource(*resource))
    walk.one("delete", client.role_assignments.delete(scope, name))
    assert client.role_assignments.delete(scope, name) is None


def test_keys_in_the_vault(azure: Azure, walk: Walk) -> None:
    uri = azure.create_vault("kv-models").json()["properties"]["vaultUri"]
    azure.grant("alice", "Key Vault Administrator", "kv-models")
    client = KeyClient(
        uri, Credential(azure, "alice"), transport=azure.transport(), retry_total=0, raw_response_hook=walk.hook
    )
    generated = {"bundle": key_models.KeyBundle, "deleted": key_models.DeletedKeyBundle}

    def check(where: str, kind: str = "bundle") -> None:
        walk.one(where, generated[kind](walk.raw[-1]))

    key: Any = client.create_rsa_key("k", size=3072, key_operations=["wrapKey", "unwrapKey"], tags={"a": "b"})
    check("create")
    assert len(key.key.n) * 8 == 3072
    assert key.key.n[0] & 0x80
    client.create_ec_key("curve")
    check("curve")
    client.get_key("k")
    check("get")
    client.update_key_properties("k", enabled=False, expires_on=datetime.fromisoformat("2040-01-01T00:00:00+00:00"))
    check("update")
    client.rotate_key("k")
    check("rotate")
    for where, items in {
        "list": client.list_properties_of_keys(),
        "versions": client.list_properties_of_key_versions("k"),
    }.items():
        list(items)
        for raw in walk.raw[-1]["value"]:
            walk.found += differences(raw, key_models.KeyItem(raw), where)
    policy = KeyRotationPolicy(
        lifetime_actions=[KeyRotationLifetimeAction("rotate", time_after_create="P18M")], expires_in="P2Y"
    )
    client.get_key_rotation_policy("k")
    walk.one("policy", key_models.KeyRotationPolicy(walk.raw[-1]))
    client.update_key_rotation_policy("k", policy)
    walk.one("new policy", key_models.KeyRotationPolicy(walk.raw[-1]))
    client.begin_delete_key("k", _polling_interval=0).result()
    walk.one("deleted", key_models.DeletedKeyBundle(azure.data("GET", "kv-models", "/deletedkeys/k").json()))
    list(client.list_deleted_keys())
    for raw in walk.raw[-1]["value"]:
        walk.found += differences(raw, key_models.DeletedKeyItem(raw), "deleted keys")
    client.begin_recover_deleted_key("k", _polling_interval=0).result()
    client.close()


def test_the_walk_notices_what_does_not_fit() -> None:
    bundle = key_models.KeyBundle({"attributes": {"enabled": True}, "colour": "red"})
    found = list(differences({"attributes": {"enabled": True}, "colour": "red"}, bundle, "x"))
    assert "x: KeyBundle knows no colour" in found
    assert "x.attributes: KeyAttributes lacks created" in found
