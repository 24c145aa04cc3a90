"""Management locks, through Azure Resource Manager."""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, listed
from cmkwizard.core.facts import Lock

_VERSION = "2020-05-01"
_PROVIDER = "/providers/microsoft.authorization/locks/"


class Locks:
    """Each method sends one request (or one for each page) and raises Problem. No lock is ever removed."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_locks(self, scope: str) -> list[Lock]:
        """List the locks that hold at a scope: on it, or on what it lies in.

        Source: Azure Resource Manager, management locks, list at scope (filter ``atScope()``).
        """
        client = self._connection.resource_client(subscription_of(scope))
        address = f"{scope}/providers/Microsoft.Authorization/locks?api-version={_VERSION}&$filter=atScope()"
        return listed(client, address, _lock)

    def create_lock(self, scope: str, name: str, notes: str) -> Lock:
        """Place a lock against deletion on a resource where there is none of that name, once.

        Source: Azure Resource Manager, management locks, create or update by scope.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        from azure.core.rest import HttpRequest

        client = self._connection.resource_client(subscription_of(scope))
        address = f"{scope}/providers/Microsoft.Authorization/locks/{name}?api-version={_VERSION}"
        body = {"properties": {"level": "CanNotDelete", "notes": notes}}
        with arm_call(write=True):
            response = client.send_request(HttpRequest("PUT", address, json=body))
            response.raise_for_status()
            return _lock(response.json())


def _lock(entry: Any) -> Lock:
    properties, id_ = entry["properties"], str(entry["id"])
    scope = id_[: id_.lower().rindex(_PROVIDER)]
    return fact(Lock, name=entry["name"], level=properties["level"], scope=scope, notes=properties.get("notes") or "")
