"""The only way from the window to the browser: https addresses of hosts that are expected, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from cmkwizard.core.problems import Kind, Problem

HOSTS = (
    "login.microsoftonline.com",
    "portal.azure.com",
    "entra.microsoft.com",
    "learn.microsoft.com",
    "developer.adobe.com",
    "experience.adobe.com",
    "experienceleague.adobe.com",
    "adminconsole.adobe.com",
)
"""Hosts that the window links to. Sign-in and consent addresses are checked once more where they are built."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


def allowed(address: str, hosts: Iterable[str] = HOSTS) -> bool:
    """Whether an address may be opened: https to one of ``hosts``, or http(s) to this computer; no user, no control
    character, nothing that a browser might read in another way."""
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or not host:
        return False
    loopback = host in LOOPBACK or host.endswith(".localhost")
    if loopback:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and host in hosts


def open_address(address: str, hosts: Iterable[str] = HOSTS) -> bool:
    """Open an address in the person's browser. False: there is no browser; show the address to be copied.

    Raises:
        Problem: the address is not one that this program opens.
    """
    if not allowed(address, hosts):
        raise Problem(
            Kind.UNTRUSTED,
            "This address is not one that the program opens.",
            "Do not open it by hand either, unless you know where it leads.",
        )
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))
