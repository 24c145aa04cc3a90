"""Who is signed in, read from what the sign-in service issued."""

from __future__ import annotations

from typing import Any

import jwt
import msal  # type: ignore[import-untyped]

from cmkwizard.clouds.profile import Profile
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Kind, Problem

_PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""Where personal Microsoft accounts are at home (Microsoft identity platform, ID token claims)."""
_PERSONAL_PROVIDER = "live.com"


def account_of_token(token: str, profile: Profile, home_id: str = "") -> Account:
    """Who a token of the Microsoft sign-in is for. It came from the sign-in itself: its signature is not checked.

    ``home_id`` is the account across directories, where it is known.

    Raises:
        Problem: the token is not one of this profile's sign-in service, so that it must not be used.
    """
    try:
        algorithm = jwt.get_unverified_header(token).get("alg", "")
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise Problem(Kind.UNTRUSTED, "The sign-in answered with a token that cannot be read.", "Try again.") from error
    # Microsoft signs with a key pair, a practice cloud with a secret: a real token never goes to a practice cloud.
    if algorithm.startswith("HS") != profile.practice:
        raise Problem(
            Kind.UNTRUSTED,
            "This sign-in belongs to another cloud than the one this program works with. It was not used.",
            "Sign in to this cloud.",
        )
    tenant, person = str(claims.get("tid", "")), str(claims.get("oid", ""))
    names = ("upn", "preferred_username", "unique_name", "appid")
    name = next((str(claims[each]) for each in names if claims.get(each)), "")
    guest, personal = _origin(claims, name, home_id)
    shown = str(claims.get("name", ""))
    return Account(name, tenant, person, home_id or f"{person}.{tenant}", shown, guest=guest, personal=personal)


def account_of_answer(result: dict[str, Any], app: msal.PublicClientApplication) -> Account:
    """The account that ``app``, whose cache holds no other, has signed in."""
    claims = result.get("id_token_claims") or {}
    name = str(claims.get("preferred_username") or claims.get("upn") or "")
    home = next((str(each["home_account_id"]) for each in app.get_accounts()), "")
    tenant, person, shown = (str(claims.get(each, "")) for each in ("tid", "oid", "name"))
    guest, personal = _origin(claims, name, home)
    return Account(name, tenant, person, home, shown, guest=guest, personal=personal)


def _origin(claims: dict[str, Any], name: str, home_id: str) -> tuple[bool, bool]:
    """Whether the account is at home in another directory, and whether it is a personal one.

    MSAL's home account id ends with the home directory. A token says it in other ways: ``idp`` names who vouches for a
    guest, a guest's name holds ``#EXT#``, and a personal account's begins with ``live.com#``.
    """
    tenant, provider = str(claims.get("tid", "")).lower(), str(claims.get("idp") or "").lower()
    home = home_id.rpartition(".")[2].lower()
    names = " ".join([name, *(str(claims.get(each, "")) for each in ("upn", "unique_name"))]).lower()
    personal = (
        _PERSONAL_TENANT in (home, tenant)
        or _PERSONAL_TENANT in provider
        or provider == _PERSONAL_PROVIDER
        or f"{_PERSONAL_PROVIDER}#" in names
    )
    guest = "#ext#" in names or (home not in ("", tenant)) or (provider != "" and tenant not in provider)
    return guest or (personal and tenant != _PERSONAL_TENANT), personal
