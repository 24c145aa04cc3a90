"""The page "Take Adobe's access away": what is to happen, and the sign-in for this alone."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cmkwizard.core.situations import SITUATIONS
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.revoke import RevokeModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.revocation_parts import buttons_in_a_row
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.options import Options
from cmkwizard.desktop.widgets.text import Text


class RevokePage(Page):
    """The situations with the smallest act that serves each; what it is about; the sign-in."""

    model: RevokeModel

    def build(self) -> None:
        """Lay out and connect."""
        self._said = ""
        card = self.add(Card("What do you want to happen?"))
        self.options = card.add(
            Options("What do you want to happen?", [(each.id, each.title, "") for each in SITUATIONS])
        )
        self.advice = self.add(Card("The smallest act that serves this"))
        self.act = self.advice.add(Text())
        self.call = self.advice.add(Text("", "strong"))
        self.verdict = self.advice.add(Notice("warning"))
        self.instead_button = Button("")
        self.instead_row = self.advice.add(buttons_in_a_row(self.instead_button))
        self.demanded = self.add(Notice("info"))
        self.sign_in_card = card = self.add(Card("Sign in for this"))
        self.lacking = card.add(Notice("warning"))
        self.details = card.add(Details())
        self.state = card.add(Text())
        self.notice = card.add(Notice("info"))
        self.sign_in_button = Button("&Sign in for this", icon="external")
        card.add(buttons_in_a_row(self.sign_in_button))
        self.link = card.add(AddressLink("Sign-in address", self.model.open_address))
        self.options.chosen.connect(self._choose)
        self.instead_button.clicked.connect(self._go_instead)
        self.sign_in_button.clicked.connect(self._sign_in)

    def show_model(self) -> None:
        """Show the situation and how the sign-in stands."""
        model, chosen = self.model, self.model.chosen
        self.options.setEnabled(model.busy is None)
        self.advice.setVisible(chosen is not None)
        if chosen is not None:
            self.options.choose(chosen.id)
            self.act.setText(chosen.smallest_act)
            self.call.setText(chosen.call_text)
            self.call.setVisible(bool(chosen.call_text))
            self.verdict.show_text(chosen.verdict, tone="warning" if chosen.serves else "info")
            if chosen.id != self._said:
                announce(self, f"{chosen.smallest_act} {chosen.verdict}")
                self._said = chosen.id
        self.instead_row.setVisible(bool(model.instead_text))
        if model.instead_text != self.instead_button.text():
            self.instead_button.setText(model.instead_text)
            self.instead_button.updateGeometry()
        self._show_sign_in()

    def initial_focus(self) -> QWidget:
        """The question."""
        return self.options.button(self.model.shared.situation or SITUATIONS[0].id)

    def _show_sign_in(self) -> None:
        model = self.model
        self.sign_in_card.setVisible(model.chosen is not None and model.chosen.serves)
        self.demanded.show_text(model.demanded)
        self.lacking.show_text(model.lacking)
        self.details.show_pairs(model.about)
        self.state.setText(model.sign_in_words)
        self.notice.show_text(model.notice)
        self.sign_in_button.setText(model.sign_in_text)
        self.sign_in_button.updateGeometry()
        self.sign_in_button.setEnabled(model.can_sign_in)
        self.link.setVisible(bool(model.address))
        self.link.show_address(model.address)

    @Slot(str)
    def _choose(self, id_: str) -> None:
        self.model.choose_situation(id_)

    @Slot()
    def _go_instead(self) -> None:
        self.model.go_instead()

    @Slot()
    def _sign_in(self) -> None:
        self.model.sign_in()
