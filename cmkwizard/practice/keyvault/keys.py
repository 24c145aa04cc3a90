"""Keys in the data plane of Key Vault: every creation makes a new version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from cmkwizard.practice.key_rules import check_key_request, unknown_operations
from cmkwizard.practice.keyvault.find import base64url, base_address, find_key, find_version, refuse
from cmkwizard.practice.keyvault.gate import called_vault, demand
from cmkwizard.practice.shapes import body_table, flag, table, tags, texts, whole
from cmkwizard.practice.vaults import DAY, Key, KeyVersion, Vault, new_version
from cmkwizard.practice.web import Call, Reply, Route

Item = TypeVar("Item")
_NAME = re.compile(r"[a-zA-Z0-9-]{1,127}")
_PAGE = 25


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
        "kid": f"{base_address(call, vault)}/keys/{key.name}/{shown.id}",
        "kty": key.type,
        "key_ops": list(shown.operations),
    }
    if key.curve:
        web_key["crv"] = key.curve
    web_key |= {name: base64url(number) for name, number in shown.numbers.items()}
    bundle: dict[str, Any] = {"key": web_key, "attributes": _attributes(vault, shown)}
    if shown.tags:
        bundle["tags"] = shown.tags
    return bundle


def _item(call: Call, vault: Vault, key: Key, version: KeyVersion | None = None) -> dict[str, Any]:
    shown = version or key.current
    tail = f"/{version.id}" if version else ""
    item: dict[str, Any] = {
        "kid": f"{base_address(call, vault)}/keys/{key.name}{tail}",
        "attributes": _attributes(vault, shown),
    }
    if shown.tags:
        item["tags"] = shown.tags
    return item


def _deleted(call: Call, vault: Vault, key: Key, body: dict[str, Any]) -> dict[str, Any]:
    deleted_at = key.deleted_at or 0.0
    return body | {
        "recoveryId": f"{base_address(call, vault)}/deletedkeys/{key.name}",
        "deletedDate": int(deleted_at),
        "scheduledPurgeDate": int(deleted_at + vault.retention_days * DAY),
    }


def _page(call: Call, items: Sequence[Item], render: Callable[[Item], dict[str, Any]]) -> Reply:
    wanted = call.query.get("maxresults", "")
    if wanted and (not wanted.isdigit() or not 1 <= int(wanted) <= _PAGE):
        raise refuse(400, "BadParameter", f"maxresults must be from 1 to {_PAGE}.")
    size = int(wanted) if wanted else _PAGE
    token = call.query.get("$skiptoken", "0")
    start = int(token) if token.isdigit() else 0
    body: dict[str, Any] = {"value": [render(item) for item in items[start : start + size]]}
    if start + size < len(items):
        version = quote(call.query["api-version"])
        following = f"{call.origin}{call.path}?api-version={version}&$skiptoken={start + size}"
        body["nextLink"] = following + (f"&maxresults={wanted}" if wanted else "")
    return Reply(200, body)


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
    key = find_key(vault, name)
    return Reply(200, _bundle(call, vault, key, find_version(key, version)))


def _create(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/create/action", "create", name)
    if not _NAME.fullmatch(name):
        raise refuse(400, "BadParameter", f"The request URI contains an invalid name: {name}")
    if vault.deleted_key(name) is not None:
        raise refuse(
            409,
            "Conflict",
            f"Key {name} is currently in a deleted but recoverable state, and its name cannot be reused.",
            "ObjectIsDeletedButRecoverable",
        )
    body = body_table(call)
    request = check_key_request(vault, body.get("kty"), body.get("key_size"), body.get("crv"), _operations(body))
    if isinstance(request, str):
        raise refuse(400, "BadParameter", request)
    key = vault.key(name) or Key(name, request.type, request.size, request.curve)
    now = call.world.estate.clock.now()
    version = new_version(request.type, request.size, request.curve, request.operations, now)
    _take(version, body)
    key.type, key.size, key.curve = request.type, request.size, request.curve
    key.versions.append(version)
    vault.keys[name.lower()] = key
    return Reply(200, _bundle(call, vault, key), applied="key.create")


def _operations(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(texts(body.get("key_ops"), "key_ops"))


def _take(version: KeyVersion, body: Mapping[str, Any]) -> None:
    """Takes over attributes, operations and tags of a request, all of them or, raising BadBody or Refused, none."""
    attributes = table(body.get("attributes"), "attributes")
    enabled, operations = flag(attributes.get("enabled"), "enabled"), _operations(body)
    not_before, expires = whole(attributes.get("nbf"), "nbf"), whole(attributes.get("exp"), "exp")
    wanted_tags = tags(body.get("tags"))
    if unknown := unknown_operations(operations):
        raise refuse(400, "BadParameter", f"The property 'key_ops' has unknown values: {unknown}.")
    if enabled is not None:
        version.enabled = enabled
    # Whether null would end a time is not documented; here it changes nothing, so that nobody relies on it.
    if not_before is not None:
        version.not_before = not_before
    if expires is not None:
        version.expires = expires
    if body.get("key_ops") is not None:
        version.operations = operations
    if body.get("tags") is not None:
        version.tags = wanted_tags


def _update(call: Call, name: str, version: str | None = None) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/update/action", "update", name)
    key = find_key(vault, name)
    changed = find_version(key, version)
    _take(changed, body_table(call))
    changed.updated = call.world.estate.clock.now()
    return Reply(200, _bundle(call, vault, key, changed), applied="key.update")


def _rotate(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/rotate/action", "rotate", name)
    key = find_key(vault, name)
    key.add_version(call.world.estate.clock.now(), key.current.operations)
    return Reply(200, _bundle(call, vault, key), applied="key.rotate")


def _delete(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keys/delete", "delete", name)
    key = find_key(vault, name)
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
        raise refuse(404, "KeyNotFound", f"Deleted Key not found: {name}")
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
        raise refuse(403, "Forbidden", 'Operation "purge" is not enabled for this vault.', "ForbiddenByPolicy")
    del vault.keys[name.lower()]
    return Reply(204, applied="key.purge")


_ONE = r"/keys/(?P<name>[^/]+)"
_VERSION = r"/(?P<version>[0-9a-fA-F]{32})"
_DELETED = r"/deletedkeys/(?P<name>[^/]+)"

ROUTES = (
    Route("GET", "/keys/?", _list, ignore_case=True),
    Route("POST", _ONE + "/create/?", _create, ignore_case=True),
    Route("POST", _ONE + "/rotate/?", _rotate, ignore_case=True),
    Route("GET", _ONE + "/versions/?", _versions, ignore_case=True),
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
