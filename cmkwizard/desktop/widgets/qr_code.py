"""A QR code, painted: always dark on white, as readers need it, whatever the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cmkwizard.desktop.theme import fill

_MODULE = 5
"""Pixels of a module."""
_QUIET = 4
"""White modules around it (ISO/IEC 18004)."""


class QrCode(QWidget):
    """Shows rows of modules; true is dark."""

    def __init__(self, rows: Sequence[Sequence[bool]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setAccessibleName(name)
        side = (len(rows) + 2 * _QUIET) * _MODULE  # whole pixels for every module
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the modules."""
        painter = QPainter(self)
        fill(painter, self.rect(), QColor("white"))
        black = QColor("black")
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    fill(painter, QRect((x + _QUIET) * _MODULE, (y + _QUIET) * _MODULE, _MODULE, _MODULE), black)
