"""The window itself, before there is anything in it: on the screen within a fifth of a second.

Only what an empty window needs is imported here. Qt's own namespace of enumerations, for one, takes as long to load as
a tenth of the whole start, and is left to what comes after the first paint.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

NAME = "cmkwizard"
LONGEST_WAIT_MS = 1000
"""For the first paint; a window that starts minimised is never painted."""


class Window(QMainWindow):
    """Holds one widget, which is asked before the window closes."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(NAME)
        self.setMinimumSize(900, 600)
        self.resize(1080, 720)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when what is inside agrees."""
        inside = self.centralWidget()
        event.setAccepted(inside is None or inside.close())


def open_window() -> Window:
    """Make the application (when there is none), show an empty window and wait for its first paint."""
    if QApplication.instance() is None:
        app = QApplication(sys.argv[:1])
        app.setApplicationName(NAME)
        app.setDesktopFileName(NAME)
        app.setStyle("Fusion")
    window = Window()
    waiting = QEventLoop()
    paint = _FirstPaint(window, waiting)
    window.installEventFilter(paint)
    window.show()
    QTimer.singleShot(LONGEST_WAIT_MS, waiting.quit)
    waiting.exec()
    window.removeEventFilter(paint)
    return window


class _FirstPaint(QObject):
    def __init__(self, window: Window, waiting: QEventLoop) -> None:
        super().__init__(window)
        self._waiting = waiting

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """End the waiting once the paint is through."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._waiting.quit)
        return False
