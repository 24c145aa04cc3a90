"""The SQLite file behind journal and observations: durable when a write returns, and nothing in it is ever changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import claim_private_file, link_problem, storage_problem

APPLICATION_ID = 0x434D4B57
"""The letters CMKW: SQLite's mark of whose file this is."""

VERSION = 1
"""The schema that this program writes (SQLite's user_version)."""

_SCHEMA = """
CREATE TABLE intent (
    op_id TEXT PRIMARY KEY, at TEXT NOT NULL, profile TEXT NOT NULL, tenant TEXT NOT NULL, actor TEXT NOT NULL,
    step TEXT NOT NULL, action TEXT NOT NULL, desired TEXT NOT NULL
) STRICT;
CREATE TABLE outcome (
    op_id TEXT PRIMARY KEY REFERENCES intent (op_id), at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'pending', 'blocked', 'failed', 'skipped')), evidence TEXT NOT NULL
) STRICT;
CREATE TABLE observation (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, profile TEXT NOT NULL, what TEXT NOT NULL,
    value TEXT NOT NULL, source TEXT NOT NULL, request_id TEXT NOT NULL
) STRICT;
CREATE INDEX observation_latest ON observation (profile, what, number);
"""
_TABLES = ("intent", "outcome", "observation")
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedRecords(Problem):
    """The file is there and is not what this program wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Kind.STORAGE,
            f"The records in {path} are damaged.",
            "Open the window: it keeps the damaged file aside under a dated name, and reads the clouds again.",
        )


class Database:
    """One connection to the records, shared by all threads.

    Args:
        path: the file. Made when it is missing and may be written.
        refusal: why this program only reads (it does not hold the folder): raised by :meth:`add`. None to write.

    Raises:
        Problem: of kind ``STORAGE``; :class:`DamagedRecords` when the file is not sound.
    """

    def __init__(self, path: Path, *, refusal: Problem | None = None) -> None:
        self.path = path
        self.newer = False
        """Whether a newer program wrote the file: then it is only read."""
        self._refusal = refusal
        self._lock = threading.RLock()
        for companion in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            if companion.is_symlink():
                raise link_problem(companion)
        if refusal is None:
            claim_private_file(path)
        try:
            self._connect("mode=rw" if refusal is None else "mode=ro")
        except sqlite3.Error as error:
            if refusal is None or not self._lies_still(error):
                raise self._problem(error) from error
            try:
                self._connect("mode=ro&immutable=1")
            except sqlite3.Error as second:
                raise self._problem(second) from second

    def _connect(self, how: str) -> None:
        self._connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=5,
        )
        try:
            self._prepare()
        except (sqlite3.Error, Problem):
            self._connection.close()
            raise

    def _lies_still(self, error: sqlite3.Error) -> bool:
        """Whether only the lock could not be made, as on a read-only disk, and everything is in the file itself."""
        log = self.path.with_name(self.path.name + "-wal")
        told = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        return told and not (log.exists() and log.stat().st_size)

    def _prepare(self) -> None:
        run = self._connection.execute
        mark, version = run("PRAGMA application_id").fetchone()[0], run("PRAGMA user_version").fetchone()[0]
        tables = self._tables()
        if tables and mark != APPLICATION_ID:
            raise DamagedRecords(self.path)
        if run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DamagedRecords(self.path)
        self.newer = version > VERSION
        if self.newer or self._refusal is not None:
            run("PRAGMA query_only = ON")
            return
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "foreign_keys = ON"):
            run(f"PRAGMA {pragma}")
        if not tables:
            self._create()

    def _tables(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])

    def _create(self) -> None:
        triggers = "".join(
            f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'records are only added to'); END;\n"
            for table in _TABLES
            for verb in ("UPDATE", "DELETE")
        )
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {triggers} {marks} COMMIT;")

    def add(self, statement: str, values: Sequence[Any]) -> None:
        """Add one row; it is on the disk when this returns.

        Raises:
            Problem: of kind ``STORAGE``: nothing was written.
        """
        if self._refusal is not None:
            raise self._refusal
        if self.newer:
            raise Problem(
                Kind.STORAGE,
                "A newer version of this program wrote the records. This one only reads them, and changes nothing.",
                "Use the newer version, or another folder with --data-dir.",
            )
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute(statement, values)
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise self._problem(error) from error

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of ``query``; none where nobody has got as far as to write any.

        Raises:
            Problem: of kind ``STORAGE``.
        """
        with self._lock:
            try:
                if not self._tables():
                    return []
                with closing(self._connection.execute(query, values)) as cursor:
                    return cursor.fetchall()
            except sqlite3.Error as error:
                raise self._problem(error) from error

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        with self._lock:
            self._connection.close()

    def _problem(self, error: sqlite3.Error) -> Problem:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            return DamagedRecords(self.path)
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        message, remedy = _SENTENCES.get(code, (f"could not be used ({name})", "Check the disk, then try again."))
        return Problem(Kind.STORAGE, f"The records in {self.path} {message}.", remedy)


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


def keep_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file, with its companions, a dated name.

    Returns:
        Where it is now.

    Raises:
        Problem: it cannot be renamed.
    """
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"{path.stem}.bad-{stamp}{path.suffix}")
    try:
        for end in ("-wal", "-shm", ""):
            part = path.with_name(path.name + end)
            if part.exists():
                part.rename(aside.with_name(aside.name + end))
    except OSError as error:
        raise storage_problem(path, error) from error
    return aside


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """A moment as it stands in the records: ISO 8601, UTC, microseconds, ``Z``. Such texts sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_moment(text: str) -> datetime:
    """Read :func:`as_text` back."""
    return datetime.fromisoformat(text)
