"""The page "Review the plan"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.review import ReviewModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.second_names import SecondNamesCard
from cmkwizard.desktop.widgets.action_list import ActionList, ActionRow, RowState
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import CheckBox
from cmkwizard.desktop.widgets.text import Text


class ReviewPage(Page):
    """Findings, then the plan with its commands."""

    model: ReviewModel

    def build(self) -> None:
        """Lay out and connect."""
        self.summary = self.add(Text("", "strong"))
        self.second = self.add(SecondNamesCard(self.model.edit))
        self.check_button = Button("Put it right on “Chec&k”")
        self.check_row = self.add(self._at_the_start(self.check_button))
        self.ground = self.add(Card("What is not as it should be"))
        self.findings = self.ground.add(FindingList("What is not as it should be", self.model.open_address))
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
        self.check_button.clicked.connect(self._check)

    def show_model(self) -> None:
        """Show the plan as it is now."""
        model = self.model
        actions = model.plan.actions if model.plan else ()
        self.summary.setText(model.summary)
        rows = model.rows
        self.second.setVisible(model.has_second)
        self.second.setEnabled(model.busy is None)
        self.second.show_names(model)
        self.check_row.setVisible(model.first_blocked)
        self.ground.setVisible(bool(rows))
        self.findings.show_rows(rows)
        # What blocks comes before the plan, what is only worth a look after it.
        place = self.body.indexOf(self.check_row) + (1 if model.blocked else 2)
        if self.body.indexOf(self.ground) != place:
            self.body.insertWidget(place, self.ground)
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
        self.look_button.setEnabled(model.busy is None and (model.named or not model.has_second))

    def _at_the_start(self, button: Button) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button)
        line.addStretch(1)
        return row

    @Slot()
    def _check(self) -> None:
        self.model.check()

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
