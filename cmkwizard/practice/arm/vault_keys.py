"""Keys of vaults and Managed HSMs through the control plane: created only where absent, without any data-plane role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import (
    KEY_HOLDER,
    api_version,
    demand,
    demand_registered,
    demand_write,
    hsm_of,
    page,
    refuse,
    subscription_of,
    vault_of,
)
from cmkwizard.practice.arm.policies import demand_allowed
from cmkwizard.practice.arm.vault_body import bad
from cmkwizard.practice.key_rules import check_key_request
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.shapes import body_table, flag, table, tables, tags, texts, whole
from cmkwizard.practice.vaults import Key, KeyVersion, Vault
from cmkwizard.practice.web import Call, Reply, Route

_NAME = re.compile(r"[a-zA-Z0-9-]{1,127}")


def _key_uri(call: Call, vault: Vault, key: Key) -> str:
    # Under real names the control plane writes the port into the address, as Microsoft's published examples show.
    suffix = call.naming.hsm_suffix if isinstance(vault, ManagedHsm) else call.naming.vault_suffix
    return f"https://{vault.name.lower()}{suffix}{':443' if call.real_names else ''}/keys/{key.name}"


def _type(kind: str) -> str:
    """The resource type of keys of a kind of key holder."""
    return f"Microsoft.KeyVault/{'vaults' if kind.lower() == 'vaults' else 'managedHSMs'}/keys"


def _attributes(vault: Vault, version: KeyVersion) -> dict[str, Any]:
    attributes: dict[str, Any] = {"enabled": version.enabled}
    if version.not_before is not None:
        attributes["nbf"] = version.not_before
    if version.expires is not None:
        attributes["exp"] = version.expires
    return attributes | {
        "created": int(version.created),
        "updated": int(version.updated),
        "recoveryLevel": vault.recovery_level,
        "exportable": False,
    }


def _listed(call: Call, vault: Vault, key: Key, version: KeyVersion | None = None) -> dict[str, Any]:
    """A key as lists show it; with `version` given, that version of it."""
    uri = _key_uri(call, vault, key)
    shown = version or key.current
    body: dict[str, Any] = {
        "id": f"{vault.id}/keys/{key.name}",
        "name": key.name,
        "type": _type(vault.kind),
        "properties": {"attributes": _attributes(vault, shown), "keyUri": uri},
    }
    if not isinstance(vault, ManagedHsm):
        body["location"] = vault.location
    if shown.tags:
        body["tags"] = shown.tags
    if version is not None:
        body["id"] += f"/versions/{version.id}"
        body["name"] = version.id
        body["type"] = f"{_type(vault.kind)}/versions"
        body["properties"]["keyUriWithVersion"] = f"{uri}/{version.id}"
    return body


def _body(call: Call, vault: Vault, key: Key, version: KeyVersion | None = None) -> dict[str, Any]:
    shown = version or key.current
    body = _listed(call, vault, key, version)
    properties = body["properties"]
    properties |= {"kty": key.type, "keyOps": list(shown.operations)}
    if key.size:
        properties["keySize"] = key.size
    if key.curve:
        properties["curveName"] = key.curve
    properties["keyUriWithVersion"] = f"{properties['keyUri']}/{shown.id}"
    if key.rotation is not None and version is None:
        properties["rotationPolicy"] = _rotation_body(key.rotation)
    return body


def _rotation_body(rotation: Mapping[str, Any]) -> dict[str, Any]:
    # The control plane writes the actions in lower case, the data plane capitalised.
    return {
        "attributes": dict(rotation["attributes"]),
        "lifetimeActions": [
            {"trigger": dict(each["trigger"]), "action": {"type": each["action"]["type"].lower()}}
            for each in rotation["lifetimeActions"]
        ],
    }


def _rotation(policy: Mapping[str, Any], now: float) -> dict[str, Any] | None:
    """The rotation policy of a new key, as the data plane keeps it."""
    actions = []
    for each in tables(policy.get("lifetimeActions"), "lifetimeActions"):
        trigger = table(each.get("trigger"), "trigger")
        times = {name: trigger[name] for name in ("timeAfterCreate", "timeBeforeExpiry") if trigger.get(name)}
        kind = str(table(each.get("action"), "action").get("type", "")).capitalize()
        if kind not in ("Rotate", "Notify") or len(times) != 1:
            raise bad("A lifetime action rotates or notifies, and has one trigger.")
        actions.append({"trigger": times, "action": {"type": kind}})
    return {"lifetimeActions": actions, "attributes": {"created": int(now), "updated": int(now)}} if actions else None


def _holder(call: Call, verb: str, subscription: str, group: str, kind: str, vault: str, key: str = "") -> Vault:
    """The vault or Managed HSM, when the caller may take the action (below its keys). Raises Refused."""
    api_version(call, "vault keys")
    subscription_of(call, subscription)
    holder = f"{_type(kind).removesuffix('/keys')}/{vault}" + (f"/keys/{key}" if key else "")
    demand(call, f"{_type(kind)}/{verb}", f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{holder}")
    find = vault_of if kind.lower() == "vaults" else hsm_of
    return find(call, subscription, group, vault)


def _key(vault: Vault, name: str) -> Key:
    found = vault.key(name)
    if found is None:
        raise refuse(404, "KeyNotFound", f"A key with (name/id) {name} was not found in this key vault.")
    return found


def _get(call: Call, subscription: str, group: str, kind: str, vault: str, key: str) -> Reply:
    found = _holder(call, "read", subscription, group, kind, vault, key)
    return Reply(200, _body(call, found, _key(found, key)))


def _list(call: Call, subscription: str, group: str, kind: str, vault: str) -> Reply:
    found = _holder(call, "read", subscription, group, kind, vault)
    keys = sorted(found.live_keys(), key=lambda key: key.name.lower())
    return page(call, keys, lambda key: _listed(call, found, key))


def _versions(call: Call, subscription: str, group: str, kind: str, vault: str, key: str) -> Reply:
    found = _holder(call, "versions/read", subscription, group, kind, vault, key)
    named = _key(found, key)
    return page(call, named.versions, lambda version: _listed(call, found, named, version))


def _version(call: Call, subscription: str, group: str, kind: str, vault: str, key: str, version: str) -> Reply:
    found = _holder(call, "versions/read", subscription, group, kind, vault, key)
    named = _key(found, key)
    wanted = named.version(version)
    if wanted is None:
        raise refuse(404, "KeyNotFound", f"A key with (name/id) {key}/{version} was not found in this key vault.")
    return Reply(200, _body(call, found, named, wanted))


def _put(call: Call, subscription: str, group: str, kind: str, vault: str, key: str) -> Reply:
    found = _holder(call, "write", subscription, group, kind, vault, key)
    owner = subscription_of(call, subscription)
    demand_write(call, owner, f"{_type(kind)}/write", f"{found.id}/keys/{key}")
    demand_registered(owner, "Microsoft.KeyVault")
    if isinstance(found, ManagedHsm) and not found.activated:
        # Documented is that it serves nothing before; the code is not.
        raise refuse(409, "Conflict", f"The Managed HSM {found.name} is not activated.")
    existing = found.key(key)
    if existing is not None:
        return Reply(200, _body(call, found, existing))
    if not _NAME.fullmatch(key):
        raise bad(f"The key name '{key}' is invalid: letters, digits and hyphens, at most 127.")
    if found.deleted_key(key) is not None:
        raise refuse(
            409,
            "Conflict",
            f"Key {key} is currently in a deleted but recoverable state, and its name cannot be reused.",
        )
    body = body_table(call)
    properties = table(body.get("properties"), "properties")
    operations = texts(properties.get("keyOps"), "keyOps")
    request = check_key_request(
        found, properties.get("kty"), properties.get("keySize"), properties.get("curveName"), operations
    )
    if isinstance(request, str):
        raise bad(request)
    attributes = table(properties.get("attributes"), "attributes")
    enabled, key_tags = flag(attributes.get("enabled"), "enabled"), tags(body.get("tags"))
    not_before, expires = whole(attributes.get("nbf"), "nbf"), whole(attributes.get("exp"), "exp")
    demand_allowed(
        call, f"{found.id}/keys/{key}", _type(kind), {"properties": {**properties, "keySize": request.size or None}}
    )
    now = call.world.estate.clock.now()
    rotation = _rotation(table(properties.get("rotationPolicy"), "rotationPolicy"), now)
    created = found.add_key(key, request.type, size=request.size, curve=request.curve)
    created.rotation = rotation
    version = created.add_version(now, request.operations)
    version.enabled = enabled is not False
    version.not_before, version.expires, version.tags = not_before, expires, key_tags
    return Reply(200, _body(call, found, created), applied="key.create")


_KEYS = KEY_HOLDER + "/keys"
_ONE = _KEYS + r"/(?P<key>[^/]+)"

ROUTES = (
    Route("GET", _KEYS + "/?", _list, ignore_case=True),
    Route("GET", _ONE + "/?", _get, ignore_case=True),
    Route("PUT", _ONE + "/?", _put, ignore_case=True),
    Route("GET", _ONE + "/versions/?", _versions, ignore_case=True),
    Route("GET", _ONE + r"/versions/(?P<version>[^/]+)/?", _version, ignore_case=True),
)
