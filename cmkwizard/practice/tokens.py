"""Access and id tokens: issuing and checking."""

from __future__ import annotations

import json
import secrets
import uuid
from typing import Any

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.principal import Principal, TokenRefused

LIFE_S = 3600  # of an access token, in wall time


class Tokens:
    """Signs tokens with a key that lives as long as the practice cloud, and checks those it is shown."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(64)
        self._expired: set[str] = set()  # ids of tokens that were made to expire early
        self._challenges: dict[tuple[str, str], str] = {}  # (service, object id) -> mark the token must carry

    def issue_access(self, claims: dict[str, Any], *, issuer: str, life_s: int = LIFE_S) -> str:
        """An access token: the given claims (aud, tid, oid, …) completed by issuer, times and id."""
        issued = self._clock.wall()
        return self._sign(
            {"iss": issuer, "iat": int(issued), "exp": issued + life_s, "uti": uuid.uuid4().hex, "ver": "1.0", **claims}
        )

    def issue_id(self, claims: dict[str, Any], *, issuer: str, life_s: int = LIFE_S) -> str:
        """An id token: whole seconds only, and no nbf, so that clients with a slow clock accept it."""
        issued = int(self._clock.wall())
        return self._sign({"iss": issuer, "iat": issued, "exp": issued + life_s, "ver": "2.0", **claims})

    def _sign(self, claims: dict[str, Any]) -> str:
        import jwt  # not before somebody signs in: the practice cloud starts sooner

        return jwt.encode(claims, self._key, algorithm="HS256")

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token of this practice cloud, whatever its audience and life. Raises TokenRefused."""
        import jwt

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
        mark = self._challenges.get((service, claims["oid"]))
        if mark is not None and claims.get("answered_challenge") != mark:
            raise TokenRefused("claims", "Continuous access evaluation asks for new claims.", claims=_challenge(mark))
        return Principal(
            tenant=claims["tid"],
            object_id=claims["oid"],
            kind="User" if claims["idtyp"] == "user" else "ServicePrincipal",
            name=claims.get("upn") or claims.get("unique_name") or claims.get("app_displayname", ""),
            app_id=claims["appid"],
            claims=claims,
        )

    def expire(self, token: str) -> None:
        """Ends the life of one token before its time. Raises TokenRefused when it is not one of ours."""
        self._expired.add(self.read(token)["uti"])

    def challenge(self, service: str, object_id: str) -> TokenRefused:
        """From now on this principal's tokens for the service must have been asked for with the claims returned."""
        mark = f"{self._clock.wall():.6f}"
        self._challenges[service, object_id] = mark
        return TokenRefused("claims", "Continuous access evaluation asks for new claims.", claims=_challenge(mark))


def _challenge(mark: str) -> str:
    """The claims of a challenge, as JSON."""
    return json.dumps({"access_token": {"nbf": {"essential": True, "value": mark}}})


def requested_claims(text: str) -> tuple[str, list[str]]:
    """What a `claims` parameter asks for: the mark of the challenge it answers, and the client capabilities.

    Raises ValueError when the text is not the JSON object that OpenID Connect calls a claims request.
    """
    if not text:
        return "", []
    try:
        wanted = json.loads(text).get("access_token", {})
        return str(wanted.get("nbf", {}).get("value", "")), list(wanted.get("xms_cc", {}).get("values", []))
    except (AttributeError, TypeError) as problem:
        raise ValueError(f"not a claims request: {problem}") from None
