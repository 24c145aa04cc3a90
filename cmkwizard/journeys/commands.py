"""The equivalent command lines of each step: what a person could type instead. Never a secret in them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS, KEY_OPERATIONS
from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.choices import Choices
from cmkwizard.core.log_places import LogPlace
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.rotation import rotation_policy

KEYS_VERSION = "2026-02-01"
"""Version of Azure Resource Manager's interface for keys in the printed commands."""
_MANAGEMENT = "https://management.azure.com"
_CONFIGURATIONS = "/data/infrastructure/manager/customer/config"
_KEY_VARIABLE = "KEY_IDENTIFIER"


def vault_id(choices: Choices) -> str:
    """The resource id that the chosen vault has, or will have."""
    azure = choices.azure
    return (
        f"/subscriptions/{azure.subscription}/resourceGroups/{azure.resource_group}"
        f"/providers/Microsoft.KeyVault/{'managedHSMs' if choices.vault.kind == 'managed-hsm' else 'vaults'}"
        f"/{choices.vault.name}"
    )


def provider_register(choices: Choices) -> str:
    """Switch Key Vault on in the subscription."""
    return line(
        "az provider register --namespace Microsoft.KeyVault --wait --subscription {}", choices.azure.subscription
    )


def group_create(choices: Choices, location: str = "") -> str:
    """Create the resource group, in the vault's region unless another one is given."""
    azure = choices.azure
    return line(
        "az group create --subscription {} --name {} --location {}",
        azure.subscription,
        azure.resource_group,
        location or azure.location,
    )


def vault_create(choices: Choices, tags: Mapping[str, str] | None = None) -> str:
    """Create the vault, with these tags."""
    restricted = choices.vault.network == "restricted"
    addresses = (f"{ADOBE_ADDRESS}/32",) if restricted else ()
    return vault_create_as(choices, default_action="Deny" if restricted else "Allow", addresses=addresses, tags=tags)


def vault_create_as(
    choices: Choices,
    *,
    default_action: str,
    addresses: Sequence[str] = (),
    bypass: str = "AzureServices",
    public_access: bool = True,
    purge_protection: bool = True,
    tags: Mapping[str, str] | None = None,
) -> str:
    """Create the vault with these very settings."""
    azure, vault = choices.azure, choices.vault
    start = line(
        "az keyvault create --subscription {} --resource-group {} --name {} --location {} --sku {} --retention-days {}",
        azure.subscription,
        azure.resource_group,
        vault.name,
        azure.location,
        vault.sku,
        str(vault.retention_days),
    )
    kept = " --enable-purge-protection true" if purge_protection else ""
    reached = "Enabled" if public_access else "Disabled"
    network = line(f" --public-network-access {reached} --bypass {{}} --default-action {{}}", bypass, default_action)
    listed = " --network-acls-ips" + "".join(line(" {}", each) for each in addresses) if addresses else ""
    written = "".join(line(" {}", f"{name}={value}") for name, value in (tags or {}).items())
    return f"{start} --enable-rbac-authorization true{kept}{network}{listed}" + (f" --tags{written}" if written else "")


def key_create(choices: Choices, rotation_days: int = 0) -> str:
    """Create the key where it is absent. (``az keyvault key create`` would add a version to an existing key.)"""
    key = choices.key
    properties: dict[str, Any] = {"kty": key.type, "keySize": key.size, "keyOps": list(KEY_OPERATIONS)}
    if rotation_days:
        properties["rotationPolicy"] = rotation_policy(rotation_days)
    return key_put(choices, properties)


def key_put(choices: Choices, properties: Mapping[str, Any]) -> str:
    """Create the key with these properties where it is absent; an existing one stays as it is."""
    body = {"properties": properties}
    return line("az rest --method put --url {} --body {}", _key_address(choices), json.dumps(body))


def key_show(choices: Choices, query: str) -> str:
    """See something of the key's current version, as Resource Manager shows it."""
    return line("az rest --method get --url {} --query {} --output tsv", _key_address(choices), query)


def app_show(application_id: str) -> str:
    """See whether Adobe's app is in the directory."""
    return line("az ad sp show --id {}", application_id)


