"""The window itself, before there is anything in it: on the screen within a fifth of a second.

Only what an empty window needs is imported here. Qt's own namespace of enumerations, for one, takes as long to load as
a tenth of the whole start, and is left to what comes after the first paint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
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
        self.when_painted: Callable[[], None] | None = None
        """Called after a paint."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the paint is through. An event filter would have a Python type made for every kind of event."""
        super().paintEvent(event)
        if self.when_painted is not None:
            QTimer.singleShot(0, self.when_painted)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when what is inside agrees."""
        inside = self.centralWidget()
        event.setAccepted(inside is None or inside.close())


def make_window() -> Window:
    """Make the application (when there is none) and an empty window, which is not shown yet."""
    if QApplication.instance() is None:
        app = QApplication([sys.argv[0], "-style", "fusion"])  # setStyle() would have PySide6 wrap all of QStyle
        app.setApplicationName(NAME)
        app.setDesktopFileName(NAME)
    return Window()


def open_window() -> Window:
    """As :func:`make_window`; show the window and wait for its first paint."""
    window = make_window()
    waiting = QEventLoop()
    window.when_painted = waiting.quit
    window.show()
    QTimer.singleShot(LONGEST_WAIT_MS, waiting.quit)
    waiting.exec()
    window.when_painted = None
    return window
