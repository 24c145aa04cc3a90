"""Secrets: in the operating system's safe place, or in memory until the program ends. There is no third way."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import quote

from cmkwizard.core.problems import Problem
from cmkwizard.records.private_files import read_private, remove_private, write_private
from cmkwizard.records.safe_places import NoSafePlace, SafePlace, open_safe_place

_T = TypeVar("_T")
_USER = "cmkwizard"
_LOG = logging.getLogger(__name__)
HISTORY = "history/"
"""How the entries begin with which the history is sealed. They belong to the folder, whichever the profile, and outlive
signing out: they open nothing, and without them nobody could tell any more whether the history was changed."""


class SecretStore:
    """Named secrets of one cloud profile.

    The safe place is tried out (write, read, delete) by :meth:`open`, at the latest at the first use. Whatever goes
    wrong with it, then or later, the store goes on in memory and says so in :attr:`reason`: nothing is raised, and
    nothing is written elsewhere. Every method may block for ``patience`` seconds (a keyring may ask the person): never
    call one on the window's thread. :attr:`kind`, :attr:`place` and :attr:`reason` answer at once.

    Args:
        profile: the name of the cloud profile.
        folder: where the names (never the values) are listed, so that signing out finds all. None: in memory only.
        session_reason: when given, nothing is stored, for this reason.
        never_stored: a secret that was given for this run only.
        patience: seconds to wait for the safe place.
    """

    def __init__(
        self,
        profile: str,
        folder: Path | None,
        *,
        session_reason: str = "",
        never_stored: str = "",
        patience: float = 10,
    ) -> None:
        self._profile = profile
        self._index = folder / f"secrets-{quote(profile, safe='')}.json" if folder else None
        self._never_stored = never_stored
        self._patience = patience
        self._memory: dict[str, str] = {}
        self._lock = threading.RLock()
        self._place: SafePlace | None = None
        self._opened = bool(session_reason) or folder is None
        self._when_found: list[Callable[[], object]] = []
        self.place = ""
        """What people call the safe place in use; empty when there is none."""
        self.reason = session_reason or ("Nothing is kept." if folder is None else "")
        """Why secrets are kept in memory only: one sentence to show. Empty before that is known, or with one."""

    @property
    def kind(self) -> Literal["keyring", "session"]:
        """Where secrets are kept now. Before :meth:`open` that is ``session``."""
        return "keyring" if self._place is not None else "session"

    def open(self) -> Literal["keyring", "session"]:
        """Find and try out the safe place, once.

        Returns:
            The :attr:`kind`.
        """
        with self._lock:
            if not self._opened:
                self._opened = True
                found = self._attempt(_open_and_try)
                if found is not None:
                    self.place, self._place = found
                    for work in self._when_found:
                        work()
            return self.kind

    def when_found(self, work: Callable[[], object]) -> None:
        """Do ``work`` once the safe place was found, on the thread that looked for it."""
        self._when_found.append(work)

    def get(self, entry: str) -> str | None:
        """The secret, or None when there is none (or it can no longer be read: then it is asked for again)."""
        with self._lock:
            self.open()
            if entry not in self._memory and self._place is not None:
                place, service = self._place, self._service(entry)
                value = self._attempt(lambda: place.get_password(service, _USER))
                if value is not None:
                    self._memory[entry] = value
            return self._memory.get(entry)

    def set(self, entry: str, value: str) -> bool:
        """Keep the secret, in place of the last one.

        Returns:
            Whether it is in the safe place, read back; else it is in memory until the program ends.
        """
        with self._lock:
            self.open()
            self._memory[entry] = value
            if self._place is None or value == self._never_stored:
                return False
            place, service = self._place, self._service(entry)
            if not entry.startswith(HISTORY):
                self._attempt(lambda: self._note(entry))
            return self._attempt(lambda: _store(place, service, value)) is not None

    def set_for_session(self, entry: str, value: str) -> None:
        """Keep the secret in memory alone, until the program ends."""
        with self._lock:
            self._memory[entry] = value

    def delete(self, entry: str) -> None:
        """Forget the secret, in memory and in the safe place."""
        with self._lock:
            self._memory.pop(entry, None)
            self.open()
            if self._place is None:
                return
            place, service = self._place, self._service(entry)
            self._attempt(lambda: _remove(place, service))

    def forget_all(self) -> bool:
        """Forget every secret of the profile; what seals the history stays.

        Returns:
            Whether all are gone. False: the safe place did not answer, so what it holds is still there.
        """
        with self._lock:
            listed = self._listed()
            for entry in {*self._memory, *listed}:
                if not entry.startswith(HISTORY):
                    self.delete(entry)
            gone = self.kind == "keyring" or not listed
            if gone and self._index:
                remove_private(self._index)
            return gone

    def _service(self, entry: str) -> str:
        # One service for each entry: Windows Credential Manager renames entries when one service has two users.
        return f"cmkwizard/{entry}" if entry.startswith(HISTORY) else f"cmkwizard/{self._profile}/{entry}"

    def _attempt(self, work: Callable[[], _T]) -> _T | None:
        """Do ``work`` with the safe place; whatever goes wrong, go on in memory."""
        try:
            return _within(self._patience, work)
        except Exception as error:  # noqa: BLE001  (not only KeyringError: pywin32, D-Bus and others come through)
            _LOG.warning("the safe place failed: %s", type(error).__name__)
            self._place, self.place, self.reason = None, "", _sentence(error)
            return None

    def _note(self, entry: str) -> None:
        listed = self._listed()
        if self._index and entry not in listed:
            write_private(self._index, json.dumps(sorted({*listed, entry})).encode())

    def _listed(self) -> frozenset[str]:
        content = read_private(self._index) if self._index else None
        try:
            names = json.loads(content or b"[]")
        except ValueError:
            return frozenset()
        return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def adobe_entry(organisation: str, client_id: str) -> str:
    """The name under which the client secret of an Adobe credential is kept."""
    return f"adobe/{organisation}/{client_id}"


def _open_and_try() -> tuple[str, SafePlace]:
    title, place = open_safe_place()
    canary, service = os.urandom(24).hex(), f"cmkwizard/self-test/{os.urandom(4).hex()}"
    _store(place, service, canary)
    _remove(place, service)
    if place.get_password(service, _USER) is not None:
        raise NoSafePlace(f"{title} does not delete")
    return title, place


def _store(place: SafePlace, service: str, value: str) -> bool:
    place.set_password(service, _USER, value)
    if place.get_password(service, _USER) != value:
        raise NoSafePlace("what was stored could not be read back")
    return True


def _remove(place: SafePlace, service: str) -> bool:
    if place.get_password(service, _USER) is not None:
        place.delete_password(service, _USER)
    return True


def _within(seconds: float, work: Callable[[], _T]) -> _T:
    """Do ``work`` on a thread of its own and wait for it; a keyring that waits for a person cannot be interrupted."""
    answers: list[_T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001  (raised again on the caller's thread)
            errors.append(error)

    thread = threading.Thread(target=run, name="safe place", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError
    return answers[0]


def _sentence(error: Exception) -> str:
    kept = "Sign-ins and secrets are kept in memory until the program ends."
    if isinstance(error, TimeoutError):
        return f"The safe place for secrets does not answer. {kept}"
    if isinstance(error, NoSafePlace):
        return f"This computer has no safe place for secrets that can be used ({error}). {kept}"
    if isinstance(error, Problem):
        return f"{error.message} {kept}"
    if type(error).__name__ in ("KeyringLocked", "InitError"):
        return f"The safe place for secrets is locked, and was not opened. {kept}"
    return f"The safe place for secrets refused ({type(error).__name__}). {kept}"
