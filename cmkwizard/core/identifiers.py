"""Names and identifiers: what they may look like, checked before anything is sent.

Every ``…_problem`` function answers None for a good value, else one sentence that says what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cmkwizard.core.problems import Kind, Problem

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_VAULT = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9]){2,23}")
_KEY = re.compile(r"[0-9A-Za-z-]{1,127}")
_GROUP = re.compile(r"[-\w.()]{0,89}[-\w()]", re.ASCII)
_LOCATION = re.compile(r"[A-Za-z0-9 ()-]{1,60}")
_REGION = re.compile(r"[A-Za-z]{3}[0-9]{1,2}|VA[0-9]", re.IGNORECASE)
_ORGANISATION = re.compile(r"[0-9A-F]{24}@AdobeOrg")
_CONFIGURATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CLIENT_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_VERSION = re.compile(r"[0-9A-Za-z]{1,64}")

REGIONS = ("VA7", "NLD2", "AUS5", "CAN2", "GBR9")
"""Regions that Adobe's pages name for the Azure procedure; others may be typed (the list is not closed)."""


def vault_name_problem(name: str) -> str | None:
    """Check a vault's name (Key Vault REST error codes, VaultNameNotValid)."""
    if 3 <= len(name) <= 24 and _VAULT.fullmatch(name) and len(name) <= 24:
        return None
    return (
        "A vault name has 3 to 24 letters, digits and single hyphens, starts with a letter, "
        "and ends with a letter or digit."
    )


def key_name_problem(name: str) -> str | None:
    """Check a key's name (Key Vault objects: 1 to 127 letters, digits and hyphens)."""
    return None if _KEY.fullmatch(name) else "A key name has 1 to 127 letters, digits and hyphens."


def group_name_problem(name: str) -> str | None:
    """Check a resource group's name (Azure naming rules, Microsoft.Resources)."""
    if _GROUP.fullmatch(name):
        return None
    return "A resource group name has 1 to 90 letters, digits, ( ) - _ and dots, and does not end with a dot."


def organisation_problem(organisation: str) -> str | None:
    """Check an Adobe organisation id (Developer Console shows it as 24 hex digits and ``@AdobeOrg``)."""
    if _ORGANISATION.fullmatch(organisation):
        return None
    return "An organisation id has 24 digits and capital letters A to F, followed by @AdobeOrg."


def client_id_problem(client_id: str) -> str | None:
    """Check the client id of an Adobe OAuth server-to-server credential."""
    return None if _CLIENT_ID.fullmatch(client_id) else "A client id has 8 to 64 letters, digits, - and _."


def directory_problem(tenant: str) -> str | None:
    """Check the id, domain or name of a directory: it becomes part of the sign-in's address."""
    if len(tenant) <= 256 and tenant.isprintable() and not set(tenant) & set("/\\?#%") and ".." not in tenant:
        return None
    return "This is the id, a domain or the name of a directory, without / \\ ? # % and control characters."


def location_problem(location: str) -> str | None:
    """Check an Azure region, by its name or as the portal shows it. Empty is for a vault that exists."""
    if not location or _LOCATION.fullmatch(location):
        return None
    return 'An Azure region has letters, digits and spaces, such as "westeurope" or "West Europe".'


def region_problem(region: str) -> str | None:
    """Check an Adobe region code. Never a host: the host is built from the code."""
    if _REGION.fullmatch(region):
        return None
    return f"A region is a code such as {', '.join(REGIONS)}: letters and one or two digits."


def configuration_name_problem(name: str) -> str | None:
    """Check the name under which the key is submitted to Adobe.

    Adobe documents no grammar; this keeps to characters that need no escaping in an address (careful side, unverified).
    """
    if _CONFIGURATION.fullmatch(name):
        return None
    return "A configuration name has 1 to 64 letters, digits, dots, - and _, and starts with a letter or digit."


def guid_problem(text: str) -> str | None:
    """Check a GUID such as a tenant or application id."""
    return None if GUID.fullmatch(text) else "This is an id of the form 00000000-0000-0000-0000-000000000000."


@dataclass(frozen=True)
class KeyIdentifier:
    """A key in a vault, as Key Vault and Adobe write it: ``https://{vault}.{suffix}/keys/{name}/{version}``."""

    vault_uri: str
    name: str
    version: str | None

    def __str__(self) -> str:
        return f"{self.vault_uri}keys/{self.name}" + (f"/{self.version}" if self.version else "")

    @property
    def host(self) -> str:
        """The vault's host name, lower case, with its port where it has one."""
        return urlsplit(self.vault_uri).netloc.lower()

    @classmethod
    def parse(cls, text: str, suffixes: Iterable[str]) -> KeyIdentifier:
        """Read a key identifier whose host ends with one of ``suffixes`` (each starting with a dot, a port allowed).

        Raises:
            Problem: the text is no key identifier of these clouds.
        """
        parts = urlsplit(text)
        label, dot, rest = parts.netloc.lower().partition(".")
        path = parts.path.split("/")
        good = (
            parts.scheme == "https"
            and not parts.query
            and not parts.fragment
            and vault_name_problem(label) is None
            and any(dot + rest.rpartition(":")[0] == s or dot + rest == s for s in suffixes)
            and len(path) in (3, 4)
            and path[:2] == ["", "keys"]
            and key_name_problem(path[2]) is None
            and (len(path) == 3 or _VERSION.fullmatch(path[3]) is not None)
        )
        if not good:
            raise Problem(
                Kind.INVALID,
                "This is not the identifier of a key in a vault of this cloud.",
                "Copy the key identifier from the key's page in the Azure portal.",
            )
        return cls(f"https://{parts.netloc.lower()}/", path[2], path[3] if len(path) == 4 else None)
