"""What must be typed, letter for letter, before something that cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import LineEdit
from cmkwizard.desktop.widgets.text import Text


class TypedConfirmation(QWidget):
    """Asks for ``wanted`` to be typed. Pasting is allowed: the words are what counts, not the fingers.

    Signals:
        changed: whether what is typed is what is wanted.
    """

    changed = Signal(bool)

    def __init__(self, label: str, wanted: str, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._prompt = Text("", "strong").let_copy()
        self.field = Field(label, LineEdit(), help_text)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._prompt)
        lines.addWidget(self.field)
        self.field.editor.textChanged.connect(self._text_changed)
        self.ask_for(wanted)

    def ask_for(self, wanted: str) -> None:
        """Ask for another text; what was typed stays and is compared anew."""
        self._wanted = wanted
        self._prompt.setText(f"Type  {wanted}")
        self._prompt.setAccessibleName(f"Type {wanted}")
        self._text_changed(self.field.editor.text())

    @property
    def confirmed(self) -> bool:
        """Whether what is typed is what is wanted (spaces around it do not matter)."""
        return bool(self._wanted) and self.field.editor.text().strip() == self._wanted

    @Slot(str)
    def _text_changed(self, _text: str) -> None:
        self.changed.emit(self.confirmed)
