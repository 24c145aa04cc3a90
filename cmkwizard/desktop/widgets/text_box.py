"""Several lines of plain text to be typed or pasted, or shown to be read and copied."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from cmkwizard.desktop.theme import colours
from cmkwizard.desktop.widgets.inputs import paint_frame
from cmkwizard.desktop.widgets.scroll import use_slim_bars

LONGEST = 2_000_000
"""Characters that are taken at once; of a longer text the end."""


class TextBox(QWidget):
    """A box with the frame of a field; Tab leaves it. The text is in :attr:`editor`."""

    def __init__(self, name: str, *, lines: int = 6, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = _Editor(self)
        self.editor.setAccessibleName(name)
        self.editor.setPlaceholderText(placeholder)
        self.editor.setFixedHeight(self.fontMetrics().lineSpacing() * lines)
        around = QVBoxLayout(self)
        around.setContentsMargins(6, 6, 6, 6)
        around.addWidget(self.editor)
        self.setFocusProxy(self.editor)

    @property
    def text(self) -> str:
        """What the box holds."""
        return self.editor.toPlainText()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, with the ring while a person types."""
        painter = QPainter(self)
        paint_frame(self.editor, painter, colours(self.palette()), self.rect())


class _Editor(QPlainTextEdit):
    def __init__(self, box: TextBox) -> None:
        super().__init__(box)
        self._box = box
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(True)
        use_slim_bars(self)
        clear = QPalette()
        clear.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.setPalette(clear)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste plain text alone, and no more than can be shown."""
        if source.hasText():
            self.insertPlainText(source.text()[-LONGEST:])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have the box paint its ring."""
        super().focusInEvent(event)
        self._box.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Have the box paint without it."""
        super().focusOutEvent(event)
        self._box.update()
