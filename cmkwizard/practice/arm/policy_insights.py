"""Asking beforehand what company policies would say, and what a policy is called.

Source: Microsoft's published OpenAPI documents, policy restrictions of 2023-03-01 and policy assignments of 2023-04-01.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import (
    GROUP,
    SUBSCRIPTION,
    api_version,
    demand,
    group_of,
    page,
    refuse,
    subscription_of,
)
from cmkwizard.practice.arm.policies import KINDS, assignment_id, missing_tags, policies_over, read
from cmkwizard.practice.arm.role_definitions import AUTHORIZATION, SCOPE, clean_scope
from cmkwizard.practice.azure_resources import Policy, covers
from cmkwizard.practice.shapes import body_table, flag, table, tables, texts
from cmkwizard.practice.web import Call, Reply, Route

_DEFINITIONS = uuid.UUID("3a8b7c6d-5e4f-4a3b-9c2d-1e0f9a8b7c6d")  # namespace of the ids of policy definitions
_CHECK = r"/providers/Microsoft\.PolicyInsights/checkPolicyRestrictions/?"


def _check(call: Call, subscription: str, group: str | None = None) -> Reply:
    """What the policies would say of a resource with the content given, which may be a part of it."""
    api_version(call, "policy insights")
    scope = subscription_of(call, subscription).scope
    if group is not None:
        scope = f"{scope}/resourceGroups/{group}"
    demand(call, "Microsoft.PolicyInsights/checkPolicyRestrictions/read", scope)
    if group is not None:
        group_of(call, subscription, group)
    body = body_table(call)
    content = table(table(body.get("resourceDetails"), "resourceDetails").get("resourceContent"), "resourceContent")
    kind = str(content.get("type") or "")
    known = next((name for each in KINDS.values() for name in each.types if name.lower() == kind.lower()), kind)
    effects = ("Deny", "Audit") if flag(body.get("includeAuditEffect"), "includeAuditEffect") else ("Deny",)
    policies = [each for each in policies_over(call, scope, known) if each.effect in effects]
    evaluations = [_evaluation(each, content) for each in policies if KINDS[each.kind].offends(each, content)]
    restrictions: dict[str, list[dict[str, Any]]] = {}
    for pending in tables(body.get("pendingFields"), "pendingFields"):
        field, values = str(pending.get("field") or ""), texts(pending.get("values"), "values")
        for policy in policies:
            for name, restriction in _restrictions(policy, content, field, values):
                restrictions.setdefault(name, []).append(restriction)
    return Reply(
        200,
        {
            "fieldRestrictions": [{"field": name, "restrictions": each} for name, each in restrictions.items()],
            "contentEvaluationResult": {"policyEvaluations": evaluations},
        },
    )


def _definition_id(policy: Policy) -> str:
    return f"/providers/Microsoft.Authorization/policyDefinitions/{uuid.uuid5(_DEFINITIONS, policy.kind)}"


def _reference(policy: Policy) -> dict[str, str]:
    return {"policyDefinitionId": _definition_id(policy), "policyAssignmentId": assignment_id(policy)}


def _evaluation(policy: Policy, content: Mapping[str, Any]) -> dict[str, Any]:
    kind = KINDS[policy.kind]
    expression = {
        "result": "True",
        "expressionKind": "Field",
        "expression": kind.field,
        "path": kind.path,
        "expressionValue": read(content, kind.path),
        "targetValue": list(policy.allowed),
        "operator": kind.operator,
    }
    return {
        "policyInfo": _reference(policy),
        "evaluationResult": "NonCompliant",
        "evaluationDetails": {"evaluatedExpressions": [expression]},
        "effectDetails": {"policyEffect": policy.effect},
    }


def _restrictions(
    policy: Policy, content: Mapping[str, Any], field: str, values: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """What a policy restricts of a field that is still open: values it denies, or tags it requires."""
    kind = KINDS[policy.kind]
    common = {"policy": _reference(policy), "policyEffect": policy.effect}
    if field.lower() != kind.field.lower():
        return []
    if kind.field == "tags":
        return [
            (f"tags.{tag}", {"result": "Required", **common, "reason": f"tags.{tag} is required"})
            for tag in missing_tags(policy, content)
        ]
    denied = [value for value in values if kind.offends(policy, _with(kind.path, value))]
    return [(field, {"result": "Deny", "values": denied, **common, "reason": policy.name})] if denied else []


def _with(path: str, value: str) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: _with(rest, value) if rest else value}


def _assignment_body(policy: Policy) -> dict[str, Any]:
    return {
        "id": assignment_id(policy),
        "type": "Microsoft.Authorization/policyAssignments",
        "name": policy.kind,
        "properties": {
            "displayName": policy.name,
            "description": policy.name,
            "scope": policy.scope,
            "notScopes": [],
            "policyDefinitionId": _definition_id(policy),
            "enforcementMode": "Default",
            "parameters": {},
        },
    }


def _list(call: Call, scope: str) -> Reply:
    api_version(call, "policy assignments")
    scope = clean_scope(call, scope)
    demand(call, "Microsoft.Authorization/policyAssignments/read", scope)
    at_scope = "atscope()" in call.query.get("$filter", "").lower()
    found = [
        each
        for each in call.world.estate.policies
        if covers(each.scope, scope) or (not at_scope and covers(scope, each.scope))
    ]
    return page(call, found, _assignment_body)


def _get(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "policy assignments")
    scope = clean_scope(call, scope)
    demand(call, "Microsoft.Authorization/policyAssignments/read", scope)
    for policy in call.world.estate.policies:
        if policy.kind == name.lower() and policy.scope.lower() == scope.lower():
            return Reply(200, _assignment_body(policy))
    raise refuse(404, "PolicyAssignmentNotFound", f"The policy assignment '{name}' is not found.")


_ASSIGNMENTS = SCOPE + AUTHORIZATION + "/policyAssignments"

ROUTES = (
    Route("POST", SUBSCRIPTION + _CHECK, _check, ignore_case=True),
    Route("POST", GROUP + _CHECK, _check, ignore_case=True),
    Route("GET", _ASSIGNMENTS + "/?", _list, ignore_case=True),
    Route("GET", _ASSIGNMENTS + "/(?P<name>[^/]+)/?", _get, ignore_case=True),
)
