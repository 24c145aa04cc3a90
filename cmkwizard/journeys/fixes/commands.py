"""The equivalent command lines of each fix: what a person could type instead. Never a secret in them."""

from __future__ import annotations

from cmkwizard.core.choices import ADOBE_ADDRESS
from cmkwizard.journeys.commands import line


def soft_delete_on(vault_id: str) -> str:
    """Turn soft delete on. (``az keyvault update`` has no option for it any more.)"""
    return line("az resource update --ids {} --set properties.enableSoftDelete=true", vault_id)


def purge_protection_on(vault_id: str) -> str:
    """Turn purge protection on."""
    return f"{_vault('az keyvault update', vault_id)} --enable-purge-protection true"


def bypass_on(vault_id: str) -> str:
    """Let trusted Microsoft services through the firewall."""
    return f"{_vault('az keyvault update', vault_id)} --bypass AzureServices"


def address_add(vault_id: str) -> str:
    """Name Adobe's address in the firewall."""
    return f"{_vault('az keyvault network-rule add', vault_id)} --ip-address {ADOBE_ADDRESS}/32"


def vault_recover(vault_id: str, location: str) -> str:
    """Bring a deleted vault back."""
    return _vault("az keyvault recover", vault_id) + line(" --location {}", location)


def _vault(command: str, vault_id: str) -> str:
    parts = vault_id.split("/")
    return command + line(" --subscription {} --resource-group {} --name {}", parts[2], parts[4], parts[8])
