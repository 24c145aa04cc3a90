"""The consent address that Adobe answers with: read by a strict grammar, then built anew from its parts.

The text itself is never opened. What is opened names the chosen tenant, and nothing that the grammar does not list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from cmkwizard.core.identifiers import GUID
from cmkwizard.core.problems import Kind, Problem

SCOPES = frozenset({"user.read", "openid", "profile"})
"""All that Adobe's app may ask for (Adobe customer-managed keys, API set-up: ``scope=user.read``)."""

LONGEST = 2048
"""Characters of a consent address at most."""
_ADDRESS = re.compile(r"https://([A-Za-z0-9.:-]+)/([A-Za-z0-9-]+)(/oauth2(?:/v2\.0)?/authorize)\?([!-~]+)")
_REDIRECT = re.compile(r"https://([a-z0-9.-]+(?::[0-9]{1,5})?)(/[A-Za-z0-9._~/-]*)?")
_TENANTS = ("common", "organizations")
_KEYS = frozenset({"response_type", "client_id", "redirect_uri", "scope"})


@dataclass(frozen=True)
class ConsentRules:
    """Which hosts a consent address may name; derived from the cloud profile.

    ``sign_in`` and ``landing`` hold hosts, lower case, with a port where the profile has one; ``landing_domains`` hold
    domains whose sub-domains are good too.
    """

    sign_in: tuple[str, ...]
    landing: tuple[str, ...] = ()
    landing_domains: tuple[str, ...] = ()


def rebuild_consent_address(text: str, *, application_id: str, tenant_id: str, rules: ConsentRules) -> str:
    """Build the consent address for the tenant ``tenant_id`` from Adobe's ``applicationRedirectUrl``.

    ``application_id`` is the id that came in the same answer: the address must ask for this app and no other.

    Raises:
        Problem: ``UNTRUSTED``, when the text is not exactly such an address. Nothing of it may then be opened.
    """
    address = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    if address is None:
        raise _refused("it is not an address of the sign-in service")
    host, tenant, path, query = address.groups()
    if host not in rules.sign_in:
        raise _refused("it names another host")
    if tenant not in _TENANTS and tenant.lower() != tenant_id.lower():
        raise _refused("it names another directory")
    if GUID.fullmatch(tenant_id) is None or GUID.fullmatch(application_id) is None:
        raise _refused("an id in it is malformed")
    parts = _read_query(query)
    if parts.get("client_id", "").lower() != application_id.lower():
        raise _refused("it asks for another app")
    if parts.get("response_type", "code") != "code":
        raise _refused("it asks for another kind of answer")
    if not set(parts.get("scope", "").lower().split()) <= SCOPES or not parts.get("scope"):
        raise _refused("it asks for wider rights than this app needs")
    if not _is_landing(parts.get("redirect_uri", ""), rules):
        raise _refused("it would end at a host that is not Adobe's")
    rebuilt = {
        "response_type": "code",
        "client_id": application_id.lower(),
        "redirect_uri": parts["redirect_uri"],
        "scope": parts["scope"],
    }
    return f"https://{host}/{tenant_id.lower()}{path}?{urlencode(rebuilt, quote_via=quote)}"


def _read_query(query: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for pair in query.split("&"):
        key, equals, value = pair.partition("=")
        if key not in _KEYS or key in parts or not equals:
            raise _refused("it holds a part that is unknown, doubled or empty")
        value = value.replace("+", " ") if key == "scope" else value
        try:
            parts[key] = unquote(value, errors="strict")
        except UnicodeDecodeError:
            raise _refused("a part of it is malformed") from None
    return parts


def _is_landing(text: str, rules: ConsentRules) -> bool:
    match = _REDIRECT.fullmatch(text)
    if match is None:
        return False
    host = match[1]
    if host in rules.landing:
        return True
    labels_good = all(re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", label) for label in host.split("."))
    return labels_good and any(host == d or host.endswith(f".{d}") for d in rules.landing_domains)


def _refused(why: str) -> Problem:
    return Problem(
        Kind.UNTRUSTED,
        f"The consent address that came from Adobe is not one that can be opened safely: {why}. It was not opened.",
        "Ask Adobe support for the consent address of your organisation, and check who can change what this computer "
        "receives.",
        who="you, with Adobe support",
    )
