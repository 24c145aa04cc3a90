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
class Provider:
    """The resource provider of Key Vault, in one subscription."""

    registered: bool
    regions: tuple[str, ...]
    """Names (lower case, no spaces) of the regions in which there can be vaults."""


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

    def get_subscription(self, subscription: str) -> Subscription:
        """Read a subscription; raises NOT_FOUND for one that the account does not see."""
        client = self._connection.subscription_client()
        with arm_call():
            return _subscription(client.subscriptions.get(subscription))

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

    def get_provider(self, subscription: str) -> Provider:
        """Whether the subscription has Key Vault switched on, and in which regions."""
        client = self._connection.resource_client(subscription)
        with arm_call():
            return _provider(client.providers.get(_KEY_VAULT))

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


def _provider(model: Any) -> Provider:
    vaults = [each for each in model.resource_types or () if (each.resource_type or "").lower() == "vaults"]
    regions = [region.lower().replace(" ", "") for each in vaults for region in each.locations or ()]
    registered = word(model.registration_state) == "Registered" if model.registration_state else None
    return fact(Provider, registered=registered, regions=tuple(regions))


def _location(model: Any) -> tuple[str, str, bool]:
    physical = model.metadata is None or word(model.metadata.region_type) != "Logical"
    return str(model.name), str(model.display_name or model.name), physical


def _group(model: Any) -> ResourceGroup:
    state = model.properties.provisioning_state if model.properties else None
    return fact(ResourceGroup, name=model.name, location=model.location, state=state or "Succeeded")
