"""Which instance of this program writes the records: the one that holds a lock of SQLite's on a file of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import claim_private_file


class Taken(Exception):
    """Another instance holds the lock."""


class WriterLock:
    """Held from its making until :meth:`release` or the end of the program, however that comes.

    SQLite brings its lock for every operating system, and is loaded for the records anyway.

    Args:
        path: the file; it stays empty.

    Raises:
        Taken: another instance (or another part of this one) holds it.
        Problem: of kind ``STORAGE``: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        claim_private_file(path)
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        except sqlite3.Error as error:
            raise _unusable(path) from error
        try:
            self._connection.execute("PRAGMA journal_mode = MEMORY")
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise Taken from error
            raise _unusable(path) from error

    def release(self) -> None:
        """Let another instance have it. Safe to call twice."""
        self._connection.close()


def _unusable(path: Path) -> Problem:
    return Problem(
        Kind.STORAGE,
        f"{path} cannot be locked.",
        "Remove it while no cmkwizard is open, or choose another folder with --data-dir.",
    )
