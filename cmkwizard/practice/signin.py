"""Signing in: browser sessions, pending pages, authorisation codes, device codes and refresh tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.identities import User

CODE_LIFE_S = 600.0
DEVICE_CODE_LIFE_S = 900.0
REFRESH_LIFE_S = 90 * 86400.0
DEVICE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"


class Interaction(msgspec.Struct):
    """A person in front of the pages: what the application asked for and how far the person came."""

    id: str
    request: dict[str, str]  # query of the authorize address
    tenant: str  # as in the path: an id, a domain, "common", "organizations"
    version: int  # 1 or 2, of the authorize address
    user: User | None = None
    tenant_id: str = ""  # where the sign-in ends, known once the person is
    auth_time: float = 0.0
    device_code: str = ""


class Session(msgspec.Struct):
    """A browser in which somebody is signed in."""

    user: User
    auth_time: float

    def serves(self, request: dict[str, str], now: float) -> bool:
        """Whether its person need not prove anything again for an authorize request (`prompt`, `max_age`)."""
        longest = request.get("max_age", "")
        return request.get("prompt") != "login" and (not longest or now - self.auth_time <= int(longest) > 0)


class CodeGrant(msgspec.Struct):
    """An authorisation code: once, soon, by the same client, to the same address."""

    client_id: str
    redirect_uri: str
    challenge: str  # PKCE, S256
    user: User
    tenant_id: str
    scope: str
    nonce: str
    auth_time: float
    expires: float
    max_age: int | None = None  # seconds, as asked
    redeemed: bool = False


class DeviceGrant(msgspec.Struct):
    """A device code that waits for a person."""

    client_id: str
    scope: str
    tenant: str
    user_code: str
    expires: float
    user: User | None = None
    tenant_id: str = ""
    declined: bool = False
    redeemed: bool = False


class RefreshGrant(msgspec.Struct):
    """A refresh token: of one person and one client, good in every tenant the person belongs to."""

    client_id: str
    user: User
    tenant_id: str
    auth_time: float
    expires: float
    revoked: bool = False


class SignIns(msgspec.Struct):
    """Everything that is under way or was granted."""

    clock: PracticeClock
    interactions: dict[str, Interaction] = msgspec.field(default_factory=dict)
    sessions: dict[str, Session] = msgspec.field(default_factory=dict)
    codes: dict[str, CodeGrant] = msgspec.field(default_factory=dict)
    device_codes: dict[str, DeviceGrant] = msgspec.field(default_factory=dict)
    refresh_tokens: dict[str, RefreshGrant] = msgspec.field(default_factory=dict)
    tells_auth_time: bool = True  # whether an id token that was asked for `auth_time` has it
    ages_auth_time_s: float = 0.0  # so many seconds too early

    def begin(self, request: dict[str, str], tenant: str, version: int) -> Interaction:
        """Opens an interaction for an authorize request."""
        interaction = Interaction(secrets.token_urlsafe(24), request, tenant, version)
        self.interactions[interaction.id] = interaction
        return interaction

    def end(self, interaction: Interaction) -> None:
        """Closes an interaction: its page is worth nothing any more."""
        self.interactions.pop(interaction.id, None)

    def open_session(self, user: User) -> str:
        """Signs a person in and returns the value of the session cookie."""
        cookie = secrets.token_urlsafe(24)
        self.sessions[cookie] = Session(user, self.clock.wall())
        return cookie

    def grant_code(self, interaction: Interaction, user: User) -> str:
        """An authorisation code for a finished interaction."""
        request = interaction.request
        code = secrets.token_urlsafe(48)
        self.codes[code] = CodeGrant(
            client_id=request["client_id"],
            redirect_uri=request["redirect_uri"],
            challenge=request.get("code_challenge", ""),
            user=user,
            tenant_id=interaction.tenant_id,
            scope=request.get("scope", ""),
            nonce=request.get("nonce", ""),
            auth_time=interaction.auth_time,
            expires=self.clock.wall() + CODE_LIFE_S,
            max_age=int(request["max_age"]) if request.get("max_age") else None,
        )
        return code

    def grant_device_code(self, client_id: str, scope: str, tenant: str) -> tuple[str, DeviceGrant]:
        """A device code and its grant, which waits for a person."""
        code = secrets.token_urlsafe(48)
        user_code = "".join(secrets.choice(DEVICE_ALPHABET) for _ in range(9))
        grant = DeviceGrant(client_id, scope, tenant, user_code, self.clock.wall() + DEVICE_CODE_LIFE_S)
        self.device_codes[code] = grant
        return code, grant

    def device_grant(self, user_code: str) -> DeviceGrant | None:
        """The waiting grant with that user code."""
        now = self.clock.wall()
        return next(
            (each for each in self.device_codes.values() if each.user_code == user_code.upper() and each.expires > now),
            None,
        )

    def grant_refresh(self, client_id: str, user: User, tenant_id: str, auth_time: float) -> str:
        """A new refresh token."""
        token, expires = "1.A" + secrets.token_urlsafe(96), self.clock.wall() + REFRESH_LIFE_S
        self.refresh_tokens[token] = RefreshGrant(client_id, user, tenant_id, auth_time, expires)
        return token

    def change_auth_time(self, table: Mapping[str, Any] | None) -> None:
        """What id tokens say of the time of the sign-in: `{told, aged_s}`; None: the truth. Raises KeyError."""
        table = table or {}
        if unknown := set(table) - {"told", "aged_s"}:
            raise KeyError(*sorted(unknown))
        self.tells_auth_time = bool(table.get("told", True))
        self.ages_auth_time_s = float(table.get("aged_s", 0.0))

    def revoke_refresh_tokens(self) -> None:
        """Revokes every refresh token and every browser session, as "revoke sessions" in the directory does."""
        for grant in self.refresh_tokens.values():
            grant.revoked = True
        self.sessions.clear()


def s256(verifier: str) -> str:
    """The PKCE challenge for a verifier (RFC 7636, method S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
