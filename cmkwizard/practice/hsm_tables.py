"""Managed HSMs as scenarios and the control interface write them (see estate_tables.py)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.estate import Estate
from cmkwizard.practice.managed_hsms import ADMINISTRATOR, LocalAssignment, ManagedHsm, local_role
from cmkwizard.practice.role_tables import principal_id
from cmkwizard.practice.vault_tables import VAULT_TABLE, add_key, only, set_values
from cmkwizard.practice.vaults import DAY

_HSM_TABLE = (*(each for each in VAULT_TABLE if each not in ("rbac", "policy")), "activated", "administrators", "roles")


def add_hsm(estate: Estate, name: str, group_id: str, table: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Adds the HSM that a table describes, with its keys. Raises KeyError, TypeError when it is malformed."""
    only(table, *_HSM_TABLE, "group", "location", "keys")
    _, _, subscription, _, group = group_id.split("/")
    now = estate.clock.now()
    hsm = ManagedHsm(
        name=name,
        subscription=subscription,
        group=group,
        location=table["location"],
        tenant=estate.subscriptions[subscription].tenant,
        created=now - DAY,
        sku="Standard_B1",
        purge_protection=True,
    )
    estate.hsms[name.lower()] = hsm
    for key, key_table in table.get("keys", {}).items():
        add_key(hsm, key, {"type": "RSA-HSM", **key_table}, now)
    change_hsm(estate, hsm, {each: value for each, value in table.items() if each in _HSM_TABLE}, places)


def change_hsm(estate: Estate, hsm: ManagedHsm, table: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """Changes an HSM as another administrator would. Raises KeyError."""
    only(table, *_HSM_TABLE)
    set_values(estate, hsm, table, places)
    hsm.activated = bool(table.get("activated", hsm.activated))
    if "administrators" in table:
        hsm.administrators = [principal_id(estate, each, hsm.tenant)[0] for each in table["administrators"]]
        for each in hsm.administrators:
            _assign(hsm, each, ADMINISTRATOR, "/")
    for role in table.get("roles", []):
        only(role, "principal", "role", "scope", "remove")
        object_id, _ = principal_id(estate, role["principal"], hsm.tenant)
        guid, scope = local_role(role["role"]).guid, role.get("scope", "/")
        if not role.get("remove"):
            _assign(hsm, object_id, guid, scope)
            continue
        wanted = (object_id, guid, scope)
        found = [each for each in hsm.assignments.values() if (each.principal_id, each.role, each.scope) == wanted]
        if not found:
            raise KeyError(scope)
        del hsm.assignments[found[0].name]


def _assign(hsm: ManagedHsm, object_id: str, guid: str, scope: str) -> None:
    name = str(uuid.uuid4())
    hsm.assignments[name] = LocalAssignment(name, scope, guid, object_id)
