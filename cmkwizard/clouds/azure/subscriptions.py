"""What the account can see in Azure: directories, subscriptions, regions, resource groups, resource providers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none, pages, word
from cmkwizard.core.facts import ResourceGroup, Subscription, Tenant

_KEY_VAULT = "Microsoft.KeyVault"


@dataclass(frozen=True)
class _Provider:
    state: str


class Subscriptions:
    """Each method sends one request (or one for each page) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_tenants(self) -> list[Tenant]:
        """List the directories that the account can sign in to."""
        paged = self._connection.subscription_client().tenants.list
        return [each for page in pages(paged, _tenant) for each in page]

    def list_subscriptions(self) -> Iterator[list[Subscription]]:
        """List the subscriptions of the directory, page by page as they arrive."""
        paged = self._connection.subscription_client().subscriptions.list
        return pages(paged, _subscription)

    def list_locations(self, subscription: str) -> list[tuple[str, str]]:
        """List the regions of a subscription: (name, display name), physical ones only."""
        client = self._connection.subscription_client()
        found = pages(lambda: client.subscriptions.list_locations(subscription), _location)
        return [(name, shown) for page in found for name, shown, physical in page if physical]

    def list_groups(self, subscription: str) -> Iterator[list[ResourceGroup]]:
        """List the resource groups of a subscription, page by page."""
        paged = self._connection.resource_client(subscription).resource_groups.list
        return pages(paged, _group)

    def get_group(self, subscription: str, name: str) -> ResourceGroup | None:
        """Read a resource group; None when it is not there."""
        client = self._connection.resource_client(subscription)

        def read() -> ResourceGroup:
            with arm_call():
                return _group(client.resource_groups.get(name))

        return or_none(read)

    def create_group(self, subscription: str, name: str, location: str) -> ResourceGroup:
        """Create a resource group, once; raises UNCLEAR when it is not known whether Azure did."""
        client = self._connection.resource_client(subscription)
        with arm_call(write=True):
            return _group(client.resource_groups.create_or_update(name, {"location": location}))

    def provider_registered(self, subscription: str) -> bool:
        """Whether the subscription has Key Vault switched on."""
        client = self._connection.resource_client(subscription)
        with arm_call():
            return fact(_Provider, state=client.providers.get(_KEY_VAULT).registration_state).state == "Registered"

    def register_provider(self, subscription: str) -> None:
        """Switch Key Vault on in the subscription; Azure takes minutes to do it."""
        client = self._connection.resource_client(subscription)
        with arm_call(write=True):
            client.providers.register(_KEY_VAULT)


def _tenant(model: Any) -> Tenant:
    domain = model.default_domain or ""
    return fact(Tenant, id=model.tenant_id, name=model.display_name or domain, domain=domain)


def _subscription(model: Any) -> Subscription:
    return fact(
        Subscription,
        id=model.subscription_id,
        name=model.display_name or model.subscription_id,
        state=word(model.state) or "Unknown",
        tenant_id=model.tenant_id or "",
    )


def _location(model: Any) -> tuple[str, str, bool]:
    physical = model.metadata is None or word(model.metadata.region_type) != "Logical"
    return str(model.name), str(model.display_name or model.name), physical


def _group(model: Any) -> ResourceGroup:
    state = model.properties.provisioning_state if model.properties else None
    return fact(ResourceGroup, name=model.name, location=model.location, state=state or "Succeeded")
