"""A hand in the window: finds what is shown by the name that a screen reader would say, presses it, types into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTableView, QWidget

from cmkwizard.desktop.accessibility import without_mnemonic

W = TypeVar("W", bound=QWidget)


class NotShown(LookupError):
    """What was to be used is not shown, or cannot be used now."""


class Hand:
    """Uses only what is visible and enabled, as a person would."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def shown(self, kind: type[W], name: str) -> W | None:
        """The visible widget of a kind with this accessible name (for a button: its text), or None."""
        return next((each for each in self.visible(kind) if name_of(each) == name), None)

    def starting(self, kind: type[W], start: str) -> str:
        """What follows ``start`` in the name of the visible widget whose name begins so; else an empty text."""
        names = (name_of(each) for each in self.visible(kind))
        return next((name.removeprefix(start).strip() for name in names if name.startswith(start)), "")

    def can_press(self, name: str) -> bool:
        """Whether there is such a button, visible and enabled."""
        button = self.shown(QAbstractButton, name)
        return button is not None and button.isEnabled()

    def press(self, name: str) -> None:
        """Press a button, tick a box, choose an option.

        Raises:
            NotShown: it is not there, or not enabled.
        """
        button = self.shown(QAbstractButton, name)
        if button is None or not button.isEnabled():
            raise NotShown(f"there is no button “{name}” that can be pressed")
        button.click()

    def begin_writing(self, name: str) -> QLineEdit:
        """Go to a field and select what it holds, so that the first key replaces it.

        Raises:
            NotShown: it is not there, or cannot be edited.
        """
        field = self.shown(QLineEdit, name)
        if field is None or not field.isEnabled() or field.isReadOnly():
            raise NotShown(f"there is no field “{name}” that can be edited")
        field.setFocus()
        field.selectAll()
        return field

    def type_key(self, field: QLineEdit, letter: str) -> None:
        """Press and release one key."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))

    def read(self, name: str) -> str:
        """What a field holds; empty when it is not shown."""
        field = self.shown(QLineEdit, name)
        return field.text() if field is not None else ""

    def rows(self, table: str) -> list[tuple[str, ...]]:
        """The texts of the rows of a visible table."""
        found = self.shown(QTableView, table)
        if found is None:
            return []
        model = found.model()
        columns = range(model.columnCount(QModelIndex()))
        return [
            tuple(str(model.index(row, column).data() or "") for column in columns)
            for row in range(model.rowCount(QModelIndex()))
        ]

    def choose_row(self, table: str, row: int) -> None:
        """Select a row of a visible table."""
        found = self.shown(QTableView, table)
        if found is None:
            raise NotShown(f"there is no table “{table}”")
        found.selectRow(row)

    def options(self, name: str) -> int:
        """How many options a list of choices offers; 0 when it is not shown."""
        combo = self.shown(QComboBox, name)
        return combo.count() if combo is not None else 0

    def chosen(self, name: str) -> str:
        """The text of the option that is chosen; empty when the list is not shown."""
        combo = self.shown(QComboBox, name)
        return combo.currentText() if combo is not None else ""

    def choose(self, name: str, option: str) -> None:
        """Choose an option from a list of choices by its text, or by how it begins ("All" for "All (40)").

        Raises:
            NotShown: the list or the option is not there.
        """
        combo = self.shown(QComboBox, name)
        if combo is None:
            raise NotShown(f"there is no list “{name}”")
        place = combo.findText(option)
        if place < 0:
            place = combo.findText(f"{option} (", Qt.MatchFlag.MatchStartsWith)
        if place < 0:
            raise NotShown(f"there is no option “{option}” in “{name}”")
        combo.setCurrentIndex(place)
        combo.activated.emit(place)

    def visible(self, kind: type[W]) -> Iterator[W]:
        """The visible widgets of a kind."""
        return (each for each in self._window.findChildren(kind) if each.isVisible())


def name_of(widget: QWidget) -> str:
    """The name of a widget as it is read aloud."""
    if widget.accessibleName():
        return widget.accessibleName()
    return without_mnemonic(widget.text()) if isinstance(widget, QAbstractButton) else ""
