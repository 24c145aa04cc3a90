"""A line that is typed: what is on the clipboard, or dragged here, stays outside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent

from cmkwizard.desktop.widgets.inputs import LineEdit


class TypedLine(LineEdit):
    """Takes keys alone. Reading a name and typing it is the moment in which a wrong one is noticed."""

    def __init__(self, *, longest: int = 256) -> None:
        super().__init__(longest=longest)
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # it offers Paste

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave out the keys that paste."""
        if event.matches(QKeySequence.StandardKey.Paste):
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave out the middle button, which pastes what is selected elsewhere."""
        if event.button() is Qt.MouseButton.MiddleButton:
            event.accept()
        else:
            super().mouseReleaseEvent(event)
