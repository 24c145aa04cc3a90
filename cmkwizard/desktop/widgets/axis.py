"""What drawings over time have in common: marks with their words along the top, and the ring of the focus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cmkwizard.desktop.theme import Colours, scaled

_SMALL = 0.9
_BETWEEN = 8.0
"""Between the words of two marks; closer ones are left out."""


@dataclass(frozen=True)
class Strip:
    """Where the marks go. Numbers are device-independent pixels."""

    left: float
    right: float
    """Words stay between the two."""
    baseline: float
    """Of the words."""
    top: float
    bottom: float
    """Of the lines."""


def axis_font(font: QFont) -> QFont:
    """The font of the words at an axis."""
    return scaled(font, _SMALL)


def paint_marks(painter: QPainter, of: Colours, strip: Strip, marks: Iterable[tuple[float, str]]) -> None:
    """Draw a thin line at each place, with its words above it: in the middle where there is room."""
    taken: list[QRectF] = []
    for x, words in marks:
        painter.setPen(QPen(of.hairline, 1))
        painter.drawLine(QPointF(x, strip.top), QPointF(x, strip.bottom))
        painter.setPen(of.muted)
        paint_words(painter, strip, x, words, taken)


def paint_words(painter: QPainter, strip: Strip, x: float, words: str, taken: list[QRectF]) -> bool:
    """Write words around ``x``, within the strip. ``taken`` notes where words are; False: others are there already."""
    wide = painter.fontMetrics().horizontalAdvance(words)
    left = max(strip.left, min(x - wide / 2, strip.right - wide))
    area = QRectF(left - _BETWEEN / 2, strip.baseline - 1, wide + _BETWEEN, 1)
    if any(area.intersects(other) for other in taken):
        return False
    taken.append(area)
    painter.drawText(QPointF(left, strip.baseline), words)
    return True


def paint_focus_ring(painter: QPainter, of: Colours, widget: QWidget) -> None:
    """Draw the ring around a widget that has the focus."""
    if widget.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(of.link, 2))
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 6, 6)
