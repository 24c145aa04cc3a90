"""The page "Review the plan"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.requirements import Finding, Severity
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.review import ReviewModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.widgets.action_list import ActionList, ActionRow, RowState
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.inputs import CheckBox
from cmkwizard.desktop.widgets.notice import Notice, Tone
from cmkwizard.desktop.widgets.text import Text

_TONES: dict[Severity, Tone] = {Severity.BLOCKER: "danger", Severity.WARNING: "warning", Severity.NOTE: "info"}


class ReviewPage(Page):
    """Findings, then the plan with its commands."""

    model: ReviewModel

    def build(self) -> None:
        """Lay out and connect."""
        self.summary = self.add(Text("", "strong"))
        self.findings = self.add(FindingList())
        self.card = self.add(Card("The plan"))
        self.plan = self.card.add(ActionList("The plan"))
        self.commands = CheckBox("Show the &equivalent commands")
        self.copy_button = Button("Cop&y all commands", icon="copy")
        self.look_button = Button("&Look again", icon="refresh")
        row = QWidget()
        buttons = QHBoxLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.commands)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.look_button)
        self.add(row)
        self.commands.toggled.connect(self._choose_commands)
        self.copy_button.clicked.connect(self._copy)
        self.look_button.clicked.connect(self._look)

    def show_model(self) -> None:
        """Show the plan as it is now."""
        model = self.model
        actions = model.plan.actions if model.plan else ()
        self.summary.setText(model.summary)
        self.findings.show_findings(model.findings)
        self.card.setVisible(bool(actions))
        self.plan.show_rows(
            [
                ActionRow(
                    action.step,
                    action.title,
                    RowState.PLANNED,
                    f"{action.changes}\nUndo: {action.undo}",
                    action.command if model.show_commands else "",
                )
                for action in actions
            ]
        )
        self.commands.setChecked(model.show_commands)
        self.commands.setEnabled(bool(actions))
        self.copy_button.setEnabled(bool(model.commands))
        self.look_button.setEnabled(model.busy is None)

    @Slot(bool)
    def _choose_commands(self, show: bool) -> None:
        self.model.choose_commands(show)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.commands)
        announce(self, "Commands copied.")

    @Slot()
    def _look(self) -> None:
        self.model.look()


class FindingList(QWidget):
    """Findings, each with what to do and who can do it."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self._shown: tuple[Finding, ...] = ()
        self._notices: list[Notice] = []
        self.hide()

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show exactly these."""
        if findings == self._shown:
            return
        for old in self._notices:
            self._lines.removeWidget(old)
            old.deleteLater()
        self._shown = findings
        self._notices = [
            Notice(_TONES[each.severity], f"{each.remedy}\nWho can do it: {each.who}.", each.sentence)
            for each in findings
        ]
        for new in self._notices:
            self._lines.addWidget(new)
        self.setVisible(bool(findings))
