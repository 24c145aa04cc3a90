"""A vault in Resource Manager's words: writing it, and reading what a client asks for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from cmkwizard.practice.arm.gate import refuse
from cmkwizard.practice.arm.subscriptions import location_name
from cmkwizard.practice.clock import iso
from cmkwizard.practice.shapes import flag, table, tables, texts
from cmkwizard.practice.vaults import NetworkRules, Vault
from cmkwizard.practice.web import Call

VAULT_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
NAME_TAKEN = (
    "The vault name '{}' is already in use. Vault names are globally unique: another customer may hold it, or a vault"
    " of that name was deleted and is still recoverable."
)
FLAGS = ("enabledForDeployment", "enabledForDiskEncryption", "enabledForTemplateDeployment")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?")


def vault_body(call: Call, vault: Vault) -> dict[str, Any]:
    """The vault as Resource Manager answers it, with the host name this client knows."""
    ready = call.world.estate.clock.now() >= vault.ready_at
    properties: dict[str, Any] = {
        "sku": {"family": "A", "name": vault.sku},
        "tenantId": vault.tenant,
        "accessPolicies": vault.access_policies,
        "enabledForDeployment": vault.flags.get("enabledForDeployment", False),
    }
    properties |= {flag: vault.flags[flag] for flag in FLAGS[1:] if flag in vault.flags}
    if vault.network is not None:
        properties["networkAcls"] = _network_body(vault.network)
    if vault.private_endpoints:
        properties["privateEndpointConnections"] = [
            endpoint_body(vault, *each) for each in enumerate(vault.private_endpoints, 1)
        ]
    properties |= {"enableSoftDelete": vault.soft_delete, "enableRbacAuthorization": vault.rbac}
    if vault.soft_delete:
        properties["softDeleteRetentionInDays"] = vault.retention_days
    if vault.purge_protection:
        properties["enablePurgeProtection"] = True
    properties |= {
        "vaultUri": f"https://{vault.name.lower()}{call.naming.vault_suffix}/",
        "provisioningState": "Succeeded" if ready else "RegisteringDns",
        "publicNetworkAccess": vault.public_access,
    }
    properties = {name: value for name, value in properties.items() if name not in vault.unwritten}
    return {
        "id": vault.id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/vaults",
        "location": vault.location,
        "tags": vault.tags,
        "systemData": {
            "createdBy": vault.created_by,
            "createdByType": vault.created_by_type,
            "createdAt": iso(vault.created),
            "lastModifiedBy": vault.modified_by or vault.created_by,
            "lastModifiedByType": vault.modified_by_type or vault.created_by_type,
            "lastModifiedAt": iso(vault.modified or vault.created),
        },
        "properties": properties,
    }


def endpoint_body(vault: Vault, number: int, state: str) -> dict[str, Any]:
    """A connection of a private endpoint, in that state, as Resource Manager answers it."""
    group = f"/subscriptions/{vault.subscription}/resourceGroups/{vault.group}"
    return {
        "id": f"{vault.id}/privateEndpointConnections/connection-{number}",
        "etag": "",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": f"{group}/providers/Microsoft.Network/privateEndpoints/endpoint-{number}"},
            "privateLinkServiceConnectionState": {"status": state, "description": "", "actionsRequired": "None"},
        },
    }


def _network_body(network: NetworkRules) -> dict[str, Any]:
    return {
        "bypass": network.bypass,
        "defaultAction": network.default_action,
        "ipRules": [{"value": address} for address in network.addresses],
        "virtualNetworkRules": network.networks,
    }


def deleted_body(vault: Vault) -> dict[str, Any]:
    """A soft-deleted vault as Resource Manager answers it."""
    properties: dict[str, Any] = {
        "vaultId": vault.id,
        "location": vault.location,
        "deletionDate": iso(vault.deleted_at or 0.0),
        "scheduledPurgeDate": iso(vault.purge_at),
        "tags": vault.tags,
    }
    if vault.purge_protection:
        properties["purgeProtectionEnabled"] = True
    return {
        "id": vault.deleted_id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": properties,
    }


def bad(message: str) -> Exception:
    """BadRequest with a message, to be raised."""
    return refuse(400, "BadRequest", message)


def read_location(body: Mapping[str, Any]) -> str:
    """The canonical location of a request. Raises Refused."""
    location = location_name(str(body.get("location") or ""))
    if location is None:
        raise refuse(
            400,
            "LocationNotAvailableForResourceType",
            f"The provided location '{body.get('location')}' is not available for resource type"
            " 'Microsoft.KeyVault/vaults'.",
        )
    return location


def read_properties(body: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a request. Raises Refused when there are none."""
    if body.get("properties") is None:
        raise bad("The property 'properties' is missing.")
    return table(body["properties"], "properties")


