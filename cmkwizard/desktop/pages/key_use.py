"""The card that shows whether Adobe uses the key."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from cmkwizard.desktop.models.key_use import KeyUseModel
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class KeyUseCard(Card):
    """What the vault's log says, as of when it was asked, and the two buttons."""

    def __init__(self, model: KeyUseModel) -> None:
        super().__init__("Proof that Adobe uses the key")
        self._model = model
        self._said = self.add(Notice("info"))
        self._particulars = self.add(Details())
        self._remedy = self.add(Text())
        self._as_of = Text("", "help")
        self.switch_button = Button("Switch the lo&g on…", "primary")
        self.look_button = Button("&Ask the vault's log", icon="search")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._as_of, 1)
        row.addWidget(self.switch_button)
        row.addWidget(self.look_button)
        self.body.addLayout(row)
        self.switch_button.clicked.connect(self._switch_on)
        self.look_button.clicked.connect(self._look)

    def show_model(self) -> None:
        """Show how it stands."""
        model, words = self._model, self._model.use_words
        self._said.show_text(words.sentence, title=words.title, tone=model.use_tone)
        self._particulars.show_pairs(words.particulars)
        self._particulars.setVisible(bool(words.particulars))
        self._remedy.setText(model.use_remedy)
        self._remedy.setVisible(bool(model.use_remedy))
        self._as_of.setText(model.use_as_of)
        self.switch_button.setVisible(model.can_switch_on)
        for button in (self.switch_button, self.look_button):
            button.setEnabled(model.busy is None)
        self.setVisible(model.shows_use)

    @Slot()
    def _look(self) -> None:
        self._model.look_at_use()

    @Slot()
    def _switch_on(self) -> None:
        self._model.switch_on()
