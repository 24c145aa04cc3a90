"""Progress with patience: short work shows nothing, and what is shown stays long enough to be read."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.page_model import Busy
from cmkwizard.desktop.theme import colours
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.text import OneLine

SHOW_AFTER_MS = 600
KEEP_MS = 500
_FRAME_MS = 40


class BusyStrip(QWidget):
    """What runs in words, a slim bar, and Cancel.

    Signals:
        cancelled: Cancel was pressed.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy: Busy | None = None
        self._text = OneLine("", "help")
        self._bar = SlimBar()
        self.cancel_button = Button("&Cancel", "quiet")
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(self._text)
        column.addWidget(self._bar)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addWidget(self.cancel_button)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self._shown_for = QElapsedTimer()
        self._appear = QTimer(self, singleShot=True, interval=SHOW_AFTER_MS)
        self._appear.timeout.connect(self._show_now)
        self._vanish = QTimer(self, singleShot=True)
        self._vanish.timeout.connect(self._hide_now)
        self.hide()

    def show_busy(self, busy: Busy | None) -> None:
        """Follow a page's work; None: it has ended."""
        started = busy is not None and self._busy is None
        self._busy = busy
        if busy is None:
            self._appear.stop()
            self.cancel_button.setEnabled(False)
            if not self.isHidden() and not self._vanish.isActive():
                self._vanish.start(max(0, KEEP_MS - self._shown_for.elapsed()))
            return
        self._vanish.stop()
        self._text.setText(busy.text)
        self._bar.show_fraction(busy.fraction)
        self._bar.setAccessibleName(busy.text)
        self.cancel_button.setVisible(busy.cancellable)
        self.cancel_button.setEnabled(True)
        if started and self.isHidden():
            self._appear.start()

    @property
    def text(self) -> str:
        """What runs, as shown; "" when nothing is shown."""
        return "" if self.isHidden() else self._text.whole

    @Slot()
    def _show_now(self) -> None:
        self._shown_for.start()
        self.show()
        announce(self, self._text.whole)

    @Slot()
    def _hide_now(self) -> None:
        self.hide()

    @Slot()
    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancelled.emit()


class SlimBar(QProgressBar):
    """A progress bar of four pixels; a moving piece when nobody can know how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(4)
        self.setMinimumWidth(40)
        self._place = 0.25
        self._motion = QTimer(self, interval=_FRAME_MS)
        self._motion.timeout.connect(self._move)
        self.show_fraction(None)

    def show_fraction(self, fraction: float | None) -> None:
        """Show 0 to 1, or None for a moving piece."""
        if fraction is None:
            self.setRange(0, 0)
        else:
            self.setRange(0, 1000)
            self.setValue(round(fraction * 1000))
        self._run_while_seen()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Move only while it is seen."""
        super().showEvent(event)
        self._run_while_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._motion.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint groove and piece."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.hairline)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, 2, 2)
        painter.setBrush(of.accent if of.scheme == "light" else of.link)
        if self.maximum():
            piece = QRectF(0, 0, area.width() * self.value() / self.maximum(), area.height())
        else:
            wide = area.width() * 0.3
            piece = QRectF((area.width() + wide) * self._place - wide, 0, wide, area.height())
        painter.setClipRect(area)
        painter.drawRoundedRect(piece, 2, 2)

    def _run_while_seen(self) -> None:
        if self.maximum() == 0 and self.isVisible():
            self._motion.start()
        else:
            self._motion.stop()

    @Slot()
    def _move(self) -> None:
        self._place = (self._place + 0.018) % 1.0
        self.update()
