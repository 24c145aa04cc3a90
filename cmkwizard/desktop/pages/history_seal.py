"""Whether the records were altered, as a card of the page "Review: how things stood"."""

from __future__ import annotations

from PySide6.QtCore import Slot

from cmkwizard.desktop.models.history_seal import Seal
from cmkwizard.desktop.widgets.card import Card


class SealCard(Card):
    """The verdict, and what it shows and does not show."""

    def __init__(self, model: Seal) -> None:
        super().__init__("Were the records altered?")
        self._model = model
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        self.setVisible(not self._model.absent)
