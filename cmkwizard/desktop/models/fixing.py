"""Putting one finding right: what is asked first, what will be changed, the confirmation, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.finding_rows import FindingRow, RowState, finding_rows
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel
from cmkwizard.desktop.models.stages import NOTHING_DONE, Stages, StageState

if TYPE_CHECKING:
    from cmkwizard.core.log_places import LogPlace
    from cmkwizard.journeys.fixes.fix import FixPlan, Question
    from cmkwizard.journeys.step import Outcome, StepEvent


class Fixing:
    """One finding that is being put right, as it is shown."""

    def __init__(self, row: FindingRow, question: Question | None) -> None:
        self.row = row
        self.question = question
        self.answer = ""
        self.offered: tuple[LogPlace, ...] = ()
        """Answers that can be chosen in place of typing one."""
        self.offer_words = ""
        """Why there are none to choose from, or that they are looked for."""
        self.plan: FixPlan | None = None
        self.phrase = ""
        self.typed = False
        self.sent = False
        """Whether the change has been begun."""
        self.stages = Stages(())

    @property
    def shown(self) -> FindingRow:
        """The finding without its buttons."""
        return FindingRow(self.row.key, self.row.finding)

    @property
    def answer_error(self) -> str:
        """What is wrong with the answer; empty while nothing is typed."""
        return self.question.check(self.answer) if self.question is not None and self.answer else ""

    @property
    def can_plan(self) -> bool:
        """Whether all is known that the plan needs."""
        return self.question is None or (bool(self.answer) and not self.answer_error)

    @property
    def obstacles(self) -> tuple[FindingRow, ...]:
        """What stands in the way of the fix itself, such as a right that is missing."""
        return finding_rows(self.plan.findings) if self.plan is not None else ()

    @property
    def can_apply(self) -> bool:
        """Whether the plan was shown, nothing stands in its way, and what has to be typed is typed."""
        plan = self.plan
        return plan is not None and bool(plan.actions) and not plan.blocked and (self.typed or not self.phrase)

    @property
    def words(self) -> str:
        """How it stands, in a sentence."""
        if self.plan is None:
            return "" if self.can_plan else "This has to be known before the change can be shown."
        if self.plan.blocked:
            return "This cannot be changed yet. What stands in the way is below."
        if not self.plan.actions:
            return "Nothing has to be changed: it is as it should be by now. Check again."
        if self.phrase:
            return "This cannot be undone. Nothing is changed before you have typed the name and pressed the button."
        return "Nothing is changed before you press the button. Only what is listed is changed."


class FixingModel(SetupPageModel):
    """A page on which findings can be put right. Afterwards everything is read again."""

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.rows: tuple[FindingRow, ...] = ()
        self.fixing: Fixing | None = None
        self.notice = ""
        """How the last fix ended, where a word is due."""
        self.expected: FindingRow | None = None
        """What the next check should not find any more."""

    @property
    def done_text(self) -> str:
        """Which steps of the fix are done."""
        return self.fixing.stages.done_text if self.fixing is not None else NOTHING_DONE

    def look(self) -> None:
        """Read everything again."""

    def row(self, key: str) -> FindingRow | None:
        """The row with this key."""
        return next((row for row in self.rows if row.key == key), None)

    def begin_fix(self, key: str) -> None:
        """Turn to one finding: ask what has to be known, else show what will be changed."""
        row = self.row(key)
        if row is None or not row.fixable or self.busy is not None:
            return
        from cmkwizard.journeys.fixes.fix import question

        self.notice = ""
        self.fixing = Fixing(row, question(row.finding))
        if row.finding.id == "V14" and self.setup.report is not None:
            self.fixing.answer = self.setup.report.survey.policy.required.audit_log
        self.valid = False
        self._look_for_answers(self.fixing)
        self.changed.emit()
        if self.fixing.question is None:
            self.plan_fix()

    def _look_for_answers(self, fixing: Fixing) -> None:
        """List what can be chosen as an answer; it can be typed meanwhile, and where nothing can be listed."""
        offer = fixing.question.offer if fixing.question is not None else None
        if offer is None:
            return
        run = engine.SetupEngine(self.setup)
        fixing.offer_words = "Looking for what can be chosen…"

        def listed(places: list[LogPlace]) -> None:
            fixing.offered, fixing.offer_words = tuple(places), "" if places else offer.none
            self.changed.emit()

        def failed(problem: Problem) -> None:
            fixing.offer_words = f"What can be chosen could not be listed: {problem.message} Paste a resource id."
            self.changed.emit()

        self.setup.tasks.run(lambda cancel: run.offered(offer, cancel), done=listed, failed=failed)

    def edit_answer(self, answer: str) -> None:
        """Take what was typed; a plan for another answer does not hold any more."""
        if self.fixing is not None and answer.strip() != self.fixing.answer:
            self.fixing.answer = answer.strip()
            self.fixing.plan = None
            self.changed.emit()

    def plan_fix(self) -> None:
        """Read what the change builds on, and show it."""
        fixing = self.fixing
        if fixing is None or not fixing.can_plan:
            return
        run = engine.SetupEngine(self.setup)
        finding, answer, second = fixing.row.finding, fixing.answer, fixing.row.second

        def work(cancel: Cancel) -> engine.ShownFix:
            return run.plan_fix(finding, answer, cancel, second=second)

        self.perform("Reading what the change builds on…", work, self._planned)

    def type_phrase(self, right: bool) -> None:
        """Whether what has to be typed is typed."""
        if self.fixing is not None and right != self.fixing.typed:
            self.fixing.typed = right
            self.changed.emit()

    def apply_fix(self) -> None:
        """Make the change that was shown, then read everything again."""
        fixing = self.fixing
        if fixing is None or fixing.plan is None or not fixing.can_apply:
            return
        run = engine.SetupEngine(self.setup)
        plan, second = fixing.plan, fixing.row.second
        fixing.sent = self.setup.outdated = True

        def work(cancel: Cancel, report: Report[StepEvent | str]) -> Outcome:
            return run.apply_fix(plan, cancel, report, second=second)

        self.perform_stream("Making the change…", work, self._applied, self._event, failed=self._failed, writes=True)
        self.changed.emit()

    def leave_fix(self) -> None:
        """Leave it as it is."""
        self.fixing = None
        self.changed.emit()

    def leave(self) -> None:
        """What was not confirmed is forgotten."""
        super().leave()
        self.fixing = None
        self.notice = ""

    def cancelled(self) -> None:
        """Say what stays done; whether what was under way was still done shows at the next check."""
        fixing = self.fixing
        if fixing is not None and fixing.sent:
            fixing.stages.stop(StageState.TO_DO, "Stopped. Whether this was still done shows at the next check.")
            self.notice = f"Stopped. {self.done_text} Check again to see how it stands."
            self.fixing = None
        self.changed.emit()

    def tell_how_it_ended(self) -> None:
        """Once everything was read again: say of what was to be put right whether it is gone."""
        before, self.expected = self.expected, None
        if before is not None:
            self.notice = _outcome(before, self.row(before.key))
            self.changed.emit()

    def _planned(self, shown: engine.ShownFix) -> None:
        if self.fixing is not None:
            self.fixing.plan, self.fixing.phrase = shown.plan, shown.phrase
            self.fixing.stages = Stages([(step.key, step.title) for step in shown.plan.steps])
            self.fixing.stages.follow(shown.plan)
        self.changed.emit()

    def _event(self, value: StepEvent | str) -> None:
        if isinstance(value, str):
            self._open(value)
        elif self.fixing is not None:
            self.fixing.stages.take(value)
        self.changed.emit()

    def _open(self, address: str) -> None:
        if not self.open_address(address):
            self.notice = f"No browser could be opened. Open this address in a browser: {address}"

    def _applied(self, _outcome: Outcome) -> None:
        fixing, self.fixing = self.fixing, None
        self.setup.plan = None
        self.expected = fixing.row if fixing is not None else None
        self.look()

    def _failed(self, problem: Problem) -> None:
        if self.fixing is not None:
            self.fixing.stages.stop(StageState.FAILED, problem.message)
            self.fixing.sent = False
        self.error = problem


def _outcome(before: FindingRow, after: FindingRow | None) -> str:
    """Whether what was to be put right is gone; what weighs less than before is, even where a word is still due."""
    if after is not None and after.state is RowState.NOT_KNOWN:
        return f"It could not be read whether this is gone: {before.finding.sentence} Check again."
    order = list(RowState)
    if after is None or order.index(after.state) > order.index(before.state):
        return f"Gone: {before.finding.sentence}"
    return f"Still there: {after.finding.sentence} A change can take some minutes to show: check again."
