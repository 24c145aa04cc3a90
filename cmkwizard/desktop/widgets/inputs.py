"""Inputs with outlines that can be seen in light and dark: text, secret, choices, number, check box, option."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from cmkwizard.desktop.theme import CONTROL_HEIGHT, Colours, colours

_BOX = 18


def paint_frame(widget: QWidget, painter: QPainter, of: Colours, area: QRect | None = None) -> None:
    """A field's rounded frame: outline, focus ring, or the colour of an error. ``area`` is the widget's own."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    focused = widget.hasFocus()
    invalid = bool(widget.property("invalid"))
    line = of.danger if invalid else of.link if focused else of.outline if widget.isEnabled() else of.hairline
    wide = 2 if focused or invalid else 1
    inset = wide / 2
    painter.setPen(QPen(line, wide))
    painter.setBrush(of.base if widget.isEnabled() else of.window)
    painter.drawRoundedRect(QRectF(area or widget.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)


def _clear_ground(edit: QLineEdit) -> None:
    """Let the frame be seen: the style would fill the line with the base colour over it."""
    clear = QPalette()
    clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    edit.setPalette(clear)


def _paint_chevron(painter: QPainter, x: float, y: float, up: bool = False) -> None:
    tip = -2.5 if up else 2.5
    painter.drawPolyline([QPointF(x - 4, y - tip), QPointF(x, y + tip), QPointF(x + 4, y - tip)])


class LineEdit(QLineEdit):
    """A line of text."""

    def __init__(self, text: str = "", *, placeholder: str = "", longest: int = 256) -> None:
        super().__init__(text)
        self.setFrame(False)
        self.setPlaceholderText(placeholder)
        self.setMaxLength(longest)
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setTextMargins(9, 2, 9, 2)
        _clear_ground(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame below the text."""
        painter = QPainter(self)
        paint_frame(self, painter, colours(self.palette()))
        painter.end()
        super().paintEvent(event)


class SecretEdit(LineEdit):
    """A line for a secret: hidden while and after typing, never copied out, never kept by the widget's undo."""

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder, longest=512)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )


class ComboBox(QComboBox):
    """One of a few choices."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not change a choice."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, the choice and the arrow."""
        of = colours(self.palette())
        painter = QPainter(self)
        paint_frame(self, painter, of)
        painter.setPen(of.text if self.isEnabled() else of.disabled)
        area = self.rect().adjusted(12, 0, -32, 0)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            area = self.rect().adjusted(32, 0, -12, 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), text)
        painter.setPen(QPen(of.muted, 1.6))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        _paint_chevron(painter, 18 if rtl else self.width() - 18, self.height() / 2)


class SpinBox(QSpinBox):
    """A whole number between two others; ``suffix`` names the unit (" days")."""

    def __init__(self, least: int, most: int, *, suffix: str = "", step: int = 1) -> None:
        super().__init__()
        self.setRange(least, most)
        self.setSuffix(suffix)
        self.setSingleStep(step)
        self.setFrame(False)
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.lineEdit().setTextMargins(9, 0, 4, 0)
        _clear_ground(self.lineEdit())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame and the two arrows."""
        of = colours(self.palette())
        painter = QPainter(self)
        paint_frame(self, painter, of)
        x = 16 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else self.width() - 16
        for up, possible in ((True, self.value() < self.maximum()), (False, self.value() > self.minimum())):
            painter.setPen(QPen(of.muted if possible and self.isEnabled() else of.hairline, 1.6))
            _paint_chevron(painter, x, self.height() / 2 + (-6 if up else 6), up)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not change a number."""
        event.ignore()


class _Marked:
    """Measures shared by check boxes and options."""

    @staticmethod
    def box(widget: QWidget) -> QRectF:
        """Where the mark is painted."""
        rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = widget.width() - _BOX - 3 if rtl else 3
        return QRectF(left + 0.5, (widget.height() - _BOX) / 2 + 0.5, _BOX - 1, _BOX - 1)


class CheckBox(QCheckBox):
    """A yes or no."""

    def sizeHint(self) -> QSize:
        """Room for the box and the text."""
        return _marked_size(self)

    def hitButton(self, _pos: QPoint) -> bool:
        """The whole row reacts."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box with its tick, and the text."""
        of = colours(self.palette())
        painter = QPainter(self)
        box = _paint_mark(self, painter, of, 5)
        if self.isChecked():
            painter.setPen(QPen(of.on_accent, 2.2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
            x, y = box.left(), box.top()
            painter.drawPolyline([QPointF(x + 4, y + 9), QPointF(x + 7.5, y + 12.5), QPointF(x + 13, y + 5.5)])


class RadioButton(QRadioButton):
    """One of a few options that exclude one another."""

    def sizeHint(self) -> QSize:
        """Room for the circle and the text."""
        return _marked_size(self)

    def hitButton(self, _pos: QPoint) -> bool:
        """The whole row reacts."""
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the circle with its dot, and the text."""
        of = colours(self.palette())
        painter = QPainter(self)
        box = _paint_mark(self, painter, of, _BOX / 2)
        if self.isChecked():
            painter.setBrush(of.on_accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(box.center(), 3.6, 3.6)


def _marked_size(widget: QCheckBox | QRadioButton) -> QSize:
    text = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, widget.text())
    return QSize(_BOX + 14 + text.width() + 6, max(28, text.height() + 8))


def _paint_mark(widget: QCheckBox | QRadioButton, painter: QPainter, of: Colours, radius: float) -> QRectF:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = _Marked.box(widget)
    if widget.hasFocus():
        painter.setPen(QPen(of.link, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2, radius + 2)
    on = widget.isChecked()
    fill = of.accent if widget.isEnabled() else of.disabled
    painter.setBrush(fill if on else of.base)
    painter.setPen(QPen(fill if on else of.outline if widget.isEnabled() else of.hairline, 1.4))
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(of.text if widget.isEnabled() else of.disabled)
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    area = widget.rect().adjusted(0 if rtl else _BOX + 12, 0, -(_BOX + 12) if rtl else 0, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading | Qt.TextFlag.TextShowMnemonic
    painter.drawText(area, int(flags), widget.text())
    return box
