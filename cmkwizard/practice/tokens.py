"""Access and id tokens: issuing and checking."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import jwt

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.web import Principal, TokenRefused

LIFE_S = 3600  # of an access token, in wall time


class Tokens:
    """Signs tokens with a key that lives as long as the practice cloud, and checks those it is shown."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(64)
        self._expired: set[str] = set()  # ids of tokens that were made to expire early
        self._challenges: dict[tuple[str, str], str] = {}  # (service, object id) -> claims the token must answer

    def issue_access(self, claims: dict[str, Any], *, issuer: str) -> str:
        """An access token: the given claims (aud, tid, oid, …) completed by issuer, times and id."""
        issued = self._clock.wall()
        return self._sign(
            {"iss": issuer, "iat": int(issued), "exp": issued + LIFE_S, "uti": uuid.uuid4().hex, "ver": "1.0", **claims}
        )

    def issue_id(self, claims: dict[str, Any], *, issuer: str) -> str:
        """An id token: whole seconds only, and no nbf, so that clients with a slow clock accept it."""
        issued = int(self._clock.wall())
        return self._sign({"iss": issuer, "iat": issued, "exp": issued + LIFE_S, "ver": "2.0", **claims})

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm="HS256")

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token of this practice cloud, whatever its audience and life. Raises TokenRefused."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as problem:
            raise TokenRefused("invalid", f"The access token is invalid: {problem}.") from None
        return claims

    def check(self, token: str, audiences: tuple[str, ...], *, service: str) -> Principal:
        """Who a token speaks for. Raises TokenRefused with the reason."""
        claims = self.read(token)
        audience = str(claims.get("aud", "")).rstrip("/")
        if audience not in {each.rstrip("/") for each in audiences}:
            raise TokenRefused(
                "audience", f"The access token has been obtained for wrong audience or resource '{audience}'."
            )
        if claims["exp"] <= self._clock.wall() or claims["uti"] in self._expired:
            raise TokenRefused("expired", "The access token has expired.")
        challenge = self._challenges.get((service, claims["oid"]))
        if challenge is not None and claims.get("answered_challenge") != challenge:
            raise TokenRefused("claims", "Continuous access evaluation needs new claims.", claims=challenge)
        return Principal(
            tenant=claims["tid"],
            object_id=claims["oid"],
            kind="User" if claims["idtyp"] == "user" else "ServicePrincipal",
            name=claims.get("upn") or claims.get("app_displayname", ""),
            app_id=claims["appid"],
            claims=claims,
        )

    def expire(self, token: str) -> None:
        """Ends the life of one token before its time. Raises TokenRefused when it is not one of ours."""
        self._expired.add(self.read(token)["uti"])

    def challenge(self, service: str, object_id: str, claims: str) -> None:
        """From now on this principal's tokens for the service must have been asked for with these claims (JSON)."""
        self._challenges[service, object_id] = claims