def role_create(choices: Choices, application_id: str, object_id: str | None, name: str | None) -> str:
    """Give Adobe's app its role; without ``object_id`` the command looks it up."""
    found = line("az ad sp show --id {} --query id --output tsv", application_id)
    assignee = shlex.quote(object_id) if object_id else f'"$({found})"'
    return role_assign(
        choices.azure.subscription, assignee, CRYPTO_SERVICE_ENCRYPTION_USER, vault_id(choices), name or ""
    )


def role_assign(subscription: str, assignee: str, role: str, scope: str, name: str) -> str:
    """Give a role to a service principal, whose object id is ``assignee``, quoted already. No name: Azure makes one."""
    command = line("az role assignment create --subscription {}", subscription)
    given = line("--assignee-principal-type ServicePrincipal --role {} --scope {}", role, scope)
    named = line(" --name {}", name) if name else ""
    return f"{command} --assignee-object-id {assignee} {given}{named}"


def local_role_create(choices: Choices, application_id: str, object_id: str | None, name: str | None) -> str:
    """Give Adobe's app its role for the keys of a Managed HSM; without ``object_id`` the command looks it up."""
    found = line("az ad sp show --id {} --query id --output tsv", application_id)
    assignee = shlex.quote(object_id) if object_id else f'"$({found})"'
    return local_role_assign(choices.vault.name, assignee, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, "/keys", name or "")


def local_role_assign(hsm: str, assignee: str, role: str, scope: str, name: str) -> str:
    """Give a role in a Managed HSM; arguments as for :func:`role_assign`."""
    given = line(" --role {} --scope {}", role, scope) + (line(" --name {}", name) if name else "")
    start = line("az keyvault role assignment create --hsm-name {}", hsm)
    return f"{start} --assignee-object-id {assignee} --assignee-principal-type ServicePrincipal{given}"


def lock_create(choices: Choices, name: str, level: str = "CanNotDelete") -> str:
    """Place the lock against deletion on the vault."""
    return line(
        "az lock create --subscription {} --name {} --lock-type {} --resource {}",
        choices.azure.subscription,
        name,
        level,
        vault_id(choices),
    )


def audit_log_create(vault_id: str, name: str, place: LogPlace) -> str:
    """Have the vault's audit events written somewhere."""
    logs = '[{"category": "AuditEvent", "enabled": true}]'
    start = line("az monitor diagnostic-settings create --resource {} --name {} --logs {}", vault_id, name, logs)
    return start + line(f" {place.option} {{}}", place.id)


def submission(choices: Choices, base_address: str, key_identifier: str | None) -> str:
    """Submit the key to Adobe; ``ADOBE_TOKEN`` has to hold an access token of the credential."""
    adobe = choices.adobe
    body = {
        "name": adobe.configuration,
        "type": "BYOK_CONFIG",
        "imsOrgId": adobe.organisation,
        "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": key_identifier or _KEY_VARIABLE},
    }
    quoted, find = shlex.quote(json.dumps(body)), ""
    if key_identifier is None:
        look = key_show(choices, "properties.keyUriWithVersion")
        # Resource Manager writes the default port into the address; the vault itself and Adobe do not.
        find = f"{_KEY_VARIABLE}=$({look} | sed s/:443//)\n"
        quoted = quoted.replace(_KEY_VARIABLE, f"'\"${_KEY_VARIABLE}\"'")
    address = shlex.quote(f"{base_address}{_CONFIGURATIONS}")
    return f"{find}{_curl(choices)} --header 'Content-Type: application/json' --data {quoted} {address}"


def submission_show(choices: Choices, base_address: str) -> str:
    """See what Adobe holds under the configuration's name; ``ADOBE_TOKEN`` as for :func:`submission`."""
    name = quote(choices.adobe.configuration, safe="")
    return f"{_curl(choices)} " + shlex.quote(f"{base_address}{_CONFIGURATIONS}/{name}?configType=BYOK_CONFIG")


def _curl(choices: Choices) -> str:
    organisation = shlex.quote(f"x-gw-ims-org-id: {choices.adobe.organisation}")
    return (
        'curl --fail-with-body --header "Authorization: Bearer $ADOBE_TOKEN" '
        f"--header 'x-api-key: acp_provisioning' --header {organisation}"
    )


def _key_address(choices: Choices) -> str:
    return f"{_MANAGEMENT}{vault_id(choices)}/keys/{choices.key.name}?api-version={KEYS_VERSION}"


def line(template: str, *values: str) -> str:
    """Fill a command line, each value quoted for the shell."""
    return template.format(*map(shlex.quote, values))
