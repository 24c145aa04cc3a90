"""The vault (or Managed HSM) itself: what Resource Manager does not say. Its firewall and data roles hold here.

A refusal is a Problem whose code is Key Vault's own (``ForbiddenByFirewall``, ``ForbiddenByRbac``,
``ForbiddenByConnection``, ``AccessDenied``).
"""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.keys import rotation
from cmkwizard.clouds.azure.reading import client_call, fact, or_none, word
from cmkwizard.clouds.profile import Service
from cmkwizard.core.facts import Assignment, RotationPolicy, Vault
from cmkwizard.core.problems import Problem

ROLES_VERSION = "7.4"
"""Version of a Managed HSM's interface for its local roles."""


class DataPlane:
    """Each method sends one request (one more the first time that a vault is asked) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_recovery_level(self, vault: Vault, name: str) -> str | None:
        """Read a key's ``recoveryLevel``; None when there is no such key."""
        client = self._connection.key_client(vault.uri)

        def read() -> str:
            with client_call(Service.VAULT):
                return word(client.get_key(name).properties.recovery_level)

        return or_none(read)

    def deleted_key_exists(self, vault: Vault, name: str) -> bool:
        """Whether a deleted, still recoverable key has the name."""
        client = self._connection.key_client(vault.uri)

        def read() -> bool:
            with client_call(Service.VAULT):
                return bool(client.get_deleted_key(name).name)

        return bool(or_none(read))

    def get_rotation(self, vault: Vault, name: str) -> RotationPolicy | None:
        """Read how a key is rotated; None when there is no such key."""
        client = self._connection.key_client(vault.uri)

        def read() -> RotationPolicy:
            with client_call(Service.VAULT):
                return rotation(client.get_key_rotation_policy(name).lifetime_actions)

        return or_none(read)

    def list_local_assignments(self, hsm: Vault, principal_id: str) -> list[Assignment]:
        """List a principal's roles in a Managed HSM: for all of it, for all keys, for single keys.

        Source: Key Vault REST, role assignments, list for scope. The filter brings what lies at, above and below the
        scope; how its value is quoted there is unverified, so the answer is looked through again.
        """
        from azure.core.rest import HttpRequest

        client = self._connection.key_client(hsm.uri)
        query = {"api-version": ROLES_VERSION, "$filter": f"principalId eq '{principal_id}'"}
        request = HttpRequest("GET", "/keys/providers/Microsoft.Authorization/roleAssignments", params=query)
        with client_call(Service.VAULT):
            response = client.send_request(request)
            response.raise_for_status()
            found = [_assignment(each) for each in response.json()["value"]]
        return [each for each in found if each.principal_id.lower() == principal_id.lower()]


def client_address(refusal: Problem) -> str:
    """Under which address the vault saw this computer; empty where its refusal does not say so. For display alone."""
    return next((each.value for each in refusal.reference.ids if each.name == "Client address"), "")


def _assignment(entry: Any) -> Assignment:
    properties = entry["properties"]
    return fact(
        Assignment,
        id=entry["id"],
        name=entry["name"],
        scope=properties["scope"],
        role=properties["roleDefinitionId"].rpartition("/")[2].lower(),
        principal_id=properties["principalId"],
    )
