"""The key's properties as Azure Resource Manager takes them (Microsoft.KeyVault/vaults/keys)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cmkwizard.core.evidence import KeySeen

_TIMES = {"nbf": "not_before", "exp": "expires"}


def key_properties(key: KeySeen) -> dict[str, Any]:
    """Type, size and operations; and attributes where they are not what a new key has. Times: seconds since 1970."""
    found: dict[str, Any] = {"kty": key.type, "keySize": key.size, "keyOps": list(key.operations)}
    attributes: dict[str, Any] = {} if key.enabled else {"enabled": False}
    for name, field in _TIMES.items():
        if text := getattr(key, field):
            attributes[name] = int(datetime.fromisoformat(text).timestamp())
    return {**found, "attributes": attributes} if attributes else found
