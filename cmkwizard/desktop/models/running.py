"""Pages on which steps of the plan run while one watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel
from cmkwizard.desktop.models.stages import Stages, StageState

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.step import StepEvent

TICK_MS = 1000


class RunningModel(SetupPageModel):
    """Steps of the plan and how each stands. Subclasses name the steps.

    Nothing starts by itself: the primary button does, and after the work it leads on.
    """

    steps: tuple[tuple[str, str], ...] = ()
    start_text = "&Next"
    busy_text = ""
    late_text = "This takes longer than usual."

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.stages = Stages(self.steps)
        self.notice = ""
        self.over = False
        self._plan: Plan | None = None
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._ticked)

    @property
    def done_text(self) -> str:
        """Which steps of this run are done."""
        return self.stages.done_text

    def begin(self) -> None:
        """Show the plan's steps, or how they ended when they have run for this plan."""
        if self._plan is not self.setup.plan or not self.over:
            self._plan = self.setup.plan
            self.over = False
            self.notice = ""
            self.stages = Stages(self.steps)
            self.stages.follow(self._plan)
        self._check()

    def proceed(self) -> bool:
        """Begin, or go on when it is over."""
        if self.over:
            return True
        self.start()
        return False

    def start(self) -> None:
        """Run the steps that are missing."""
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel, report: Report[StepEvent]) -> engine.Seen:
            return run.apply([key for key, _ in self.steps], cancel, report)

        self.notice = ""
        self._tick.start()
        self.perform_stream(self.busy_text, work, self._ended, self._event, failed=self._failed, writes=True)
        self._check()

    def retry(self) -> None:
        """Run again: what has been done is seen, and only what is missing is done."""
        self.start()

    def cancelled(self) -> None:
        """Say what stays done; what was under way is looked at again at the next start."""
        self._tick.stop()
        self.stages.stop(StageState.TO_DO, "Stopped. Whether this was still done shows at the next look.")
        self.notice = f"Stopped. {self.done_text}"
        self._check()

    def _event(self, event: StepEvent) -> None:
        self.stages.take(event)
        self.changed.emit()

    def _ended(self, seen: engine.Seen) -> None:
        self._tick.stop()
        self.over = seen.outcome == "done"
        seen.show_in(self.setup)
        if not self.over:
            self.stages.stop(StageState.TO_DO, "Not there yet.")
            again = self.start_text.replace("&", "")
            self.notice = f"{self.late_text} Nothing is lost: press “{again}” to go on waiting."
        self._check()

    def _failed(self, problem: Problem) -> None:
        self._tick.stop()
        self.stages.stop(StageState.FAILED, problem.message)
        self.error = problem
        self._check()

    @Slot()
    def _ticked(self) -> None:
        self.stages.tick(TICK_MS / 1000)
        self.changed.emit()

    def _check(self) -> None:
        self.valid = True
        self.next_text = "&Next" if self.over else self.start_text
        self.changed.emit()
