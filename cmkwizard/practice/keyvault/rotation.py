"""Rotation policies of keys in the data plane of Key Vault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.keyvault.find import base_address, find_key, refuse
from cmkwizard.practice.keyvault.gate import called_vault, demand
from cmkwizard.practice.shapes import body_table, table, tables
from cmkwizard.practice.vaults import Key, Vault
from cmkwizard.practice.web import Call, Reply, Route


def _get_rotation(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keyrotationpolicies/read", "getrotationpolicy", name)
    return Reply(200, _rotation_body(call, vault, find_key(vault, name)))


def _rotation_body(call: Call, vault: Vault, key: Key) -> dict[str, Any]:
    nothing_set = {
        "lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}, "action": {"type": "Notify"}}],
        "attributes": {"created": int(key.versions[0].created), "updated": int(key.versions[0].created)},
    }
    return {"id": f"{base_address(call, vault)}/keys/{key.name}/rotationpolicy", **(key.rotation or nothing_set)}


_DURATION = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?")


def _put_rotation(call: Call, name: str) -> Reply:
    vault = called_vault(call)
    demand(call, vault, "keyrotationpolicies/write", "setrotationpolicy", name)
    key = find_key(vault, name)
    body = body_table(call)
    actions = [_lifetime_action(each) for each in tables(body.get("lifetimeActions"), "lifetimeActions")]
    now = int(call.world.estate.clock.now())
    created = key.rotation["attributes"]["created"] if key.rotation else now
    attributes: dict[str, Any] = {"created": created, "updated": now}
    expiry = table(body.get("attributes"), "attributes").get("expiryTime")
    if expiry is not None:
        attributes = {"expiryTime": _duration(expiry), **attributes}
    key.rotation = {"lifetimeActions": actions, "attributes": attributes}
    return Reply(200, _rotation_body(call, vault, key), applied="key.rotation_policy")


def _duration(written: object) -> str:
    if not isinstance(written, str) or len(written) < 3 or not _DURATION.fullmatch(written):
        raise refuse(400, "BadParameter", f"'{written}' is no ISO 8601 duration of years, months or days.")
    return written


def _lifetime_action(written: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(table(written.get("action"), "action").get("type", "")).capitalize()
    if kind not in ("Rotate", "Notify"):
        raise refuse(400, "BadParameter", "The action of a lifetime action must be Rotate or Notify.")
    trigger = table(written.get("trigger"), "trigger")
    times = {name: _duration(trigger[name]) for name in ("timeAfterCreate", "timeBeforeExpiry") if trigger.get(name)}
    if len(times) != 1:
        raise refuse(400, "BadParameter", "A lifetime action has either timeAfterCreate or timeBeforeExpiry.")
    return {"trigger": times, "action": {"type": kind}}


ROUTES = (
    Route("GET", r"/keys/(?P<name>[^/]+)/rotationpolicy/?", _get_rotation, ignore_case=True),
    Route("PUT", r"/keys/(?P<name>[^/]+)/rotationpolicy/?", _put_rotation, ignore_case=True),
)
