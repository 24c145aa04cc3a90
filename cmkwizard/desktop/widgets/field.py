"""One labelled input with its help and its error, wired for keyboard and screen reader."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import name, without_mnemonic
from cmkwizard.desktop.widgets.icon import IconLabel
from cmkwizard.desktop.widgets.text import Text

Editor = TypeVar("Editor", bound=QWidget)


class Field(QWidget, Generic[Editor]):
    """Label above, editor, then help, which an error takes the place of.

    Sets buddy, accessible name and description, so that no page has to remember. Put the mnemonic into ``label``
    ("Key &name"); see ``RESERVED_MNEMONICS``.
    """

    def __init__(self, label: str, editor: Editor, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor: Editor = editor
        self.label = QLabel(label)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setBuddy(editor)
        self._help = help_text
        self._name = without_mnemonic(label)
        self._below = Text(help_text, "help")
        self._below.setVisible(bool(help_text))
        self._error = Text("", "error")
        self._error_row = QWidget()
        row = QHBoxLayout(self._error_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("alert", "danger", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._error, 1)
        self._error_row.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(5)
        for part in (self.label, editor, self._below, self._error_row):
            lines.addWidget(part)
        lines.addStretch(1)
        name(editor, label, help_text)

    def show_error(self, error: str | None) -> None:
        """Show what is wrong with the input, or (None, "") the help again."""
        self._error.setText(error or "")
        self._error_row.setVisible(bool(error))
        self._below.setVisible(bool(self._help) and not error)
        self.editor.setProperty("invalid", bool(error))
        self.editor.setAccessibleDescription(f"Error: {error}" if error else self._help)
        self.editor.update()

    def show_help(self, help_text: str) -> None:
        """Change the line below the editor (a good answer, too: "The name is free.")."""
        if help_text != self._help:
            self._help = help_text
            self._below.setText(help_text)
            if self._error_row.isHidden():
                self._below.setVisible(bool(help_text))
                self.editor.setAccessibleDescription(help_text)


def set_text(editor: QLineEdit, text: str) -> None:
    """Show the model's text without moving the cursor of a person who types just this.

    Nothing is announced: `textChanged` stands for what a person enters, by keys, by paste or by an assistive
    technology (`textEdited` would leave out the last).
    """
    if editor.text() != text:
        with QSignalBlocker(editor):
            editor.setText(text)
