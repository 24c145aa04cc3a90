"""Review: the plan as it was computed from what is there, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.analytics import needs_analytics, with_names
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.desktop.finding_rows import FindingRow, gravest_first
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.report_rows import report_rows
from cmkwizard.desktop.models.second_names import SecondNames
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan


class ReviewModel(SecondNames, SetupPageModel):
    """Reads what is there, shows what would be changed, and stops where something blocks.

    The second vault is named here too, where what blocks it is seen first.
    """

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
        return gravest_first((*report_rows(self._first, report.survey, fixes=False), *self._second))

    @property
    def blocked(self) -> bool:
        """Whether something forbids to begin."""
        return self.plan is not None and self.plan.blocked

    @property
    def first_blocked(self) -> bool:
        """Whether something forbids to begin that is about the first vault, or about both."""
        return any(finding.blocks for finding in self._first)

    @property
    def has_second(self) -> bool:
        """Whether the applications need a second vault."""
        return needs_analytics(self.setup.choices)

    @property
    def summary(self) -> str:
        """The plan in a sentence."""
        if self.plan is None:
            return "Look again to see the plan with these names." if self.has_second and self.busy is None else ""
        if self.blocked and not self.first_blocked:
            return (
                "The set-up cannot begin yet: something blocks the second vault. Choose another name for it here, "
                "or have it put right by those who can."
            )
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
        if self.has_second:
            self.setup.choose(analytics=with_names(self.setup.choices))
        self.look()

    def look(self) -> None:
        """Read again and plan anew."""
        self.setup.plan = None
        self.valid = False
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel) -> engine.Planned:
            return run.plan(cancel)

        self.perform("Reading what is there…", work, self._planned)

    def edit(self, *, vault: str | None = None, key: str | None = None, group: str | None = None) -> None:
        """Take another name for the second vault, its key or its resource group; the plan was made for the old one."""
        new = self.renamed(vault, key, group)
        if new == self.choice:
            return
        self.setup.choose(analytics=new)
        self.setup.plan, self.valid = None, False
        self.changed.emit()

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

    @property
    def _first(self) -> list[Finding]:
        """The plan's findings without those of the second vault alone."""
        of_second = [row.finding for row in self._second]
        return [each for each in self.plan.findings if each not in of_second] if self.plan else []

    def _planned(self, planned: engine.Planned) -> None:
        self.setup.checked(planned.report, planned.second)
        self.setup.plan, self._second = planned.plan, planned.second_rows
        self.valid = not planned.plan.blocked
        self.changed.emit()
