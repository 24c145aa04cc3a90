"""The second procedure: a vault and a key for Customer Journey Analytics, its app, and the ticket for Adobe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.analytics import NAMES, with_names
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AnalyticsChoice
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.finding_rows import FindingRow, finding_rows, gravest_first
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.second_names import SecondNames
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel
from cmkwizard.desktop.models.stages import Stages, StageState

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.step import StepEvent


class AnalyticsModel(SecondNames, SetupPageModel):
    """Asks for the names, looks, shows what would be changed, then changes it; the ticket is there at the end."""

    id = "analytics"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.plan: Plan | None = None
        self.stages = Stages(())
        self.sent = False
        self.notice = ""
        self.address = ""
        self._check()

    @property
    def over(self) -> bool:
        """Whether it is all there: the ticket can be sent."""
        return bool(self.setup.ticket)

    @property
    def summary(self) -> str:
        """Why it is needed, or how it stands."""
        if self.over:
            return (
                "Vault, key, app and role are there. Now open a ticket with Adobe Customer Care: copy the text below."
            )
        if self.plan is not None and self.plan.blocked:
            return "It cannot begin yet. Put right what blocks, or choose other names, then look again."
        if self.plan is not None:
            return "Only what is listed is changed, and nothing before you press the button."
        names = " and ".join(NAMES[each] for each in self.choice.applications)
        return (
            f"{names}: Adobe asks for a second vault, used for nothing else, with a key of its own. Another app of "
            "Adobe's gets access to it, and a ticket tells Adobe which key it is."
        )

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """What stands in the way, or deserves a word; the gravest first."""
        return gravest_first(finding_rows(self.plan.findings)) if self.plan is not None and not self.over else ()

    @property
    def ticket(self) -> str:
        """The text for Adobe Customer Care; empty until it can be sent."""
        return self.setup.ticket

    @property
    def done_text(self) -> str:
        """Which steps of this run are done."""
        return self.stages.done_text

    def begin(self) -> None:
        """Suggest names where none were chosen."""
        self._choose(with_names(self.setup.choices))

    def edit(self, *, vault: str | None = None, key: str | None = None, group: str | None = None) -> None:
        """Take what was typed."""
        self._choose(self.renamed(vault, key, group))

    def proceed(self) -> bool:
        """Look first; then, once that was shown, change; then go on."""
        if self.over:
            return True
        if self.plan is None or self.plan.blocked:
            self.look()
        else:
            self._carry_out(self.plan)
        return False

    def look(self) -> None:
        """Read what is there for the second vault, and plan. Nothing is changed."""
        run = engine.SetupEngine(self.setup)
        self._forget()

        def work(cancel: Cancel) -> engine.Second:
            return run.plan_second(cancel)

        self.perform("Reading what is there for the second vault…", work, self._looked)

    def cancelled(self) -> None:
        """Say what stays done; looking again shows the rest."""
        if self.sent:
            self.notice = f"Stopped. {self.done_text} Look again to see how it stands."
            self._forget()
        self._check()

    def _carry_out(self, plan: Plan) -> None:
        run = engine.SetupEngine(self.setup)
        self.sent, self.notice = True, ""

        def work(cancel: Cancel, report: Report[StepEvent | str]) -> engine.Second:
            return run.apply_second(plan, cancel, report, on_address=report)

        self.perform_stream(
            "Making the second vault…", work, self._carried_out, self._event, failed=self._failed, writes=True
        )
        self._check()

    def _choose(self, new: AnalyticsChoice) -> None:
        if new != self.choice:
            self.setup.choose(analytics=new)
            self._forget()
        self._check()

    def _forget(self) -> None:
        self.plan = None
        self.stages = Stages(())
        self.sent = False
        self.address = ""

    def _looked(self, second: engine.Second) -> None:
        self.plan, self.notice = second.plan, ""
        self.stages = Stages([(step.key, step.title) for step in second.plan.steps])
        self.stages.follow(second.plan)
        self._take(second)

    def _carried_out(self, second: engine.Second) -> None:
        self.sent = False
        if second.outcome != "done":
            self._forget()
            self.notice = "Not finished: the app has not been accepted yet, or Azure needs longer. Look again."
        self._take(second)

    def _take(self, second: engine.Second) -> None:
        if second.ticket:
            self.setup.ticket_ready(second.ticket)
        self._check()

    def _event(self, value: StepEvent | str) -> None:
        if not isinstance(value, str):
            self.stages.take(value)
        else:
            self.address = value
            if not self.open_address(value):
                self.notice = "No browser could be opened. Copy the address below into a browser."
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.stages.stop(StageState.FAILED, problem.message)
        self.sent, self.plan = False, None
        self.error = problem
        self._check()

    def _check(self) -> None:
        if self.over:
            self.next_text = "&Next"
        elif self.plan is None:
            self.next_text = "&Look at what is missing"
        else:
            self.next_text = "Look again" if self.plan.blocked else "Make these cha&nges"
        self.valid = self.over or self.named
        self.changed.emit()
