"""Keys, through Azure Resource Manager: no data-plane right needed, not subject to the vault's firewall.

The PUT creates the first version of a key where none is, and returns an existing key unchanged (Azure SDK,
``keys.create_if_not_exist``); nothing here can add a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, or_none, pages, word
from cmkwizard.core.adobe_needs import KEY_OPERATIONS
from cmkwizard.core.choices import KeyChoice
from cmkwizard.core.facts import Key, RotationPolicy, Vault
from cmkwizard.core.rotation import rotation_policy


class Keys:
    """Each method sends one request (or one for each page) and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_keys(self, vault: Vault) -> Iterator[list[Key]]:
        """List a vault's keys, page by page. Azure's list names neither type, size nor operations: they stay empty."""
        keys = self._of(vault)
        return pages(lambda: keys.list(vault.group, vault.name), lambda each: _key(vault, each))

    def get_key(self, vault: Vault, name: str) -> Key | None:
        """Read a key's current version; None when there is none."""
        found = self.get_with_rotation(vault, name)
        return found[0] if found else None

    def get_with_rotation(self, vault: Vault, name: str) -> tuple[Key, RotationPolicy | None] | None:
        """Read a key's current version and its rotation policy, where Resource Manager shows one."""
        keys = self._of(vault)

        def read() -> tuple[Key, RotationPolicy | None]:
            with arm_call():
                found = keys.get(vault.group, vault.name, name)
                policy = found.properties.rotation_policy
                return _key(vault, found), rotation(policy.lifetime_actions or ()) if policy else None

        return or_none(read)

    def create_key(self, vault: Vault, choice: KeyChoice, rotation_days: int = 0) -> Key:
        """Create the key where it is absent, once; an existing key comes back as it is.

        ``rotation_days``: Key Vault makes a new version after so many days; 0: never by itself.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        keys = self._of(vault)
        with arm_call(write=True):
            return _key(
                vault, keys.create_if_not_exist(vault.group, vault.name, choice.name, new_key(choice, rotation_days))
            )

    def _of(self, vault: Vault) -> Any:
        """The SDK's operations on the keys of a vault or a Managed HSM: they have the same names and shapes."""
        client = self._connection.keyvault_client(subscription_of(vault.id))
        return client.managed_hsm_keys if vault.managed_hsm else client.keys


def new_key(choice: KeyChoice, rotation_days: int = 0) -> dict[str, Any]:
    """What Azure is asked to make, as JSON."""
    properties: dict[str, Any] = {"kty": choice.type, "keySize": choice.size, "keyOps": list(KEY_OPERATIONS)}
    if rotation_days:
        properties["rotationPolicy"] = rotation_policy(rotation_days)
    return {"properties": {**properties, "attributes": {"enabled": True}}}


def rotation(actions: Iterable[Any]) -> RotationPolicy:
    """A rotation policy from the lifetime actions of either of the SDK's clients."""
    for each in actions:
        # Resource Manager's client nests what the vault's own lays side by side.
        kind, trigger = getattr(each.action, "type", each.action), getattr(each, "trigger", each)
        if word(kind).lower() == "rotate":
            return RotationPolicy(True, trigger.time_after_create or trigger.time_before_expiry or "")
    return RotationPolicy(False)


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
