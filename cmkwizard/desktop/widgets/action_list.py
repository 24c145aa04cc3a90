"""Rows of a plan or of work in progress: a state in icon and words, a title, what it changes, the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Text


class RowState(StrEnum):
    """How a row stands; the words are shown."""

    PLANNED = "Will be done"
    THERE = "Already there"
    RUNNING = "Running"
    WAITING = "Waiting"
    DONE = "Done"
    SKIPPED = "Skipped"
    FAILED = "Failed"
    TO_DO = "To do"


_ICONS: dict[RowState, tuple[IconName, Tint]] = {
    RowState.PLANNED: ("dot", "link"),
    RowState.THERE: ("check", "success"),
    RowState.RUNNING: ("spinner", "link"),
    RowState.WAITING: ("clock", "warning"),
    RowState.DONE: ("check", "success"),
    RowState.SKIPPED: ("skip", "muted"),
    RowState.FAILED: ("alert", "danger"),
    RowState.TO_DO: ("dot", "muted"),
}


_LONG_COMMAND = 72
"""Characters."""


@dataclass(frozen=True)
class ActionRow:
    """One row. Texts may come from outside: they are shown literally."""

    key: str
    title: str
    state: RowState
    detail: str = ""
    """What it changes, or how far it is."""
    command: str = ""
    """The equivalent command, without secrets; shown in a fixed-width face and copyable."""
    note: str = ""
    """Beside the state: "12 s", "asking again in 10 s"."""


class ActionList(QWidget):
    """Shows rows; a row that stays is updated in place, so that nothing jumps and no selection is lost."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._rows: list[_Row] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)

    def show_rows(self, rows: Sequence[ActionRow]) -> None:
        """Show exactly these rows."""
        if [row.key for row in rows] != [row.key for row in self._rows]:
            for old in self._rows:
                remove(old)
            self._rows = [_Row(row, last=n == len(rows)) for n, row in enumerate(rows, 1)]
            for new in self._rows:
                self._lines.addWidget(new)
                new.show()  # Qt itself shows what comes into a layout a turn later
        for shown, row in zip(self._rows, rows, strict=True):
            shown.show_row(row)


class _Row(QFrame):
    def __init__(self, row: ActionRow, *, last: bool) -> None:
        super().__init__()
        self.key = row.key
        self._last = last
        self._icon = IconLabel(*_ICONS[row.state])
        self._title = Text(row.title, "strong")
        self._state = Text("", "help")
        self._state.setWordWrap(False)
        self._state.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
        self._detail = Text("", "help")
        self._command = Text("", "code").let_copy()
        lines = QHBoxLayout(self)
        lines.setContentsMargins(0, 10, 0, 10)
        lines.setSpacing(12)
        lines.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        middle = QVBoxLayout()
        middle.setSpacing(3)
        for part in (self._title, self._detail, self._command):
            middle.addWidget(part)
        lines.addLayout(middle, 1)
        lines.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        self.show_row(row)

    def show_row(self, row: ActionRow) -> None:
        """Show another state of the same row."""
        self._icon.show_icon(*_ICONS[row.state])
        self._title.setText(row.title)
        self._state.setText(f"{row.state.value} · {row.note}" if row.note else row.state.value)
        for text, label in ((row.detail, self._detail), (broken_command(row.command), self._command)):
            label.setText(text)
            label.setVisible(bool(text))
        self._command.setAccessibleName(f"Command: {row.command}")
        self.setAccessibleName(f"{row.title}: {self._state.text()}" + (f". {row.detail}" if row.detail else ""))


def broken_command(command: str) -> str:
    """A long command over several lines, which a shell reads as one."""
    return command if len(command) <= _LONG_COMMAND else command.replace(" --", " \\\n    --")
