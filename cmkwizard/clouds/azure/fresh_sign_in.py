"""A sign-in of its own, a few minutes old at most, for what must not be done on a sign-in of this morning.

The sign-in service is asked to have the person sign in again (``prompt=login``) and to say when that was (``max_age``).
Both travel through the browser, where they can be taken out: what counts is the time in the answer (OpenID Connect
Core 1.0, sections 3.1.2.1 and 3.1.3.7, ``auth_time``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msal  # type: ignore[import-untyped]
from azure.core.credentials import AccessTokenInfo

from cmkwizard.clouds.azure.accounts import account_of_answer
from cmkwizard.clouds.azure.credential import Credential
from cmkwizard.clouds.azure.public_client import PublicClient
from cmkwizard.clouds.profile import Service
from cmkwizard.core.facts import Account
from cmkwizard.core.people import ENTRA_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind, Problem, Reference

LONGEST_AGE_S = 600
"""Seconds since the person proved who they are: at most this for an act that takes access away."""
_FUTURE_S = 300
"""Seconds by which the time of the sign-in may seem to lie ahead: clocks differ."""


class FreshSignIn:
    """Who has just signed in in one directory, and the tokens of that sign-in. Thread-safe.

    It knows nothing of the other sign-in, is kept in memory only, and ends with :meth:`forget`.

    Attributes:
        account: who signed in.
        auth_time: when, as the sign-in service says; UTC.
        signed_in_at: the same moment by the clock of this computer; UTC.
    """

    def __init__(
        self,
        client: PublicClient,
        app: msal.PublicClientApplication,
        account: Account,
        auth_time: datetime,
        signed_in_at: datetime,
    ) -> None:
        self.account = account
        self.auth_time = auth_time
        self.signed_in_at = signed_in_at
        self._client = client
        self._app: msal.PublicClientApplication | None = app
        self._lock = threading.Lock()
        self._issued: set[str] = set()

    def credential(self) -> Credential:
        """What Azure's clients take: tokens of this sign-in, for its directory alone, without a prompt.

        Its methods raise Problem: ``SIGN_IN``, when the sign-in was forgotten or no longer serves.
        """
        return Credential(self._token, self.account.tenant_id)

    def forget(self) -> None:
        """End it: from now on its tokens go nowhere, also those that a client still holds. Safe to call twice."""
        with self._lock:
            self._app = None
            self._client.guard.withdraw(self._issued)
            self._issued.clear()

    def _token(self, scope: str, tenant_id: str | None, claims: str | None) -> AccessTokenInfo:
        service, directory = self._client.service_of(scope), self.account.tenant_id
        if tenant_id and tenant_id.lower() != directory.lower():
            raise Problem(
                Kind.SIGN_IN,
                f"A token for the directory {tenant_id} was asked for; this sign-in is for {directory} alone.",
                "Start again, and choose the directory of the set-up.",
            )
        with self._lock:
            if self._app is None:
                raise Problem(Kind.SIGN_IN, "This sign-in has ended.", "Sign in again on the page where it is needed.")
            token = self._client.silent(self._app, directory, self.account.home_id, scope, claims)
            self._client.guard.issued(token.token, service)
            self._issued.add(token.token)
            return token


def taken(
    client: PublicClient,
    app: msal.PublicClientApplication,
    result: dict[str, Any],
    *,
    tenant: str,
    longest_age_s: float,
    clock: Callable[[], datetime],
) -> FreshSignIn:
    """The fresh sign-in out of MSAL's result; ``app`` holds no other. ``clock`` answers this computer's time in UTC.

    Raises:
        Problem: ``SIGN_IN``: it is for another directory than ``tenant`` (an id), or not fresh.
    """
    account = account_of_answer(result, app)
    if account.tenant_id.lower() != tenant.lower():
        raise Problem(
            Kind.SIGN_IN,
            f"This sign-in is for the directory {account.tenant_id}, and {tenant} was asked for. It was not used.",
            "Sign in with an account of the directory of the set-up.",
        )
    skew_s = client.guard.outcomes.skew_s or 0.0
    auth_time, age = _age(result.get("id_token_claims") or {}, skew_s, longest_age_s)
    return FreshSignIn(client, app, account, datetime.fromtimestamp(auth_time, UTC), clock() - age)


def _age(claims: dict[str, Any], skew_s: float, longest_age_s: float) -> tuple[int, timedelta]:
    """When the person signed in (seconds since the epoch, the service's clock), and how long ago that is.

    ``claims`` are those of the id token; ``skew_s`` is the service's clock minus ours. The id token's ``iat`` is no
    help: Entra sets it some minutes back (keycloak/keycloak, issue 46078).

    Raises:
        Problem: ``SIGN_IN``: the answer does not say when, or it is too long ago, or in the future.
    """
    said = claims.get("auth_time")
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 < said < 1e12:
        raise Problem(
            Kind.SIGN_IN,
            "Microsoft sign-in did not say when you signed in, so this sign-in cannot be taken as a new one. "
            "It was not used.",
            "Sign in again. If it stays so, have the optional claim auth_time added to the ID token of the app "
            "registration that this program signs in with.",
            who=f"{YOU}, or {ENTRA_ADMINISTRATOR}",
            reference=Reference(Service.SIGN_IN, "auth_time"),
        )
    age_s = time.time() + skew_s - said
    if age_s > longest_age_s:
        raise Problem(
            Kind.SIGN_IN,
            f"This sign-in is {_minutes(age_s)} old, and at most {_minutes(longest_age_s)} are allowed here: the "
            "browser took an earlier one. It was not used.",
            "Sign in again, and enter your password (or what takes its place) in the browser.",
            reference=Reference(Service.SIGN_IN, "auth_time", raw=f"auth_time {int(said)}, age {int(age_s)} s"),
        )
    if age_s < -_FUTURE_S:
        raise Problem(
            Kind.SIGN_IN,
            "Microsoft sign-in names a time for this sign-in that is still to come. It was not used.",
            "Check the clock of this computer, then sign in again.",
            reference=Reference(Service.SIGN_IN, "auth_time", raw=f"auth_time {int(said)}, age {int(age_s)} s"),
        )
    return int(said), timedelta(seconds=max(age_s, 0.0))


def _minutes(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} minutes" if minutes != 1 else "1 minute"
