"""What the pages of the set-up have in common: one piece of work at a time, which can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.page_model import Busy, PageModel
from cmkwizard.desktop.tasks import LaneName, Task

T = TypeVar("T")
P = TypeVar("P")
Report = Callable[[P], None]


class SetupPageModel(PageModel):
    """A page's model over the shared :class:`SetupState`."""

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setup = setup
        self._task: Task | None = None
        self._again: Callable[[], None] | None = None

    def perform(
        self,
        text: str,
        work: Callable[[Cancel], T],
        done: Callable[[T], None],
        *,
        lane: LaneName = "io",
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Run ``work`` while the page is busy with ``text``; a problem becomes the page's error, with "Try again"."""
        self.perform_stream(
            text, lambda cancel, _report: work(cancel), done, lambda _value: None, lane=lane, failed=failed
        )

    def perform_stream(
        self,
        text: str,
        work: Callable[[Cancel, Report[P]], T],
        done: Callable[[T], None],
        progress: Callable[[P], None],
        *,
        lane: LaneName = "io",
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Like :meth:`perform`; what the work reports arrives in ``progress``."""
        self.drop_work()
        self.error = None
        self.busy = Busy(text)
        self._again = lambda: self.perform_stream(text, work, done, progress, lane=lane, failed=failed)

        def succeed(result: T) -> None:
            self._task = None
            self.busy = None
            done(result)

        def fail(problem: Problem) -> None:
            self._task = None
            self.busy = None
            if failed is not None:
                failed(problem)
            else:
                self.error = problem

        self._task = self.setup.tasks.stream(work, progress=progress, done=succeed, failed=fail, lane=lane)

    def drop_work(self) -> None:
        """Ask what runs for this page to stop and forget its outcome."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def cancel(self) -> None:
        """Answers at once: the work is abandoned, whatever it still waits for."""
        self.drop_work()
        self.busy = None
        self.cancelled()

    def cancelled(self) -> None:
        """What a page has to put right after its work was cancelled."""

    def retry(self) -> None:
        """Do again what failed last."""
        if self._again is not None:
            self._again()
