"""The page "Consent to Adobe's app"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot

from cmkwizard.desktop.models.consent import ConsentModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.stage_list import stage_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
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
        self.wait_button = self.link_card.add(Button("&Wait without opening the browser", icon="clock"))
        self.link_card.body.setAlignment(self.wait_button, Qt.AlignmentFlag.AlignLeading)
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
        self.wait_button.setVisible(model.busy is None)
        self.steps.show_rows(stage_rows(model.stages.rows))

    @Slot()
    def _wait_only(self) -> None:
        self.model.wait_only()
