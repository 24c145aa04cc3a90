"""The draft of the set-up: what was chosen so far is kept as it changes, so that the next start goes on there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.services import Services
from cmkwizard.desktop.tasks import Tasks


class Draft(QObject):
    """Writes the draft on a worker; while one is being written, only the newest waits.

    Signals:
        changed: the draft cannot be kept, or can be kept again; ``problem`` says why.
    """

    changed = Signal()

    def __init__(self, services: Services, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problem: Problem | None = None
        self._services = services
        self._tasks = tasks
        self._saving = False
        self._next: tuple[Choices, str] | None = None

    def keep(self, choices: Choices, page: str) -> None:
        """Keep these choices and the page on which the person is."""
        self._next = (choices, page)
        if not self._saving:
            self._write()

    def _write(self) -> None:
        if self._next is None:
            return
        (choices, page), self._next, self._saving = self._next, None, True
        services = self._services
        self._tasks.run(
            lambda _cancel: services.drafts.save(services.profile.name, choices, page),
            done=self._written,
            failed=self._not_written,
        )

    def _written(self, _nothing: None) -> None:
        healed, self.problem = self.problem is not None, None
        self._saving = False
        if healed:
            self.changed.emit()
        self._write()

    def _not_written(self, problem: Problem) -> None:
        self.problem = problem
        self._saving = False
        self.changed.emit()
