"""Signing out: every stored credential of a folder is forgotten, of all cloud profiles."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from cmkwizard.records.private_files import remove_private
from cmkwizard.records.secrets import SecretStore


def stored_profiles(folder: Path) -> list[str]:
    """The cloud profiles that a credential is stored for."""
    names = [path.stem for kind in ("secrets-*.json", "tokens-*.bin") for path in folder.glob(kind)]
    return sorted({unquote(name.partition("-")[2]) for name in names})


def forget_credentials(folder: Path) -> list[str]:
    """Remove the encrypted sign-ins and everything that the safe place holds for this folder. May block.

    Returns:
        Why something may be left: a sentence for each profile whose safe place did not answer. Empty: all is gone.

    Raises:
        Problem: of kind ``STORAGE``: a file cannot be removed.
    """
    reasons = []
    for profile in stored_profiles(folder):
        for path in folder.glob("tokens-*.bin"):
            if unquote(path.stem) == f"tokens-{profile}":
                remove_private(path)
        store = SecretStore(profile, folder)
        store.open()
        if not store.forget_all():
            reasons.append(store.reason)
    return reasons
