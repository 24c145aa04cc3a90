"""The key's properties as Azure Resource Manager takes them (Microsoft.KeyVault/vaults/keys)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cmkwizard.core.adobe_needs import KEY_OPERATIONS
from cmkwizard.core.evidence import KeySeen

_TIMES = {"nbf": "not_before", "exp": "expires"}


def key_properties(key: KeySeen) -> dict[str, Any]:
    """Type, size and operations; and attributes where they are not what a new key has. Times: seconds since 1970."""
    order = {each: number for number, each in enumerate(KEY_OPERATIONS)}  # as every other command here names them
    operations = sorted(key.operations, key=lambda each: (order.get(each, len(order)), each))
    found: dict[str, Any] = {"kty": key.type, "keySize": key.size, "keyOps": operations}
    attributes: dict[str, Any] = {} if key.enabled else {"enabled": False}
    for name, field in _TIMES.items():
        if text := getattr(key, field):
            attributes[name] = int(datetime.fromisoformat(text).timestamp())
    return {**found, "attributes": attributes} if attributes else found
