"""Role definitions, and the permissions that a caller holds over a scope."""

from __future__ import annotations

import re
from typing import Any

from cmkwizard.practice.arm.gate import api_version, caller, demand, page, refuse, subscription_of
from cmkwizard.practice.roles import BUILT_IN, RoleDefinition
from cmkwizard.practice.web import Call, Reply, Route

SCOPE = r"(?P<scope>/subscriptions/[^/]+(?:/.+?)?|)"
AUTHORIZATION = r"/+providers/Microsoft\.Authorization"
_CREATED = "2015-02-02T21:55:09.8806423Z"
_NAME_FILTER = re.compile(r"roleName eq '([^']*)'", re.IGNORECASE)
_TYPE_FILTER = re.compile(r"type eq '([^']*)'", re.IGNORECASE)


def clean_scope(call: Call, scope: str) -> str:
    """A scope without doubled slashes ("/" for none), in a subscription of the token's tenant. Raises Refused."""
    cleaned = re.sub(r"/+", "/", scope).rstrip("/")
    cleaned = re.sub(r"/resourcegroups/", "/resourceGroups/", cleaned, count=1, flags=re.IGNORECASE)
    if not cleaned:
        return "/"
    subscription_of(call, cleaned.split("/")[2])
    return cleaned


def definition_id(scope: str, guid: str) -> str:
    """The id of a built-in role as seen from a scope: within its subscription, if it has one."""
    prefix = "/".join(scope.split("/")[:3]) if scope != "/" else ""
    return f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def permission(role: RoleDefinition) -> dict[str, list[str]]:
    """What a role grants."""
    return {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": list(role.not_data_actions),
    }


def _body(scope: str, role: RoleDefinition) -> dict[str, Any]:
    return {
        "id": definition_id(scope, role.guid),
        "name": role.guid,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [permission(role)],
            "createdOn": _CREATED,
            "updatedOn": _CREATED,
        },
    }


def _demand_read(call: Call, scope: str) -> None:
    # Every signed-in person may read the built-in roles; over a scope, only those who see something there.
    if scope != "/" and not call.world.estate.sees(caller(call), scope):
        demand(call, "Microsoft.Authorization/roleDefinitions/read", scope)


def _list(call: Call, scope: str) -> Reply:
    api_version(call, "role definitions")
    scope = clean_scope(call, scope)
    _demand_read(call, scope)
    roles = list(BUILT_IN.values())
    condition = call.query.get("$filter", "")
    if named := _NAME_FILTER.search(condition):
        roles = [role for role in roles if role.name.lower() == named[1].lower()]
    if (typed := _TYPE_FILTER.search(condition)) and typed[1].lower() != "builtinrole":
        roles = []
    return page(call, roles, lambda role: _body(scope, role))


def _get(call: Call, scope: str, guid: str) -> Reply:
    api_version(call, "role definitions")
    scope = clean_scope(call, scope)
    _demand_read(call, scope)
    role = BUILT_IN.get(guid.lower())
    if role is None:
        raise refuse(
            404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{guid}' does not exist."
        )
    return Reply(200, _body(scope, role))


def _permissions(call: Call, scope: str) -> Reply:
    api_version(call, "permissions")
    scope = clean_scope(call, scope)
    principal = caller(call)
    roles = list(call.world.estate.effective_roles(principal.object_id, scope))
    if not roles:
        demand(call, "Microsoft.Authorization/permissions/read", scope)
    return page(call, roles, permission)


_DEFINITIONS = SCOPE + AUTHORIZATION + "/roleDefinitions"

ROUTES = (
    Route("GET", _DEFINITIONS + "/?", _list, ignore_case=True),
    Route("GET", _DEFINITIONS + "/(?P<guid>[^/]+)/?", _get, ignore_case=True),
    Route("GET", SCOPE + AUTHORIZATION + "/permissions/?", _permissions, ignore_case=True),
)
