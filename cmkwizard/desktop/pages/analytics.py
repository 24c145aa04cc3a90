"""The page "Journey Analytics": a second vault and key, and the ticket for Adobe."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.analytics import AnalyticsModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.second_names import SecondNamesCard
from cmkwizard.desktop.pages.stage_list import planned_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.text_box import TextBox

TICKET_LINES = 16


class AnalyticsPage(Page):
    """The names, what would be changed, and at the end the ticket."""

    model: AnalyticsModel

    def build(self) -> None:
        """Lay out and connect."""
        self.summary = self.add(Text("", "strong"))
        self.notice = self.add(Notice("warning"))
        self.names = self.add(SecondNamesCard(self.model.edit))
        self._build_plan()
        self._build_ticket()

    def show_model(self) -> None:
        """Show how it stands."""
        model = self.model
        self.summary.setText(model.summary)
        self.notice.show_text(model.notice)
        self.names.setEnabled(model.busy is None)
        self.names.show_names(model)
        self.plan_card.setVisible(model.plan is not None)
        self.findings.show_rows(model.rows)
        actions = model.plan.actions if model.plan else ()
        self.steps.show_rows(planned_rows(model.stages.rows, actions, sent=model.sent or model.over))
        self.link.show_address("" if model.over else model.address)
        self.ticket_card.setVisible(model.over)
        if self.ticket.text != model.ticket:
            self.ticket.editor.setPlainText(model.ticket)

    def initial_focus(self) -> QWidget | None:
        """The first name, or the ticket."""
        return self.copy_button if self.model.over else self.names.vault.editor

    def _build_plan(self) -> None:
        self.plan_card = self.add(Card("What will be changed"))
        self.findings = self.plan_card.add(FindingList("What is not as it should be", self.model.open_address))
        self.steps = self.plan_card.add(ActionList("What will be changed"))
        self.link = self.plan_card.add(AddressLink("Consent address", self.model.open_address))

    def _build_ticket(self) -> None:
        self.ticket_card = self.add(
            Card("Ticket for Adobe Customer Care", "Adobe has no interface for this key: people take it from a ticket.")
        )
        self.ticket = self.ticket_card.add(TextBox("Ticket", lines=TICKET_LINES))
        self.ticket.editor.setReadOnly(True)
        self.copy_button = self.ticket_card.add(Button("Cop&y the ticket", icon="copy"))
        self.ticket_card.body.setAlignment(self.copy_button, Qt.AlignmentFlag.AlignLeading)
        self.copy_button.clicked.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.ticket)
        announce(self, "Ticket copied.")
