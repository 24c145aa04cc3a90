"""How things stood, one row for each thing: value, age, where it is known from, and what may have changed since."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.state_card import StateRow
from cmkwizard.desktop.widgets.icon import IconLabel, IconName, Tint
from cmkwizard.desktop.widgets.text import Text


class StateList(QWidget):
    """Shows the rows of a state card; a row that stays is updated in place.

    None of its signs says that all is well: what is shown was true when it was seen.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._rows: list[_Row] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)

    def show_rows(self, rows: Sequence[StateRow]) -> None:
        """Show exactly these rows."""
        while len(self._rows) < len(rows):
            self._rows.append(_Row())
            self._lines.addWidget(self._rows[-1])
        for shown, row in zip(self._rows, rows, strict=False):
            shown.show_row(row)
        for n, shown in enumerate(self._rows):
            shown.setVisible(n < len(rows))


class _Row(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("dot", "muted")
        self._title = Text("", "strong")
        self._title.setWordWrap(False)
        self._age = Text("", "help")
        self._age.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self._age.setWordWrap(False)
        self._value = Text().let_copy()
        self._seen = Text("", "help").let_copy()
        self._since = Text("", "help")
        lines = QHBoxLayout(self)
        lines.setContentsMargins(0, 8, 0, 8)
        lines.setSpacing(12)
        lines.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        middle = QVBoxLayout()
        middle.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._age)
        middle.addLayout(head)
        for part in (self._value, self._seen, self._since):
            middle.addWidget(part)
        lines.addLayout(middle, 1)

    def show_row(self, row: StateRow) -> None:
        """Show a row."""
        self._icon.show_icon(*_sign(row))
        self._title.setText(row.title)
        self._age.setText(row.age)
        pairs = (
            (self._value, row.value),
            (self._seen, row.seen),
            (self._since, row.since),
        )
        for label, text in pairs:
            label.setText(text)
            label.setVisible(bool(text))
        self._value.setAccessibleName(f"{row.title}: {row.value}")
        self._seen.setAccessibleName(row.seen)
        self.setAccessibleName(" ".join(part for part in (f"{row.title}:", row.value, row.seen, row.since) if part))


def _sign(row: StateRow) -> tuple[IconName, Tint]:
    if not row.known:
        return "dot", "muted"
    if row.trouble:
        return "alert", "danger"
    return ("clock", "link") if row.verified else ("info", "muted")
