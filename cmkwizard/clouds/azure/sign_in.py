"""Signing in to Azure: one account, one token cache, and never a prompt that nobody asked for."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msal  # type: ignore[import-untyped]
import msgspec
from azure.core.credentials import AccessTokenInfo

from cmkwizard.clouds.azure.accounts import account_of_answer, account_of_token
from cmkwizard.clouds.azure.credential import Credential
from cmkwizard.clouds.azure.fresh_sign_in import LONGEST_AGE_S, FreshSignIn, taken
from cmkwizard.clouds.azure.loading import LOADING
from cmkwizard.clouds.azure.public_client import PublicClient
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.clouds.tokens import TokenStore
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Kind, Problem, Reference

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.other_ways import Way

DEVELOPMENT_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The public client of the Azure CLI, which azure-identity uses by default as well. Good for trying the program out;
an organisation registers its own public client (redirect address http://localhost) and sets it in the settings."""

ANY_DIRECTORY = "organizations"
BROWSER = "browser"
AZURE_CLI = "azure-cli"
DEVICE_CODE = "device-code"


class _Kept(msgspec.Struct):
    """What the token store holds."""

    way: str
    account: Account
    cache: str = ""
    version: int = 1


class SignIn:
    """Who is signed in, and the tokens of that account. Thread-safe; every method may use the network.

    The token store is written only when the tokens have changed. Where it fails, the sign-in lasts until the program
    ends, and ``unsaved`` says why; one with a device code always does.
    """

    def __init__(self, profile: Profile, guard: Guard, store: TokenStore, *, client_id: str | None = None) -> None:
        self._profile = profile
        self._guard = guard
        self._store = store
        self._client_id = client_id or DEVELOPMENT_CLIENT_ID
        self._client = PublicClient(profile, guard, self._client_id)
        self._scope = self._client.scope
        self._lock = threading.RLock()
        self._cache = msal.SerializableTokenCache()
        self._apps: dict[str, msal.PublicClientApplication] = {}
        self._way: Way | None = None
        self._account: Account | None = None
        self._kept: _Kept | None = None
        self._loaded = False
        self._fresh: weakref.WeakSet[FreshSignIn] = weakref.WeakSet()
        self.unsaved: Problem | None = None

    @property
    def account(self) -> Account | None:
        """Who is signed in at this moment."""
        return self._account

    @property
    def lasting(self) -> bool:
        """Whether this way of signing in is kept for the next start (:attr:`unsaved` says when that failed)."""
        return self._way is None or self._way.name != DEVICE_CODE

    def restore(self) -> Account | None:
        """Sign in again without a prompt, as the last time. None when that is not possible.

        Raises:
            Problem: the sign-in service cannot be reached, or does not answer properly.
        """
        with self._lock:
            self._load()
            if self._kept is None:
                return None
            try:
                if self._kept.way == AZURE_CLI:
                    return self._sign_in_with_cli(self._kept.account.tenant_id)
                self._account = self._kept.account
                self._token(self._scope, self._account.tenant_id, None)
            except Problem as problem:
                self._account = None
                if problem.kind is Kind.SIGN_IN:
                    return None
                raise
            return self._account

    def interactive(
        self,
        *,
        tenant: str | None = None,
        login_hint: str | None = None,
        opener: Callable[[str], bool],
        on_address: Callable[[str], object],
        cancel: Cancel,
        timeout_s: float = 300,
        prompt: str = "select_account",
    ) -> Account:
        """Sign in through the browser.

        ``tenant`` is a directory's id or domain; None lets the account decide. ``opener`` opens the address in the
        browser (its answer False means "not opened": the person may still copy the address); ``on_address`` gets the
        same address, to be shown.

        Raises:
            Cancelled: within 100 ms of being asked to stop.
            Problem: declined, timed out, refused by the directory, or what the network says.
        """
        directory = (tenant or ANY_DIRECTORY).strip()
        cache = msal.SerializableTokenCache()  # the sign-in of before stays good until this one succeeds
        app = self._client.app(directory, cache)
        result = self._client.in_browser(
            app,
            directory,
            opener=opener,
            on_address=on_address,
            cancel=cancel,
            timeout_s=timeout_s,
            prompt=prompt,
            login_hint=login_hint,
        )
        account = account_of_answer(result, app)
        with self._lock:
            self._forget()
            self._cache, self._account = cache, account
            # The token was issued for the directory's alias; this one is for the directory itself, and is kept.
            self._token(self._scope, account.tenant_id, None)
        return account

    def fresh(
        self,
        *,
        tenant: str,
        login_hint: str | None = None,
        opener: Callable[[str], bool],
        on_address: Callable[[str], object],
        cancel: Cancel,
        timeout_s: float = 300,
        longest_age_s: int = LONGEST_AGE_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> FreshSignIn:
        """Have a person sign in once more through the browser, beside the sign-in that is there and untouched by it.

        ``tenant`` is a directory's id: no other will do. ``login_hint`` is the account's name, which the sign-in page
        suggests; another account of the directory may sign in. Nothing of it is stored; :meth:`sign_out` ends it too.

        Raises:
            Cancelled: within 100 ms of being asked to stop.
            Problem: ``SIGN_IN``: the person signed in longer than ``longest_age_s`` ago, or nobody can tell when, or in
                another directory; else as :meth:`interactive`.
        """
        client = self._client
        app = client.app(tenant, msal.TokenCache())
        result = client.in_browser(
            app,
            tenant,
            opener=opener,
            on_address=on_address,
            cancel=cancel,
            timeout_s=timeout_s,
            prompt="login",
            login_hint=login_hint,
            # Not 0: Entra ends the tokens that it issues when this age is reached, so that with 0 they would have
            # ended at once (AzureAD/microsoft-authentication-library-for-python, issue 444).
            max_age_s=longest_age_s,
        )
        fresh = taken(client, app, result, tenant=tenant, longest_age_s=longest_age_s, clock=clock)
        self._fresh.add(fresh)
        return fresh

    def switch_directory(self, tenant_id: str) -> Account:
        """Go on with the same account in another directory, without a prompt.

        Raises:
            Problem: ``SIGN_IN``, when this directory asks for a sign-in of its own: use ``interactive``.
        """
        with self._lock:
            token = self._token(self._scope, tenant_id, None)
            assert self._account is not None  # noqa: S101 - there is a token
            self._account = account_of_token(token.token, self._profile, self._account.home_id)
            self._save()
            return self._account

    def use_azure_cli(self, tenant: str | None = None) -> Account:
        """Use the account that ``az login`` signed in.

        Raises:
            Problem: ``SIGN_IN``, when there is none.
        """
        with self._lock:
            return self._sign_in_with_cli(tenant)

    def use_device_code(
        self, on_code: Callable[[str, str], None], cancel: Cancel, *, tenant: str | None = None
    ) -> Account:
        """Sign in with a code on another device; ``on_code(address, code)`` shows it. Lasts until the program ends.

        Raises:
            Cancelled: within 100 ms of being asked to stop.
            Problem: declined, timed out, refused by the directory, or what the network says.
        """
        with LOADING:
            from cmkwizard.clouds.azure.other_ways import DeviceCode

        way = DeviceCode(self._profile, self._guard, self._client_id, tenant)
        account = account_of_token(way.sign_in(self._scope, on_code, cancel).token, self._profile)
        with self._lock:
            self._forget()
            self._way, self._account = way, account
            try:
                self._store.clear()  # the next start must not find the account of before
            except Problem as problem:
                self.unsaved = problem
        return account

    def credential(self, tenant_id: str) -> Credential:
        """What Azure's clients take: tokens of the signed-in account for one directory, without a prompt.

        Its methods raise Problem: ``SIGN_IN``, when a person has to sign in again.
        """
        return Credential(self._token, tenant_id)

    def sign_out(self) -> None:
        """Forget the account, its tokens and what was stored of them.

        Raises:
            Problem: ``STORAGE``, when the store cannot be cleared.
        """
        with self._lock:
            for fresh in list(self._fresh):
                fresh.forget()
            self._forget()
            self._guard.forget_tokens()
            self._store.clear()

    def _forget(self) -> None:
        self._cache = msal.SerializableTokenCache()
        self._apps.clear()
        self._way = self._account = self._kept = None
        self._loaded = True
        self.unsaved = None
        self._client.claims.clear()

    def _sign_in_with_cli(self, tenant: str | None) -> Account:
        with LOADING:
            from cmkwizard.clouds.azure.other_ways import AzureCli

        way = AzureCli()
        account = account_of_token(way.token(self._scope, tenant, None).token, self._profile)
        if self._account != account or self._way is None:
            self._forget()
        self._way, self._account = way, account
        self._save()
        return account

    def _token(self, scope: str, tenant_id: str | None, claims: str | None) -> AccessTokenInfo:
        service = self._client.service_of(scope)
        with self._lock:
            if self._account is None:
                raise Problem(
                    Kind.SIGN_IN, "Nobody is signed in to Azure.", "Sign in.", reference=Reference(Service.SIGN_IN)
                )
            tenant = tenant_id or self._account.tenant_id
            if self._way is not None:
                token = self._way.token(scope, tenant, claims)
            else:
                token = self._silent(scope, tenant, claims)
            self._guard.issued(token.token, service)
            return token

    def _silent(self, scope: str, tenant: str, claims: str | None) -> AccessTokenInfo:
        assert self._account is not None  # noqa: S101 - the caller looked
        token = self._client.silent(self._app(tenant), tenant, self._account.home_id, scope, claims)
        self._save()
        return token

    def _app(self, tenant: str) -> msal.PublicClientApplication:
        key = tenant.lower()
        if key not in self._apps:
            self._apps[key] = self._client.app(tenant, self._cache)
        return self._apps[key]

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        try:
            text = self._store.load()
        except Problem as problem:
            self.unsaved = problem
            return
        if not text:
            return
        try:
            kept = msgspec.json.decode(text, type=_Kept)
            if kept.cache:
                self._cache.deserialize(kept.cache)
        except (msgspec.DecodeError, ValueError):
            return  # another version wrote it: sign in again
        self._kept = kept

    def _save(self) -> None:
        if self._account is None or not self.lasting:
            return
        way = BROWSER if self._way is None else self._way.name
        same = self._kept is not None and self._kept.way == way and self._kept.account == self._account
        if same and not self._cache.has_state_changed:
            return
        self._kept = _Kept(way, self._account, self._cache.serialize() if way == BROWSER else "")
        try:
            self._store.save(msgspec.json.encode(self._kept).decode())
            self.unsaved = None
        except Problem as problem:
            self.unsaved = problem
