"""Role assignments, and what the signed-in account may do."""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, listed, or_none, pages, word
from cmkwizard.core.facts import Assignment, Eligibility
from cmkwizard.core.roles import Rights, covers

_VERSION = "2022-04-01"
_ELIGIBILITY_VERSION = "2020-10-01"


class Roles:
    """Each method sends one request (or one for each page) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_assignments(self, scope: str, principal_id: str) -> list[Assignment]:
        """List the roles that hold for a principal at a scope: given there, or inherited from above."""
        return self._list(scope, f"principalId eq '{principal_id}'")

    def list_all(self, scope: str) -> list[Assignment]:
        """List the roles of everybody that hold at a scope: given there, or inherited from above."""
        return self._list(scope, "atScope()")

    def list_held(self, scope: str, principal_id: str) -> list[Assignment]:
        """List the roles of a principal at a scope, above it and below it, such as on single keys of a vault."""
        return self._list(scope, f"principalId eq '{principal_id}'", below=True)

    def list_own(self, scope: str, object_id: str) -> list[Assignment]:
        """List the roles that a person holds at a scope, those of their groups included, with their conditions."""
        return self._list(scope, f"atScope() and assignedTo('{object_id}')")

    def list_eligible(self, scope: str) -> list[Eligibility]:
        """List the roles that the signed-in account may activate at a scope (Privileged Identity Management).

        Source: Azure Resource Manager, role eligibility schedule instances (filter ``asTarget()``).
        """
        client = self._connection.resource_client(subscription_of(scope))
        address = (
            f"{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances"
            f"?api-version={_ELIGIBILITY_VERSION}&$filter=asTarget()"
        )
        return [each for each in listed(client, address, _eligibility) if covers(each.scope, scope)]

    def create_assignment(
        self,
        scope: str,
        role: str,
        principal_id: str,
        name: str,
        *,
        principal_type: str = "ServicePrincipal",
        condition: str = "",
    ) -> Assignment:
        """Give a role to a service principal (or a ``User``) at a scope, once; with Azure's ``condition`` on its use.

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
            "principal_type": principal_type,
        }
        if condition:
            parameters |= {"condition": condition, "condition_version": "2.0"}
        from azure.mgmt.authorization.v2022_04_01 import models

        with arm_call(write=True):
            body = models.RoleAssignmentCreateParameters(**parameters)
            return _assignment(client.role_assignments.create(scope.lstrip("/"), name, body))

    def list_rights(self, scope: str) -> list[Rights]:
        """List what the signed-in account may do at a subscription, resource group or vault."""
        client = self._connection.resource_client(subscription_of(scope))
        address = f"{scope}/providers/Microsoft.Authorization/permissions?api-version={_VERSION}"
        return listed(client, address, _rights)

    def get_assignment(self, assignment_id: str) -> Assignment | None:
        """Read one assignment by its resource id; None when it is not there."""
        client = self._connection.authorization_client(subscription_of(assignment_id))

        def read() -> Assignment:
            with arm_call():
                return _assignment(client.role_assignments.get_by_id(assignment_id.lstrip("/")))

        return or_none(read)

    def delete_assignment(self, assignment: Assignment) -> str:
        """Remove one assignment, once; answers Azure's request id. One that is not there any more is no problem.

        Source: Azure Resource Manager, role assignments, delete (200: removed, 204: there was none).

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request; CONFLICT when a lock protects it.
        """
        from azure.core.rest import HttpRequest

        client = self._connection.resource_client(subscription_of(assignment.id))
        with arm_call(write=True):
            response = client.send_request(HttpRequest("DELETE", f"{assignment.id}?api-version={_VERSION}"))
            response.raise_for_status()
            return str(response.headers.get("x-ms-request-id") or "")

    def _list(self, scope: str, condition: str, *, below: bool = False) -> list[Assignment]:
        client = self._connection.authorization_client(subscription_of(scope))
        assignments = client.role_assignments
        found = pages(lambda: assignments.list_for_scope(scope.lstrip("/"), filter=condition), _assignment)
        # A filter can also bring assignments further down, on single keys, which do not hold here.
        every = (each for page in found for each in page)
        return [each for each in every if covers(each.scope, scope) or (below and covers(scope, each.scope))]


def _assignment(model: Any) -> Assignment:
    return fact(
        Assignment,
        id=model.id,
        name=model.name,
        scope=model.scope or "",
        role=model.role_definition_id.rpartition("/")[2].lower(),
        principal_id=model.principal_id,
        created=model.created_on,
        principal_type=word(model.principal_type),
        condition=model.condition or "",
    )


def _eligibility(entry: Any) -> Eligibility:
    properties = entry["properties"]
    definition = (properties.get("expandedProperties") or {}).get("roleDefinition") or {}
    return fact(
        Eligibility,
        role=properties["roleDefinitionId"].rpartition("/")[2].lower(),
        role_name=definition.get("displayName") or "",
        scope=properties["scope"],
    )


def _rights(entry: Any) -> Rights:
    return fact(
        Rights,
        actions=entry.get("actions") or [],
        not_actions=entry.get("notActions") or [],
        data_actions=entry.get("dataActions") or [],
        not_data_actions=entry.get("notDataActions") or [],
    )
