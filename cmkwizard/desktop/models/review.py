"""Review: the plan as it was computed from what is there, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.desktop.finding_rows import FindingRow, gravest_first
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.report_rows import report_rows
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan


class ReviewModel(SetupPageModel):
    """Reads what is there, shows what would be changed, and stops where something blocks."""

    id = "review"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.show_commands = False
        self._second: tuple[FindingRow, ...] = ()
        self.valid = False

    @property
    def plan(self) -> Plan | None:
        """The plan for the choices as they are now."""
        return self.setup.plan

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """What is not met, the gravest first. Put right it is on the page "Check"."""
        plan, report = self.plan, self.setup.report
        if plan is None or report is None:
            return ()
        of_second = [row.finding for row in self._second]
        first = [each for each in plan.findings if each not in of_second]
        return gravest_first((*report_rows(first, report.survey, fixes=False), *self._second))

    @property
    def blocked(self) -> bool:
        """Whether something forbids to begin."""
        return self.plan is not None and self.plan.blocked

    @property
    def summary(self) -> str:
        """The plan in a sentence."""
        if self.plan is None:
            return ""
        if self.blocked:
            return "The set-up cannot begin yet. Put right what blocks, on the page “Check” or by those who can."
        count = len(self.plan.actions)
        if count == 0:
            return "Everything is as it should be: nothing has to be changed."
        steps = "step changes" if count == 1 else "steps change"
        return f"{count} {steps} something. If anything differs when it begins, it stops and shows you a new plan."

    @property
    def commands(self) -> str:
        """All command lines of the plan, ready to be kept or run by hand."""
        actions = self.plan.actions if self.plan else ()
        return "\n\n".join(f"# {action.title}\n{action.command}" for action in actions if action.command)

    def begin(self) -> None:
        """Read what is there now: a plan is only as good as its last look."""
        self.look()

    def look(self) -> None:
        """Read again and plan anew."""
        self.setup.plan = None
        self.valid = False
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel) -> engine.Planned:
            return run.plan(cancel)

        self.perform("Reading what is there…", work, self._planned)

    def choose_commands(self, show: bool) -> None:
        """Show or hide the command lines."""
        self.show_commands = show
        self.changed.emit()

    def cancelled(self) -> None:
        """Without a plan the page only offers to look again."""
        self.changed.emit()

    def check(self) -> None:
        """Go where what blocks can be put right."""
        self.page_chosen.emit("check")

    def _planned(self, planned: engine.Planned) -> None:
        self.setup.checked(planned.report)
        self.setup.plan, self._second = planned.plan, planned.second
        self.valid = not planned.plan.blocked
        self.changed.emit()
