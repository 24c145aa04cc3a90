"""The estate as scenarios write it and as the control interface changes it.

Tables under `[estate]` (all optional but `subscriptions`):

    role_delay_s, vault_delay_s, poll_hint_ms, page_size, client_address
    [estate.subscriptions.KEY]        id, name, tenant, state,
                                      registered = ["Microsoft.Insights", "Microsoft.KeyVault"]
    [estate.groups.NAME]              subscription = KEY, location, tags, state = "Succeeded" | "Deleting"
    [estate.vaults.NAME]              group = NAME of the table above, location, tenant (when it is not that of the
                                      subscription), sku, rbac, purge_protection, soft_delete (false: an old vault),
                                      retention_days, public_access, bypass, default_action, addresses,
                                      networks = [id of a subnet, ...], private_endpoints = ["Approved", ...],
                                      policy = { who = ["get", ...] }, tags, deleted,
                                      unwritten = ["enableRbacAuthorization", "enableSoftDelete", ...] (an old vault),
                                      diagnostics = [NAME of a workspace or storage account, ...]
    [estate.vaults.NAME.keys.NAME]    type, size, operations, enabled, starts_in_days, expires_in_days, versions,
                                      rotation = { after = "P18M" or before = "P30D", expires = "P2Y" }, deleted
    [estate.managed_hsms.NAME]        group, location, activated = true, administrators = [who, ...],
                                      roles = [{ principal, role (a local one), scope = "/" | "/keys" | "/keys/NAME" }],
                                      keys as of a vault, and its settings but rbac and policy
    [estate.workspaces.NAME]          group, location: a Log Analytics workspace, to which logs can go
    [estate.storage_accounts.NAME]    group, location: a storage account, likewise
    [[estate.roles]]                  principal, role (name or id), scope, delay_s, condition (text, version 2.0)
    [[estate.eligible]]               principal, role, scope, condition: a role that may be activated
    [[estate.locks]]                  name, level, scope, notes
    [[estate.policies]]               name, kind (see arm/policies.py), scope, allowed, effect = "Deny" | "Audit";
                                      one of a kind at a scope
    [estate.many]                     tenant, subscriptions, vaults, location: as many of each, in groups of their own

`principal` and `who`: a user's scenario name or user principal name, an application id, or an object id.
`scope`: the KEY of a subscription, the NAME of a group or of a vault, or a resource id.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.policies import KINDS
from cmkwizard.practice.azure_resources import Destination, Lock, Policy, ResourceGroup, Subscription
from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.directory import Directory
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.hsm_tables import add_hsm, change_hsm
from cmkwizard.practice.role_tables import change_eligible, change_role, scope_of
from cmkwizard.practice.vault_tables import add_vault, change_key, change_vault, only
from cmkwizard.practice.vaults import DAY, Vault

_SETTINGS = ("role_delay_s", "vault_delay_s", "poll_hint_ms", "page_size", "client_address")
_CHANGES = (
    "subscriptions",
    "groups",
    "keys",
    "vaults",
    "managed_hsms",
    "roles",
    "eligible",
    "locks",
    "policies",
    "registered",
)
_TABLES = (
    "subscriptions",
    "groups",
    "vaults",
    "managed_hsms",
    "workspaces",
    "storage_accounts",
    "roles",
    "eligible",
    "locks",
    "policies",
    "many",
)
_DESTINATIONS = {"workspaces": "workspaces", "storage_accounts": "storageAccounts"}
_MADE_UP = uuid.UUID("6f1d3c52-6f0e-4d53-9a55-6d4f9b1f6f10")  # namespace of generated subscription ids


def build(tables: Mapping[str, Any], clock: PracticeClock, directory: Directory) -> Estate:
    """The estate that the tables describe. Raises KeyError, TypeError when they are malformed."""
    only(tables, *_SETTINGS, *_TABLES)
    estate = Estate(clock, directory)
    for setting in _SETTINGS:
        if setting in tables:
            setattr(estate, setting, tables[setting])
    keys = _add_places(estate, tables)
    for name, table in tables.get("vaults", {}).items():
        keys[name] = add_vault(estate, name, keys[table["group"]], table, keys).id
    for name, table in tables.get("managed_hsms", {}).items():
        add_hsm(estate, name, keys[table["group"]], table, keys)
        keys[name] = estate.hsms[name.lower()].id
    for table in tables.get("roles", []):
        change_role(estate, table, keys)
    for table in tables.get("eligible", []):
        change_eligible(estate, table, keys)
    for table in tables.get("locks", []):
        _lock(estate, table, keys)
    for table in tables.get("policies", []):
        _policy(estate, table, keys)
    return estate


def _add_places(estate: Estate, tables: Mapping[str, Any]) -> dict[str, str]:
    """Subscriptions, groups and where logs can go; answers their resource ids by name."""
    keys: dict[str, str] = {}
    for key, table in tables.get("subscriptions", {}).items():
        tenant = estate.directory.tenant_id(table["tenant"])
        subscription = Subscription(table["id"].lower(), table["name"], tenant, table.get("state", "Enabled"))
        registered = table.get("registered", ["Microsoft.Insights", "Microsoft.KeyVault"])
        subscription.registered = {each.lower() for each in registered}
        estate.add_subscription(subscription)
        keys[key] = subscription.scope
    if "many" in tables:
        _add_many(estate, tables["many"])
    for name, table in tables.get("groups", {}).items():
        subscription_id = keys[table["subscription"]].rpartition("/")[2]
        group = ResourceGroup(
            name, subscription_id, table["location"], dict(table.get("tags", {})), table.get("state", "Succeeded")
        )
        estate.add_group(group)
        keys[name] = group.id
    for written, kind in _DESTINATIONS.items():
        for name, table in tables.get(written, {}).items():
            destination = Destination(name, kind, keys[table["group"]], table["location"])
            estate.destinations[destination.id.lower()] = destination
            keys[name] = destination.id
    return keys


def _lock(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    now = estate.clock.now()
    lock = Lock(table["name"], scope_of(table["scope"], keys), table["level"], table.get("notes"), created=now)
    estate.locks[lock.id.lower()] = lock


def _policy(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    scope = scope_of(table["scope"], keys)
    only({table["kind"]: None}, *KINDS)
    policy = Policy(table["name"], scope, table["kind"], tuple(table.get("allowed", ())), table.get("effect", "Deny"))
    estate.policies = [each for each in estate.policies if (each.scope, each.kind) != (scope, policy.kind)]
    if not table.get("remove"):
        estate.policies.append(policy)


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
            change_role(estate, {**role, "scope": f"/subscriptions/{subscription}"}, {})


def change(estate: Estate, patch: Mapping[str, Any]) -> None:
    """Changes the estate as another administrator would. Raises KeyError for what does not exist.

    `patch`, where every part may be left out:

        subscriptions  {"<name>": {"state": "Disabled"}}
        groups      {"<name>": {"state": "Deleting"}}
        keys        {"<vault or hsm>/<key>": {"enabled": false, "starts_in_s": 60, "expires_in_s": -1,
                    "operations": [...], "rotation": {"after": "P18M", "expires": "P2Y"}, "rotate": true,
                    "deleted": true}}; null ends a time or a rotation
        vaults      {"<vault>": {...}} with the settings of the table above (all but group, location, tenant, keys)
        managed_hsms  {"<hsm>": {...}} with the settings of the table above (all but group, location, keys); a role is
                    taken away with "remove": true
        roles       [{"principal", "role", "scope", "delay_s", "condition", "remove": true}]
        eligible    [{"principal", "role", "scope", "condition", "activate": true, "remove": true}]
        locks       [{"name", "scope", "level", "notes", "remove": true}]
        policies    [{"name", "scope", "kind", "allowed", "effect", "remove": true}]
        registered  {"<subscription id>": [...]}
        client_address, role_delay_s, vault_delay_s, poll_hint_ms, page_size

    In `scope`, the name of a vault, of a group, of a workspace or of a subscription, or a resource id.
    """
    only(patch, *_SETTINGS, *_CHANGES)
    for setting in _SETTINGS:
        if setting in patch:
            setattr(estate, setting, patch[setting])
    keys = _names(estate)
    _change_resources(estate, patch, keys)
    for table in patch.get("roles", []):
        change_role(estate, table, keys)
    for table in patch.get("eligible", []):
        change_eligible(estate, table, keys)
    for table in patch.get("locks", []):
        if table.get("remove"):
            scope = scope_of(table["scope"], keys)
            del estate.locks[f"{scope}/providers/Microsoft.Authorization/locks/{table['name']}".lower()]
        else:
            _lock(estate, table, keys)
    for table in patch.get("policies", []):
        _policy(estate, table, keys)
    for subscription, namespaces in patch.get("registered", {}).items():
        estate.subscriptions[subscription.lower()].registered = {each.lower() for each in namespaces}


def _change_resources(estate: Estate, patch: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    for name, table in patch.get("subscriptions", {}).items():
        only(table, "state")
        estate.subscriptions[keys[name].rpartition("/")[2]].state = table["state"]
    for name, table in patch.get("groups", {}).items():
        only(table, "state")
        _, _, subscription, _, group = keys[name].split("/")
        estate.groups[subscription][group.lower()].state = table["state"]
    for path, table in patch.get("keys", {}).items():
        change_key(estate, path, table)
    for name, table in patch.get("vaults", {}).items():
        change_vault(estate, estate.vaults[name.lower()], table, keys)
    for name, table in patch.get("managed_hsms", {}).items():
        change_hsm(estate, estate.hsms[name.lower()], table, keys)


def _names(estate: Estate) -> dict[str, str]:
    """The resource ids behind the names that may stand in a change."""
    keys = {each.name: each.scope for each in estate.subscriptions.values()}
    keys |= {group.name: group.id for groups in estate.groups.values() for group in groups.values()}
    keys |= {each.name: each.id for each in estate.destinations.values()}
    keys |= {hsm.name: hsm.id for hsm in estate.hsms.values()}
    return keys | {vault.name: vault.id for vault in estate.vaults.values()}
