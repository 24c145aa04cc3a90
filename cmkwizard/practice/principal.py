"""Who a token speaks for, and why one may be refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Principal(msgspec.Struct, frozen=True):
    """Who a bearer token speaks for, in one tenant."""

    tenant: str  # tenant id
    object_id: str  # of the user (in that tenant) or of the service principal
    kind: str  # "User" | "ServicePrincipal"
    name: str  # user principal name, or the application's display name
    app_id: str  # client id of the application that asked for the token
    claims: Mapping[str, Any] = msgspec.field(default_factory=dict)  # all claims of the token


class TokenRefused(Exception):
    """A bearer token cannot be accepted; `reason` is one of missing, invalid, expired, audience, issuer, claims."""

    def __init__(self, reason: str, message: str, *, claims: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.claims = claims  # the claims challenge as JSON text, for reason "claims"
