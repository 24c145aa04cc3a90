"""Changes that the vault (or Managed HSM) itself makes: Resource Manager cannot. Its firewall and data roles hold here.

Each builds on a read of the same vault right before: by then it has said which token it takes, so that a change is the
first and only request that carries it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.data_plane import ROLES_VERSION
from cmkwizard.clouds.azure.reading import client_call
from cmkwizard.clouds.profile import Service
from cmkwizard.core.facts import Assignment, Key, Vault

HSM_KEYS = "/keys"
"""The scope of a Managed HSM's local role that holds for all its keys."""


class KeyChanges:
    """Each method sends one request and raises Problem: UNCLEAR when it is not known whether the vault took it."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def update_key(
        self,
        vault: Vault,
        key: Key,
        *,
        enabled: bool | None = None,
        not_before: datetime | None = None,
        expires: datetime | None = None,
        operations: tuple[str, ...] | None = None,
    ) -> None:
        """Change attributes of a key's current version, once (PATCH); what is not given stays as in ``key``.

        The attributes are sent as a whole: whether the vault keeps those that a request leaves out, it does not say.
        """
        client = self._connection.key_client(vault.uri)
        with client_call(Service.VAULT, write=True):
            client.update_key_properties(
                key.name,
                key.identifier.rpartition("/")[2],
                enabled=key.enabled if enabled is None else enabled,
                not_before=not_before or key.not_before,
                expires_on=expires or key.expires,
                key_operations=list(operations) if operations else None,
            )

    def begin_recover(self, vault: Vault, name: str) -> None:
        """Start bringing a deleted key back, with all its versions, once."""
        client = self._connection.key_client(vault.uri)
        with client_call(Service.VAULT, write=True):
            client.begin_recover_deleted_key(name)  # it would be waited for with the poller, which is left alone

    def create_local_assignment(self, hsm: Vault, role: str, principal_id: str, name: str) -> None:
        """Give a role to a principal for all keys of a Managed HSM, once, under this name (a GUID).

        Source: Key Vault REST, role assignments, create.
        """
        from azure.core.rest import HttpRequest

        properties = {
            "roleDefinitionId": f"Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "principalId": principal_id,
        }
        body: dict[str, Any] = {"properties": properties}
        address = f"{HSM_KEYS}/providers/Microsoft.Authorization/roleAssignments/{name}"
        request = HttpRequest("PUT", address, params={"api-version": ROLES_VERSION}, json=body)
        client = self._connection.key_client(hsm.uri)
        with client_call(Service.VAULT, write=True):
            client.send_request(request).raise_for_status()

    def delete_local_assignment(self, hsm: Vault, assignment: Assignment) -> str:
        """Take one role in a Managed HSM away, once; answers its request id.

        Source: Key Vault REST, role assignments, delete.
        """
        from azure.core.rest import HttpRequest

        scope = assignment.scope.rstrip("/")
        address = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.name}"
        request = HttpRequest("DELETE", address, params={"api-version": ROLES_VERSION})
        client = self._connection.key_client(hsm.uri)
        with client_call(Service.VAULT, write=True):
            response = client.send_request(request)
            response.raise_for_status()
            return str(response.headers.get("x-ms-request-id") or "")
