"""A list that fills while its pages arrive, with what can be said about it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

R = TypeVar("R")


@dataclass(frozen=True)
class Graded(Generic[R]):
    """A row with its grade: whether it meets the requirements, and the first thing that it does not meet."""

    value: R
    fits: bool
    why: str = ""
    known: bool = True
    """Whether it has been looked at closely enough for a grade."""

    @property
    def text(self) -> str:
        """The grade in words."""
        if not self.known:
            return "Choose it to see"
        return "Fits" if self.fits else f"Does not fit: {self.why}"


class Listing(QObject, Generic[R]):
    """Rows of one kind, loaded for one ``key`` (a subscription's id, a vault's id).

    Signals:
        rows_added: a page arrived; carries the new rows.
        cleared: the rows are gone.
        changed: loading began or ended, or failed.
    """

    rows_added = Signal(list)
    cleared = Signal()
    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._task: Task | None = None
        self.key = ""
        self.rows: list[R] = []
        self.loading = False
        self.complete = False
        self.problem: Problem | None = None

    def load(self, key: str, pages: Callable[[], Iterable[Sequence[R]]]) -> None:
        """Load the rows of ``key`` unless they are there (or on their way). ``pages`` runs on a worker."""
        if key == self.key and (self.loading or self.complete):
            return
        self.clear()
        self.key = key
        self.loading = True

        setup = self._setup

        def begin() -> tuple[Iterator[Sequence[R]], Sequence[R]]:
            arriving = iter(pages())
            return arriving, next(arriving, ())

        def work(cancel: Cancel, report: Callable[[list[R]], None]) -> None:
            arriving, first = setup.read(cancel, begin)
            report(list(first))
            for page in arriving:
                cancel.check()
                report(list(page))

        self._task = setup.tasks.stream(work, progress=self._add, done=self._done, failed=self._failed)
        self.changed.emit()

    def clear(self) -> None:
        """Forget the rows; what is on its way is dropped."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.key = ""
        self.rows = []
        self.loading = self.complete = False
        self.problem = None
        self.cleared.emit()
        self.changed.emit()

    def _add(self, rows: list[R]) -> None:
        self.rows.extend(rows)
        self.rows_added.emit(rows)

    def _done(self, _nothing: None) -> None:
        self.loading = False
        self.complete = True
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.loading = False
        self.problem = problem
        self.changed.emit()
