"""Keys, through Azure Resource Manager: no data-plane right needed, not subject to the vault's firewall.

The PUT creates the first version of a key where none is, and returns an existing key unchanged (Azure SDK,
``keys.create_if_not_exist``); nothing here can add a version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none, pages, word
from cmkwizard.core.choices import KEY_OPERATIONS, KeyChoice
from cmkwizard.core.facts import Key, Vault


class Keys:
    """Each method sends one request (or one for each page) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_keys(self, vault: Vault) -> Iterator[list[Key]]:
        """List a vault's keys, page by page. Azure's list names neither type, size nor operations: they stay empty."""
        client = self._connection.keyvault_client(subscription_of(vault.id))
        return pages(lambda: client.keys.list(vault.group, vault.name), lambda each: _key(vault, each))

    def get_key(self, vault: Vault, name: str) -> Key | None:
        """Read a key's current version; None when there is none."""
        client = self._connection.keyvault_client(subscription_of(vault.id))

        def read() -> Key:
            with arm_call():
                return _key(vault, client.keys.get(vault.group, vault.name, name))

        return or_none(read)

    def create_key(self, vault: Vault, choice: KeyChoice) -> Key:
        """Create the key where it is absent, once; an existing key comes back as it is.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        client = self._connection.keyvault_client(subscription_of(vault.id))
        properties = {"kty": choice.type, "keySize": choice.size, "keyOps": list(KEY_OPERATIONS)}
        parameters: Any = {"properties": {**properties, "attributes": {"enabled": True}}}
        with arm_call(write=True):
            return _key(vault, client.keys.create_if_not_exist(vault.group, vault.name, choice.name, parameters))


def _key(vault: Vault, model: Any) -> Key:
    properties = model.properties
    attributes = properties.attributes
    return fact(
        Key,
        vault_id=vault.id,
        name=model.name,
        type=word(properties.kty),
        size=properties.key_size or 0,
        operations=tuple(word(each) for each in properties.key_ops or ()),
        enabled=attributes is None or attributes.enabled is not False,
        identifier=_plain_address(properties.key_uri_with_version or properties.key_uri or ""),
        not_before=_moment(attributes.not_before) if attributes else None,
        expires=_moment(attributes.expires) if attributes else None,
    )


def _plain_address(address: str) -> str:
    """Resource Manager writes the default port into a key's address; the vault itself and Adobe do not."""
    return address.replace(":443/", "/", 1)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
