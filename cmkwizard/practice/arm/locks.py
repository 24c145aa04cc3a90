"""Management locks: create, read, list, delete."""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.arm.gate import api_version, caller, demand, page, refuse
from cmkwizard.practice.arm.role_definitions import AUTHORIZATION, SCOPE, clean_scope
from cmkwizard.practice.azure_resources import Lock, covers
from cmkwizard.practice.shapes import body_table, table, text
from cmkwizard.practice.web import Call, Reply, Route

_ACTION = "Microsoft.Authorization/locks"


def _body(lock: Lock) -> dict[str, Any]:
    properties: dict[str, Any] = {"level": lock.level}
    if lock.notes:
        properties["notes"] = lock.notes
    return {"id": lock.id, "name": lock.name, "type": _ACTION, "properties": properties}


def _key(scope: str, name: str) -> str:
    return f"{scope}/providers/Microsoft.Authorization/locks/{name}".lower()


def _list(call: Call, scope: str) -> Reply:
    api_version(call, "locks")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    at_scope = "atscope()" in call.query.get("$filter", "").lower()
    found = [
        lock
        for lock in call.world.estate.locks.values()
        if covers(lock.scope, scope) or (not at_scope and covers(scope, lock.scope))
    ]
    return page(call, found, _body)


def _get(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "locks")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    lock = call.world.estate.locks.get(_key(scope, name))
    if lock is None:
        raise refuse(404, "LockNotFound", f"The lock '{name}' could not be found at scope '{scope}'.")
    return Reply(200, _body(lock))


def _put(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "locks")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/write", scope)
    properties = table(body_table(call).get("properties"), "properties")
    level = properties.get("level")
    if level not in ("CanNotDelete", "ReadOnly"):
        raise refuse(400, "InvalidLockLevel", "The lock level must be 'CanNotDelete' or 'ReadOnly'.")
    estate = call.world.estate
    existing = estate.locks.get(_key(scope, name))
    lock = Lock(
        name, scope, level, text(properties.get("notes"), "notes") or None, estate.clock.now(), caller(call).name
    )
    estate.locks[lock.id.lower()] = lock
    return Reply(200 if existing else 201, _body(lock), applied="lock.update" if existing else "lock.create")


def _delete(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "locks")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/delete", scope)
    removed = call.world.estate.locks.pop(_key(scope, name), None)
    return Reply(200, applied="lock.delete") if removed else Reply(204)


_ALL = SCOPE + AUTHORIZATION + "/locks"
_ONE = _ALL + "/(?P<name>[^/]+)/?"

ROUTES = (
    Route("GET", _ALL + "/?", _list, ignore_case=True),
    Route("GET", _ONE, _get, ignore_case=True),
    Route("PUT", _ONE, _put, ignore_case=True),
    Route("DELETE", _ONE, _delete, ignore_case=True),
)
