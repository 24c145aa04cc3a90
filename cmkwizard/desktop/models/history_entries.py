"""The entries of a set-up's history: a page at a time, filtered and searched on workers, and one of them in full."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_words import sentence_of, title_of, words_of
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task
from cmkwizard.desktop.widgets.row_model import Row

PAGE = 200
"""Entries that are read at a time."""
PAUSE_MS = 200
"""So long nothing is typed before it is searched for."""


@dataclass(frozen=True)
class Sieve:
    """Which entries are shown."""

    title: str
    kinds: tuple[EntryKind, ...] | None = None
    whats: tuple[What, ...] | None = None


SIEVES: dict[str, Sieve] = {
    "all": Sieve("All entries"),
    "seen": Sieve("What was seen", (EntryKind.OBSERVATION,)),
    "done": Sieve("What was done", (EntryKind.INTENT, EntryKind.OUTCOME)),
    "status": Sieve("Status at Adobe", (EntryKind.OBSERVATION,), (What.STATUS,)),
    "key": Sieve("Key", (EntryKind.OBSERVATION,), (What.KEY, What.KEY_USE)),
    "vault": Sieve("Vault and its network", (EntryKind.OBSERVATION,), (What.VAULT, What.LOCKS, What.LOGS)),
    "access": Sieve("Adobe's app and its role", (EntryKind.OBSERVATION,), (What.APP, What.ROLE)),
    "findings": Sieve("Findings", (EntryKind.OBSERVATION,), (What.FINDINGS,)),
    "reach": Sieve("Looks that failed, and alerts", (EntryKind.OBSERVATION,), (What.REACH, What.ALERTS)),
}
KINDS = {EntryKind.OBSERVATION: "Seen", EntryKind.INTENT: "About to be done", EntryKind.OUTCOME: "How it ended"}


@dataclass(frozen=True)
class _Found:
    """Some entries, the newest first, and back to when all were looked at that is not the end."""

    entries: Sequence[HistoryEntry]
    rows: list[Row]
    back_to: datetime | None = None


class Entries(QObject):
    """The list, newest first, and the chosen entry.

    Signals:
        cleared: the list is empty, and other entries are on their way.
        arrived: more entries; carries their rows.
        changed: the sentence below the list, or the chosen entry, is new.
    """

    cleared = Signal()
    arrived = Signal(list)
    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._key: KnownSetup | None = None
        self._task: Task | None = None
        self._entry_task: Task | None = None
        self._known: dict[int, HistoryEntry] = {}
        self._oldest: int | None = None
        self._back_to: datetime | None = None
        """How far a search has got; None: nothing is said of it yet."""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        self.sieve = "all"
        self.text = ""
        self.loading = False
        self.complete = False
        self.problem = ""
        self.chosen: HistoryEntry | None = None

    @property
    def status(self) -> str:
        """How many are listed, in a sentence."""
        count = len(self._known)
        if self.problem:
            return self.problem
        counted = f"{count:,} {'entry' if count == 1 else 'entries'}"
        if self.loading and self._back_to is not None:
            so_far = f"{counted} so far" if count else "nothing so far"
            return f"Searching: {so_far}, back to {self._back_to.astimezone():%Y-%m-%d}…"
        if self.loading:
            return "Searching…" if self.text else "Loading entries…"
        if not count:
            return "No entry matches." if self.text or self.sieve != "all" else "There is no entry."
        return f"{counted}." if self.complete else f"The newest {counted}. Scroll down for older ones."

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """All fields of the chosen entry: label and value."""
        return entry_fields(self.chosen) if self.chosen is not None else ()

    @property
    def heading(self) -> str:
        """The chosen entry in a few words."""
        return f"{title_of(self.chosen)}: {words_of(self.chosen)}" if self.chosen is not None else ""

    @property
    def as_text(self) -> str:
        """The chosen entry as plain text, to be copied."""
        return "\n".join(f"{label}: {value}" for label, value in self.details)

    def load(self, key: KnownSetup) -> None:
        """List the entries of a set-up."""
        if not key.same(self._key):
            self.chosen = None
        self._key = key
        self._begin()

    def choose_sieve(self, sieve: str) -> None:
        """List only some of them: a key of :data:`SIEVES`."""
        if sieve in SIEVES and sieve != self.sieve:
            self.sieve = sieve
            self._begin()

    def search(self, text: str) -> None:
        """List only those with a text in them, once no more is typed."""
        if text.strip() != self.text:
            self.text = text.strip()
            self._pause.start()

    def more(self) -> None:
        """List older ones, where there are any."""
        if not self.loading and not self.complete and self._oldest is not None:
            self._read()

    def choose(self, number: int) -> None:
        """Show an entry in full, listed or not; 0: none."""
        if number in self._known or not number:
            self._choose(self._known.get(number))
            return
        services = self._setup.services
        self._drop(self._entry_task)
        self._entry_task = self._setup.tasks.run(
            lambda _cancel: services.records.history.entry(number), done=self._choose, failed=self._failed
        )

    def _choose(self, entry: HistoryEntry | None) -> None:
        self.chosen = entry
        self.changed.emit()

    def _begin(self) -> None:
        self._pause.stop()
        self._known, self._oldest = {}, None
        self.complete, self.problem = False, ""
        self.cleared.emit()
        self._read()

    def _read(self) -> None:
        key, before, text, sieve = self._key, self._oldest, self.text, SIEVES[self.sieve]
        if key is None:
            return
        services = self._setup.services

        def work(cancel: Cancel, report: Callable[[_Found], None]) -> _Found:
            found = services.records.history.page(
                key.profile,
                key.setup,
                kinds=sieve.kinds,
                whats=sieve.whats,
                text=text,
                before=before,
                limit=PAGE,
                stop=lambda: cancel.requested,
                progress=lambda at, some: report(_Found(some, _rows_of(some), at)),
            )
            return _Found(found, _rows_of(found))

        self._drop(self._task)
        self.loading, self._back_to = True, None
        self._task = self._setup.tasks.stream(work, progress=self._add, done=self._arrived, failed=self._failed)
        self.changed.emit()

    def _add(self, found: _Found) -> None:
        self._back_to = found.back_to
        rows = [row for entry, row in zip(found.entries, found.rows, strict=True) if entry.number not in self._known]
        self._known.update((entry.number, entry) for entry in found.entries)
        if rows:
            self.arrived.emit(rows)
        self.changed.emit()

    def _arrived(self, found: _Found) -> None:
        self.loading = False
        self.complete = len(found.entries) < PAGE
        if found.entries:
            self._oldest = found.entries[-1].number
        self._add(found)

    def _failed(self, problem: Problem) -> None:
        self.loading = False
        self.problem = f"{problem.message} {problem.remedy}".strip()
        self.changed.emit()

    def _drop(self, task: Task | None) -> None:
        if task is not None:
            task.cancel()


def _rows_of(entries: Sequence[HistoryEntry]) -> list[Row]:
    return [row_of(entry) for entry in entries]


def row_of(entry: HistoryEntry) -> Row:
    """An entry as a row of the list."""
    when = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
    return Row(str(entry.number), (when, title_of(entry), words_of(entry), _how_long(entry)))


def _how_long(entry: HistoryEntry) -> str:
    if entry.kind is not EntryKind.OBSERVATION:
        return KINDS[entry.kind]
    if entry.times == 1:
        return "Seen once"
    return f"{entry.times:,} times until {entry.until.astimezone():%Y-%m-%d %H:%M}"


def entry_fields(entry: HistoryEntry) -> tuple[tuple[str, str], ...]:
    """All fields of an entry for people, those that are not empty: label and value."""
    seen = entry.kind is EntryKind.OBSERVATION
    trust = "A service answered so" if entry.verified else "No: chosen, told or worked out" if seen else ""
    pairs = [
        ("What it says", sentence_of(entry)),
        ("Number", f"{entry.number}"),
        ("Kind", f"{KINDS[entry.kind]}: {entry.what}"),
        ("First seen" if seen else "Written", _exactly(entry.at)),
        ("Last seen", f"{_exactly(entry.until)}, {entry.times:,} times in all" if seen and entry.times > 1 else ""),
        ("By the call", entry.source),
        ("Request id", entry.request_id),
        ("Request id of the first time", entry.first_request_id if entry.first_request_id != entry.request_id else ""),
        ("Confirmed", trust),
        ("Who", entry.actor),
        ("Directory", entry.tenant),
        ("Outcome", entry.outcome),
        ("Action id", entry.op_id),
        *_values(entry.value),
    ]
    return tuple((label, value) for label, value in pairs if value)


def _exactly(moment: Any) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S} ({moment:%Y-%m-%d %H:%M:%S} UTC)"


def _values(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was seen, member by member, by the names under which it is kept."""
    return [(f"· {member.replace('_', ' ')}", _shown(each)) for member, each in value.items()]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value or "empty"
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, list | dict) and value else None)
