"""Changes to an existing vault, each of one named property: everything that a request does not name stays as it is."""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none
from cmkwizard.core.facts import DeletedVault
from cmkwizard.core.vault_settings import VaultProperty, VaultSettings


class VaultChanges:
    """Each method sends one request and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_settings(self, vault_id: str) -> VaultSettings | None:
        """Read all of a vault's settings as Azure writes them; None when the vault is not there."""
        client = self._connection.keyvault_client(subscription_of(vault_id))

        def read() -> VaultSettings:
            with arm_call():
                return _settings(client.vaults.get(*_place(vault_id), cls=_as_written))

        return or_none(read)

    def set_property(self, vault_id: str, name: VaultProperty, value: Any) -> VaultSettings:
        """Give one property another value, once (PATCH). Firewall rules are replaced as a whole: send all of them.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        client = self._connection.keyvault_client(subscription_of(vault_id))
        change: Any = {"properties": {str(name): value}}
        with arm_call(write=True):
            return _settings(client.vaults.update(*_place(vault_id), change, cls=_as_written))

    def begin_recover(self, deleted: DeletedVault, tenant_id: str) -> None:
        """Start bringing a deleted vault back, with its keys and without its role assignments, once.

        Whoever calls has just seen that no such vault is there: what Azure does to one that is, nobody documents.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        client = self._connection.keyvault_client(subscription_of(deleted.id))
        # Azure asks for a tier and does not use it: the vault comes back with its own (Azure CLI, "keyvault recover").
        properties = {"tenantId": tenant_id, "sku": {"family": "A", "name": "standard"}, "createMode": "recover"}
        parameters: Any = {"location": deleted.location, "properties": properties}
        with arm_call(write=True):
            client.vaults.begin_create_or_update(*_place(deleted.id), parameters, polling=False)


def _place(vault_id: str) -> tuple[str, str]:
    """The resource group and the name in a vault's id."""
    parts = vault_id.split("/")
    return parts[4], parts[8]


def _as_written(response: Any, *_: Any) -> Any:
    return response.http_response.json()


def _settings(written: Any) -> VaultSettings:
    return fact(
        VaultSettings,
        id=written["id"],
        name=written["name"],
        location=written["location"],
        properties=written["properties"],
        tags=written.get("tags") or {},
    )
