"""A remark inside a page: what it is about is said by an icon, a colour and its words."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.theme import RADIUS, colours
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.text import Text

Tone = Literal["info", "success", "warning", "danger"]
_ICONS: dict[Tone, tuple[IconName, Tint]] = {
    "info": ("info", "link"),
    "success": ("check", "success"),
    "warning": ("alert", "warning"),
    "danger": ("alert", "danger"),
}
_WORDS: dict[Tone, str] = {"info": "Note", "success": "Good", "warning": "Warning", "danger": "Important"}


class Notice(QFrame):
    """An optional bold first line, and text. Change it with :meth:`show_text`; an empty text hides it."""

    def __init__(self, tone: Tone, text: str = "", title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        self._icon = IconLabel(*_ICONS[tone])
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(4)
        self._title = Text(title, "strong")
        self._text = Text(text)
        lines.addWidget(self._title)
        lines.addWidget(self._text)
        row.addLayout(lines, 1)
        self.show_text(text, title=title)

    def show_text(self, text: str, *, title: str = "", tone: Tone | None = None) -> None:
        """Show other words, perhaps in another tone."""
        if tone is not None:
            self._tone = tone
            self._icon.show_icon(*_ICONS[tone])
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{_WORDS[self._tone]}: {title or text}")
        self.setVisible(bool(text or title))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the soft ground and the coloured edge."""
        of = colours(self.palette())
        soft, edge = {
            "info": (of.accent_soft, of.link),
            "success": (of.success_soft, of.success),
            "warning": (of.warning_soft, of.warning),
            "danger": (of.danger_soft, of.danger),
        }[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        strip = QRectF(area.right() - 4 if rtl else area.left(), area.top(), 4, area.height())
        painter.setClipRect(strip)
        painter.setBrush(QColor(edge))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
