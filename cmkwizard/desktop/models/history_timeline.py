"""The timeline of a set-up: what is drawn of the range that is looked at, read and put together on a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history_lanes import MOST_POINTS, Lane, lanes_of
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

SLICES = 200
"""Into so many parts a time is counted whose entries are too many to be drawn one by one."""


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
        self.lanes: Sequence[Lane] | None = None
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.problem = ""

    def load(self, key: KnownSetup, first: datetime) -> None:
        """Draw a set-up from its first entry on."""
        if not key.same(self._key):
            self.lanes = None
        self._key, self.first = key, first
        now = self._setup.services.clock().astimezone(UTC)
        self.last = max(now, key.last_at or now, first + timedelta(minutes=1))
        self.look(self.first, self.last)

    def look(self, since: datetime, until: datetime) -> None:
        """Draw another range, and as much again on both sides of it."""
        key, services = self._key, self._setup.services
        if key is None:
            return
        since, until = since - (until - since), until + (until - since)

        def work(cancel: Cancel) -> Sequence[Lane]:
            history = services.records.history
            stop = lambda: cancel.requested  # noqa: E731 - asked in three places
            before = history.state(key.profile, key.setup, since)  # what held on when the range began
            entries = history.page(key.profile, key.setup, since=since, until=until, limit=MOST_POINTS + 1, stop=stop)
            if len(entries) <= MOST_POINTS:
                return lanes_of((*before.values(), *entries), since, until)
            density = history.density(key.profile, key.setup, since, until, SLICES, stop=stop)
            return lanes_of(before.values(), since, until, density)

        if self._task is not None:
            self._task.cancel()
        self._task = self._setup.tasks.run(work, done=self._drawn, failed=self._failed)

    def _drawn(self, lanes: Sequence[Lane]) -> None:
        self.lanes, self.problem = lanes, ""
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.problem = f"{problem.message} {problem.remedy}".strip()
        self.changed.emit()
