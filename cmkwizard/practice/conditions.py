"""Conditions of role assignments, as far as they limit which roles may be given to whom.

Source: Microsoft Learn, "Delegate Azure role assignment management to others with conditions" (format and examples).
"""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"@(Request|Resource)\[Microsoft\.Authorization/roleAssignments:(RoleDefinitionId|PrincipalId|PrincipalType)\]"
    r"\s*(?:ForAnyOfAnyValues:|ForAnyOfAllValues:)?(GuidEquals|GuidNotEquals|StringEquals|StringEqualsIgnoreCase)"
    r"\s*\{([^}]*)\}",
    re.IGNORECASE,
)


def fulfilled(condition: str | None, action: str, *, role: str, principal_id: str, principal_type: str) -> bool:
    """Whether a condition lets its holder give or take this role to or from this principal.

    action: Microsoft.Authorization/roleAssignments/write or …/delete; the attributes of the request count for a write,
    those of the resource for a deletion. What other actions a condition names is not looked at.
    """
    if not condition:
        return True
    source = "request" if action.lower().endswith("/write") else "resource"
    values = {
        "roledefinitionid": role.lower(),
        "principalid": principal_id.lower(),
        "principaltype": principal_type.lower(),
    }
    for where, attribute, operator, written in _CLAUSE.findall(condition):
        if where.lower() != source:
            continue
        listed = {each.strip(" '\"").lower() for each in written.split(",")}
        if (values[attribute.lower()] in listed) == (operator.lower() == "guidnotequals"):
            return False
    return True
