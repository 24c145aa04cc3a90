"""The folder of the records: who may write it, and what lies in it."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.aside import keep_aside
from cmkwizard.records.database import Database
from cmkwizard.records.database_problems import DamagedRecords
from cmkwizard.records.moments import Clock, as_moment, as_text, utc_now
from cmkwizard.records.private_files import (
    make_private_folder,
    read_private,
    remove_private,
    write_private,
)
from cmkwizard.records.writer_lock import Taken, WriterLock

if TYPE_CHECKING:
    from cmkwizard.records.drafts import Drafts
    from cmkwizard.records.history import History
    from cmkwizard.records.journal import Journal
    from cmkwizard.records.observations import Observations
    from cmkwizard.records.sealing import Sealer
    from cmkwizard.records.secrets import SecretStore

_LOG = logging.getLogger(__name__)
_PATIENCE = 2.0
"""Seconds for which closing waits until the safe place has the end of the history."""


class RecordsHeld(Problem):
    """Another instance of this program holds the records: this one can look, and changes nothing."""

    def __init__(self, holder: str, operation: str) -> None:
        super().__init__(
            Kind.STORAGE,
            f"{holder} holds the records. Only one can work at a time, so that nothing is done twice.",
            _END_IT.get(operation, "Go on there, or close it and start again here."),
        )


_IN_THE_TRAY = (
    "choose Quit in the menu of its icon in the tray (Show cmkwizard opens its window), then start again here."
)
_END_IT = {
    "background": f"It watches in the background: {_IN_THE_TRAY}",
    "window": f"Go on in its window, or close it and start again here. Where no window shows, {_IN_THE_TRAY}",
}
"""How a person ends the one that holds them, by what it is doing."""


def default_folder() -> Path:
    """Where the records belong on this operating system, for the person who is logged in."""
    import platformdirs

    return Path(platformdirs.user_data_dir("cmkwizard", appauthor=False))


class Records:
    """Everything that stays in one folder. Nothing is made or opened before it is needed.

    Args:
        folder: readable by its owner alone; made by :meth:`lock`.
        clock: answers the time in UTC.
    """

    def __init__(self, folder: Path, clock: Clock = utc_now) -> None:
        self.folder = folder
        self.set_aside: Path | None = None
        """Where a damaged file was put, once that has happened."""
        self.held_by: RecordsHeld | None = None
        """Why this program only looks, once :meth:`lock` was refused."""
        self._clock = clock
        self._lock: WriterLock | None = None
        self._database: Database | None = None
        self._sealer: Sealer | None = None
        self._opening = threading.Lock()

    def lock(self, operation: str) -> None:
        """Become the one that writes, until :meth:`close` or the end of the program.

        Args:
            operation: what this program is doing, shown to a second one ("window", "setup").

        Raises:
            RecordsHeld: another instance is the one that writes.
            Problem: of kind ``STORAGE``: the folder cannot be used.
        """
        if self.writing:
            return
        make_private_folder(self.folder)
        try:
            self._lock = WriterLock(self.folder / "writer.lock")
        except Taken:
            self.held_by = RecordsHeld(*self._holder())
            raise self.held_by from None
        self.held_by = None
        self._close_database()  # it was only read so far
        import platform  # here: who only reads does without

        card = {
            "process": os.getpid(),
            "computer": platform.node(),
            "operation": operation,
            "since": as_text(self._clock()),
        }
        try:
            write_private(self.folder / "writer.json", json.dumps(card).encode())
        except Problem:
            self.close()
            raise

    @property
    def writing(self) -> bool:
        """Whether this program is the one that writes."""
        return self._lock is not None

    def _holder(self) -> tuple[str, str]:
        """Who holds the records, in words, and what that one is doing; empty: not known."""
        try:
            card = json.loads(read_private(self.folder / "writer.json", 10_000) or b"{}")
            since: datetime = as_moment(card["since"]).astimezone()
            operation = str(card["operation"])
            return (
                f"Another cmkwizard ({operation}, process {int(card['process'])} on {card['computer']}, "
                f"since {since:%Y-%m-%d %H:%M})"
            ), operation
        except (Problem, ValueError, KeyError, TypeError):
            return "Another cmkwizard", ""

    @property
    def journal(self) -> Journal:
        """What was intended and how it ended."""
        from cmkwizard.records.journal import Journal

        return Journal(self._opened, self._clock)

    @property
    def observations(self) -> Observations:
        """What was seen."""
        from cmkwizard.records.observations import Observations

        return Observations(self._opened, self._clock)

    @property
    def history(self) -> History:
        """What was seen and done, for reading."""
        from cmkwizard.records.history import History

        return History(self._opened)

    @property
    def drafts(self) -> Drafts:
        """What was chosen and not finished yet."""
        from cmkwizard.records.drafts import Drafts

        return Drafts(self.folder)

    @property
    def recorded(self) -> bool:
        """Whether anything was ever recorded here. Makes nothing."""
        return self._path.is_file() and self._path.stat().st_size > 0

    @property
    def _path(self) -> Path:
        return self.folder / "records.sqlite"

    def _opened(self) -> Database:
        with self._opening:
            if self._database is None:
                self._database = self._open()
            return self._database

    def _open(self) -> Database:
        if not self.writing:
            if self.held_by is not None and not self.recorded:
                raise self.held_by
            return Database(self._path, refusal=self.held_by or Problem(Kind.STORAGE, "The records were only read."))
        try:
            database = Database(self._path, clock=self._clock)
        except DamagedRecords:
            self.set_aside = keep_aside(self._path, self._clock())
            database = Database(self._path, clock=self._clock)
        if self._sealer is not None:
            self._seal_with(self._sealer, database)
        return database

    def seal(self, secrets: SecretStore) -> None:
        """Seal the history from now on, with the key that the safe place holds; where there is none, entries are
        written without. Nothing to do for one who only reads. May block as ``secrets`` does: never on the window's
        thread."""
        from cmkwizard.records.sealing import Sealer, SealPlace, ledger_id

        if not self.writing or secrets.open() == "session":
            return
        place = SealPlace(secrets, self.folder)
        if place.key() is None and self.recorded:
            with suppress(Problem), self.reading() as connection:  # reading and writing will say so too
                place.take_over(ledger_id(connection))
        key = place.key() or place.make_key()
        if key is None:
            return
        with self._opening:
            if self._sealer is not None:
                return
            self._sealer = Sealer(place, key)
            try:
                if self._database is not None:
                    self._seal_with(self._sealer, self._database)
            except Problem as problem:  # reading and writing will say so too
                _LOG.warning("the history is not sealed: %s", problem.message)

    def _seal_with(self, sealer: Sealer, database: Database) -> None:
        database.seal_with(sealer, self.set_aside.name if self.set_aside else "")
        if sealer.first:  # killed before it is known, a new history could never be told from one that was cut
            self.settle()

    def reading(self, stop: Callable[[], bool] | None = None) -> AbstractContextManager[sqlite3.Connection]:
        """The file itself, for what looks at more than entries; as :meth:`Database.reading`."""
        return self._opened().reading(stop)

    def settle(self) -> None:
        """Wait until the safe place has the end of the history, but not for long."""
        if self._sealer is not None and not self._sealer.settle(_PATIENCE):
            _LOG.warning("the safe place does not have the end of the history yet")

    def open(self) -> None:
        """Open the file, which else happens at its first use; a damaged one is put aside (:attr:`set_aside`).

        Raises:
            Problem: of kind ``STORAGE``.
        """
        self._opened()

    def close(self) -> None:
        """Close the files and let another instance write. Safe to call twice."""
        self.settle()
        self._close_database()
        self._sealer = None
        if self._lock is not None:
            remove_private(self.folder / "writer.json")
            self._lock.release()
            self._lock = None

    def _close_database(self) -> None:
        with self._opening:
            if self._database is not None:
                self._database.close()
                self._database = None
