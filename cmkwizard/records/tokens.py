"""The sign-in kept between two starts: an encrypted file whose key is in the operating system's safe place."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from filelock import FileLock

from cmkwizard.core.problems import Problem
from cmkwizard.records.private_files import make_private_folder, read_private, remove_private, write_private
from cmkwizard.records.secrets import SecretStore

ENTRY = "token-key"
"""The name of the key in the safe place: 32 random bytes, so that it fits where a whole sign-in would not (Windows
Credential Manager takes 2560 bytes)."""

_FORMAT = b"\x01"
_NONCE = 12


class EncryptedTokenStore:
    """One text, kept as AES-256-GCM: a format byte, a fresh nonce, the sealed text.

    Without a safe place it is in memory only. A file that does not open (changed, cut, another key) counts as signed
    out, and is removed.
    """

    def __init__(self, folder: Path, profile: str, secrets: SecretStore) -> None:
        self._folder = folder
        self._path = folder / f"tokens-{quote(profile, safe='')}.bin"
        self._bound_to = _FORMAT + f"cmkwizard/{profile}/tokens".encode()
        self._secrets = secrets
        self._memory: str | None = None
        self._lock = threading.RLock()

    def load(self) -> str | None:
        """The text, or None when signed out. Never raises for what the file holds."""
        with self._lock:
            if self._secrets.open() == "session":
                return self._memory
            key = self._key()
            if key is None:
                return self._memory
            with contextlib.suppress(Problem), self._alone():
                sealed = read_private(self._path)
                if sealed is None:
                    return None
                opened = self._open(key, sealed)
                if opened is None:
                    remove_private(self._path)
                return opened
            return None

    def save(self, text: str) -> None:
        """Keep ``text``.

        Raises:
            Problem: of kind ``STORAGE``: the file cannot be written; the text is in memory until the program ends.
        """
        with self._lock:
            self._memory = text
            if self._secrets.open() == "session":
                return
            key = self._key()
            if key is None:
                key = os.urandom(32)
                if not self._secrets.set(ENTRY, base64.b64encode(key).decode()):
                    return
            nonce = os.urandom(_NONCE)
            sealed = _FORMAT + nonce + AESGCM(key).encrypt(nonce, text.encode(), self._bound_to)
            make_private_folder(self._folder)
            with self._alone():
                write_private(self._path, sealed)

    def clear(self) -> None:
        """Forget the text and the key. The next sign-in gets a new key.

        Raises:
            Problem: of kind ``STORAGE``: the file cannot be removed. The key is forgotten all the same, where the safe
                place answers: then nobody can open the file any more.
        """
        with self._lock:
            self._memory = None
            try:
                remove_private(self._path)
            finally:
                self._secrets.delete(ENTRY)

    def _key(self) -> bytes | None:
        try:
            key = base64.b64decode(self._secrets.get(ENTRY) or "", validate=True)
        except binascii.Error:
            return None
        return key if len(key) == 32 else None

    def _open(self, key: bytes, sealed: bytes) -> str | None:
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if sealed[:1] != _FORMAT or len(rest) < 16:
            return None
        try:
            return AESGCM(key).decrypt(nonce, rest, self._bound_to).decode()
        except (InvalidTag, UnicodeDecodeError):
            return None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep another process out while the file is read or replaced."""
        if not self._folder.is_dir():
            yield
            return
        with FileLock(self._folder / "tokens.lock", mode=0o600, timeout=5):
            yield
