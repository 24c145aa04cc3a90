"""What Azure Policy would refuse, asked before anything is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact
from cmkwizard.core.facts import Denial
from cmkwizard.core.problems import Problem

if TYPE_CHECKING:
    from azure.mgmt.resource.resources import ResourceManagementClient

_VERSION = "2023-03-01"
_ASSIGNMENT_VERSION = "2023-04-01"


class PolicyInsights:
    """Each method sends the requests that it names, and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_denials(self, scope: str, what: str, content: Mapping[str, Any], parent: str = "") -> list[Denial]:
        """Ask what Azure Policy would refuse of a resource: one request, and one for the name of each policy.

        ``scope`` is the resource group, or the subscription where there is none yet; ``what`` the word for what is to
        be made; ``content`` its body; ``parent`` the resource id of what it would lie in. It is a POST, and changes
        nothing. Policies that are enforced in the vault itself (mode Microsoft.KeyVault.Data) may not be seen here:
        that is unverified.

        Source: Azure Policy, policy restrictions, check at resource group scope.
        """
        details: dict[str, Any] = {"resourceContent": content}
        if parent:
            details["scope"] = parent
        address = f"{scope}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions?api-version={_VERSION}"
        client = self._connection.resource_client(subscription_of(scope))
        from azure.core.rest import HttpRequest

        with arm_call():
            response = client.send_request(HttpRequest("POST", address, json={"resourceDetails": details}))
            response.raise_for_status()
            evaluations = (response.json().get("contentEvaluationResult") or {}).get("policyEvaluations") or ()
            refused = {each["policyInfo"]["policyAssignmentId"]: _reason(each) for each in evaluations if _denies(each)}
            # One for each assignment, however many of its rules refuse.
            return [
                fact(Denial, policy=_name(client, key), assignment=key, what=what, reason=refused[key])
                for key in refused
            ]


def _name(client: ResourceManagementClient, assignment: str) -> str:
    """The name of a policy's assignment for people; the last part of its id where it cannot be read."""
    from azure.core.rest import HttpRequest

    plain = assignment.rpartition("/")[2]
    try:
        with arm_call():
            response = client.send_request(HttpRequest("GET", f"{assignment}?api-version={_ASSIGNMENT_VERSION}"))
            response.raise_for_status()
            return str(response.json()["properties"].get("displayName") or plain)
    except Problem:
        return plain


def _denies(evaluation: Any) -> bool:
    effect = (evaluation.get("effectDetails") or {}).get("policyEffect") or "Deny"
    return str(effect).lower() == "deny" and str(evaluation.get("evaluationResult")).lower() == "noncompliant"


def _reason(evaluation: Any) -> str:
    """Which values the policy looked at: "location is westeurope (not in: northeurope)"."""
    expressions = (evaluation.get("evaluationDetails") or {}).get("evaluatedExpressions") or ()
    return "; ".join(
        f"{each.get('path') or each['expression']} is {_words(each.get('expressionValue'))}"
        f" ({_operator(each.get('operator'))}: {_words(each.get('targetValue'))})"
        for each in expressions
        if str(each.get("result")).lower() == "true" and each.get("expression")
    )


def _operator(name: Any) -> str:
    """Azure Policy's ``NotIn`` in plain words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name)).lower()


def _words(value: Any) -> str:
    if value in (None, "", [], {}):
        return "empty"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
