"""Roles that somebody may activate in Privileged Identity Management: read, never activated here.

Source: Microsoft's published OpenAPI documents, role eligibility schedule instances of 2020-10-01.
"""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.arm.gate import api_version, caller, demand, page, refuse
from cmkwizard.practice.arm.role_definitions import AUTHORIZATION, SCOPE, clean_scope, definition_id
from cmkwizard.practice.azure_resources import Eligibility, covers
from cmkwizard.practice.clock import iso
from cmkwizard.practice.roles import BUILT_IN
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.Authorization/RoleEligibilityScheduleInstances"
_FILTERS = ("", "asTarget()", "atScope()")


def _list(call: Call, scope: str) -> Reply:
    """Those at and above the scope; from the root, those of every scope."""
    api_version(call, "role eligibility")
    scope = clean_scope(call, scope)
    condition = call.query.get("$filter", "").strip()
    if condition.lower() not in {each.lower() for each in _FILTERS}:
        raise refuse(400, "UnsupportedQuery", f"The filter '{condition}' is not supported.")
    principal = caller(call)
    own = condition.lower() == "astarget()"
    if not own:
        demand(call, "Microsoft.Authorization/roleEligibilityScheduleInstances/read", scope)
    now = call.world.estate.clock.now()
    found = [
        each
        for each in call.world.estate.eligible
        if each.starts <= now < each.ends
        and (scope == "/" or covers(each.scope, scope))
        and (not own or each.principal_id == principal.object_id)
    ]
    return page(call, found, lambda each: _body(call, each, scope))


def _body(call: Call, eligibility: Eligibility, asked: str) -> dict[str, Any]:
    scope = eligibility.scope
    role = BUILT_IN[eligibility.role]
    properties: dict[str, Any] = {
        "scope": scope,
        "roleDefinitionId": definition_id(scope, role.guid),
        "principalId": eligibility.principal_id,
        "principalType": eligibility.principal_type,
        "status": "Provisioned",
        "roleEligibilityScheduleId": (
            f"{scope}/providers/Microsoft.Authorization/RoleEligibilitySchedules/{eligibility.name}"
        ),
        "startDateTime": iso(eligibility.starts),
        "endDateTime": iso(eligibility.ends),
        "memberType": "Direct" if asked.lower() in ("/", scope.lower()) else "Inherited",
        "createdOn": iso(eligibility.starts),
        "condition": eligibility.condition,
        "conditionVersion": "2.0" if eligibility.condition else None,
        "expandedProperties": {
            "scope": _scope(call, scope),
            "roleDefinition": {
                "id": definition_id(scope, role.guid),
                "displayName": role.name,
                "type": "BuiltInRole",
            },
            "principal": _principal(call, eligibility),
        },
    }
    return {
        "properties": properties,
        "name": eligibility.name,
        "id": f"{scope}/providers/{_TYPE}/{eligibility.name}",
        "type": _TYPE,
    }


def _scope(call: Call, scope: str) -> dict[str, str]:
    parts = scope.split("/")
    if len(parts) == 3:
        name, kind = call.world.estate.subscriptions[parts[2].lower()].name, "subscription"
    else:
        name, kind = parts[-1], "resourcegroup" if len(parts) == 5 else "resource"
    return {"id": scope, "displayName": name, "type": kind}


def _principal(call: Call, eligibility: Eligibility) -> dict[str, Any]:
    user = call.world.directory.user(caller(call).tenant, eligibility.principal_id)
    if user is None:
        return {"id": eligibility.principal_id, "type": eligibility.principal_type}
    return {"id": eligibility.principal_id, "displayName": user.name, "email": user.upn, "type": "User"}


ROUTES = (Route("GET", SCOPE + AUTHORIZATION + "/roleEligibilityScheduleInstances/?", _list, ignore_case=True),)
