"""A list that fills while its pages arrive, with what can be said about it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.grading import Fitness, Grade
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

R = TypeVar("R")


@dataclass(frozen=True)
class Graded(Generic[R]):
    """A row with its grade; without one it has not been looked at closely enough."""

    value: R
    grade: Grade | None

    @property
    def usable(self) -> bool:
        """Whether it can be used, perhaps after something was put right."""
        return self.grade is not None and self.grade.fitness is not Fitness.UNFIT

    @property
    def text(self) -> str:
        """The grade in words, with the gravest reason."""
        grade = self.grade
        if grade is None:
            return "Choose it to see"
        if not grade.reasons:
            return "Fits"
        reason = next((each for each in grade.reasons if each.blocks), grade.reasons[0])
        if grade.fitness is Fitness.UNFIT:
            return f"Does not fit: {reason.sentence}"
        return f"Can be put right: {reason.sentence}" if reason.blocks else f"Fits, but: {reason.sentence}"


def fitness_words(grade: Grade, noun: str, *, made: bool = True) -> tuple[Literal["success", "warning", "danger"], str]:
    """The grade of what is chosen: a tone and a sentence. ``made``: whether the set-up could make a new one."""
    if grade.fitness is Fitness.UNFIT:
        return "danger", f"This {noun} cannot be used for Adobe. Choose another{', or make a new one' if made else ''}."
    if any(each.blocks for each in grade.reasons):
        return "warning", f"This {noun} can be put right. Go on: the page “Check” shows how, and helps."
    good = f"This {noun} is as Adobe needs it."
    return "success", f"This {noun} can be used." if grade.reasons else good


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

        setup.tasks.begin_after_paint()
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
