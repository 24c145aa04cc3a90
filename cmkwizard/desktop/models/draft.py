"""The draft of the set-up: what was chosen so far is kept as it changes, so that the next start goes on there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.services import Services
from cmkwizard.desktop.tasks import Tasks

T = TypeVar("T")


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
        self._exchange: tuple[Callable[[], None], Callable[[Problem], None]] | None = None

    def keep(self, choices: Choices, page: str) -> None:
        """Keep these choices and the page on which the person is."""
        self._next = (choices, page)
        if not self._saving:
            self._write()

    def exchange(
        self,
        own: str,
        other: str,
        read: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
    ) -> None:
        """Once all is kept, put the draft aside for the organisation ``own`` and take up that of ``other``.

        Args:
            own: the organisation of the draft that is here.
            other: the organisation of a draft that was put aside; empty: begin without one.
            read: on the worker, reads what the other one's draft and records tell.
            done: gets that; the other one is the draft now.
            failed: gets the problem; the draft is what it was.
        """
        drafts, profile = self._services.drafts, self._services.profile.name

        def work(_cancel: Cancel) -> T:
            drafts.put_aside(profile, own)
            try:
                if other:
                    drafts.take_up(profile, other)
                return read()
            except Problem:
                if other:
                    drafts.put_aside(profile, other)
                drafts.take_up(profile, own)
                raise

        def begin() -> None:
            self._saving = True
            self._tasks.run(
                work,
                done=lambda found: self._exchanged(lambda: done(found)),
                failed=lambda problem: self._exchanged(lambda: failed(problem)),
            )

        self._exchange = begin, failed
        if not self._saving:
            self._write()

    def _exchanged(self, then: Callable[[], None]) -> None:
        self._saving, self._next = False, None
        then()

    def _write(self) -> None:
        if self._next is None:
            if self._exchange is not None:
                (begin, _failed), self._exchange = self._exchange, None
                begin()
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
        if self._exchange is not None:
            (_begin, failed), self._exchange = self._exchange, None
            failed(problem)
        self.changed.emit()
