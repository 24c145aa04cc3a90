"""What differs between two moments, as a card of the page "Review: how things stood"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.history_compare import Comparison, Side
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import ComboBox
from cmkwizard.desktop.widgets.text import Text


class CompareCard(Card):
    """Two sides, and what differs."""

    def __init__(self, model: Comparison) -> None:
        super().__init__("What has changed", "Compares what was seen on both sides, and nothing else.")
        self._model = model
        self._moments = 0
        row = self.add(QWidget())
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self.before: Field[ComboBox] = Field("Fro&m", ComboBox())
        self.after: Field[ComboBox] = Field("T&o", ComboBox())
        line.addWidget(self.before, 1)
        line.addWidget(self.after, 1)
        self.summary = self.add(Text("", "strong"))
        self.differences = self.add(Details())
        self.before.editor.activated.connect(self._choose_before)
        self.after.editor.activated.connect(self._choose_after)
        model.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self._model
        for field, side in ((self.before, model.before), (self.after, model.after)):
            _offer(field.editor, model.sides, side)
        self.summary.setText(model.summary)
        self.differences.show_pairs(model.rows)
        self.differences.setVisible(bool(model.rows))
        if len(model.moments) > self._moments and model.differences is not None:
            bring_into_view(self)
            announce(self, model.summary)
            self._moments = len(model.moments)
        self._moments = min(self._moments, len(model.moments))

    @Slot(int)
    def _choose_before(self, row: int) -> None:
        self._model.choose(before=self._model.sides[row][1])

    @Slot(int)
    def _choose_after(self, row: int) -> None:
        self._model.choose(after=self._model.sides[row][1])


def _offer(combo: ComboBox, sides: list[tuple[str, Side]], chosen: Side) -> None:
    labels = [label for label, _ in sides]
    if [combo.itemText(n) for n in range(combo.count())] != labels:
        combo.clear()
        combo.addItems(labels)
    combo.setCurrentIndex(next((n for n, (_, side) in enumerate(sides) if side == chosen), -1))
