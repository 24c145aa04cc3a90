"""Words by which an error is known that has no code of its own. For text that a person pasted alone.

A phrase is looked for in lower case, with every run of white space as one space. ``covers`` are the codes that say
less about the same thing, so that they need no explanation of their own beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from cmkwizard.core.remedies.adobe import (
    ALERT_NOTIFICATION,
    CONTENT_TYPE,
    FAILED,
    KEY_ACCESS_DISABLED,
    KEY_ACCESS_FAILURE,
)
from cmkwizard.core.remedies.computer import (
    CERTIFICATE,
    CREDENTIAL_TOO_LONG,
    NO_BROWSER,
    NO_LISTENER,
    NOBODY_CAME,
    PROXY_SIGN_IN,
)
from cmkwizard.core.remedies.key_vault import BYPASS_IS_NONE, COSMOS_BLOCKED, WRONG_CHALLENGE
from cmkwizard.core.remedies.resource_manager import ABAC


class Marker(NamedTuple):
    """The row's code, the phrases of which one is enough, and what is covered by it."""

    code: str
    phrases: tuple[str, ...]
    covers: tuple[str, ...] = ()


_VAULT = ("Forbidden", "Conflict", "ConflictError", "BadParameter")

MARKERS: tuple[Marker, ...] = (
    # What can cost data goes first.
    Marker(KEY_ACCESS_DISABLED, ("key access disabled",)),
    Marker(KEY_ACCESS_FAILURE, ("key access failure",)),
    Marker(COSMOS_BLOCKED, ("customer managed key not being accessible",), ("Forbidden",)),
    Marker(BYPASS_IS_NONE, ("bypass is set to none",), ("ForbiddenByFirewall", "Forbidden")),
    Marker("ForbiddenByFirewall", ("caller is not a trusted service",), ("Forbidden",)),
    Marker("ForbiddenByConnection", ("public network access is disabled",), ("Forbidden",)),
    Marker(
        "ObjectIsDeletedButRecoverable",
        ("deleted but recoverable state", "its name cannot be reused"),
        _VAULT,
    ),
    Marker(
        "VaultAlreadyExists",
        ("vault name is already in use", "vault with the same name already exists in deleted state"),
        ("ConflictError", "Conflict"),
    ),
    Marker("KeySizeInvalid", ("key size is not supported", "invalid key size", "key_size"), _VAULT),
    Marker("KeyDisabled", ("not allowed on a disabled key",), ("Forbidden",)),
    Marker("KeyExpired", ("not allowed on an expired key",), ("Forbidden",)),
    Marker("KeyNotYetValid", ("not allowed on a not yet valid key",), ("Forbidden",)),
    Marker(WRONG_CHALLENGE, ("challenge resource", "does not match the requested domain"), ("Unauthorized",)),
    Marker(ABAC, ("abac condition",), ("AuthorizationFailed",)),
    Marker(CONTENT_TYPE, ("a valid content-type must be specified",), ("BadRequestError",)),
    Marker(
        NO_LISTENER,
        ("couldn't start an http server", "could not start an http server"),
        (),
    ),
    Marker(NO_BROWSER, ("failed to open a browser",)),
    Marker(NOBODY_CAME, ("timed out after waiting",)),
    Marker(
        CERTIFICATE,
        ("certificate_verify_failed", "certificate verify failed", "self_signed_cert_in_chain"),
    ),
    Marker(PROXY_SIGN_IN, ("407 proxy authentication required", "proxyauthenticationrequired", "http 407")),
    Marker("NoKeyringError", ("no recommended backend was available", "nokeyringerror")),
    Marker("KeyringLocked", ("keyringlocked", "failed to unlock the collection")),
    Marker(CREDENTIAL_TOO_LONG, ("winerror 1783", "(1783, 'credwrite'", "the stub received bad data")),
    Marker(FAILED, ('"status": "failed"', '"status":"failed"', "status failed", "status: failed", "status is failed")),
    Marker(ALERT_NOTIFICATION, ("alert notification",)),
)
