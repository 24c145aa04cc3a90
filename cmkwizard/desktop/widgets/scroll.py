"""A scroll bar that is quiet until it is needed, in the palette's colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar

from cmkwizard.desktop.theme import colours

_WIDE = 12
_LEAST = 32.0


class SlimScrollBar(QScrollBar):
    """A rounded piece without arrows or groove."""

    def sizeHint(self) -> QSize:
        """Narrow."""
        return QSize(_WIDE, 60) if self.orientation() is Qt.Orientation.Vertical else QSize(60, _WIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the piece where the view is."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        span = self.maximum() - self.minimum()
        if span <= 0:
            return
        vertical = self.orientation() is Qt.Orientation.Vertical
        length = float(self.height() if vertical else self.width())
        piece = max(_LEAST, length * self.pageStep() / (span + self.pageStep()))
        start = (length - piece) * (self.value() - self.minimum()) / span
        area = QRectF(3, start + 2, _WIDE - 6, piece - 4) if vertical else QRectF(start + 2, 3, piece - 4, _WIDE - 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.muted if self.isSliderDown() or self.underMouse() else of.outline)
        painter.drawRoundedRect(area, 3, 3)


def use_slim_bars(area: QAbstractScrollArea) -> None:
    """Give a scroll area this kind of bar."""
    area.setVerticalScrollBar(SlimScrollBar(area))
    if area.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
        area.setHorizontalScrollBar(SlimScrollBar(area))