def check_values(properties: Mapping[str, Any], tenant: str) -> None:
    """Checks the values that a creation and an update have in common. Raises Refused."""
    sku = properties.get("sku")
    if sku is not None and (
        not isinstance(sku, dict)
        or str(sku.get("family", "")).upper() != "A"
        or str(sku.get("name", "")).lower() not in ("standard", "premium")
    ):
        raise bad("The sku must have family 'A' and name 'standard' or 'premium'.")
    wanted_tenant = properties.get("tenantId")
    if wanted_tenant is not None and str(wanted_tenant).lower() != tenant:
        raise bad(f"The tenant ID in the request '{wanted_tenant}' is not the tenant of the subscription.")
    for name in ("enableRbacAuthorization", "enablePurgeProtection", "enableSoftDelete", *FLAGS):
        flag(properties.get(name), name)
    if properties.get("enablePurgeProtection") is False:
        raise bad(
            'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is'
            " an irreversible action."
        )
    if properties.get("enableSoftDelete") is False:
        raise bad('The property "enableSoftDelete" cannot be set to false.')
    retention = properties.get("softDeleteRetentionInDays")
    if retention is not None and (not isinstance(retention, int) or not 7 <= retention <= 90):
        raise bad('The property "softDeleteRetentionInDays" must be a whole number from 7 to 90.')
    access = properties.get("publicNetworkAccess")
    if access is not None and str(access).lower() not in ("enabled", "disabled"):
        raise bad("The property 'publicNetworkAccess' must be 'Enabled' or 'Disabled'.")


def apply_values(vault: Vault, properties: Mapping[str, Any], *, new: bool = False) -> None:
    """Takes over those values of a checked request that are present. Raises Refused for what is malformed or final."""
    retention = properties.get("softDeleteRetentionInDays")
    if properties.get("enablePurgeProtection") and not (vault.soft_delete or properties.get("enableSoftDelete")):
        raise bad('The property "enablePurgeProtection" needs "enableSoftDelete" to be true.')
    if retention is not None and not new and vault.soft_delete and retention != vault.retention_days:
        raise bad('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.')
    network = read_network(properties)
    policies = read_policies(properties, vault.tenant)
    if retention is not None:
        vault.retention_days = retention
    if network is not None:
        vault.network = network
    if policies is not None:
        vault.access_policies = policies
    if properties.get("sku"):
        vault.sku = str(properties["sku"]["name"]).lower()
    vault.unwritten -= {name for name, value in properties.items() if value is not None}
    if properties.get("enableSoftDelete"):
        vault.soft_delete = True
    if properties.get("enablePurgeProtection"):
        vault.purge_protection = True
    if properties.get("enableRbacAuthorization") is not None:
        vault.rbac = properties["enableRbacAuthorization"]
    if properties.get("publicNetworkAccess"):
        vault.public_access = str(properties["publicNetworkAccess"]).capitalize()
    vault.flags |= {flag: properties[flag] for flag in FLAGS if properties.get(flag) is not None}


def read_network(properties: Mapping[str, Any]) -> NetworkRules | None:
    """The firewall of a request; None when it has none. Raises Refused."""
    if properties.get("networkAcls") is None:
        return None
    rules = table(properties["networkAcls"], "networkAcls")
    bypass, default = rules.get("bypass") or "AzureServices", rules.get("defaultAction") or "Allow"
    if bypass not in ("AzureServices", "None") or default not in ("Allow", "Deny"):
        raise bad("networkAcls must have bypass 'AzureServices' or 'None' and defaultAction 'Allow' or 'Deny'.")
    addresses = [str(rule.get("value", "")) for rule in tables(rules.get("ipRules"), "ipRules")]
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise bad(f"The value '{address}' of an ipRule is no IPv4 address or range.")
    networks = [
        {
            "id": str(rule.get("id", "")).lower(),
            "ignoreMissingVnetServiceEndpoint": bool(rule.get("ignoreMissingVnetServiceEndpoint")),
        }
        for rule in tables(rules.get("virtualNetworkRules"), "virtualNetworkRules")
    ]
    return NetworkRules(bypass, default, [each if "/" in each else f"{each}/32" for each in addresses], networks)


def read_policies(properties: Mapping[str, Any], tenant: str) -> list[dict[str, Any]] | None:
    """The access policies of a request; None when it has none. Raises Refused."""
    if properties.get("accessPolicies") is None:
        return None
    policies: list[dict[str, Any]] = []
    for entry in tables(properties["accessPolicies"], "accessPolicies"):
        permissions = table(entry.get("permissions"), "permissions")
        if str(entry.get("tenantId", "")).lower() != tenant or not is_guid(str(entry.get("objectId", ""))):
            raise bad("An access policy was provided whose tenantId or objectId is not valid.")
        granted = {kind: texts(permissions.get(kind), kind) for kind in ("keys", "secrets", "certificates", "storage")}
        policies.append({"tenantId": tenant, "objectId": entry["objectId"], "permissions": granted})
    return policies


def is_guid(text: str) -> bool:
    """Whether the text is a GUID with hyphens."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
