"""Roles, eligibilities and conditions as scenarios and the control interface write them (see estate_tables.py)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.azure_resources import Eligibility
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.roles import role_named

_DAY = 86_400.0
_ELIGIBLE_FOR_S = 365 * _DAY


def scope_of(written: str, keys: Mapping[str, str]) -> str:
    """A resource id for a scope as scenarios write it. Raises KeyError."""
    return written if written.startswith("/") else keys[written]


def principal_id(estate: Estate, written: str, tenant: str) -> tuple[str, str]:
    """Object id and type of a principal as scenarios write it. Raises KeyError when nobody is meant by it."""
    directory = estate.directory
    user = directory.user_named(written) or directory.user(tenant, written)
    if user is not None:
        return user.object_ids[tenant], "User"
    found = directory.service_principal(tenant, written) or directory.service_principal_by_object_id(tenant, written)
    if found is None:
        raise KeyError(written)
    return found.object_id, "ServicePrincipal"


def _holder(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> tuple[str, str, str]:
    """Scope, object id and type that a table of a role names."""
    scope = scope_of(table["scope"], keys)
    tenant = estate.subscriptions[scope.split("/")[2].lower()].tenant
    return (scope, *principal_id(estate, table["principal"], tenant))


def change_role(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    """Gives a role, or with `remove` takes it away. Raises KeyError for what does not exist."""
    if table.get("remove"):
        _unassign(estate, table, keys)
        return
    scope, object_id, kind = _holder(estate, table, keys)
    estate.assign(
        object_id,
        kind,
        role_named(table["role"]).guid,
        scope,
        delay_s=float(table.get("delay_s", 0)),
        condition=table.get("condition"),
    )


def _unassign(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    scope, object_id, _ = _holder(estate, table, keys)
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


def change_eligible(estate: Estate, table: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    """Makes somebody eligible for a role; with `activate` turns it on, with `remove` takes it away. Raises KeyError."""
    scope, object_id, kind = _holder(estate, table, keys)
    role = role_named(table["role"]).guid
    wanted = (object_id, role, scope.lower())
    found = [each for each in estate.eligible if (each.principal_id, each.role, each.scope.lower()) == wanted]
    if table.get("activate") or table.get("remove"):
        if not found:
            raise KeyError(table["scope"])
        if table.get("remove"):
            estate.eligible.remove(found[0])
        else:
            estate.assign(object_id, kind, role, scope, condition=found[0].condition)
        return
    now = estate.clock.now()
    estate.eligible.append(
        Eligibility(
            str(uuid.uuid4()), scope, role, object_id, kind, now - _DAY, now + _ELIGIBLE_FOR_S, table.get("condition")
        )
    )
