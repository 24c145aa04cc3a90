"""Create: the vault and the key come into being while one watches."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel
from cmkwizard.desktop.models.stages import Stages, StageState
from cmkwizard.journeys.step import StepEvent

STEPS = (
    ("provider", "Key Vault in the subscription"),
    ("group", "Resource group"),
    ("vault", "Vault"),
    ("key", "Key"),
)


class RunningModel(SetupPageModel):
    """A page on which steps of the plan run. Subclasses name the steps.

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
        self._for: object = None

    def begin(self) -> None:
        """Show the plan's steps, or how they ended when they have run for these choices."""
        if self._for != self.setup.choices or not self.over:
            self._for = self.setup.choices
            self.over = False
            self.notice = ""
            self.stages = Stages(self.steps)
            self.stages.follow(self.setup.plan)
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
        self.notice = ""

        def work(cancel: Cancel, report: Report[StepEvent]) -> engine.Seen:
            return run.apply([key for key, _ in self.steps], cancel, report)

        self.perform_stream(self.busy_text, work, self._ended, self._event, failed=self._failed)
        self._check()

    def cancelled(self) -> None:
        """Say what stays done; what was under way is looked at again at the next start."""
        done = self.stages.done_titles()
        self.stages.stop(StageState.TO_DO, "Stopped. Whether this was still done shows at the next look.")
        self.notice = f"Stopped. Done so far: {', '.join(done)}." if done else "Stopped. Nothing had been done."
        self._check()

    def _event(self, event: StepEvent) -> None:
        self.stages.take(event)
        self.changed.emit()

    def _ended(self, seen: engine.Seen) -> None:
        self.over = seen.outcome == "done"
        seen.show_in(self.setup)
        if not self.over:
            self.stages.stop(StageState.TO_DO, "Not there yet.")
            self.notice = (
                f"{self.late_text} Nothing is lost: press “{self.start_text.replace('&', '')}” to go on waiting."
            )
        self._check()

    def _failed(self, problem: Problem) -> None:
        self.stages.stop(StageState.FAILED, problem.message)
        self.error = problem
        self._check()

    def _check(self) -> None:
        self.valid = True
        self.next_text = "&Next" if self.over else self.start_text
        self.changed.emit()


class CreateModel(RunningModel):
    """Runs provider, resource group, vault and key."""

    id = "create"
    steps = STEPS
    start_text = "Create &now"
    busy_text = "Creating what is missing…"

    @property
    def summary(self) -> str:
        """How it stands, in a sentence."""
        if self.over:
            return "Vault and key are ready."
        if self.busy is not None:
            return "This takes about a minute. You may watch, or stop: what is done stays done."
        return "Nothing is changed until you press “Create now”."

    @property
    def plan_is_old(self) -> bool:
        """Whether the last attempt stopped because what is there differs from the plan."""
        return self.error is not None and self.error.kind is Kind.CONFLICT
