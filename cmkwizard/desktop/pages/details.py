"""Pairs of a name and a value, one below the other; values can be selected and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Text


class Details(QWidget):
    """A small table without lines."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[Text, Text]] = {}

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show exactly these pairs; a row that stays is updated in place."""
        if list(self._rows) != [label for label, _ in pairs]:
            for old in (widget for row in self._rows.values() for widget in row):
                remove(old)
            self._rows = {label: (Text(label, "help"), Text("").let_copy()) for label, _ in pairs}
            for n, (name, value) in enumerate(self._rows.values()):
                name.setWordWrap(False)
                self._grid.addWidget(name, n, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(value, n, 1)
                for part in (name, value):
                    part.show()  # Qt itself shows what comes into a layout a turn later
        for label, text in pairs:
            self._rows[label][1].setText(text)
            self._rows[label][1].setAccessibleName(f"{label}: {text}")
