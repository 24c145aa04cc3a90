"""Keys in the data plane of Key Vault: every creation makes a new version."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from cmkwizard.practice.key_rules import check_key_request
from cmkwizard.practice.keyvault import called_vault, demand, vault_error
from cmkwizard.practice.vaults import DAY, Key, KeyVersion, Vault
from cmkwizard.practice.web import Call, Refused, Reply, Route

Item = TypeVar("Item")
_NAME = re.compile(r"[a-zA-Z0-9-]{1,127}")
_PAGE = 25


def _base64url(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode()


def _bytes(text: object) -> bytes:
    written = str(text or "")
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


def _refuse(status: int, code: str, message: str, inner: str = "") -> Refused:
    return Refused(vault_error(status, code, message, inner))


def _base(call: Call, vault: Vault) -> str:
    return f"https://{vault.name.lower()}{call.naming.vault_suffix}"


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
        "recoverableDays": vault.retention_days,
        "exportable": False,
        "hsmPlatform": "0",
    }


def _bundle(call: Call, vault: Vault, key: Key, version: KeyVersion | None = None) -> dict[str, Any]:
    shown = version or key.current
    web_key: dict[str, Any] = {
        "kid": f"{_base(call, vault)}/keys/{key.name}/{shown.id}",
        "kty": key.type,
        "key_ops": list(shown.operations),
    }
    if key.curve:
        web_key["crv"] = key.curve
    web_key |= {name: _base64url(number) for name, number in shown.numbers.items()}
    bundle: dict[str, Any] = {"key": web_key, "attributes": _attributes(vault, shown)}
    if shown.tags:
        bundle["tags"] = shown.tags
    return bundle


def _item(call: Call, vault: Vault, key: Key, version: KeyVersion | None = None) -> dict[str, Any]:
    shown = version or key.current
    tail = f"/{version.id}" if version else ""
    item: dict[str, Any] = {
        "kid": f"{_base(call, vault)}/keys/{key.name}{tail}",
        "attributes": _attributes(vault, shown),
    }
    if shown.tags:
        item["tags"] = shown.tags
    return item


def _deleted(call: Call, vault: Vault, key: Key, body: dict[str, Any]) -> dict[str, Any]:
    deleted_at = key.deleted_at or 0.0
    return body | {
        "recoveryId": f"{_base(call, vault)}/deletedkeys/{key.name}",
        "deletedDate": int(deleted_at),
        "scheduledPurgeDate": int(deleted_at + vault.retention_days * DAY),
    }


def _page(call: Call, items: Sequence[Item], render: Callable[[Item], dict[str, Any]]) -> Reply:
    wanted = call.query.get("maxresults", "")
    if wanted and (not wanted.isdigit() or not 1 <= int(wanted) <= _PAGE):
        raise _refuse(400, "BadParameter", f"maxresults must be from 1 to {_PAGE}.")
    size = int(wanted) if wanted else _PAGE
    token = call.query.get("$skiptoken", "0")
    start = int(token) if token.isdigit() else 0
    body: dict[str, Any] = {"value": [render(item) for item in items[start : start + size]]}
    if start + size < len(items):
        version = quote(call.query["api-version"])
        following = f"{call.origin}{call.path}?api-version={version}&$skiptoken={start + size}"
        body["nextLink"] = following + (f"&maxresults={wanted}" if wanted else "")
    return Reply(200, body)


def _found(vault: Vault, name: str) -> Key:
    key = vault.key(name)
    if key is None:
        raise _refuse(
            404,
            "KeyNotFound",
            f"A key with (name/id) {name} was not found in this key vault. If you recently deleted this key you may be"
            " able to recover it.",
        )
    return key


def _version(key: Key, version: str | None) -> KeyVersion:
    found = key.version(version) if version else key.current
    if found is None:
        raise _refuse(404, "KeyNotFound", f"A key with (name/id) {key.name}/{version} was not found in this key vault.")
    return found


def _list(call: Call) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/read", "list")
    keys = sorted(vault.live_keys(), key=lambda key: key.name.lower())
    return _page(call, keys, lambda key: _item(call, vault, key))


def _versions(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/read", "list", name)
    key = vault.key(name)
    versions = key.versions if key else []
    return _page(call, versions, lambda version: _item(call, vault, key, version) if key else {})


def _get(call: Call, name: str, version: str | None = None) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/read", "get", name)
    key = _found(vault, name)
    return Reply(200, _bundle(call, vault, key, _version(key, version)))


def _create(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/create/action", "create", name)
    if not _NAME.fullmatch(name):
        raise _refuse(400, "BadParameter", f"The request URI contains an invalid name: {name}")
    if vault.deleted_key(name) is not None:
        raise _refuse(
            409,
            "Conflict",
            f"Key {name} is currently in a deleted but recoverable state, and its name cannot be reused.",
            "ObjectIsDeletedButRecoverable",
        )
    body = call.json()
    request = check_key_request(vault, body.get("kty"), body.get("key_size"), body.get("crv"), body.get("key_ops"))
    if isinstance(request, str):
        raise _refuse(400, "BadParameter", request)
    key = vault.key(name)
    if key is None:
        key = vault.add_key(name, request.type, size=request.size, curve=request.curve)
    else:
        key.type, key.size, key.curve = request.type, request.size, request.curve
    version = key.add_version(call.world.estate.clock.now(), request.operations)
    _take(version, body)
    return Reply(200, _bundle(call, vault, key), applied="key.create")


def _take(version: KeyVersion, body: Mapping[str, Any]) -> None:
    """Takes over attributes, operations and tags of a request."""
    attributes = body.get("attributes") or {}
    if attributes.get("enabled") is not None:
        version.enabled = bool(attributes["enabled"])
    if "nbf" in attributes:
        version.not_before = attributes["nbf"]
    if "exp" in attributes:
        version.expires = attributes["exp"]
    if body.get("key_ops") is not None:
        version.operations = tuple(body["key_ops"])
    if body.get("tags") is not None:
        version.tags = dict(body["tags"])


def _update(call: Call, name: str, version: str | None = None) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/update/action", "update", name)
    key = _found(vault, name)
    changed = _version(key, version)
    _take(changed, call.json())
    changed.updated = call.world.estate.clock.now()
    return Reply(200, _bundle(call, vault, key, changed), applied="key.update")


def _rotate(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/rotate/action", "rotate", name)
    key = _found(vault, name)
    key.add_version(call.world.estate.clock.now(), key.current.operations)
    return Reply(200, _bundle(call, vault, key), applied="key.rotate")


def _delete(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/delete", "delete", name)
    key = _found(vault, name)
    key.deleted_at = call.world.estate.clock.now()
    return Reply(200, _deleted(call, vault, key, _bundle(call, vault, key)), applied="key.delete")


def _list_deleted(call: Call) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/read", "list")
    keys = sorted((key for key in vault.keys.values() if key.deleted_at is not None), key=lambda key: key.name.lower())
    return _page(call, keys, lambda key: _deleted(call, vault, key, _item(call, vault, key)))


def _found_deleted(vault: Vault, name: str) -> Key:
    key = vault.deleted_key(name)
    if key is None:
        raise _refuse(404, "KeyNotFound", f"Deleted Key not found: {name}")
    return key


def _get_deleted(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/read", "get", name)
    key = _found_deleted(vault, name)
    return Reply(200, _deleted(call, vault, key, _bundle(call, vault, key)))


def _recover(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/recover/action", "recover", name)
    key = _found_deleted(vault, name)
    key.deleted_at = None
    return Reply(200, _bundle(call, vault, key), applied="key.recover")


def _purge(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/purge/action", "purge", name)
    _found_deleted(vault, name)
    if vault.purge_protection:
        raise _refuse(403, "Forbidden", 'Operation "purge" is not enabled for this vault.', "ForbiddenByPolicy")
    del vault.keys[name.lower()]
    return Reply(204, applied="key.purge")


def _get_rotation(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keyrotationpolicies/read", "getrotationpolicy", name)
    return Reply(200, _rotation_body(call, vault, _found(vault, name)))


def _rotation_body(call: Call, vault: Vault, key: Key) -> dict[str, Any]:
    nothing_set = {
        "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
        "attributes": {"created": int(key.versions[0].created), "updated": int(key.versions[0].created)},
    }
    return {"id": f"{_base(call, vault)}/keys/{key.name}/rotationpolicy", **(key.rotation or nothing_set)}


_DURATION = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?")


def _put_rotation(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keyrotationpolicies/write", "setrotationpolicy", name)
    key = _found(vault, name)
    body = call.json()
    actions = [_lifetime_action(each) for each in body.get("lifetimeActions") or []]
    now = int(call.world.estate.clock.now())
    created = key.rotation["attributes"]["created"] if key.rotation else now
    attributes: dict[str, Any] = {"created": created, "updated": now}
    expiry = (body.get("attributes") or {}).get("expiryTime")
    if expiry is not None:
        attributes = {"expiryTime": _duration(expiry), **attributes}
    key.rotation = {"lifetimeActions": actions, "attributes": attributes}
    return Reply(200, _rotation_body(call, vault, key), applied="key.rotation_policy")


def _duration(written: object) -> str:
    if not isinstance(written, str) or len(written) < 3 or not _DURATION.fullmatch(written):
        raise _refuse(400, "BadParameter", f"'{written}' is no ISO 8601 duration of years, months or days.")
    return written


def _lifetime_action(written: Mapping[str, Any]) -> dict[str, Any]:
    kind = str((written.get("action") or {}).get("type", "")).capitalize()
    if kind not in ("Rotate", "Notify"):
        raise _refuse(400, "BadParameter", "The action of a lifetime action must be Rotate or Notify.")
    trigger = written.get("trigger") or {}
    times = {name: _duration(trigger[name]) for name in ("timeAfterCreate", "timeBeforeExpiry") if trigger.get(name)}
    if len(times) != 1:
        raise _refuse(400, "BadParameter", "A lifetime action has either timeAfterCreate or timeBeforeExpiry.")
    return {"trigger": times, "action": {"type": kind}}


def _use(call: Call, name: str, operation: str, version: str | None = None) -> Reply:
    """wrapKey and unwrapKey: the value comes back inside random bytes as long as the modulus, and out of them again."""
    vault = called_vault(call)
    verb = operation.lower()
    demand(call, vault, f"keys/{verb.removesuffix('key')}/action", verb, name)
    key = _found(vault, name)
    used = _version(key, version)
    proper = "wrapKey" if verb == "wrapkey" else "unwrapKey"
    now = call.world.estate.clock.now()
    for unfit, what, inner in (
        (not used.enabled, "a disabled key", "KeyDisabled"),
        (used.not_before is not None and now < used.not_before, "a key that is not yet valid", "KeyNotYetValid"),
        (used.expires is not None and now >= used.expires and proper == "wrapKey", "an expired key", "KeyExpired"),
        (proper not in used.operations, "a key without that operation", "KeyOperationNotPermitted"),
    ):
        if unfit:
            raise _refuse(403, "Forbidden", f"Operation {proper} is not allowed on {what}.", inner)
    value = _bytes(call.json().get("value"))
    length = max(key.size // 8, 1)
    if proper == "wrapKey":
        if not 0 < len(value) <= length - 66:
            raise _refuse(400, "BadParameter", "The value is empty or too long for this key.")
        result = secrets.token_bytes(length - len(value) - 1) + value + bytes([len(value)])
    else:
        if len(value) != length:
            raise _refuse(400, "BadParameter", "The value was not wrapped with this key.")
        result = value[-1 - value[-1] : -1]
    return Reply(200, {"kid": f"{_base(call, vault)}/keys/{key.name}/{used.id}", "value": _base64url(result)})


_ONE = r"/keys/(?P<name>[^/]+)"
_VERSION = r"/(?P<version>[0-9a-fA-F]{32})"
_USE = r"/(?P<operation>wrapkey|unwrapkey)/?"
_DELETED = r"/deletedkeys/(?P<name>[^/]+)"

ROUTES = (
    Route("GET", "/keys/?", _list, ignore_case=True),
    Route("POST", _ONE + "/create/?", _create, ignore_case=True),
    Route("POST", _ONE + "/rotate/?", _rotate, ignore_case=True),
    Route("GET", _ONE + "/versions/?", _versions, ignore_case=True),
    Route("GET", _ONE + "/rotationpolicy/?", _get_rotation, ignore_case=True),
    Route("PUT", _ONE + "/rotationpolicy/?", _put_rotation, ignore_case=True),
    Route("POST", _ONE + _VERSION + _USE, _use, ignore_case=True),
    Route("POST", _ONE + _USE, _use, ignore_case=True),
    Route("GET", _ONE + _VERSION + "/?", _get, ignore_case=True),
    Route("GET", _ONE + "/?", _get, ignore_case=True),
    Route("PATCH", _ONE + _VERSION + "/?", _update, ignore_case=True),
    Route("PATCH", _ONE + "/?", _update, ignore_case=True),
    Route("DELETE", _ONE + "/?", _delete, ignore_case=True),
    Route("GET", "/deletedkeys/?", _list_deleted, ignore_case=True),
    Route("GET", _DELETED + "/?", _get_deleted, ignore_case=True),
    Route("POST", _DELETED + "/recover/?", _recover, ignore_case=True),
    Route("DELETE", _DELETED + "/?", _purge, ignore_case=True),
)
