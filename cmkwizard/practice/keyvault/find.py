"""Finding keys and versions in a called vault, and refusing where there are none."""

from __future__ import annotations

import base64

from cmkwizard.practice.keyvault.gate import vault_error
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.vaults import Key, KeyVersion, Vault
from cmkwizard.practice.web import Call, Refused


def base64url(number: bytes) -> str:
    """Bytes as Key Vault writes them."""
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode()


def refuse(status: int, code: str, message: str, inner: str = "") -> Refused:
    """An error as Key Vault writes it, to be raised."""
    return Refused(vault_error(status, code, message, inner))


def base_address(call: Call, vault: Vault) -> str:
    """The vault's address as this client knows it, without a trailing slash."""
    suffix = call.naming.hsm_suffix if isinstance(vault, ManagedHsm) else call.naming.vault_suffix
    return f"https://{vault.name.lower()}{suffix}"


def find_key(vault: Vault, name: str) -> Key:
    """The key with that name. Raises Refused."""
    key = vault.key(name)
    if key is None:
        raise refuse(
            404,
            "KeyNotFound",
            f"A key with (name/id) {name} was not found in this key vault. If you recently deleted this key you may be"
            " able to recover it.",
        )
    return key


def find_version(key: Key, version: str | None) -> KeyVersion:
    """A version of a key, the current one when none is named. Raises Refused."""
    found = key.version(version) if version else key.current
    if found is None:
        raise refuse(404, "KeyNotFound", f"A key with (name/id) {key.name}/{version} was not found in this key vault.")
    return found
