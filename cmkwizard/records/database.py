"""The SQLite file behind journal and observations: durable when a write returns, and nothing in it is ever changed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.records.aside import dated
from cmkwizard.records.database_problems import FILE_ERRORS, DamagedRecords, database_problem
from cmkwizard.records.moments import Clock, as_text, utc_now
from cmkwizard.records.private_files import claim_private_file, link_problem, remove_private
from cmkwizard.records.schema import APPLICATION_ID, VERSION, create, migrate

if TYPE_CHECKING:
    from cmkwizard.records.ledger import Ledger
    from cmkwizard.records.sealing import Sealer

_T = TypeVar("_T")
_CHECKED_BYTES = 8_000_000
"""A larger file is not read whole at each opening: verifying the history does that, and an opening after a part of it
could not be read."""


class Database:
    """The records, shared by all threads: one connection that writes, and others to read with.

    Args:
        path: the file. Made when it is missing and may be written.
        refusal: why this program only reads (it does not hold the folder): raised by :meth:`write`. None to write.
        clock: answers the time in UTC.

    Raises:
        Problem: of kind ``STORAGE``; :class:`DamagedRecords` when the file is not sound.
    """

    def __init__(self, path: Path, *, refusal: Problem | None = None, clock: Clock = utc_now) -> None:
        self.path = path
        self.newer = False
        """Whether a newer program wrote the file: then it is only read."""
        self._refusal = refusal
        self._clock = clock
        self._lock = threading.RLock()
        self._how = "mode=rw" if refusal is None else "mode=ro"
        self._idle: list[sqlite3.Connection] = []
        self._copy: sqlite3.Connection | None = None
        """The entries of a file of an earlier version, where that one cannot be changed."""
        self._closed = False
        self._sealer: Sealer | None = None
        for companion in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            if companion.is_symlink():
                raise link_problem(companion)
        if refusal is None:
            claim_private_file(path)
        try:
            self._connection = self._open()
        except FILE_ERRORS as error:
            if refusal is None or not self._lies_still(error):
                raise self._opening_problem(error) from error
            self._how = "mode=ro&immutable=1"
            try:
                self._connection = self._open()
            except FILE_ERRORS as second:
                raise self._opening_problem(second) from second

    def _open(self) -> sqlite3.Connection:
        connection = self._connect(self._how)
        try:
            self._prepare(connection)
        except (*FILE_ERRORS, Problem):
            connection.close()
            raise
        return connection

    def _opening_problem(self, error: Exception) -> Problem:
        """What ``error`` means at the opening, where SQLite is asked nothing that it would not understand."""
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
            return DamagedRecords(self.path)
        return database_problem(self.path, error)

    def _connect(self, how: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=5,
        )
        connection.text_factory = _legible
        return connection

    def _lies_still(self, error: Exception) -> bool:
        """Whether only the lock could not be made, as on a read-only disk, and everything is in the file itself."""
        log = self.path.with_name(self.path.name + "-wal")
        told = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        return told and not (log.exists() and log.stat().st_size)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        run = connection.execute
        mark, version = run("PRAGMA application_id").fetchone()[0], run("PRAGMA user_version").fetchone()[0]
        tables = _tables(connection)
        if tables and (mark != APPLICATION_ID or version < 1):
            raise DamagedRecords(self.path)
        if self._to_be_checked() and run("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DamagedRecords(self.path)
        self.newer = version > VERSION
        if self.newer or self._refusal is not None:
            run("PRAGMA query_only = ON")
            if tables and version < VERSION:
                self._copy = _emptied()
                self._migrate(connection, self._copy)
            return
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "foreign_keys = ON"):
            run(f"PRAGMA {pragma}")
        if not tables:
            with _transaction(connection):
                create(connection)
        elif version < VERSION:
            self._back_up(connection, version)
            self._migrate(connection, connection)

    def _to_be_checked(self) -> bool:
        doubted = self._doubt.exists()
        if doubted and self._refusal is None:
            remove_private(self._doubt)  # what the check finds is dealt with now
        return doubted or self.path.stat().st_size < _CHECKED_BYTES

    @property
    def _doubt(self) -> Path:
        """The mark that a part of the file could not be read."""
        return self.path.with_name(f"{self.path.name}-doubt")

    def _problem(self, error: Exception) -> Problem:
        """What ``error`` means; after damage the next opening looks at the whole file."""
        problem = database_problem(self.path, error)
        if isinstance(problem, DamagedRecords):
            with suppress(Problem):  # where nothing can be written, nothing could be put aside either
                claim_private_file(self._doubt)
        return problem

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        aside = dated(self.path, f"v{version}", self._clock())
        claim_private_file(aside)
        with closing(sqlite3.connect(aside)) as backup:
            connection.backup(backup)

    def _migrate(self, old: sqlite3.Connection, new: sqlite3.Connection) -> None:
        try:
            with _transaction(new):
                migrate(old, new)
        except (ValueError, sqlite3.OperationalError) as error:  # somebody else wrote into it
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
                raise
            raise DamagedRecords(self.path) from error

    def seal_with(self, sealer: Sealer, aside: str = "") -> None:
        """Seal what is written from now on.

        Args:
            sealer: what with.
            aside: the name of the file that was put aside for this one; empty: none was.

        Raises:
            Problem: of kind ``STORAGE``: what is there cannot be read.
        """
        if self.newer:
            return
        with self._lock:
            try:
                sealer.begin(self._connection, as_text(self._clock()), aside)
            except FILE_ERRORS as error:
                raise self._problem(error) from error
            self._sealer = sealer

    def write(self, work: Callable[[Ledger], _T]) -> _T:
        """Do ``work`` with the history; what it added is on the disk when this returns.

        Raises:
            Problem: of kind ``STORAGE``: nothing was written.
        """
        from cmkwizard.records.ledger import Ledger

        if self._refusal is not None:
            raise self._refusal
        if self.newer:
            raise Problem(
                Kind.STORAGE,
                "A newer version of this program wrote the records. This one only reads them, and changes nothing.",
                "Use the newer version, or another folder with --data-dir.",
            )
        with self._lock:
            sealer = self._sealer
            try:
                with _transaction(self._connection):
                    done = work(Ledger(self._connection, sealer.key if sealer else None))
                if sealer is not None:
                    sealer.follow(self._connection, as_text(self._clock()))
            except FILE_ERRORS as error:
                raise self._problem(error) from error
            return done

    @contextmanager
    def reading(self, stop: Callable[[], bool] | None = None) -> Iterator[sqlite3.Connection]:
        """A connection to read with, so that a long reading holds up nobody.

        Args:
            stop: asked now and then while a query runs; true ends it.

        Raises:
            Cancelled: ``stop`` said so.
            Problem: of kind ``STORAGE``.
        """
        try:
            with self._borrowed() as connection:
                if not _tables(connection):  # nobody has got as far as to write any
                    with closing(_emptied()) as nothing, _transaction(nothing):
                        create(nothing)
                        yield nothing
                    return
                connection.set_progress_handler(None if stop is None else (lambda: int(stop())), 50_000)
                yield connection
        except FILE_ERRORS as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled from error
            raise self._problem(error) from error

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        if self._copy is not None:
            with self._lock:
                yield self._copy
            return
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect(self._how.replace("mode=rw", "mode=ro"))
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of ``query``; none where nobody has got as far as to write any.

        Raises:
            Problem: of kind ``STORAGE``.
        """
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            if self._copy is not None:
                self._copy.close()
            self._connection.close()  # the last one: it tidies up


def _legible(raw: bytes) -> str:
    """Text of the file. What is none shows as such, so that one damaged letter hides no entry beside it."""
    return raw.decode(errors="replace")


def _tables(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])


def _emptied() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
