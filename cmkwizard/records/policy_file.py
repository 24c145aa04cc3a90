"""Where an organisation's policy file lies: one for the whole computer, or else one of the person's own.

The place of the computer's file is fixed by the operating system and by nothing that the person who runs the program
could set: neither an environment variable nor an option leads past it.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from cmkwizard.core.people import ORGANISATION
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Kind, Problem

NAME = "policy.toml"
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe is not waited for, and every byte is read, also behind what ends a text on Windows."""
_LIMIT = 100_000
"""Bytes; a policy has a few hundred."""


@dataclass(frozen=True)
class PolicyPlaces:
    """Where a policy file may lie; the computer's wins over the person's as a whole."""

    machine: Path
    user: Path


def default_places() -> PolicyPlaces:
    """The places of this operating system: ``/etc/xdg/cmkwizard``, ``/Library/Application Support/cmkwizard`` or
    ``%PROGRAMDATA%\\cmkwizard`` as the registry has it; and the person's own folder for configuration.
    """
    import platformdirs

    own = Path(platformdirs.user_config_dir("cmkwizard", appauthor=False))
    return PolicyPlaces(_machine_folder() / "cmkwizard" / NAME, own / NAME)


def _machine_folder() -> Path:
    # The libraries that know these places let environment variables lead elsewhere.
    if sys.platform == "win32":
        import winreg

        path = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return Path(winreg.QueryValueEx(key, "Common AppData")[0])
    if sys.platform == "darwin":
        return Path("/Library/Application Support")
    return Path("/etc/xdg")


def read_policy(places: PolicyPlaces | None = None) -> OrganisationPolicy:
    """Read the policy of the computer, or else that of the person; where there is none, nothing is restricted.

    Raises:
        Problem: INVALID: a file is there and cannot be read or understood. Nothing may be set up then.
    """
    places = places or default_places()
    text = _read(places.machine)
    if text is not None:
        return _policy(text, places.machine, _who_else(places.machine))
    text = _read(places.user)
    return OrganisationPolicy() if text is None else _policy(text, places.user, "")


def _policy(text: str, path: Path, writable: str) -> OrganisationPolicy:
    from cmkwizard.core.policy_text import read_policy_text

    return read_policy_text(text, str(path), writable=writable)


def _read(path: Path) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        if path.is_symlink():
            raise _unreadable(path, "it is a link that leads nowhere") from None
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror or "the operating system refuses") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unreadable(path, "it is not a file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or "the operating system refuses") from error
    finally:
        os.close(descriptor)
    if len(content) > _LIMIT:
        raise _unreadable(path, f"it has more than {_LIMIT:,} bytes")
    try:
        return content.decode("utf-8-sig")  # some editors begin with a mark
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not UTF-8 text") from None


def _unreadable(path: Path, why: str) -> Problem:
    return Problem(
        Kind.INVALID,
        f"The policy file {path} cannot be read: {why}.",
        "Have the policy file put right. Nothing is set up while it cannot be read.",
        who=ORGANISATION,
    )


def _who_else(path: Path) -> str:
    """Why the file binds nobody: who other than an administrator may write it, in a sentence; empty: nobody."""
    if os.name != "posix":
        return f"Your account may write the policy file {path}." if _can_be_written(path) else ""
    real = path.resolve()
    for place in dict.fromkeys((real, *real.parents, *path.absolute().parents)):
        found = place.stat()
        if found.st_uid != 0:
            return f"{place} belongs to an account other than root, which may change the policy."
        group = found.st_mode & stat.S_IWGRP and found.st_gid != 0
        # In a folder with this bit everybody may add, and only owners may replace.
        shared = place != real and found.st_mode & stat.S_ISVTX
        if (group or found.st_mode & stat.S_IWOTH) and not shared:
            return f"Accounts other than root may write {place}, and so change the policy."
    return ""


def _can_be_written(path: Path) -> bool:
    """Windows keeps no mode: opened for appending and closed again, a file is as it was."""
    try:
        with path.open("ab"):
            return True
    except OSError:
        return False
