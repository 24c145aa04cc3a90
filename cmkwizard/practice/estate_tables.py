"""The estate as scenarios write it and as the control interface changes it.

Tables under `[estate]` (all optional but `subscriptions`):

    role_delay_s, vault_delay_s, poll_hint_ms, page_size, client_address
    [estate.subscriptions.KEY]        id, name, tenant, state, registered = ["Microsoft.KeyVault"]
    [estate.groups.NAME]              subscription = KEY, location, tags
    [estate.vaults.NAME]              group = NAME of the table above, location, sku, rbac, purge_protection,
                                      retention_days, public_access, bypass, default_action, addresses,
                                      policy = { who = ["get", ...] }, tags, deleted
    [estate.vaults.NAME.keys.NAME]    type, size, operations, enabled, expires_in_days, versions, deleted
    [[estate.roles]]                  principal, role (name or id), scope, delay_s
    [[estate.locks]]                  name, level, scope, notes
    [[estate.policies]]               name, kind, scope, allowed
    [estate.many]                     tenant, subscriptions, vaults, location: as many of each, in groups of their own

`principal` and `who`: a user's scenario name or user principal name, an application id, or an object id.
`scope`: the KEY of a subscription, the NAME of a group or of a vault, or a resource id.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.azure_resources import Lock, Policy, ResourceGroup, Subscription
from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.directory import Directory
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.roles import role_named
from cmkwizard.practice.vaults import ALL_OPERATIONS, DAY, NetworkRules, Vault

_SETTINGS = ("role_delay_s", "vault_delay_s", "poll_hint_ms", "page_size", "client_address")
_CHANGES = ("keys", "vaults", "roles", "locks", "policies", "registered")
_TABLES = ("subscriptions", "groups", "vaults", "roles", "locks", "policies", "many")
_KEY_CHANGES = ("enabled", "expires_in_s", "operations", "rotate", "deleted")
_VAULT_SETTINGS = ("public_access", "rbac", "purge_protection", "tags")
_NETWORK_SETTINGS = ("bypass", "default_action", "addresses")
_MADE_UP = uuid.UUID("6f1d3c52-6f0e-4d53-9a55-6d4f9b1f6f10")  # namespace of generated subscription ids


def build(tables: Mapping[str, Any], clock: PracticeClock, directory: Directory) -> Estate:
    """The estate that the tables describe. Raises KeyError, TypeError when they are malformed."""
    _only(tables, *_SETTINGS, *_TABLES)
    estate = Estate(clock, directory)
    for setting in _SETTINGS:
        if setting in tables:
            setattr(estate, setting, tables[setting])
    keys: dict[str, str] = {}
    for key, table in tables.get("subscriptions", {}).items():
        tenant = estate.directory.tenant_id(table["tenant"])
        subscription = Subscription(table["id"].lower(), table["name"], tenant, table.get("state", "Enabled"))
        subscription.registered = {each.lower() for each in table.get("registered", ["Microsoft.KeyVault"])}
        estate.add_subscription(subscription)
        keys[key] = subscription.scope
    if "many" in tables:
        _add_many(estate, tables["many"])
    for name, table in tables.get("groups", {}).items():
        subscription_id = keys[table["subscription"]].rpartition("/")[2]
        group = ResourceGroup(name, subscription_id, table["location"], dict(table.get("tags", {})))
        estate.add_group(group)
        keys[name] = group.id
    for name, table in tables.get("vaults", {}).items():
        keys[name] = _add_vault(estate, name, keys[table["group"]], table).id
    for table in tables.get("roles", []):
        _assign(estate, table, keys)
    for table in tables.get("locks", []):
        _lock(estate, table, keys)
    for table in tables.get("policies", []):
        _policy(estate, table, keys)
    return estate


def _scope(written: str, keys: Mapping[str, str]) -> str:
    return written if written.startswith("/") else keys[written]


def _assign(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    scope = _scope(table["scope"], keys)
    tenant = estate.subscriptions[scope.split("/")[2].lower()].tenant
    object_id, kind = principal_id(estate, table["principal"], tenant)
    role = role_named(table["role"]).guid
    estate.assign(object_id, kind, role, scope, delay_s=float(table.get("delay_s", 0)))


def _lock(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    now = estate.clock.now()
    lock = Lock(table["name"], _scope(table["scope"], keys), table["level"], table.get("notes"), created=now)
    estate.locks[lock.id.lower()] = lock


def _policy(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    scope = _scope(table["scope"], keys)
    estate.policies.append(Policy(table["name"], scope, table["kind"], tuple(table.get("allowed", ()))))


def principal_id(estate: Estate, written: str, tenant: str) -> tuple[str, str]:
    """Object id and type of a principal as scenarios write it. Raises KeyError when nobody is meant by it."""
    user = estate.directory.user_named(written) or estate.directory.user(tenant, written)
    if user is not None:
        return user.object_ids[tenant], "User"
    directory = estate.directory
    found = directory.service_principal(tenant, written) or directory.service_principal_by_object_id(tenant, written)
    if found is None:
        raise KeyError(written)
    return found.object_id, "ServicePrincipal"


def _add_vault(estate: Estate, name: str, group_id: str, table: Mapping[str, Any]) -> Vault:
    _, _, subscription, _, group = group_id.split("/")
    now = estate.clock.now()
    vault = Vault(
        name=name,
        subscription=subscription,
        group=group,
        location=table["location"],
        tenant=estate.subscriptions[subscription].tenant,
        created=now - DAY,
        sku=table.get("sku", "premium"),
        rbac=table.get("rbac", True),
        purge_protection=table.get("purge_protection", True),
        retention_days=table.get("retention_days", 90),
        public_access=table.get("public_access", "Enabled"),
        network=_network(table),
        tags=dict(table.get("tags", {})),
    )
    for who, permissions in table.get("policy", {}).items():
        object_id, _ = principal_id(estate, who, vault.tenant)
        granted = {"keys": list(permissions), "secrets": [], "certificates": [], "storage": []}
        vault.access_policies.append({"tenantId": vault.tenant, "objectId": object_id, "permissions": granted})
    for key_name, key_table in table.get("keys", {}).items():
        _add_key(vault, key_name, key_table, now)
    estate.add_vault(vault)
    if table.get("deleted", False):
        estate.delete_vault(vault)
    return vault


def _network(table: Mapping[str, Any]) -> NetworkRules | None:
    if not {"bypass", "default_action", "addresses"} & set(table):
        return None
    return NetworkRules(
        table.get("bypass", "AzureServices"), table.get("default_action", "Deny"), list(table.get("addresses", []))
    )


def _add_key(vault: Vault, name: str, table: Mapping[str, Any], now: float) -> None:
    key = vault.add_key(name, table.get("type", "RSA"), size=table.get("size", 3072), curve=table.get("curve", ""))
    for _ in range(table.get("versions", 1)):
        version = key.add_version(now - DAY, tuple(table.get("operations", ALL_OPERATIONS)))
        version.enabled = table.get("enabled", True)
        if "expires_in_days" in table:
            version.expires = int(now + table["expires_in_days"] * DAY)
    if table.get("deleted", False):
        key.deleted_at = now


def _add_many(estate: Estate, table: Mapping[str, Any]) -> None:
    """Generates subscriptions with one group each and vaults spread over them; ids and names are always the same."""
    tenant = estate.directory.tenant_id(table["tenant"])
    location = table.get("location", "westeurope")
    count = table["subscriptions"]
    now = estate.clock.now()
    ids = [str(uuid.uuid5(_MADE_UP, str(index))) for index in range(count)]
    for index, subscription in enumerate(ids):
        estate.add_subscription(Subscription(subscription, f"Division {index + 1:03}", tenant))
        estate.add_group(ResourceGroup(f"rg-division-{index + 1:03}", subscription, location))
    crowded = table.get("crowded", 0)  # this many vaults live in the first subscription alone
    for index in range(table["vaults"]):
        place = 0 if index < crowded else index % count
        estate.add_vault(
            Vault(
                f"kv-division-{index + 1:05}",
                ids[place],
                f"rg-division-{place + 1:03}",
                location,
                tenant,
                now - DAY,
                purge_protection=index % 3 != 0,
            )
        )
    for role in table.get("roles", []):
        for subscription in ids:
            _assign(estate, {**role, "scope": f"/subscriptions/{subscription}"}, {})


def change(estate: Estate, patch: Mapping[str, Any]) -> None:
    """Changes the estate as another administrator would. Raises KeyError for what does not exist.

    `{"keys": {"<vault>/<key>": {"enabled": false, "expires_in_s": -1}},
    "vaults": {"<vault>": {"default_action": "Deny", "addresses": [], "bypass": "None", "public_access": "Disabled",
    "rbac": false, "deleted": true}}, "roles": [{"principal", "role", "scope", "delay_s", "remove": true}],
    "locks": [{"name", "scope", "level", "remove": true}], "policies": [{"name", "scope", "kind", "allowed"}],
    "registered": {"<subscription id>": [...]}, "client_address": "…"}`.
    In `scope`, the name of a vault, of a group or of a subscription, or a resource id.
    """
    _only(patch, *_SETTINGS, *_CHANGES)
    for setting in _SETTINGS:
        if setting in patch:
            setattr(estate, setting, patch[setting])
    for path, table in patch.get("keys", {}).items():
        _change_key(estate, path, table)
    for name, table in patch.get("vaults", {}).items():
        _change_vault(estate, estate.vaults[name.lower()], table)
    keys = {each.name: each.scope for each in estate.subscriptions.values()}
    keys |= {group.name: group.id for groups in estate.groups.values() for group in groups.values()}
    keys |= {vault.name: vault.id for vault in estate.vaults.values()}
    for table in patch.get("roles", []):
        if table.get("remove"):
            _unassign(estate, table, keys)
        else:
            _assign(estate, table, keys)
    for table in patch.get("locks", []):
        if table.get("remove"):
            scope = _scope(table["scope"], keys)
            del estate.locks[f"{scope}/providers/Microsoft.Authorization/locks/{table['name']}".lower()]
        else:
            _lock(estate, table, keys)
    for table in patch.get("policies", []):
        _policy(estate, table, keys)
    for subscription, namespaces in patch.get("registered", {}).items():
        estate.subscriptions[subscription.lower()].registered = {each.lower() for each in namespaces}


def _only(table: Mapping[str, Any], *allowed: str) -> None:
    """Raises KeyError for what nobody would look at: a slip of the pen, not a world."""
    for name in table:
        if name not in allowed:
            raise KeyError(name)


def _unassign(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    scope = _scope(table["scope"], keys)
    object_id, _ = principal_id(estate, table["principal"], estate.subscriptions[scope.split("/")[2].lower()].tenant)
    role = role_named(table["role"]).guid if "role" in table else None
    found = [
        each
        for each in estate.assignments_of(object_id)
        if each.scope.lower() == scope.lower() and role in (None, each.role)
    ]
    if not found:
        raise KeyError(table["scope"])
    for assignment in found:
        estate.remove_assignment(assignment)


def _change_key(estate: Estate, path: str, table: Mapping[str, Any]) -> None:
    _only(table, *_KEY_CHANGES)
    vault_name, _, key_name = path.partition("/")
    key = estate.vaults[vault_name.lower()].keys[key_name.lower()]
    now = estate.clock.now()
    if "enabled" in table:
        for version in key.versions:
            version.enabled = bool(table["enabled"])
            version.updated = now
    if "expires_in_s" in table:
        key.current.expires = int(now + table["expires_in_s"])
    if "operations" in table:
        key.current.operations = tuple(table["operations"])
    if table.get("rotate"):
        key.add_version(now, key.current.operations)
    if "deleted" in table:
        key.deleted_at = now if table["deleted"] else None


def _change_vault(estate: Estate, vault: Vault, table: Mapping[str, Any]) -> None:
    _only(table, *_VAULT_SETTINGS, *_NETWORK_SETTINGS, "deleted")
    for name in _VAULT_SETTINGS:
        if name in table:
            setattr(vault, name, table[name])
    now = vault.network or NetworkRules()
    if set(_NETWORK_SETTINGS) & set(table):
        vault.network = NetworkRules(
            table.get("bypass", now.bypass),
            table.get("default_action", now.default_action),
            list(table.get("addresses", now.addresses)),
            now.networks,
        )
    if table.get("deleted"):
        estate.delete_vault(vault)
