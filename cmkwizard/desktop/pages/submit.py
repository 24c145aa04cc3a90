"""The page "Submit the key"."""

from __future__ import annotations

from PySide6.QtCore import Slot

from cmkwizard.desktop.models.submit import ACKNOWLEDGEMENT, MEANING, SubmitModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.inputs import CheckBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.typed_confirmation import TypedConfirmation


class SubmitPage(Page):
    """What it means, what is submitted, and the acknowledgement."""

    model: SubmitModel

    def build(self) -> None:
        """Lay out and connect."""
        self._wanted = self.model.wanted
        self.add(Notice("danger", MEANING, "This cannot be undone"))
        self.details = self.add(Card("What is submitted")).add(Details())
        card = self.add(Card("Your decision"))
        self.confirmation = card.add(
            TypedConfirmation("&Vault name", self.model.wanted, "The name of the vault that holds the key.")
        )
        self.understood = card.add(CheckBox(ACKNOWLEDGEMENT))
        self.confirmation.changed.connect(self._typed)
        self.understood.toggled.connect(self._understood)

    def show_model(self) -> None:
        """Show what is submitted and what is acknowledged."""
        model = self.model
        self.details.show_pairs(model.details)
        if model.wanted != self._wanted:
            self._wanted = model.wanted
            self.confirmation.ask_for(model.wanted)
        self.understood.setChecked(model.understood)

    @Slot(bool)
    def _typed(self, right: bool) -> None:
        self.model.edit_typed(right)

    @Slot(bool)
    def _understood(self, understood: bool) -> None:
        self.model.edit_understood(understood)
