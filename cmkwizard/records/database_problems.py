"""What an error of SQLite means for a person."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cmkwizard.core.problems import Kind, Problem

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
FILE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What reading a file may raise: the second where SQLite's message quotes bytes of it that are no text."""


class DamagedRecords(Problem):
    """The file is there and is not what this program wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Kind.STORAGE,
            f"The records in {path} are damaged.",
            "Open the window anew: it keeps the damaged file aside under a dated name, and reads the clouds again.",
        )


_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("cannot be written: the disk is full", "Make room on the disk, then try again."),
    sqlite3.SQLITE_IOERR: (
        "cannot be written: the disk is full or failing",
        "Make room on the disk, or choose another folder with --data-dir, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: the file or its disk is read-only",
        "Make the file writable, or choose another folder with --data-dir.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Give your account the right to read and write the file, or choose another folder with --data-dir.",
    ),
    sqlite3.SQLITE_BUSY: (
        "are in use by another program",
        "Close the other program (a backup, a database viewer), then try again.",
    ),
    sqlite3.SQLITE_CONSTRAINT: ("refused an entry that does not fit", "Start the program again."),
}


def database_problem(path: Path, error: Exception) -> Problem:
    """Say what ``error``, one of :data:`FILE_ERRORS`, at the records in ``path`` means."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED or isinstance(error, UnicodeDecodeError):
        return DamagedRecords(path)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    message, remedy = _SENTENCES.get(code, (f"could not be used ({name})", "Check the disk, then try again."))
    return Problem(Kind.STORAGE, f"The records in {path} {message}.", remedy)
