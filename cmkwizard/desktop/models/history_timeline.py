"""The timeline of a set-up: what is drawn of the range that is looked at, read and put together on a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import EntryKind, What
from cmkwizard.core.history_lanes import MOST_POINTS, Lane, lanes_of
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

if TYPE_CHECKING:
    from cmkwizard.records.history import History

SLICES = 200
"""Into so many parts a time is counted whose entries are too many to be drawn one by one."""
MOST_OF_ONE = 300
"""So many entries about one thing are drawn one by one, also beside others that are too many."""


class Timeline(QObject):
    """The lanes of the range that is looked at.

    Signals:
        changed: other lanes are there, or they cannot be read.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._key: KnownSetup | None = None
        self._task: Task | None = None
        self._range: tuple[datetime, datetime] | None = None
        self.lanes: Sequence[Lane] | None = None
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.problem = ""

    def clear(self) -> None:
        """Draw nothing, until a set-up is loaded."""
        if self._task is not None:
            self._task.cancel()
        self._key = self.lanes = self._range = None
        self.changed.emit()

    def load(self, key: KnownSetup, first: datetime) -> None:
        """Draw a set-up from its first entry on."""
        if not key.same(self._key):
            self.clear()
        self._key, self.first = key, first
        now = self._setup.services.clock().astimezone(UTC)
        self.last = max(now, key.last_at or now, first + timedelta(minutes=1))
        self._draw(*(self._range or (self.first, self.last)))

    def look(self, since: datetime, until: datetime) -> None:
        """Draw another range, and as much again on both sides of it."""
        self._range = None if (since, until) == (self.first, self.last) else (since, until)
        self._draw(since, until)

    def _draw(self, since: datetime, until: datetime) -> None:
        key, services = self._key, self._setup.services
        if key is None:
            return
        since, until = since - (until - since), until + (until - since)

        def work(cancel: Cancel) -> Sequence[Lane]:
            return lanes_between(services.records.history, key, since, until, lambda: cancel.requested)

        if self._task is not None:
            self._task.cancel()
        self._task = self._setup.tasks.run(work, done=self._drawn, failed=self._failed)

    def _drawn(self, lanes: Sequence[Lane]) -> None:
        self.lanes, self.problem = lanes, ""
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.problem = f"{problem.message} {problem.remedy}".strip()
        self.changed.emit()


def lanes_between(
    history: History, key: KnownSetup, since: datetime, until: datetime, stop: Callable[[], bool]
) -> Sequence[Lane]:
    """All lanes of a time: entry by entry as long as there are few, and counted where there are too many."""
    before = history.state(key.profile, key.setup, since)  # what held on when the range began
    few = partial(history.few, key.profile, key.setup, since, until)
    every = few(MOST_POINTS)
    if every is not None:
        return lanes_of((*before.values(), *every), since, until)
    found, counted = list(before.values()), set[str]()
    for what in What:
        seen = few(MOST_OF_ONE, kinds=_SEEN, whats=(what,))
        if seen is None:
            counted.add(what)
        else:
            found += seen
    done = few(MOST_OF_ONE, kinds=_DONE)
    density = history.density(key.profile, key.setup, since, until, SLICES, stop=stop)
    crowd = [each for each in density if (each.what in counted if each.kind in _SEEN else done is None)]
    return lanes_of((*found, *(done or ())), since, until, crowd)


_SEEN = (EntryKind.OBSERVATION,)
_DONE = (EntryKind.INTENT, EntryKind.OUTCOME)
