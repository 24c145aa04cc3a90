"""Vaults and their keys as scenarios and the control interface write them (see estate_tables.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.estate import Estate
from cmkwizard.practice.role_tables import principal_id
from cmkwizard.practice.vaults import ALL_OPERATIONS, DAY, NetworkRules, Vault

_KEY_CHANGES = ("enabled", "expires_in_s", "operations", "rotate", "deleted")
_VAULT_SETTINGS = ("public_access", "rbac", "purge_protection", "tags")
_NETWORK_SETTINGS = ("bypass", "default_action", "addresses")


def only(table: Mapping[str, Any], *allowed: str) -> None:
    """Raises KeyError for what nobody would look at: a slip of the pen, not a world."""
    for name in table:
        if name not in allowed:
            raise KeyError(name)


def add_vault(estate: Estate, name: str, group_id: str, table: Mapping[str, Any], places: Mapping[str, str]) -> Vault:
    """Adds the vault that a table describes, with its keys. Raises KeyError, TypeError when it is malformed.

    `places`: the resource ids of the workspaces and storage accounts, by name.
    """
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
    _set_diagnostics(estate, vault.id, table.get("diagnostics", []), places)
    if table.get("deleted", False):
        estate.delete_vault(vault)
    return vault


def _set_diagnostics(estate: Estate, vault_id: str, names: list[str], places: Mapping[str, str]) -> None:
    """One setting for each workspace or storage account, all with the log of the vault's uses."""
    log = {"category": "AuditEvent", "categoryGroup": None, "enabled": True}
    settings = estate.diagnostics[vault_id.lower()] = {}
    for name in names:
        kind = estate.destinations[places[name].lower()].kind
        settings[f"to-{name}"] = {
            "workspaceId": places[name] if kind == "workspaces" else None,
            "storageAccountId": places[name] if kind == "storageAccounts" else None,
            "eventHubName": None,
            "logs": [{**log, "retentionPolicy": {"days": 0, "enabled": False}}],
            "metrics": [],
            "logAnalyticsDestinationType": None,
        }


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


def change_key(estate: Estate, path: str, table: Mapping[str, Any]) -> None:
    """Changes a key as somebody in the vault would. `path`: "<vault>/<key>". Raises KeyError."""
    only(table, *_KEY_CHANGES)
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


def change_vault(estate: Estate, vault: Vault, table: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Changes a vault as another administrator would; `places` as for `add_vault`. Raises KeyError."""
    only(table, *_VAULT_SETTINGS, *_NETWORK_SETTINGS, "diagnostics", "deleted")
    if "diagnostics" in table:
        _set_diagnostics(estate, vault.id, table["diagnostics"], places)
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
