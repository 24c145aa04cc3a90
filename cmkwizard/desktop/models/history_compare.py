"""What differs between two moments of a set-up's history, or between a moment and how it stood when Adobe completed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.comparison import Difference, baseline_state, compare
from cmkwizard.core.history import HistoryEntry
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.history_setups import KnownSetup
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

BASELINE, NEWEST = "baseline", "newest"
Side = datetime | str
"""A moment, or :data:`BASELINE`, or :data:`NEWEST`."""


class Comparison(QObject):
    """Two sides, and what differs between them.

    Signals:
        changed: another side was chosen, or the differences are there.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._key: KnownSetup | None = None
        self._task: Task | None = None
        self.baseline: HistoryEntry | None = None
        self.moments: list[datetime] = []
        """The moments that a person put beside one another, in the order in which they did."""
        self.before: Side = BASELINE
        self.after: Side = NEWEST
        self.differences: tuple[Difference, ...] | None = None
        """None: not compared yet."""
        self.lacking = ""
        """Why there is nothing to compare."""

    @property
    def sides(self) -> list[tuple[str, Side]]:
        """What can be chosen for each side: text and value."""
        sides: list[tuple[str, Side]] = []
        if self.baseline is not None:
            sides.append((f"When Adobe completed, {_local(self.baseline.at)}", BASELINE))
        sides += [(f"As it stood on {_local(moment)}", moment) for moment in self.moments]
        return [*sides, ("As last seen", NEWEST)]

    @property
    def before_at(self) -> datetime | None:
        """The moment that is compared with; None: there is none."""
        if isinstance(self.before, datetime):
            return self.before
        return self.baseline.at if self.baseline is not None and self.before == BASELINE else None

    @property
    def summary(self) -> str:
        """How much differs, in a sentence."""
        if self.lacking:
            return self.lacking
        if self.differences is None:
            return "Comparing…"
        if not self.differences:
            return "Nothing differs in what was seen on both sides."
        count = len(self.differences)
        return "1 thing differs." if count == 1 else f"{count} things differ."

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What differs: label, and how it was and is."""
        return tuple((_label(each), f"was: {each.before}\nis: {each.after}") for each in self.differences or ())

    def load(self, key: KnownSetup, baseline: HistoryEntry | None) -> None:
        """Compare within a set-up: at first what has drifted since Adobe completed."""
        if not key.same(self._key):
            self.moments, self.before, self.after = [], BASELINE, NEWEST
        self._key, self.baseline = key, baseline
        if baseline is None and self.before == BASELINE and self.moments:
            self.before = self.moments[-1]
        self._compare()

    def add(self, moment: datetime) -> None:
        """Put a moment beside the others, as the side that is compared from."""
        if moment not in self.moments:
            self.moments.append(moment)
        if self.before not in (BASELINE, moment) and self.after == NEWEST:
            self.after = moment  # the second one: between the two of them
        else:
            self.before = moment
        self._compare()

    def choose(self, *, before: Side | None = None, after: Side | None = None) -> None:
        """Compare other sides."""
        self.before = self.before if before is None else before
        self.after = self.after if after is None else after
        self._compare()

    def _compare(self) -> None:
        if self._task is not None:
            self._task.cancel()
        key, before, after, baseline = self._key, self.before, self.after, self.baseline
        self.differences = None
        self.lacking = ""
        if key is None:
            return
        if baseline is None and BASELINE in (before, after):
            self.lacking = (
                "No baseline was taken yet: it is when a check or the watch sees that Adobe has completed. "
                "Choose an entry and put its moment beside another one."
            )
            self.changed.emit()
            return
        services = self._setup.services

        def state(side: Side) -> Mapping[str, HistoryEntry]:
            if side == BASELINE and baseline is not None:
                return baseline_state(baseline)
            moment = side if isinstance(side, datetime) else None
            return services.records.history.state(key.profile, key.setup, moment)

        def work(_cancel: Cancel) -> tuple[Difference, ...]:
            return compare(state(before), state(after))

        self._task = self._setup.tasks.run(work, done=self._compared, failed=self._failed)
        self.changed.emit()

    def _compared(self, differences: tuple[Difference, ...]) -> None:
        self.differences = differences
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.lacking = f"{problem.message} {problem.remedy}".strip()
        self.changed.emit()


def _label(difference: Difference) -> str:
    thing = f"{difference.thing[0].upper()}{difference.thing[1:]}"
    return f"{thing}, {difference.field}" if difference.field else thing


def _local(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
