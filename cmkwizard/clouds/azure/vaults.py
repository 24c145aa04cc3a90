"""Key vaults, through Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none, pages, word
from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.choices import VaultChoice
from cmkwizard.core.facts import DeletedVault, Vault, VaultName


class Vaults:
    """Each method sends one request (or one for each page) and raises Problem. An existing vault is never written."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def api_version(self) -> str:
        """The version of Azure Resource Manager's interface for key vaults that is spoken. Sends nothing."""
        # The SDK's client shows it nowhere else.
        return str(self._connection.keyvault_client("any")._config.api_version)  # noqa: SLF001

    def list_vaults(self, subscription: str) -> Iterator[list[Vault]]:
        """List the vaults of a subscription, page by page as they arrive."""
        paged = self._connection.keyvault_client(subscription).vaults.list_by_subscription
        return pages(paged, _vault)

    def get_vault(self, subscription: str, group: str, name: str) -> Vault | None:
        """Read a vault; None when it (or its resource group) is not there."""
        client = self._connection.keyvault_client(subscription)

        def read() -> Vault:
            with arm_call():
                return _vault(client.vaults.get(group, name))

        return or_none(read)

    def check_name(self, subscription: str, name: str) -> VaultName:
        """Ask whether a new vault can have this name."""
        client = self._connection.keyvault_client(subscription)
        with arm_call():
            answer = client.vaults.check_name_availability({"name": name, "type": "Microsoft.KeyVault/vaults"})
            return fact(
                VaultName,
                name=name,
                available=answer.name_available,
                reason=word(answer.reason),
                message=answer.message or "",
            )

    def get_deleted(self, subscription: str, name: str) -> DeletedVault | None:
        """Read a deleted vault that can still be recovered; None when the subscription has none of this name.

        All of them are listed: asked for one, Azure wants to know its region, which nobody chose.
        """
        paged = self._connection.keyvault_client(subscription).vaults.list_deleted
        deleted = (each for page in pages(paged, _deleted) for each in page)
        return next((each for each in deleted if each.name.lower() == name.lower()), None)

    def begin_create(
        self,
        subscription: str,
        group: str,
        name: str,
        location: str,
        tenant_id: str,
        choice: VaultChoice,
        tags: Mapping[str, str],
    ) -> Vault:
        """Start the creation of a vault that is not there, once; Azure answers before the vault is ready.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        client = self._connection.keyvault_client(subscription)
        parameters = new_vault(location, tenant_id, choice, tags)
        with arm_call(write=True):
            return _vault(client.vaults.begin_create_or_update(group, name, parameters, polling=False).result())


def new_vault(location: str, tenant_id: str, choice: VaultChoice, tags: Mapping[str, str]) -> Any:
    """What Azure is asked to make: the SDK's parameters (``as_dict()`` is their JSON)."""
    from azure.mgmt.keyvault import models

    restricted = choice.network == "restricted"
    return models.VaultCreateOrUpdateParameters(
        location=location,
        tags=dict(tags),
        properties=models.VaultProperties(
            tenant_id=tenant_id,
            sku=models.Sku(family="A", name=choice.sku),
            access_policies=[],
            # Always said, because the default depends on the version of Azure's interface.
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=choice.retention_days,
            enable_purge_protection=True,
            create_mode="default",
            public_network_access="Enabled",
            network_acls=models.NetworkRuleSet(
                bypass="AzureServices",
                default_action="Deny" if restricted else "Allow",
                ip_rules=[models.IPRule(value=f"{ADOBE_ADDRESS}/32")] if restricted else [],
                virtual_network_rules=[],
            ),
        ),
    )


def _vault(model: Any) -> Vault:
    properties = model.properties
    return fact(
        Vault,
        id=model.id,
        name=model.name,
        group=model.id.split("/")[4],
        location=model.location or "",
        tenant_id=properties.tenant_id,
        uri=properties.vault_uri or "",
        sku=word(properties.sku.name),
        state=word(properties.provisioning_state) or "Succeeded",
        # Absent on vaults of before 2019: access policies.
        rbac=bool(properties.enable_rbac_authorization),
        soft_delete=bool(properties.enable_soft_delete),
        purge_protection=bool(properties.enable_purge_protection),
        retention_days=properties.soft_delete_retention_in_days or 90,
        access_policies=tuple(each.object_id for each in properties.access_policies or ()),
        tags=tuple(sorted((model.tags or {}).items())),
        **network(properties),
    )


def network(properties: Any) -> dict[str, Any]:
    """The fields of a Vault that say who reaches it, from the SDK's properties of a vault or a Managed HSM."""
    rules = properties.network_acls
    connections = [
        (each.id or "", word(getattr(state, "status", None)))
        for each in properties.private_endpoint_connections or ()
        for state in [each.properties and each.properties.private_link_service_connection_state]
    ]
    return {
        "public_access": (word(properties.public_network_access) or "Enabled").lower() != "disabled",
        "default_action": word(rules.default_action) or "Allow" if rules else "Allow",
        "bypass": word(rules.bypass) or "AzureServices" if rules else "AzureServices",
        "ip_rules": tuple(rule.value for rule in rules.ip_rules or ()) if rules else (),
        "private_endpoints": tuple(connections),
    }


def _deleted(model: Any) -> DeletedVault:
    properties = model.properties
    return fact(
        DeletedVault,
        name=model.name,
        id=properties.vault_id or "",
        location=properties.location or "",
        deleted_at=properties.deletion_date,
        purge_at=properties.scheduled_purge_date,
    )
