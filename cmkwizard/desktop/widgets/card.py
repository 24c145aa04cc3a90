"""A card: a group of things that belong together, on a surface of its own."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from cmkwizard.desktop.theme import RADIUS, colours
from cmkwizard.desktop.widgets.text import Text

Part = TypeVar("Part", bound=QWidget)


class Card(QFrame):
    """A titled group. Add parts with :meth:`add`."""

    def __init__(self, title: str = "", help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 18, 20, 18)
        self.body.setSpacing(14)
        self.title = Text(title, "heading")
        if title:
            self.body.addWidget(self.title)
            self.setAccessibleName(title)
        else:
            self.title.hide()
            self.title.setParent(self)
        if help_text:
            self.body.setSpacing(10)
            self.body.addWidget(Text(help_text, "help"))

    def add(self, part: Part, *, stretch: int = 0) -> Part:
        """Put a widget below the others and return it."""
        self.body.addWidget(part, stretch)
        return part

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the surface."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(of.surface)
        painter.setPen(QPen(of.hairline, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
