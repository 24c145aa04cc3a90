"""What Azure's clients ask for tokens. Never a prompt: a sign-in that no longer serves is a Problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.credentials import AccessToken, AccessTokenInfo, TokenRequestOptions

TokenSource = Callable[[str, str | None, str | None], AccessTokenInfo]
"""(scope, tenant id or None, claims or None) to token; raises Problem."""


class Credential:
    """A TokenCredential (and SupportsTokenInfo) over one signed-in account in one directory."""

    def __init__(self, source: TokenSource, tenant_id: str) -> None:
        self._source = source
        self._tenant_id = tenant_id

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **_: Any) -> AccessToken:
        """A token for one scope.

        Raises:
            Problem: ``SIGN_IN`` when a person has to sign in again, or what the network says.
        """
        token = self._source(scopes[0], tenant_id or self._tenant_id, claims)
        return AccessToken(token.token, token.expires_on)

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """A token for one scope, with its type.

        Raises:
            Problem: as :meth:`get_token`.
        """
        wishes = options or {}
        return self._source(scopes[0], wishes.get("tenant_id") or self._tenant_id, wishes.get("claims"))
