"""Role assignments: create, read, list at a scope, delete. They are effective after the estate's delay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import (
    api_version,
    caller,
    demand,
    demand_delete,
    demand_write,
    group_of,
    page,
    refuse,
    subscription_of,
    unauthorised_action,
    vault_of,
)
from cmkwizard.practice.arm.role_definitions import AUTHORIZATION, SCOPE, clean_scope, definition_id
from cmkwizard.practice.arm.vault_body import is_guid
from cmkwizard.practice.azure_resources import RoleAssignment, Subscription, covers
from cmkwizard.practice.clock import iso
from cmkwizard.practice.conditions import fulfilled
from cmkwizard.practice.roles import BUILT_IN
from cmkwizard.practice.shapes import body_table, table, text
from cmkwizard.practice.web import Call, Refused, Reply, Route

_ACTION = "Microsoft.Authorization/roleAssignments"
_PRINCIPAL = re.compile(r"(?:principalId\s+eq\s+'([^']*)'|assignedTo\('([^']*)'\))", re.IGNORECASE)
_AT_SCOPE = re.compile(r"atScope\(\)", re.IGNORECASE)
_FILTER = re.compile(rf"(?:{_AT_SCOPE.pattern}|{_PRINCIPAL.pattern}|\s+and\s+)*", re.IGNORECASE)


def _body(assignment: RoleAssignment) -> dict[str, Any]:
    return {
        "id": assignment.id,
        "name": assignment.name,
        "type": _ACTION,
        "properties": {
            "scope": assignment.scope,
            "roleDefinitionId": definition_id(assignment.scope, assignment.role),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "description": assignment.description,
            "condition": assignment.condition,
            "conditionVersion": assignment.condition_version,
            "createdOn": iso(assignment.created),
            "updatedOn": iso(assignment.created),
            "createdBy": assignment.created_by,
            "updatedBy": assignment.created_by,
            "delegatedManagedIdentityResourceId": None,
        },
    }


def _list(call: Call, scope: str) -> Reply:
    api_version(call, "role assignments")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    condition = call.query.get("$filter", "").strip()
    if not _FILTER.fullmatch(condition):
        raise refuse(400, "UnsupportedQuery", f"The filter '{condition}' is not supported.")
    principal = _PRINCIPAL.search(condition)
    wanted = (principal[1] or principal[2] or "").lower() if principal else None
    at_scope = bool(_AT_SCOPE.search(condition))
    found = [
        each
        for each in call.world.estate.assignments.values()
        if wanted in (None, each.principal_id.lower())
        and (covers(each.scope, scope) or (not at_scope and covers(scope, each.scope)))
    ]
    return page(call, found, _body)


def _get(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "role assignments")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    return Reply(200, _body(_find(call, scope, name)))


def _find(call: Call, scope: str, name: str) -> RoleAssignment:
    found = call.world.estate.assignments.get(name.lower())
    if found is None or found.scope.lower() != scope.lower():
        raise refuse(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
    return found


def _demand_existing(call: Call, scope: str) -> None:
    """The group or vault that a scope names exists. Raises Refused."""
    parts = scope.split("/")
    if len(parts) > 4 and parts[3].lower() == "resourcegroups":
        group_of(call, parts[2], parts[4])
    if len(parts) > 8 and "/".join(parts[6:8]).lower() == "microsoft.keyvault/vaults":
        vault_of(call, parts[2], parts[4], parts[8])


def _subscription_at(call: Call, scope: str, action: str) -> Subscription:
    """The subscription of a scope. Raises Refused; over the whole directory nobody assigns roles in the practice."""
    if scope == "/":
        raise Refused(unauthorised_action(caller(call), action, scope))
    return subscription_of(call, scope.split("/")[2])


def _put(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "role assignments")
    scope = clean_scope(call, scope)
    subscription = _subscription_at(call, scope, f"{_ACTION}/write")
    demand_write(call, subscription, f"{_ACTION}/write", scope)
    _demand_existing(call, scope)
    if not is_guid(name):
        raise refuse(
            400, "InvalidRoleAssignmentId", f"The role assignment ID '{name}' is not valid: it must be a GUID."
        )
    properties = table(body_table(call).get("properties"), "properties")
    role = _role(properties)
    principal_id = str(properties.get("principalId") or "").lower()
    written_kind = properties.get("principalType")
    _demand_grantable(call, scope, f"{_ACTION}/write", role, principal_id, str(written_kind or ""))
    kind = _principal_type(call, subscription.tenant, principal_id, written_kind)
    same = _check_existing(call, scope, name, role, principal_id)
    if same is not None:
        return Reply(200, _body(same))
    now = call.world.estate.clock.now()
    created = RoleAssignment(
        name.lower(),
        scope,
        role,
        principal_id,
        kind,
        now,
        caller(call).object_id,
        effective_at=now + call.world.estate.role_delay_s,
        description=text(properties.get("description"), "description") or None,
        condition=text(properties.get("condition"), "condition") or None,
        condition_version=text(properties.get("conditionVersion"), "conditionVersion") or None,
    )
    call.world.estate.add_assignment(created)
    return Reply(201, _body(created), applied="role.create")


def _role(properties: Mapping[str, Any]) -> str:
    written = str(properties.get("roleDefinitionId") or "")
    guid = written.rpartition("/")[2].lower()
    if guid not in BUILT_IN:
        raise refuse(
            400, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{guid}' does not exist."
        )
    return guid


def _demand_grantable(call: Call, scope: str, action: str, role: str, principal_id: str, kind: str) -> None:
    """Some roles, and some assignments by their condition, let their holders give certain roles alone. Raises Refused.

    An assignment without a condition is not narrowed by another one that has one.
    """
    principal = caller(call)
    for each in call.world.estate.effective_assignments(principal.object_id, scope):
        held = BUILT_IN[each.role]
        if not held.allows(action) or (held.grantable is not None and role not in held.grantable):
            continue
        if fulfilled(each.condition, action, role=role, principal_id=principal_id, principal_type=kind):
            return
    raise refuse(
        403,
        "AuthorizationFailed",
        f"The client '{principal.name}' with object id '{principal.object_id}' has an authorization with ABAC condition"
        f" that is not fulfilled to perform action '{action}' over scope '{scope}' or the scope is invalid. If access"
        " was recently granted, please refresh your credentials.",
    )


def _principal_type(call: Call, tenant: str, principal_id: str, written: object) -> str:
    """The type of the principal. Raises Refused when the directory does not know it, or not yet."""
    directory = call.world.directory
    unknown = refuse(
        400,
        "PrincipalNotFound",
        f"Principal {principal_id.replace('-', '')} does not exist in the directory {tenant}. If it was created just"
        " now this may be a replication delay: set the principalType property to its type.",
    )
    if directory.user(tenant, principal_id) is not None:
        kind = "User"
    else:
        principal = directory.service_principal_by_object_id(tenant, principal_id)
        if principal is None or (written is None and not directory.is_visible(principal)):
            raise unknown
        kind = "ServicePrincipal"
    if written is not None and str(written).lower() != kind.lower():
        raise refuse(
            400,
            "UnmatchedPrincipalType",
            f"The PrincipalId '{principal_id}' has type '{kind}', which is different from specified type '{written}'.",
        )
    return kind


def _check_existing(call: Call, scope: str, name: str, role: str, principal_id: str) -> RoleAssignment | None:
    """The very same assignment, if it is there already. Raises Refused for a conflict with another."""
    estate = call.world.estate
    named = estate.assignments.get(name.lower())
    if named is not None:
        if (named.scope.lower(), named.role, named.principal_id) == (scope.lower(), role, principal_id):
            return named
        raise refuse(
            409,
            "RoleAssignmentUpdateNotPermitted",
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        )
    for other in estate.assignments_of(principal_id):
        if other.scope.lower() == scope.lower() and other.role == role:
            identity = other.name.replace("-", "")
            raise refuse(
                409,
                "RoleAssignmentExists",
                f"The role assignment already exists. The ID of the existing role assignment is {identity}.",
            )
    return None


def _delete(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "role assignments")
    scope = clean_scope(call, scope)
    subscription = _subscription_at(call, scope, f"{_ACTION}/delete")
    found = call.world.estate.assignments.get(name.lower())
    demand_delete(call, subscription, f"{_ACTION}/delete", scope)
    if found is None or found.scope.lower() != scope.lower():
        return Reply(204)
    _demand_grantable(call, scope, f"{_ACTION}/delete", found.role, found.principal_id, found.principal_type)
    body = _body(found)
    call.world.estate.remove_assignment(found)
    return Reply(200, body, applied="role.delete")


_ALL = SCOPE + AUTHORIZATION + "/roleAssignments"
_ONE = _ALL + "/(?P<name>[^/]+)/?"

ROUTES = (
    Route("GET", _ALL + "/?", _list, ignore_case=True),
    Route("GET", _ONE, _get, ignore_case=True),
    Route("PUT", _ONE, _put, ignore_case=True),
    Route("DELETE", _ONE, _delete, ignore_case=True),
)
