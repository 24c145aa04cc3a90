"""The equivalent command lines of each fix: what a person could type instead. Never a secret in them."""

from __future__ import annotations

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.built_in_roles import CRYPTO_OFFICER
from cmkwizard.core.facts import Key, Vault
from cmkwizard.core.roles import assignment_name
from cmkwizard.journeys.commands import line


def soft_delete_on(vault_id: str) -> str:
    """Turn soft delete on. (``az keyvault update`` has no option for it any more.)"""
    return line("az resource update --ids {} --set properties.enableSoftDelete=true", vault_id)


def purge_protection_on(vault_id: str) -> str:
    """Turn purge protection on."""
    return f"{_update(vault_id)} --enable-purge-protection true"


def bypass_on(vault_id: str) -> str:
    """Let trusted Microsoft services through the firewall."""
    return f"{_update(vault_id)} --bypass AzureServices"


def address_add(vault_id: str) -> str:
    """Name Adobe's address in the firewall."""
    return f"az keyvault network-rule add {_named(vault_id)} --ip-address {ADOBE_ADDRESS}/32"


def vault_recover(vault_id: str, location: str) -> str:
    """Bring a deleted vault back."""
    return f"az keyvault recover {_named(vault_id)}{line(' --location {}', location)}"


def own_role_create(vault_id: str, object_id: str) -> str:
    """Give a person the right to change the vault's keys."""
    name = assignment_name(vault_id, CRYPTO_OFFICER, object_id)
    start = line("az role assignment create --assignee-object-id {} --assignee-principal-type User", object_id)
    return start + line(" --role {} --scope {} --name {}", CRYPTO_OFFICER, vault_id, name)


def key_set(vault: Vault, key: Key, change: str) -> str:
    """Change attributes of the key's current version; ``change``: the options, quoted already."""
    version = key.identifier.rpartition("/")[2]
    return f"{_key('az keyvault key set-attributes', vault, key.name)}{line(' --version {}', version)} {change}"


def key_recover(vault: Vault, name: str) -> str:
    """Bring a deleted key back."""
    return _key("az keyvault key recover", vault, name)


def _key(command: str, vault: Vault, name: str) -> str:
    option = "--hsm-name" if vault.managed_hsm else "--vault-name"
    return command + line(f" {option} {{}} --name {{}}", vault.name, name)


def _update(vault_id: str) -> str:
    return f"az keyvault {'update-hsm' if _is_hsm(vault_id) else 'update'} {_named(vault_id)}"


def _named(vault_id: str) -> str:
    parts = vault_id.split("/")
    option = "--hsm-name" if _is_hsm(vault_id) else "--name"
    return line(f"--subscription {{}} --resource-group {{}} {option} {{}}", parts[2], parts[4], parts[8])


def _is_hsm(vault_id: str) -> bool:
    return vault_id.split("/")[7].lower() == "managedhsms"
