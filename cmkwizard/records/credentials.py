"""Signing out: every stored credential of a folder is forgotten, of all cloud profiles."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import remove_private
from cmkwizard.records.secrets import SecretStore

UNLOCK = "Unlock the keyring of this computer, close the wizard, and run cmkwizard sign-out."


def stored_profiles(folder: Path) -> list[str]:
    """The cloud profiles that a credential is stored for."""
    names = [path.stem for kind in ("secrets-*.json", "tokens-*.bin") for path in folder.glob(kind)]
    return sorted({unquote(name.partition("-")[2]) for name in names})


def forget_credentials(folder: Path) -> list[Problem]:
    """Remove the encrypted sign-ins and everything that the safe place holds for this folder. May block.

    Returns:
        What may be left, and what to do: for each profile whose safe place did not answer, and for each file that
        cannot be removed. Empty: all is gone.
    """
    left = []
    for profile in stored_profiles(folder):
        store = SecretStore(profile, folder)
        store.open()
        try:
            if not store.forget_all():
                left.append(Problem(Kind.STORAGE, store.reason, UNLOCK))
        except Problem as problem:
            left.append(problem)
        for path in folder.glob("tokens-*.bin"):
            if unquote(path.stem) == f"tokens-{profile}":
                try:
                    remove_private(path)
                except Problem as problem:
                    left.append(kept_file(problem, store))
    return left


def kept_file(problem: Problem, secrets: SecretStore) -> Problem:
    """That the file of the stored sign-in could not be removed, after ``secrets`` forgot all it could."""
    sealed = "Its key is forgotten, so nobody can open it." if secrets.kind == "keyring" else ""
    message = f"The file of the stored sign-in could not be removed. {problem.message} {sealed}".strip()
    return Problem(Kind.STORAGE, message, problem.remedy)
