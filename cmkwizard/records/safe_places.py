"""The operating system's safe places for secrets: an allow-list, each built by name.

The keyring library can also choose by itself: by what is installed, by environment variables and by ``keyringrc.cfg``.
It then may choose a plain text file, or run code from any folder. So it is never asked to choose.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cmkwizard.core.problems import Kind, Problem


class SafePlace(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store the secret."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Remove the secret."""


@dataclass(frozen=True)
class Allowed:
    """One safe place: what people call it, and the class of the keyring library that reaches it."""

    title: str
    systems: tuple[str, ...]
    """Beginnings of ``sys.platform``."""
    module: str
    class_name: str
    fixed: Mapping[str, Any]
    """Attributes that are set whatever the environment says."""


ALLOWED = (
    Allowed("Windows Credential Manager", ("win32",), "keyring.backends.Windows", "WinVaultKeyring",
            {"persist": "local machine"}),
    Allowed("macOS Keychain", ("darwin",), "keyring.backends.macOS", "Keyring", {"keychain": None}),
    Allowed("Secret Service", ("linux", "freebsd"), "keyring.backends.SecretService", "Keyring",
            {"appid": "cmkwizard", "scheme": "default"}),
    Allowed("KWallet", ("linux", "freebsd"), "keyring.backends.kwallet", "DBusKeyring", {"appid": "cmkwizard"}),
)  # fmt: skip
"""In the order in which they are tried."""


class NoSafePlace(Problem):
    """This computer has no safe place that answers. The text says why, for each that was tried."""

    def __init__(self, reason: str) -> None:
        super().__init__(Kind.STORAGE, reason)


def open_safe_place() -> tuple[str, SafePlace]:
    """Build the first safe place that answers.

    Returns:
        What people call it, and the place.

    Raises:
        NoSafePlace: none answers.
    """
    reasons = []
    for allowed in ALLOWED:
        if not sys.platform.startswith(allowed.systems):
            continue
        try:
            return allowed.title, _build(allowed)
        except Exception as error:  # noqa: BLE001  (backends raise what their platform's binding raises)
            reasons.append(f"{allowed.title}: {_words(error)}")
    raise NoSafePlace("; ".join(reasons) or "this operating system has none that is known")


def _build(allowed: Allowed) -> SafePlace:
    found = getattr(importlib.import_module(allowed.module), allowed.class_name)
    # The library's base class sets any attribute from KEYRING_PROPERTY_… variables: not here.
    place_class = type(allowed.class_name, (found,), {"set_properties_from_env": lambda _self: None})
    if found.priority < 1:
        raise NoSafePlace("it is not recommended on this computer")
    place: SafePlace = place_class()
    for name, value in allowed.fixed.items():
        setattr(place, name, value)
    return place


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
