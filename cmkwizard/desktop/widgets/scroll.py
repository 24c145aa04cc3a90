"""A scroll bar that is quiet until it is needed, in the palette's colours, and an area that has it beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QScrollBar, QWidget

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


class ScrollArea(QScrollArea):
    """Scrolls ``content`` up and down; its width follows the area's.

    The bar is drawn beside the area's own, which stays hidden: Qt counts a bar among the accessible children of a
    scroll area only while it is visible, and reads past the end of the list when a screen reader asks for the child
    that was there a moment before (seen with Qt 6.11: the program dies in ``QAccessibleAbstractScrollArea``).
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = SlimScrollBar(Qt.Orientation.Vertical, self)
        own = self.verticalScrollBar()
        own.rangeChanged.connect(self._range_changed)
        own.valueChanged.connect(self._bar.setValue)
        self._bar.valueChanged.connect(own.setValue)
        self._bar.hide()
        self.setWidget(content)
        self._place_bar()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar at the edge."""
        super().resizeEvent(event)
        self._place_bar()

    def changeEvent(self, event: QEvent) -> None:
        """Move the bar to the other edge when the direction of reading changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_bar()

    @Slot(int, int)
    def _range_changed(self, least: int, most: int) -> None:
        own = self.verticalScrollBar()
        self._bar.setPageStep(own.pageStep())
        self._bar.setSingleStep(own.singleStep())
        self._bar.setRange(least, most)
        self._bar.setValue(own.value())
        self._bar.setVisible(most > least)

    def _place_bar(self) -> None:
        left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setViewportMargins(_WIDE if left else 0, 0, 0 if left else _WIDE, 0)
        self._bar.setGeometry(0 if left else self.width() - _WIDE, 0, _WIDE, self.height())
