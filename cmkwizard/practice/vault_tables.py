"""Vaults and their keys as scenarios and the control interface write them (see estate_tables.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.estate import Estate
from cmkwizard.practice.role_tables import principal_id
from cmkwizard.practice.vaults import ALL_OPERATIONS, DAY, Key, NetworkRules, Vault

_KEY_TABLE = (
    "type",
    "size",
    "curve",
    "operations",
    "enabled",
    "starts_in_days",
    "expires_in_days",
    "versions",
    "rotation",
    "deleted",
)
_KEY_CHANGES = ("enabled", "starts_in_s", "expires_in_s", "operations", "rotate", "rotation", "deleted")
_VAULT_SETTINGS = (
    "sku",
    "rbac",
    "purge_protection",
    "soft_delete",
    "retention_days",
    "public_access",
    "private_endpoints",
    "tags",
)
_NETWORK_SETTINGS = ("bypass", "default_action", "addresses", "networks")
VAULT_TABLE = (*_VAULT_SETTINGS, *_NETWORK_SETTINGS, "policy", "unwritten", "diagnostics", "deleted")


def only(table: Mapping[str, Any], *allowed: str) -> None:
    """Raises KeyError for what nobody would look at: a slip of the pen, not a world."""
    for name in table:
        if name not in allowed:
            raise KeyError(name)


def add_vault(estate: Estate, name: str, group_id: str, table: Mapping[str, Any], places: Mapping[str, str]) -> Vault:
    """Adds the vault that a table describes, with its keys. Raises KeyError, TypeError when it is malformed.

    `places`: the resource ids of the workspaces and storage accounts, by name.
    """
    only(table, *VAULT_TABLE, "group", "location", "tenant", "keys")
    _, _, subscription, _, group = group_id.split("/")
    now = estate.clock.now()
    owner = table.get("tenant", estate.subscriptions[subscription].tenant)
    vault = Vault(
        name=name,
        subscription=subscription,
        group=group,
        location=table["location"],
        tenant=estate.directory.tenant_id(owner),
        created=now - DAY,
        sku="premium",
        purge_protection=True,
    )
    estate.add_vault(vault)
    set_values(estate, vault, table, places)
    for key_name, key_table in table.get("keys", {}).items():
        add_key(vault, key_name, key_table, now)
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


def set_values(estate: Estate, vault: Vault, table: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Takes over those settings of a vault (or Managed HSM) that the table has. Raises KeyError."""
    for name in _VAULT_SETTINGS:
        if name in table:
            setattr(vault, name, table[name])
    vault.unwritten = set(table.get("unwritten", vault.unwritten))
    if "policy" in table:
        vault.access_policies = [_access(estate, vault, *each) for each in table["policy"].items()]
    if set(_NETWORK_SETTINGS) & set(table):
        now = vault.network or NetworkRules(default_action="Deny")
        networks = [
            {"id": each, "ignoreMissingVnetServiceEndpoint": False}
            for each in table.get("networks", [each["id"] for each in now.networks])
        ]
        vault.network = NetworkRules(
            table.get("bypass", now.bypass),
            table.get("default_action", now.default_action),
            list(table.get("addresses", now.addresses)),
            networks,
        )
    if "diagnostics" in table:
        _set_diagnostics(estate, vault.id, table["diagnostics"], places)


def _access(estate: Estate, vault: Vault, who: str, permissions: list[str]) -> dict[str, Any]:
    object_id, _ = principal_id(estate, who, vault.tenant)
    granted = {"keys": list(permissions), "secrets": [], "certificates": [], "storage": []}
    return {"tenantId": vault.tenant, "objectId": object_id, "permissions": granted}


def add_key(vault: Vault, name: str, table: Mapping[str, Any], now: float) -> None:
    """Adds the key that a table describes. Raises KeyError when it is malformed."""
    only(table, *_KEY_TABLE)
    kind = table.get("type", "RSA")
    rsa = kind.startswith("RSA")
    key = vault.add_key(
        name, kind, size=table.get("size", 3072) if rsa else 0, curve="" if rsa else table.get("curve", "P-256")
    )
    for _ in range(table.get("versions", 1)):
        version = key.add_version(now - DAY, tuple(table.get("operations", ALL_OPERATIONS)))
        version.enabled = table.get("enabled", True)
        if "starts_in_days" in table:
            version.not_before = int(now + table["starts_in_days"] * DAY)
        if "expires_in_days" in table:
            version.expires = int(now + table["expires_in_days"] * DAY)
    if "rotation" in table:
        _set_rotation(key, table["rotation"], now)
    if table.get("deleted", False):
        key.deleted_at = now


def _set_rotation(key: Key, table: Mapping[str, Any] | None, now: float) -> None:
    """A rotation policy as the data plane keeps it, from `{after | before, expires}`, durations of ISO 8601."""
    key.rotation = None
    if table is None:
        return
    only(table, "after", "before", "expires")
    trigger = {"timeAfterCreate": table["after"]} if "after" in table else {"timeBeforeExpiry": table["before"]}
    attributes: dict[str, Any] = {"created": int(now), "updated": int(now)}
    if "expires" in table:
        attributes = {"expiryTime": table["expires"], **attributes}
    key.rotation = {"lifetimeActions": [{"trigger": trigger, "action": {"type": "Rotate"}}], "attributes": attributes}


def change_key(estate: Estate, path: str, table: Mapping[str, Any]) -> None:
    """Changes a key as somebody in the vault would. `path`: "<vault or Managed HSM>/<key>". Raises KeyError."""
    only(table, *_KEY_CHANGES)
    vault_name, _, key_name = path.partition("/")
    vaults: dict[str, Vault] = {**estate.hsms, **estate.vaults}
    key = vaults[vault_name.lower()].keys[key_name.lower()]
    now = estate.clock.now()
    if "enabled" in table:
        for version in key.versions:
            version.enabled = bool(table["enabled"])
            version.updated = now
    if "starts_in_s" in table:
        key.current.not_before = _moment(now, table["starts_in_s"])
    if "expires_in_s" in table:
        key.current.expires = _moment(now, table["expires_in_s"])
    if "operations" in table:
        key.current.operations = tuple(table["operations"])
    if "rotation" in table:
        _set_rotation(key, table["rotation"], now)
    if table.get("rotate"):
        key.add_version(now, key.current.operations)
    if "deleted" in table:
        key.deleted_at = now if table["deleted"] else None


def _moment(now: float, seconds: float | None) -> int | None:
    return None if seconds is None else int(now + seconds)


def change_vault(estate: Estate, vault: Vault, table: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Changes a vault as another administrator would; `places` as for `add_vault`. Raises KeyError."""
    only(table, *VAULT_TABLE)
    if vault.network is None and set(_NETWORK_SETTINGS) & set(table):
        vault.network = NetworkRules()
    set_values(estate, vault, table, places)
    if table.get("deleted"):
        estate.delete_vault(vault)
