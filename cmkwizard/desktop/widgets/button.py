"""Push buttons: one primary per page, the others quiet."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from cmkwizard.desktop.theme import CONTROL_HEIGHT, colours
from cmkwizard.desktop.widgets.icon import IconName, icon_pixmap

Look = Literal["primary", "normal", "quiet", "danger"]
_ICON = 18
_PADDING = 18


class Button(QPushButton):
    """A push button with a look: ``primary`` and ``danger`` are filled, ``normal`` outlined, ``quiet`` has no frame."""

    def __init__(
        self, text: str, look: Look = "normal", *, icon: IconName | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._look: Look = look
        self._icon = icon
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(False)
        self.enter_presses = True
        """Whether Enter presses it while it has the focus; Space always does."""

    def set_look(self, look: Look) -> None:
        """Change how it looks."""
        if look != self._look:
            self._look = look
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, not the page's Next."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.enter_presses and not event.isAutoRepeat():
                self.click()
            event.accept()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for the text, the icon and the padding."""
        metrics = self.fontMetrics()
        width = metrics.size(Qt.TextFlag.TextShowMnemonic, self.text()).width() + 2 * _PADDING
        return QSize(width + (_ICON + 6 if self._icon else 0), max(CONTROL_HEIGHT, metrics.height() + 16))

    def minimumSizeHint(self) -> QSize:
        """The same: a button's text is never clipped."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, icon and text by the palette."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, frame, text = self._paint_colours(self.underMouse())
        area = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
        painter.setBrush(fill)
        painter.setPen(QPen(frame, 1) if frame.alpha() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(area, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours(self.palette()).link, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_label(painter, text)

    def _paint_colours(self, hovered: bool) -> tuple[QColor, QColor, QColor]:
        of = colours(self.palette())
        clear = QColor(0, 0, 0, 0)
        pressed = self.isDown()
        if not self.isEnabled():
            return (of.hover if self._look in ("primary", "danger") else clear), clear, of.disabled
        if self._look in ("primary", "danger"):
            fill = of.accent if self._look == "primary" else of.alarm
            return (fill.darker(118) if pressed else fill.darker(108) if hovered else fill), clear, of.on_accent
        fill = of.hover if hovered or pressed else (clear if self._look == "quiet" else of.surface)
        return fill, (clear if self._look == "quiet" else of.outline), (of.link if self._look == "quiet" else of.text)

    def _paint_label(self, painter: QPainter, colour: QColor) -> None:
        painter.setPen(colour)
        painter.setFont(self.font())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic
        area = self.rect()
        if self._icon is not None:
            wide = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text()).width() + _ICON + 6
            left = area.left() + (area.width() - wide) // 2
            rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            x = left + wide - _ICON if rtl else left
            pixmap = icon_pixmap(self._icon, colour, _ICON, self.devicePixelRatioF())
            painter.drawPixmap(x, area.center().y() - _ICON // 2 + 1, pixmap)
            area.adjust(0 if rtl else left + _ICON + 6 - area.left(), 0, -(_ICON + 6) if rtl else 0, 0)
            if not rtl:
                flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic
        painter.drawText(area, int(flags), self.text())
