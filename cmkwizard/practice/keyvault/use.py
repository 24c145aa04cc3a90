"""Using a key: wrapping and unwrapping, as far as a client that holds no key material can tell."""

from __future__ import annotations

import base64
import secrets

from cmkwizard.practice.keyvault.find import base64url, base_address, find_key, find_version, refuse
from cmkwizard.practice.keyvault.gate import called_vault, demand
from cmkwizard.practice.shapes import body_table, text
from cmkwizard.practice.web import Call, Reply, Route


def _bytes(written: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except ValueError:
        raise refuse(400, "BadParameter", "The value is not base64url.") from None


def _use(call: Call, name: str, operation: str, version: str | None = None) -> Reply:
    """wrapKey and unwrapKey: the value comes back inside random bytes as long as the modulus, and out of them again."""
    vault = called_vault(call)
    verb = operation.lower()
    demand(call, vault, f"keys/{verb.removesuffix('key')}/action", verb, name)
    key = find_key(vault, name)
    used = find_version(key, version)
    proper = "wrapKey" if verb == "wrapkey" else "unwrapKey"
    now = call.world.estate.clock.now()
    for unfit, what, inner in (
        (not used.enabled, "a disabled key", "KeyDisabled"),
        (used.not_before is not None and now < used.not_before, "a key that is not yet valid", "KeyNotYetValid"),
        (used.expires is not None and now >= used.expires and proper == "wrapKey", "an expired key", "KeyExpired"),
        (proper not in used.operations, "a key without that operation", "KeyOperationNotPermitted"),
    ):
        if unfit:
            raise refuse(403, "Forbidden", f"Operation {proper} is not allowed on {what}.", inner)
    value = _bytes(text(body_table(call).get("value"), "value"))
    length = max(key.size // 8, 1)
    if proper == "wrapKey":
        if not 0 < len(value) <= length - 66:
            raise refuse(400, "BadParameter", "The value is empty or too long for this key.")
        result = secrets.token_bytes(length - len(value) - 1) + value + bytes([len(value)])
    else:
        if len(value) != length:
            raise refuse(400, "BadParameter", "The value was not wrapped with this key.")
        result = value[-1 - value[-1] : -1]
    return Reply(200, {"kid": f"{base_address(call, vault)}/keys/{key.name}/{used.id}", "value": base64url(result)})


_ONE = r"/keys/(?P<name>[^/]+)"
_USE = r"/(?P<operation>wrapkey|unwrapkey)/?"

ROUTES = (
    Route("POST", _ONE + r"/(?P<version>[0-9a-fA-F]{32})" + _USE, _use, ignore_case=True),
    Route("POST", _ONE + _USE, _use, ignore_case=True),
)
