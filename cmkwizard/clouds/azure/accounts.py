"""Who is signed in, read from what the sign-in service issued."""

from __future__ import annotations

from typing import Any

import jwt
import msal  # type: ignore[import-untyped]

from cmkwizard.clouds.profile import Profile
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Kind, Problem


def account_of_token(token: str, profile: Profile) -> Account:
    """Who a token of the Microsoft sign-in is for. It came from the sign-in itself: its signature is not checked.

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
    return Account(name, tenant, person, f"{person}.{tenant}", str(claims.get("name", "")))


def account_of_answer(result: dict[str, Any], app: msal.PublicClientApplication) -> Account:
    """The account that ``app``, whose cache holds no other, has signed in."""
    claims = result.get("id_token_claims") or {}
    name = str(claims.get("preferred_username") or claims.get("upn") or "")
    home = next((str(each["home_account_id"]) for each in app.get_accounts()), "")
    return Account(name, str(claims.get("tid", "")), str(claims.get("oid", "")), home, str(claims.get("name", "")))
