"""Where the clouds are: the addresses that the clients connect to, and no others.

Importing this module loads no network library.
"""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec

from cmkwizard.core.addresses import ConsentRules
from cmkwizard.core.identifiers import region_problem
from cmkwizard.core.problems import Kind, Problem


class Service(StrEnum):
    """A service that the program talks to; the value is its name for people."""

    SIGN_IN = "Microsoft sign-in"
    RESOURCE_MANAGER = "Azure Resource Manager"
    GRAPH = "Microsoft Graph"
    VAULT = "Azure Key Vault"
    IMS = "Adobe sign-in"
    PLATFORM = "Adobe Experience Platform"
    LOGS = "Azure Monitor Logs"


class Place(NamedTuple):
    """One row of the host table. ``host`` starting with a dot stands for every name below it.

    ``port`` None means any port; ``prefix`` is the start of the path, without a final slash.
    """

    service: Service
    host: str
    port: int | None
    prefix: str = ""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of one set of clouds. ``public`` is built in; a file describes a practice cloud on loopback."""

    name: str
    authority: str
    resource_manager: str
    graph: str
    vault_suffixes: tuple[str, ...]
    """Each starts with a dot; ports are not part of it."""
    ims: str
    platform: dict[str, str]
    """Region code to base address. In ``public`` the code alone makes the address."""
    logs: str = ""
    """Where Log Analytics workspaces answer; empty: this cloud has none."""
    ca_file: str | None = None
    """The one certificate authority to trust, instead of the operating system's."""
    browser: str | None = None
    """Plain-http origin of the practice cloud's interactive pages."""
    speed: float = 1.0
    """How much faster than real time the practice cloud's clock runs: waits are divided by it."""

    @property
    def practice(self) -> bool:
        """Whether nothing real can be reached with this profile."""
        return self.name != "public"

    def platform_for(self, region: str) -> str:
        """The base address of Experience Platform for a region code.

        Source: Adobe Experience Platform, "Adobe-provided hosts". The host is built from the code, never typed in.

        Raises:
            Problem: ``INVALID``, for a code that is malformed or that this (practice) cloud does not have.
        """
        code = region.strip().upper()
        if problem := region_problem(code):
            raise Problem(Kind.INVALID, problem, "Choose the region of your Adobe organisation.")
        if not self.practice:
            return self.platform.get(code) or f"https://platform-{code.lower()}.adobe.io"
        known = {each.upper(): address for each, address in self.platform.items()}
        if code not in known:
            raise Problem(
                Kind.INVALID,
                f"The practice cloud has no region {code}: it has {', '.join(sorted(known))}.",
                "Choose one of these regions.",
            )
        return known[code]

    def scope(self, service: Service) -> str:
        """The scope with which a token for an Azure service is asked for.

        The practice cloud takes the audiences of the public cloud, as Azure's clients send them.

        Raises:
            KeyError: tokens for this service do not come from Microsoft sign-in.
        """
        return {
            Service.RESOURCE_MANAGER: "https://management.azure.com/.default",
            Service.GRAPH: "https://graph.microsoft.com/.default",
            Service.VAULT: "https://vault.azure.net/.default",
            # The audience keeps the service's older name (Azure Monitor, Log Analytics API, access and authentication;
            # azure-monitor-query, LogsQueryClient).
            Service.LOGS: "https://api.loganalytics.io/.default",
        }[service]

    def service_of_scope(self, scope: str) -> Service | None:
        """Which service a token with this scope is for; None for a scope that this program does not use."""
        resource = scope.removesuffix("/.default").rstrip("/")
        for service in (Service.RESOURCE_MANAGER, Service.GRAPH, Service.VAULT, Service.LOGS):
            if resource == self.scope(service).removesuffix("/.default"):
                return service
        host = (urlsplit(resource).hostname or "").lower()
        # Key Vault's challenge names its resource: the vault's domain, without the vault's own label.
        if urlsplit(resource).scheme == "https" and any(host == suffix[1:] for suffix in self.vault_suffixes):
            return Service.VAULT
        return None

    def hosts(self, service: Service) -> tuple[Place, ...]:
        """Where a service lives: the only places to which its tokens go."""
        addresses = {
            Service.SIGN_IN: (self.authority,),
            Service.RESOURCE_MANAGER: (self.resource_manager,),
            Service.GRAPH: (self.graph,),
            Service.VAULT: (),
            Service.IMS: (self.ims,),
            Service.PLATFORM: tuple(self.platform.values()),
            Service.LOGS: (self.logs,) if self.logs else (),
        }[service]
        places = [_place(service, address) for address in addresses]
        if service is Service.VAULT:
            places += [Place(service, suffix, None if self.practice else 443) for suffix in self.vault_suffixes]
        return tuple(places)

    def services_at(self, url: str) -> frozenset[Service]:
        """Which services answer at an address: none for an address that is not the profile's own.

        Only https addresses without user name are places. Several services can share one (sign-in and Resource
        Manager of a practice cloud); the longest path wins.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:
            return frozenset()
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or parts.username is not None or parts.password is not None or not host:
            return frozenset()
        if {".", ".."} & set(unquote(parts.path).split("/")):
            return frozenset()  # the path that arrives would be another one
        if not self.practice and port == 443 and _PUBLIC_PLATFORM.fullmatch(host):
            return frozenset({Service.PLATFORM})
        found = [
            place
            for service in Service
            for place in self.hosts(service)
            if _matches(place, host, port, parts.path or "/")
        ]
        longest = max((len(place.prefix) for place in found), default=0)
        return frozenset(place.service for place in found if len(place.prefix) == longest)

    def browser_address(self, url: str) -> str:
        """The address that a browser is given for ``url``: the practice cloud's pages are served over plain http."""
        if self.browser is None or _origin(url) != _origin(self.authority):
            return url
        parts, origin = urlsplit(url), urlsplit(self.browser)
        return urlunsplit((origin.scheme, origin.netloc, parts.path, parts.query, parts.fragment))

    @property
    def landing(self) -> str:
        """Where a consent ends: at Experience Cloud, or at the practice cloud's stand-in for it."""
        return f"{self.authority}/experience" if self.practice else "https://experience.adobe.com"

    @property
    def consent_rules(self) -> ConsentRules:
        """Which hosts a consent address may name."""
        sign_in = urlsplit(self.authority).netloc.lower()
        if self.practice:
            return ConsentRules(sign_in=(sign_in,), landing=(sign_in,))
        return ConsentRules(sign_in=(sign_in,), landing_domains=("adobe.com",))


