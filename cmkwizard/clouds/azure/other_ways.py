"""The other ways to sign in to Azure, both azure-identity's: an existing Azure CLI sign-in, and a device code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from azure.core.credentials import AccessTokenInfo, TokenRequestOptions
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity import (
    AuthenticationRequiredError,
    AzureCliCredential,
    CredentialUnavailableError,
    DeviceCodeCredential,
)

from cmkwizard.clouds.azure.transport import GuardedTransport
from cmkwizard.clouds.errors import translating
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem, Reference
from cmkwizard.core.redact import redact, safe_line
from cmkwizard.core.remedies.sign_in import ENDED
from cmkwizard.core.remedies.table import message_code, remedy_for
from cmkwizard.core.support_ids import support_ids

CLI_LIMIT_S = 20
"""Seconds that ``az`` may take for a token."""
_EARLY_S = 300


class Way(Protocol):
    """A way to tokens that keeps its own sign-in."""

    name: str

    def token(self, scope: str, tenant_id: str | None, claims: str | None) -> AccessTokenInfo:
        """A token without a prompt; raises Problem."""


class AzureCli:
    """Tokens of the account that ``az login`` signed in. ``az`` runs for each; they are kept until they end."""

    name = "azure-cli"

    def __init__(self) -> None:
        self._credential = AzureCliCredential(additionally_allowed_tenants=["*"], process_timeout=CLI_LIMIT_S)
        self._kept: dict[tuple[str, str], AccessTokenInfo] = {}
        self._lock = threading.Lock()

    def token(self, scope: str, tenant_id: str | None, claims: str | None) -> AccessTokenInfo:
        """A token from ``az``.

        Raises:
            Problem: ``SIGN_IN``, when there is no ``az``, nobody is signed in there, or new claims are asked for.
        """
        with self._lock:
            kept = self._kept.get((scope, tenant_id or ""))
            if kept is not None and not claims and kept.expires_on - time.time() > _EARLY_S:
                return kept
            options: TokenRequestOptions = {}
            if tenant_id:
                options["tenant_id"] = tenant_id
            if claims:
                options["claims"] = claims
            try:
                fresh: AccessTokenInfo = self._credential.get_token_info(scope, options=options)
            except (CredentialUnavailableError, ClientAuthenticationError) as error:
                raise _cli_problem(error) from error
            self._kept[scope, tenant_id or ""] = fresh
            return fresh


class DeviceCode:
    """Tokens of an account that was signed in with a code on another device. Kept until the program ends."""

    name = "device-code"

    def __init__(self, profile: Profile, guard: Guard, client_id: str, tenant: str | None) -> None:
        self._profile = profile
        self._cancel = Cancel()
        self._on_code: Callable[[str, str], None] = _say_nothing
        self._credential = DeviceCodeCredential(
            client_id,
            authority=profile.authority,
            tenant_id=tenant or "organizations",
            additionally_allowed_tenants=["*"],
            disable_instance_discovery=profile.practice,
            disable_automatic_authentication=True,
            prompt_callback=self._prompt,
            transport=_StoppableTransport(guard, self._cancel),
            retry_total=0,
            permit_redirects=False,
        )

    def sign_in(self, scope: str, on_code: Callable[[str, str], None], cancel: Cancel) -> AccessTokenInfo:
        """Show a code through ``on_code(address, code)`` and wait until a person has entered it.

        The waiting is done by a thread of its own: azure-identity cannot be interrupted, so a stop leaves it behind,
        to end at its next question to the service.

        Raises:
            Cancelled: at once when asked to stop.
            Problem: the code was declined or ran out, or what the network says.
        """
        self._on_code = on_code
        outcome: list[Any] = []
        ended = threading.Event()

        def ask() -> None:
            try:
                with translating(Service.SIGN_IN):
                    self._credential.authenticate(scopes=[scope], enable_cae=True)
                    outcome.append(self._credential.get_token_info(scope, options={"enable_cae": True}))
            except (Problem, Cancelled, ValueError) as error:
                outcome.append(error)
            finally:
                ended.set()

        threading.Thread(target=ask, name="device code", daemon=True).start()
        try:
            while not ended.wait(0.05):
                cancel.check()
        except Cancelled:
            self._cancel.request()
            raise
        result = outcome[0] if outcome else Problem(Kind.SIGN_IN, "The sign-in ended without an answer.", "Try again.")
        if isinstance(result, ValueError):
            raise Problem(Kind.INVALID, "This directory was not found.", "Check the directory.") from result
        if isinstance(result, Exception):
            raise result
        token: AccessTokenInfo = result
        return token

    def token(self, scope: str, tenant_id: str | None, claims: str | None) -> AccessTokenInfo:
        """A token without a prompt.

        Raises:
            Problem: ``SIGN_IN``, when a person has to sign in again.
        """
        options: TokenRequestOptions = {"enable_cae": True}
        if tenant_id:
            options["tenant_id"] = tenant_id
        if claims:
            options["claims"] = claims
        try:
            with translating(Service.SIGN_IN):
                return self._credential.get_token_info(scope, options=options)
        except AuthenticationRequiredError as error:
            raise Problem(ENDED.kind, ENDED.cause, ENDED.do, reference=Reference(Service.SIGN_IN)) from error

    def _prompt(self, address: str, code: str, expires: datetime) -> None:
        del expires
        self._on_code(self._profile.browser_address(address), code)


class _StoppableTransport(GuardedTransport):
    def __init__(self, guard: Guard, cancel: Cancel) -> None:
        super().__init__(guard.session)
        self._stop = cancel

    def send(self, request: Any, **kwargs: Any) -> Any:
        if self._stop.requested:
            raise ServiceRequestError("stopped")
        return super().send(request, **kwargs)


def _cli_problem(error: ClientAuthenticationError) -> Problem:
    text = str(error.message or "")
    reference = Reference(Service.SIGN_IN, message_code(text), raw=safe_line(text), ids=support_ids(redact(text)))
    if isinstance(error.__cause__, OSError) or "not found on path" in text:
        return Problem(
            Kind.SIGN_IN,
            "The Azure CLI cannot be started on this computer.",
            "Install it and run az login, or sign in with the browser.",
            reference=reference,
        )
    row = remedy_for(reference.code)
    return Problem(
        Kind.SIGN_IN,
        row.cause if row else "The Azure CLI has no sign-in that can be used.",
        "Run az login, or sign in with the browser.",
        reference=reference,
    )


def _say_nothing(address: str, code: str) -> None:
    del address, code
