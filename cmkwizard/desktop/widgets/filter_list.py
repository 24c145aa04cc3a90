"""A list for ten thousand rows and more: fills as pages arrive, filters as one types, stalls nothing.

A filter proxy over a Python model takes 50 ms a key stroke at this size; an own filter over lower-case text that was
made once, and a model reset, take 2 ms.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cmkwizard.desktop.accessibility import name, without_mnemonic
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import LineEdit
from cmkwizard.desktop.widgets.row_model import Row, RowModel
from cmkwizard.desktop.widgets.row_view import RowView
from cmkwizard.desktop.widgets.text import Text

__all__ = ["FilterList", "ListWords", "Row"]


PORTION = 1000
"""Rows that are taken at a time; takes about 5 ms."""


@dataclass(frozen=True)
class ListWords:
    """What a list says about its rows. ``noun`` is plural: "vaults"."""

    noun: str
    none: str = ""
    """When there are none at all, with what to do then; made from the noun when empty."""

    def counted(self, count: int) -> str:
        """So many rows: "1 vault", "12 vaults"."""
        return f"{count:,} {self.noun.removesuffix('s') if count == 1 else self.noun}"


class FilterList(QWidget):
    """Filter line, table and a status line in words.

    The table loads in the order of arrival; call :meth:`begin`, :meth:`append` for each page, :meth:`finish`.

    Signals:
        selected: another row is selected, by id; "" when none.
        activated: a row was double-clicked or Enter was pressed on it, by id.
    """

    selected = Signal(str)
    activated = Signal(str)

    def __init__(self, label: str, columns: Sequence[str], words: ListWords, parent: QWidget | None = None) -> None:
        """Make an empty list. ``label`` ("&Filter vaults") labels the filter line and carries its mnemonic."""
        super().__init__(parent)
        self._words = words
        self._loading = False
        self._problem = ""
        self._waiting: deque[Row] = deque()
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._take)
        self._model = RowModel(columns, self)
        self.filter = Field(label, LineEdit(placeholder="Type to filter"))
        self.table = RowView()
        self._status = Text("", "help")
        self._absence = Text()
        self._absence.setContentsMargins(15, self.table.horizontalHeader().height() + 12, 15, 0)
        self._absence.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = QGridLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addWidget(self.filter, 0, 0)
        lines.addWidget(self.table, 1, 0)
        lines.addWidget(self._absence, 1, 0, Qt.AlignmentFlag.AlignTop)
        lines.addWidget(self._status, 2, 0)
        lines.setRowStretch(1, 1)
        self._set_up_table(without_mnemonic(words.noun))
        self.filter.editor.textChanged.connect(self._filter_changed)
        self.filter.editor.installEventFilter(self)
        self._say()

    def begin(self) -> None:
        """Forget all rows (the selected id is kept and selected again when it arrives) and say that it is loading."""
        self._loading = True
        self._waiting.clear()
        self._problem = ""
        self._model.clear()
        self._say()

    def append(self, rows: Sequence[Row]) -> None:
        """Add a page of rows below the others. A large one is taken in portions, so that the window never stalls."""
        self._waiting.extend(rows)
        if not self._rest.isActive():
            self._take()

    def finish(self, problem: str = "") -> None:
        """All rows are there; or, with a sentence, loading stopped here."""
        self._loading = False
        self._problem = problem
        self._say()

    def focus_target(self) -> QWidget:
        """Where the focus belongs: the filter line, or the table when there is nothing to filter."""
        return self.table if self.filter.isHidden() else self.filter.editor

    @property
    def selected_id(self) -> str:
        """The selected row's id, or ""."""
        return self._model.wanted

    @property
    def shown_count(self) -> int:
        """How many rows pass the filter."""
        return self._model.rowCount()

    @property
    def status(self) -> str:
        """The line below the list, or what stands in the list instead of rows."""
        return self._status.text() or self._absence.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys lead from the filter line into the table."""
        if (
            watched is self.filter.editor
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
            and self.shown_count
        ):
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
            return True
        return super().eventFilter(watched, event)

    def _set_up_table(self, noun: str) -> None:
        table = self.table
        table.setModel(self._model)
        name(table, noun[:1].upper() + noun[1:])
        table.selectionModel().currentRowChanged.connect(self._current_changed)
        table.activated.connect(self._row_activated)

    @Slot(str)
    def _filter_changed(self, text: str) -> None:
        self._model.show_matching(text)
        self._restore()
        self._say()

    def _restore(self) -> None:
        row = self._model.row_of_wanted()
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        if row is None:
            selection.clear()
        elif self.table.currentIndex().row() != row:
            self.table.selectRow(row)
        selection.blockSignals(False)

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self._model.row_at(current)
        if row is not None and row.id != self._model.wanted:
            self._model.wanted = row.id
            self.selected.emit(row.id)

    @Slot(QModelIndex)
    def _row_activated(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row is not None:
            self.activated.emit(row.id)

    @Slot()
    def _take(self) -> None:
        self._model.append([self._waiting.popleft() for _ in range(min(PORTION, len(self._waiting)))])
        if self._waiting:
            self._rest.start()
        self._restore()
        self._say()

    def _say(self) -> None:
        shown, text = self._model.rowCount(), self._sentence()
        self._status.setText(text if shown else "")
        self._absence.setText("" if shown else text)
        self._status.setVisible(shown > 0)
        self._absence.setVisible(not shown)
        # Without a row there is nothing to filter, and what to do instead is seen without scrolling.
        self.filter.setVisible(bool(self._model.total or self._loading or self._waiting or self.filter.editor.text()))

    def _sentence(self) -> str:
        shown, all_rows, noun = self._model.rowCount(), self._model.total, self._words.noun
        if self._problem:
            return self._problem
        if self._loading or self._waiting:
            return f"Loading {noun}… {all_rows:,} so far." if all_rows else f"Loading {noun}…"
        if not all_rows:
            return self._words.none or f"There are no {noun}."
        counted = self._words.counted(all_rows)
        if not shown:
            return f"No match for the filter among {counted}."
        return f"{counted}." if shown == all_rows else f"{shown:,} of {counted}."
