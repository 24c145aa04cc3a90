"""The roles that a Managed HSM keeps itself: read, given and taken under its own host.

Source: Key Vault REST reference, Managed HSM role assignments and role definitions of 7.4.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from cmkwizard.practice.keyvault.find import refuse
from cmkwizard.practice.keyvault.gate import called_vault, demand_local
from cmkwizard.practice.managed_hsms import LOCAL_ROLES, LocalAssignment, LocalRole, ManagedHsm, covers_locally
from cmkwizard.practice.shapes import body_table, table
from cmkwizard.practice.web import Call, Reply, Route

_PRINCIPAL = re.compile(r"principalId\s+eq\s+'?([0-9a-f-]{36})'?", re.IGNORECASE)
_DEFINITIONS = "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions"


def _hsm(call: Call, action: str, scope: str) -> tuple[ManagedHsm, str]:
    """The HSM that was called and the scope within it. Raises Refused; a vault has no such roles."""
    found = called_vault(call)
    if not isinstance(found, ManagedHsm):
        raise refuse(404, "NotFound", f"There is no route {call.method} {call.path}.")
    scope = "/" + scope.strip("/")
    demand_local(call, found, action, scope)
    return found, scope


def _body(assignment: LocalAssignment) -> dict[str, Any]:
    scope = "" if assignment.scope == "/" else assignment.scope
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.name}",
        "name": assignment.name,
        "properties": {
            "principalId": assignment.principal_id,
            "roleDefinitionId": f"{_DEFINITIONS}/{assignment.role}",
            "scope": assignment.scope,
        },
        "type": "Microsoft.Authorization/roleAssignments",
    }


def _list(call: Call, scope: str) -> Reply:
    """Those at, above and below the scope, of everybody or of one principal; with atScope() none below."""
    hsm, scope = _hsm(call, "roleAssignments/read/action", scope)
    condition = call.query.get("$filter", "")
    principal = _PRINCIPAL.search(condition)
    at_scope = condition.strip().lower() == "atscope()"
    if condition and not (principal or at_scope):
        raise refuse(400, "BadParameter", f"The filter '{condition}' is not supported.")
    found = [
        each
        for each in hsm.assignments.values()
        if (covers_locally(each.scope, scope) or (not at_scope and covers_locally(scope, each.scope)))
        and (principal is None or each.principal_id.lower() == principal[1].lower())
    ]
    return Reply(200, {"value": [_body(each) for each in found]})


def _get(call: Call, scope: str, name: str) -> Reply:
    hsm, scope = _hsm(call, "roleAssignments/read/action", scope)
    found = hsm.assignments.get(name.lower())
    if found is None or found.scope != scope:
        raise refuse(404, "RoleAssignmentNotFound", f"Requested role assignment not found (ID: {name}).")
    return Reply(200, _body(found))


def _put(call: Call, scope: str, name: str) -> Reply:
    hsm, scope = _hsm(call, "roleAssignments/write/action", scope)
    if not re.fullmatch(r"/(?:keys(?:/[a-zA-Z0-9-]{1,127})?)?", scope):
        raise refuse(400, "BadParameter", f"The scope '{scope}' is not valid: /, /keys or /keys/<key name>.")
    properties = table(body_table(call).get("properties"), "properties")
    role = str(properties.get("roleDefinitionId") or "").rpartition("/")[2].lower()
    principal = str(properties.get("principalId") or "").lower()
    if role not in LOCAL_ROLES:
        raise refuse(400, "RoleDefinitionNotFound", f"Requested role definition not found (ID: {role}).")
    try:
        uuid.UUID(name), uuid.UUID(principal)
    except ValueError:
        raise refuse(400, "BadParameter", "The name and the principalId must be GUIDs.") from None
    same = (scope, role, principal)
    if any((each.scope, each.role, each.principal_id) == same for each in hsm.assignments.values()):
        raise refuse(409, "RoleAssignmentExists", "The role assignment already exists.")
    if name.lower() in hsm.assignments:
        raise refuse(409, "Conflict", f"A role assignment with the ID {name} exists already and cannot be changed.")
    created = hsm.assignments[name.lower()] = LocalAssignment(name.lower(), scope, role, principal)
    return Reply(201, _body(created), applied="local_role.create")


def _delete(call: Call, scope: str, name: str) -> Reply:
    hsm, scope = _hsm(call, "roleAssignments/delete/action", scope)
    found = hsm.assignments.get(name.lower())
    if found is None or found.scope != scope:
        raise refuse(404, "RoleAssignmentNotFound", f"Requested role assignment not found (ID: {name}).")
    del hsm.assignments[name.lower()]
    return Reply(200, _body(found), applied="local_role.delete")


def _definitions(call: Call, scope: str) -> Reply:
    _hsm(call, "roleDefinitions/read/action", scope)
    return Reply(200, {"value": [_definition(each) for each in LOCAL_ROLES.values()]})


def _definition(role: LocalRole) -> dict[str, Any]:
    granted = {"dataActions": [f"Microsoft.KeyVault/managedHsm/{each}" for each in role.actions]}
    return {
        "id": f"{_DEFINITIONS}/{role.guid}",
        "name": role.guid,
        "properties": {
            "roleName": role.name,
            "type": "AKVBuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [{"actions": [], "notActions": [], **granted, "notDataActions": []}],
        },
        "type": "Microsoft.Authorization/roleDefinitions",
    }


_SCOPE = r"(?P<scope>(?:/+keys(?:/[^/]+)?)?)/+providers/Microsoft\.Authorization"
_ONE = _SCOPE + r"/roleAssignments/(?P<name>[^/]+)/?"

ROUTES = (
    Route("GET", _SCOPE + "/roleAssignments/?", _list, ignore_case=True),
    Route("GET", _ONE, _get, ignore_case=True),
    Route("PUT", _ONE, _put, ignore_case=True),
    Route("DELETE", _ONE, _delete, ignore_case=True),
    Route("GET", _SCOPE + "/roleDefinitions/?", _definitions, ignore_case=True),
)
