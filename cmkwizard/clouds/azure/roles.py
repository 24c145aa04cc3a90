"""Role assignments, and what the signed-in account may do."""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import MOST_PAGES, arm_call, fact, pages
from cmkwizard.core.facts import Assignment
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import Rights

_VERSION = "2022-04-01"


class Roles:
    """Each method sends one request (or one for each page) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_assignments(self, scope: str, principal_id: str) -> list[Assignment]:
        """List the roles that hold for a principal at a scope: given there, or inherited from above."""
        client = self._connection.authorization_client(subscription_of(scope))
        condition = f"principalId eq '{principal_id}'"
        assignments = client.role_assignments
        found = pages(lambda: assignments.list_for_scope(scope.lstrip("/"), filter=condition), _assignment)
        # The filter also brings assignments further down, on single keys, which do not hold here.
        return [each for page in found for each in page if _covers(each.scope, scope)]

    def create_assignment(self, scope: str, role: str, principal_id: str, name: str) -> Assignment:
        """Give a role to a service principal at a scope, once.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request; CONFLICT when the same assignment
                stands under another name.
        """
        subscription = subscription_of(scope)
        client = self._connection.authorization_client(subscription)
        definition = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        parameters: Any = {
            "role_definition_id": definition,
            "principal_id": principal_id,
            # Without it Azure looks the principal up, and a new one is not found everywhere yet.
            "principal_type": "ServicePrincipal",
        }
        from azure.mgmt.authorization.v2022_04_01 import models

        with arm_call(write=True):
            body = models.RoleAssignmentCreateParameters(**parameters)
            return _assignment(client.role_assignments.create(scope.lstrip("/"), name, body))

    def list_rights(self, scope: str) -> list[Rights]:
        """List what the signed-in account may do at a subscription, resource group or vault."""
        from azure.core.rest import HttpRequest

        client = self._connection.resource_client(subscription_of(scope))
        address: str = f"{scope}/providers/Microsoft.Authorization/permissions?api-version={_VERSION}"
        found: list[Rights] = []
        for _ in range(MOST_PAGES):
            with arm_call():
                response = client.send_request(HttpRequest("GET", address))
                response.raise_for_status()
                page = response.json()
                found += [_rights(each) for each in page["value"]]
                address = page.get("nextLink") or ""
            if not address:
                return found
        raise Problem(Kind.UNTRUSTED, "The list of the account's rights does not end.", "Try again later.")


def _covers(parent: str, child: str) -> bool:
    parent, child = parent.lower().rstrip("/"), child.lower().rstrip("/")
    return child == parent or child.startswith(parent + "/") or "/managementgroups/" in parent


def _assignment(model: Any) -> Assignment:
    return fact(
        Assignment,
        id=model.id,
        name=model.name,
        scope=model.scope or "",
        role=model.role_definition_id.rpartition("/")[2].lower(),
        principal_id=model.principal_id,
        created=model.created_on,
    )


def _rights(entry: Any) -> Rights:
    return fact(Rights, actions=entry.get("actions") or [], not_actions=entry.get("notActions") or [])
