"""A few options of which one is chosen, each with what it means below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import name
from cmkwizard.desktop.widgets.inputs import RadioButton
from cmkwizard.desktop.widgets.text import Text


class Options(QWidget):
    """Radio buttons with consequences.

    Signals:
        chosen: the person chose another option, by its id.
    """

    chosen = Signal(str)

    def __init__(self, label: str, options: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """Make the options ``(id, text with a mnemonic, what it means or "")``."""
        super().__init__(parent)
        name(self, label)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RadioButton] = {}
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        for option, text, meaning in options:
            button = RadioButton(text)
            name(button, text, meaning)
            button.setProperty("option", option)
            self._group.addButton(button)
            self._buttons[option] = button
            lines.addWidget(button)
            if meaning:
                below = Text(meaning, "help")
                below.setContentsMargins(30, 0, 0, 6)
                lines.addWidget(below)
        self._group.buttonClicked.connect(self._clicked)

    def choose(self, option: str) -> None:
        """Show an option as chosen, without a signal."""
        if option in self._buttons:
            self._buttons[option].setChecked(True)

    def button(self, option: str) -> RadioButton:
        """The radio button of an option (to disable it, or to give it the focus)."""
        return self._buttons[option]

    @property
    def choice(self) -> str:
        """The chosen option's id, or ""."""
        button = self._group.checkedButton()
        return str(button.property("option")) if button is not None else ""

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property("option")))
