"""The page "Journey Analytics": a second vault and key, and the ticket for Adobe."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.analytics import AnalyticsModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.stage_list import planned_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import LineEdit
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
        self._build_names()
        self._build_plan()
        self._build_ticket()

    def show_model(self) -> None:
        """Show how it stands."""
        model, choice = self.model, self.model.choice
        self.summary.setText(model.summary)
        self.notice.show_text(model.notice)
        self.names.setEnabled(model.busy is None)
        for field, text, error in (
            (self.vault, choice.vault, model.vault_error),
            (self.key, choice.key, model.key_error),
            (self.group, choice.resource_group, model.group_error),
        ):
            set_text(field.editor, text)
            field.show_error(error)
        self.group.show_help(model.group_text)
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
        return self.copy_button if self.model.over else self.vault.editor

    def _build_names(self) -> None:
        self.names = self.add(Card("Second vault and key"))
        self.vault = self.names.add(
            Field(
                "&Vault name", LineEdit(longest=24), "A vault that is used for nothing else; made where it is missing."
            )
        )
        self.key = self.names.add(
            Field("&Key name", LineEdit(longest=127), "A key like the first one; made where it is missing.")
        )
        self.group = self.names.add(Field("Resource &group", LineEdit(longest=90)))
        self.vault.editor.textChanged.connect(self._edit_vault)
        self.key.editor.textChanged.connect(self._edit_key)
        self.group.editor.textChanged.connect(self._edit_group)

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

    @Slot(str)
    def _edit_vault(self, name: str) -> None:
        self.model.edit(vault=name)

    @Slot(str)
    def _edit_key(self, name: str) -> None:
        self.model.edit(key=name)

    @Slot(str)
    def _edit_group(self, name: str) -> None:
        self.model.edit(group=name)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.ticket)
        announce(self, "Ticket copied.")
