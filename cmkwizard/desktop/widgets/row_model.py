"""The rows of a filter list: plain tuples, filtered in Python over text that was made lower-case once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cmkwizard.desktop.widgets.text import plain, tooltip

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One row: an id that stays the same, and a text for each column."""

    id: str
    cells: tuple[str, ...]


class RowModel(QAbstractTableModel):
    """All rows, those that match, and the id that is to be selected."""

    def __init__(self, columns: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self._haystack: list[str] = []
        self._shown: list[Row] = []
        self._words: list[str] = []
        self.wanted = ""

    @property
    def total(self) -> int:
        """How many rows there are, matching or not."""
        return len(self._rows)

    def clear(self) -> None:
        """Forget all rows, not what is wanted or filtered for."""
        self.beginResetModel()
        self._rows, self._haystack, self._shown = [], [], []
        self.endResetModel()

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows; those that match are inserted below the shown ones."""
        haystack = [" ".join(row.cells).lower() for row in rows]
        matching = [row for row, text in zip(rows, haystack, strict=True) if self._matches(text)]
        self._rows += rows
        self._haystack += haystack
        if matching:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(matching) - 1)
            self._shown += matching
            self.endInsertRows()

    def show_matching(self, text: str) -> None:
        """Show the rows that hold every word of ``text``, in any column and any case."""
        self._words = text.lower().split()
        self.beginResetModel()
        self._shown = [r for r, hay in zip(self._rows, self._haystack, strict=True) if self._matches(hay)]
        self.endResetModel()

    def row_at(self, index: Index) -> Row | None:
        """The shown row at an index."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def row_of_wanted(self) -> int | None:
        """Where the wanted row is shown, if it is."""
        if not self.wanted:
            return None
        return next((n for n, row in enumerate(self._shown) if row.id == self.wanted), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text."""
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(self._shown[index.row()].cells[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._shown[index.row()].cells[index.column()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A column's title."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._columns[section]
        return None

    def _matches(self, text: str) -> bool:
        return all(word in text for word in self._words)
