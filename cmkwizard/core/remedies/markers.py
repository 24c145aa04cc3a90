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
    NO_CONNECTION,
    NO_LISTENER,
    NO_NAME,
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
    Marker("ForbiddenByRbac", ("caller is not authorized to perform action on resource",), ("Forbidden",)),
    Marker("ForbiddenByConnection", ("public network access is disabled",), ("Forbidden",)),
    Marker(
        "ObjectIsDeletedButRecoverable",
        ("deleted but recoverable state", "its name cannot be reused"),
        _VAULT,
    ),
    Marker(
        "VaultAlreadyExists",
        ("vault names are globally unique", "vault with the same name already exists in deleted state"),
        ("ConflictError", "Conflict"),
    ),
    Marker("KeySizeInvalid", ("key size is not supported", "invalid key size", "key_size"), _VAULT),
    Marker("KeyDisabled", ("not allowed on a disabled key",), ("Forbidden",)),
    Marker("KeyExpired", ("not allowed on an expired key",), ("Forbidden",)),
    Marker("KeyNotYetValid", ("not allowed on a not yet valid key",), ("Forbidden",)),
    Marker(WRONG_CHALLENGE, ("challenge resource", "does not match the requested domain"), ("Unauthorized",)),
    Marker(ABAC, ("abac condition",), ("AuthorizationFailed",)),
    Marker("AuthorizationFailed", ("does not have authorization to perform action",), ("Forbidden",)),
    Marker("RequestDisallowedByPolicy", ("was disallowed by policy",)),
    Marker("ScopeLocked", ("following scope(s) are locked",), ("Conflict", "ConflictError")),
    Marker("MissingSubscriptionRegistration", ("subscription is not registered to use namespace",)),
    # Microsoft's consent page shows no code.
    Marker("AADSTS90094", ("need admin approval",)),
    # Adobe's gateway, where its error_code was left out.
    Marker("401013", ("oauth token is not valid",)),
    Marker("403010", ("oauth token is missing",)),
    Marker("403003", ("api key is required", "api key is invalid")),
    Marker("403025", ("profile is not valid",)),
    Marker("403027", ("user region is missing",)),
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
    Marker(
        NO_NAME,
        (
            *("getaddrinfo failed", "name or service not known", "temporary failure in name resolution"),
            *("nodename nor servname provided", "name_not_resolved", "nameresolutionerror"),
        ),
        (NO_CONNECTION,),
    ),
    Marker(
        NO_CONNECTION,
        (
            *("connection refused", "connection timed out", "connecttimeouterror", "winerror 10060", "winerror 10061"),
            *("connection_refused", "connection_timed_out"),
        ),
    ),
    Marker(PROXY_SIGN_IN, ("407 proxy authentication required", "proxyauthenticationrequired", "http 407")),
    Marker("NoKeyringError", ("no recommended backend was available", "nokeyringerror")),
    Marker("KeyringLocked", ("keyringlocked", "failed to unlock the collection")),
    Marker(CREDENTIAL_TOO_LONG, ("winerror 1783", "(1783, 'credwrite'", "the stub received bad data")),
    Marker(FAILED, ('"status": "failed"', '"status":"failed"', "status failed", "status: failed", "status is failed")),
    Marker(ALERT_NOTIFICATION, ("alert notification",)),
)