_PUBLIC_PLATFORM = re.compile(r"platform(?:-(?:[a-z]{3}[0-9]{1,2}|va[0-9]))?\.adobe\.io")

PUBLIC = Profile(
    name="public",
    authority="https://login.microsoftonline.com",
    resource_manager="https://management.azure.com",
    graph="https://graph.microsoft.com",
    vault_suffixes=(".vault.azure.net", ".managedhsm.azure.net"),
    ims="https://ims-na1.adobelogin.com/ims",
    platform={"VA7": "https://platform.adobe.io"},
    logs="https://api.loganalytics.azure.com",
)
"""The real clouds."""


def profile_from(content: object) -> Profile:
    """Read a profile from decoded JSON (unknown keys are left alone).

    Raises:
        Problem: ``INVALID``, when it is malformed, or any host in it is not on loopback.
    """
    try:
        profile = msgspec.convert(content, Profile, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from error
    if profile.name == PUBLIC.name or not profile.name:
        raise _refused("its name has to be another than public")
    if not profile.speed > 0:
        raise _refused("speed has to be more than 0")
    if not profile.vault_suffixes or not profile.platform:
        raise _refused("vault_suffixes and platform must not be empty")
    named = [profile.authority, profile.resource_manager, profile.graph, profile.ims, *profile.platform.values()]
    for address in [*named, profile.logs] if profile.logs else named:
        _check_loopback(address, ("https",))
    if profile.browser is not None:
        _check_loopback(profile.browser, ("http", "https"))
    for suffix in profile.vault_suffixes:
        if not re.fullmatch(r"(?:\.[a-z0-9-]+)*\.localhost", suffix):
            raise _refused(f"the vault suffix {suffix!r} is not below .localhost")
    return profile


def read_profile(path: Path) -> Profile:
    """Read a cloud profile from a JSON file; a ready file of a practice cloud (``{"profile": …}``) will do too.

    Raises:
        Problem: ``STORAGE`` when the file cannot be read, ``INVALID`` as in :func:`profile_from`.
    """
    try:
        content = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise Problem(
            Kind.STORAGE,
            f"The cloud profile {path} cannot be read: {error.strerror}.",
            "Check the path and its rights.",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"it is not JSON ({error})") from error
    if isinstance(content, dict) and isinstance(content.get("profile"), dict):
        content = content["profile"]
    profile = profile_from(content)
    if profile.ca_file is not None:
        try:
            with Path(profile.ca_file).open("rb"):
                pass
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "this is no path"
            raise _refused(f"its ca_file {profile.ca_file!r} cannot be read: {reason}") from error
    return profile


def is_loopback(host: str) -> bool:
    """Whether a host name stays on this computer: ``localhost``, names below it, 127.0.0.0/8 and ::1."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_loopback(address: str, schemes: tuple[str, ...]) -> None:
    if not address.isprintable() or " " in address:  # urlsplit leaves some of these out without a word
        raise _refused(f"{address!r} holds a space or a control character")
    try:
        parts = urlsplit(address)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise _refused(f"{address!r} is not an address") from error
    good = parts.scheme in schemes and parts.username is None and not parts.query and not parts.fragment
    if not good:
        raise _refused(f"{address!r} is not a plain {' or '.join(schemes)} address")
    if not is_loopback(host):
        raise _refused(f"{host or address} is not on this computer; profiles from a file are for practice clouds only")


def _refused(why: str) -> Problem:
    return Problem(
        Kind.INVALID, f"This cloud profile cannot be used: {why}.", "Use the profile that a practice cloud has written."
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _place(service: Service, address: str) -> Place:
    parts = urlsplit(address)
    return Place(service, (parts.hostname or "").lower(), parts.port or 443, parts.path.rstrip("/"))


def _matches(place: Place, host: str, port: int, path: str) -> bool:
    label = host.removesuffix(place.host) if place.host.startswith(".") else ""
    name = host == place.host or (label not in ("", host) and "." not in label)
    below = path == place.prefix or path.startswith(f"{place.prefix}/")
    return name and place.port in (None, port) and below
