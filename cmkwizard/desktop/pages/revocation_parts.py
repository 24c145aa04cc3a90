"""Parts that several pages of the revocation show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.revocation_effects import Window
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Kind, Text
from cmkwizard.desktop.widgets.timeline import Span


class Sentences(QWidget):
    """Sentences one below the other, each with the same icon; rows that stay are updated in place."""

    def __init__(self, icon: IconName, tint: Tint, kind: Kind = "body") -> None:
        super().__init__()
        self._icon: tuple[IconName, Tint] = (icon, tint)
        self._kind: Kind = kind
        self._rows: list[tuple[QWidget, Text]] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Show exactly these; none hides it."""
        while len(self._rows) > len(sentences):
            row, _ = self._rows.pop()
            remove(row)
        while len(self._rows) < len(sentences):
            text = Text("", self._kind).let_copy()
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(10)
            line.addWidget(IconLabel(*self._icon, 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(text, 1)
            self._lines.addWidget(row)
            row.show()  # Qt itself shows what comes into a layout a turn later
            self._rows.append((row, text))
        for (_, text), sentence in zip(self._rows, sentences, strict=True):
            if text.text() != sentence:
                text.setText(sentence)
                text.setAccessibleName(sentence)
        self.setVisible(bool(sentences))


def spans_of(windows: Iterable[Window]) -> tuple[Span, ...]:
    """The bars of the timeline."""
    return tuple(Span(each.store, each.earliest, each.latest, each.note) for each in windows)


def buttons_in_a_row(*buttons: Button) -> QWidget:
    """Buttons beside each other, from the start of the line."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    for button in buttons:
        line.addWidget(button)
    line.addStretch(1)
    return row
