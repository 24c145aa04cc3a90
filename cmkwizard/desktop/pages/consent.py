"""The page "Consent to Adobe's app"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.consent import ConsentModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.stage_list import stage_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class ConsentPage(Page):
    """What is accepted, where, and how far it is."""

    model: ConsentModel

    def build(self) -> None:
        """Lay out and connect."""
        self.summary = self.add(Text("", "strong"))
        self.notice = self.add(Notice("warning"))
        self.app = self.add(Card("Adobe's app"))
        self.details = self.app.add(Details())
        self.progress = self.add(Card("Steps"))
        self.steps = self.progress.add(ActionList("Steps"))
        self.link_card = self.add(
            Card(
                "For another administrator", "The address works in any browser, for an administrator of this directory."
            )
        )
        self.link = self.link_card.add(AddressLink("Consent address", self.model.open_address))
        self.ask_button = Button("Copy a &request, and wait", icon="copy")
        self.wait_button = Button("&Wait without opening the browser", icon="clock")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.ask_button)
        row.addWidget(self.wait_button)
        row.addStretch(1)
        self.link_card.body.addLayout(row)
        self.findings = self.link_card.add(FindingList("Who can accept the app", self.model.open_address))
        self.ask_button.clicked.connect(self._ask)
        self.wait_button.clicked.connect(self._wait_only)

    def show_model(self) -> None:
        """Show the app and how far it is."""
        model = self.model
        self.summary.setText(model.summary)
        self.notice.show_text(model.notice)
        self.app.setVisible(bool(model.details))
        self.details.show_pairs(model.details)
        self.link_card.setVisible(bool(model.address) and model.app is None and not model.over)
        self.link.show_address(model.address)
        self.findings.show_rows(model.rows)
        self.ask_button.setVisible(bool(model.request))
        self.wait_button.setVisible(model.busy is None)
        self.steps.show_rows(stage_rows(model.stages.rows))

    @Slot()
    def _ask(self) -> None:
        QGuiApplication.clipboard().setText(self.model.request)
        announce(self, "Request copied. Send it to an administrator. This page waits for the app.")
        if self.model.busy is None:
            self.model.wait_only(asked=True)

    @Slot()
    def _wait_only(self) -> None:
        self.model.wait_only()
