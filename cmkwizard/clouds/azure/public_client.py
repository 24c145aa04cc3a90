"""The program as Microsoft sign-in knows it: a public client, through MSAL, in one directory at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msal  # type: ignore[import-untyped]
from azure.core.credentials import AccessTokenInfo

from cmkwizard.clouds.azure.listener import Listener
from cmkwizard.clouds.azure.msal_answers import check, signing_in
from cmkwizard.clouds.errors import translating
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.redact import safe_line


class PublicClient:
    """Signs people in through the browser and gets tokens without one. Keeps no account and no token itself.

    Attributes:
        profile: where the sign-in service is.
        guard: the way out.
        scope: what a sign-in asks for.
        claims: what a directory asked for when it refused a token, by directory: the next sign-in there answers it.
    """

    def __init__(self, profile: Profile, guard: Guard, client_id: str) -> None:
        self.profile = profile
        self.guard = guard
        self.scope = profile.scope(Service.RESOURCE_MANAGER)
        self.claims: dict[str, str] = {}
        self._client_id = client_id

    def app(self, tenant: str, cache: msal.TokenCache) -> msal.PublicClientApplication:
        """MSAL's application for one directory (id, domain, or the word for any), over this cache.

        Raises:
            Problem: ``INVALID``: there is no such directory; or what the network says.
        """
        try:
            with translating(Service.SIGN_IN):
                return msal.PublicClientApplication(
                    self._client_id,
                    authority=f"{self.profile.authority}/{tenant}",
                    http_client=self.guard.session,
                    token_cache=cache,
                    client_capabilities=["CP1"],
                    instance_discovery=False if self.profile.practice else None,
                    enable_pii_log=False,
                )
        except ValueError as error:
            raise Problem(
                Kind.INVALID,
                f"The directory {tenant} was not found.",
                "Check the directory's id or domain.",
                reference=Reference(Service.SIGN_IN, "AADSTS90002", raw=safe_line(str(error))),
            ) from error

    def in_browser(
        self,
        app: msal.PublicClientApplication,
        directory: str,
        *,
        opener: Callable[[str], bool],
        on_address: Callable[[str], object],
        cancel: Cancel,
        timeout_s: float,
        prompt: str,
        login_hint: str | None,
        max_age_s: int | None = None,
    ) -> dict[str, Any]:
        """Let a person sign in in the browser; answers MSAL's result, in which there is a token.

        ``max_age_s`` asks the service for a person who proved who they are at most so many seconds ago. What the
        answer says of it is for the caller to check.

        Raises:
            Cancelled: within 100 ms of being asked to stop.
            Problem: declined, timed out, refused by the directory, or what the network says.
        """
        cancel.check()
        with Listener() as listener:
            with signing_in():
                flow = app.initiate_auth_code_flow(
                    [self.scope],
                    redirect_uri=listener.redirect_uri,
                    prompt=prompt,
                    login_hint=login_hint or None,
                    response_mode="form_post",
                    claims_challenge=self.claims.get(directory),
                    max_age=max_age_s,
                )
            # MSAL would check the age by this computer's clock, and raise an error with the whole id token in it.
            flow.pop("max_age", None)
            listener.expect(str(flow["state"]))
            address = self.profile.browser_address(str(flow["auth_uri"]))
            on_address(address)
            opener(address)
            answer = listener.wait(cancel, timeout_s)
        with signing_in():
            result: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, answer)
        check(result)
        return result

    def silent(
        self, app: msal.PublicClientApplication, tenant: str, home_id: str, scope: str, claims: str | None
    ) -> AccessTokenInfo:
        """A token for the account ``home_id`` of the application's cache, without a prompt.

        Raises:
            Problem: ``SIGN_IN``: a person has to sign in again; or what the network says.
        """
        with signing_in():
            known = [each for each in app.get_accounts() if each.get("home_account_id") == home_id]
            result = app.acquire_token_silent_with_error([scope], known[0], claims_challenge=claims) if known else None
        if not result or "access_token" not in result:
            if result and result.get("claims"):
                self.claims[tenant] = str(result["claims"])
            check(result or {"error": "interaction_required"})
        assert result is not None  # noqa: S101 - check raised
        return AccessTokenInfo(result["access_token"], int(time.time()) + int(result["expires_in"]))

    def service_of(self, scope: str) -> Service:
        """The service that a scope is of.

        Raises:
            Problem: ``UNTRUSTED``: none that this program uses; no token may be issued for it.
        """
        service = self.profile.service_of_scope(scope)
        if service is None:
            raise Problem(
                Kind.UNTRUSTED,
                "A token for a service that this program does not use was asked for. None was issued.",
                "Report this with the reference.",
                reference=Reference(Service.SIGN_IN, "scope", raw=scope),
            )
        return service
