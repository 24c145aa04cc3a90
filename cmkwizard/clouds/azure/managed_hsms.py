"""Managed HSMs, read through Azure Resource Manager. None is ever made here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none, pages, word
from cmkwizard.clouds.azure.vaults import network
from cmkwizard.core.facts import Vault


class ManagedHsms:
    """Each method sends one request and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_hsm(self, subscription: str, group: str, name: str) -> Vault | None:
        """Read a Managed HSM; None when it (or its resource group) is not there."""
        client = self._connection.keyvault_client(subscription)

        def read() -> Vault:
            with arm_call():
                return _hsm(client.managed_hsms.get(group, name))

        return or_none(read)

    def list_hsms(self, subscription: str) -> Iterator[list[Vault]]:
        """List the Managed HSMs of a subscription, page by page as they arrive."""
        paged = self._connection.keyvault_client(subscription).managed_hsms.list_by_subscription
        return pages(paged, _hsm)


def _hsm(model: Any) -> Vault:
    properties = model.properties
    domain = properties.security_domain_properties
    state = word(properties.provisioning_state) or "Succeeded"
    return fact(
        Vault,
        id=model.id,
        name=model.name,
        group=model.id.split("/")[4],
        location=model.location or "",
        tenant_id=properties.tenant_id or "",
        uri=f"{(properties.hsm_uri or '').rstrip('/')}/",
        sku=word(model.sku.name) if model.sku else "",
        # "Activated" is a state of a finished one as well.
        state="Succeeded" if state == "Activated" else state,
        rbac=True,
        # On for every Managed HSM, and it cannot be turned off (Azure SDK, ManagedHsmProperties).
        soft_delete=properties.enable_soft_delete is not False,
        purge_protection=bool(properties.enable_purge_protection),
        retention_days=properties.soft_delete_retention_in_days or 90,
        tags=tuple(sorted((model.tags or {}).items())),
        managed_hsm=True,
        activated=word(domain.activation_status) == "Active" if domain else state == "Activated",
        **network(properties),
    )
