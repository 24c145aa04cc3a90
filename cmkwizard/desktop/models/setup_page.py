"""What the pages of the set-up have in common: one piece of work at a time, which can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.clouds.profile import Service
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.open_address import open_address
from cmkwizard.desktop.page_model import Busy, PageModel
from cmkwizard.desktop.tasks import LaneName, Task
from cmkwizard.journeys.pages import Progress, page_node, reachable, resume_page

_AZURE = frozenset({Service.SIGN_IN, Service.RESOURCE_MANAGER, Service.GRAPH, Service.VAULT, Service.LOGS})
"""Services that take the sign-in to Azure."""
T = TypeVar("T")
P = TypeVar("P")
Report = Callable[[P], None]


class SetupPageModel(PageModel):
    """A page's model over the shared :class:`SetupState`."""

    needs_sign_in = True
    """Whether the page makes no sense before the sign-ins are taken up."""

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        node = page_node(self.id)
        self.title, self.purpose = node.title, node.purpose
        self.irreversible = node.point_of_no_return
        self.setup = setup
        self._task: Task | None = None
        self._again: Callable[[], None] | None = None
        self._entered = False
        self._writes = False
        setup.changed.connect(self._setup_changed)

    def enter(self) -> None:
        """Remember where the person is, take up what an earlier start left, then :meth:`begin`.

        A page that makes no sense with what was found gives way to the one where the set-up goes on.
        """
        self.setup.restore()
        self._entered = True
        self._setup_changed()
        self.setup.at_page(self.id)

    def leave(self) -> None:
        """Keep what was typed: the choices hold it already."""
        self._entered = False

    def begin(self) -> None:
        """The page is shown and everything it builds on is there: start loading what it needs."""

    @Slot()
    def _setup_changed(self) -> None:
        if not self._entered:
            return
        if not self.setup.restored and self.needs_sign_in:
            self.busy = Busy("Taking up where you left…", cancellable=False)
            return
        self._entered = False
        self.busy = None
        progress = self.setup.progress()
        if reachable(self.id, progress):
            self.begin()
        else:
            # Later: the shell is still showing this page.
            QTimer.singleShot(0, self, lambda: self.page_chosen.emit(self.elsewhere(progress)))

    def elsewhere(self, progress: Progress) -> str:
        """Where to go instead, when the page makes no sense now."""
        return resume_page(progress)

    def share(self) -> None:
        """Show the page on which the work is shared between three people."""
        self.page_chosen.emit("hand-off")

    def open_address(self, address: str) -> bool:
        """Open an address in the browser; whether one took it."""
        try:
            return (self.setup.services.opener or open_address)(address)
        except Problem as problem:
            self.error = problem
            return False

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
        writes: bool = False,
    ) -> None:
        """Like :meth:`perform`; what the work reports arrives in ``progress``.

        ``writes``: the work changes something, so that after a cancel the page stays busy until it has really ended.
        """
        self.drop_work()
        self._writes = writes
        self.error = None
        self.busy = Busy(text)
        self._again = lambda: self.perform_stream(text, work, done, progress, lane=lane, failed=failed, writes=writes)

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

        def fail_here(problem: Problem) -> None:
            fail(_with_the_page(problem) if self.needs_sign_in else problem)

        self.setup.tasks.begin_after_paint()
        self._task = self.setup.tasks.stream(
            work,
            progress=progress,
            done=succeed,
            failed=fail_here,
            stopped=self._stopped if writes else None,
            lane=lane,
        )

    def drop_work(self) -> None:
        """Ask what runs for this page to stop and forget its outcome."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def cancel(self) -> None:
        """Answers at once: reading and waiting are abandoned; of what writes, the request on its way is awaited."""
        if self._writes and self._task is not None:
            self._task.cancel()
            self.busy = Busy("Stopping after the request that is on its way…", cancellable=False)
            return
        self.drop_work()
        self.busy = None
        self.cancelled()

    def _stopped(self) -> None:
        self._task = None
        self.busy = None
        self.cancelled()

    def retire(self) -> None:
        """Ask what runs for this page to stop."""
        self.drop_work()

    def cancelled(self) -> None:
        """What a page has to put right after its work was cancelled."""

    def retry(self) -> None:
        """Do again what failed last."""
        if self._again is not None:
            self._again()


def _with_the_page(problem: Problem) -> Problem:
    """Of a sign-in to Azure that does not serve any more, such as a revoked one: say where to renew it."""
    if problem.kind is not Kind.SIGN_IN or problem.reference.service not in _AZURE:
        return problem
    remedy = f"{problem.remedy} The place for it is the page “Sign in to Azure”. What has been done and chosen stays."
    return Problem(problem.kind, problem.message, remedy, who=problem.who, reference=problem.reference)
