"""Choose one row of a long list; once chosen, one line with a way back to the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import name
from cmkwizard.desktop.models.listing import Listing
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.filter_list import FilterList, ListWords, Row
from cmkwizard.desktop.widgets.icon import IconLabel, IconName
from cmkwizard.desktop.widgets.text import Text


class Picker(QWidget):
    """A filter list bound to a :class:`Listing`, folded away while something is chosen.

    Signals:
        picked: the person chose a row, by its id.
    """

    picked = Signal(str)

    def __init__(
        self,
        noun: str,
        columns: Sequence[str],
        words: ListWords,
        *,
        filter_text: str,
        use_text: str,
        change_text: str,
        icon: IconName,
        widths: Sequence[int],
    ) -> None:
        """Make the picker of a ``noun`` ("subscription"); the three texts are a label and two buttons.

        ``widths``: of the columns, in device-independent pixels; a column of 0 takes what is left.
        """
        super().__init__()
        self.list = FilterList(filter_text, columns, words)
        header = self.list.table.horizontalHeader()
        for column, width in enumerate(widths):
            if width:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(column, width)
        self.use_button = Button(use_text)
        self.use_button.setEnabled(False)
        self.change_button = Button(change_text, "quiet")
        self.chosen = Text("", "strong").let_copy()
        name(self.chosen, f"Chosen {noun}")
        self._noun = noun
        self._open = True
        self._listing: Listing[Any] | None = None
        self._row: Callable[[Any], Row] = lambda _: Row("", ())
        self._folded = QWidget()
        line = QHBoxLayout(self._folded)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(IconLabel(icon, "muted"))
        line.addWidget(self.chosen, 1)
        line.addWidget(self.change_button)
        self._unfolded = QWidget()
        rows = QVBoxLayout(self._unfolded)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.list)
        below = QHBoxLayout()
        below.addWidget(self.use_button)
        below.addStretch(1)
        rows.addLayout(below)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._folded)
        lines.addWidget(self._unfolded)
        self.list.selected.connect(self._selected)
        self.list.activated.connect(self._use)
        self.use_button.clicked.connect(self._use_selected)
        self.change_button.clicked.connect(self._change)
        self.show_chosen("")

    def bind(self, listing: Listing[Any], row: Callable[[Any], Row]) -> None:
        """Show the rows of ``listing`` as they arrive."""
        self._listing, self._row = listing, row
        listing.cleared.connect(self._cleared)
        listing.rows_added.connect(self._added)
        listing.changed.connect(self._listing_changed)
        self.list.begin()
        self._added(listing.rows)
        self._listing_changed()

    def show_chosen(self, text: str) -> None:
        """Say what is chosen; an empty text opens the list."""
        if text != self.chosen.text():
            self.chosen.setText(text)
            self.chosen.setAccessibleName(f"Chosen {self._noun}: {text}")
            self._open = not text
        elif not text:
            self._open = True
        self._folded.setVisible(not self._open)
        self._unfolded.setVisible(self._open)

    def focus_target(self) -> QWidget:
        """Where the focus belongs: the list, or what leads back to it."""
        return self.list.focus_target() if self._open else self.change_button

    @Slot()
    def _change(self) -> None:
        self._open = True
        self._folded.hide()
        self._unfolded.show()
        self.list.focus_target().setFocus()

    @Slot(str)
    def _selected(self, row_id: str) -> None:
        self.use_button.setEnabled(bool(row_id))

    @Slot()
    def _use_selected(self) -> None:
        self._use(self.list.selected_id)

    @Slot(str)
    def _use(self, row_id: str) -> None:
        if row_id:
            self._open = False
            self.picked.emit(row_id)
            self._folded.setVisible(bool(self.chosen.text()))
            self._unfolded.setVisible(not self.chosen.text())

    @Slot()
    def _cleared(self) -> None:
        self.list.begin()

    @Slot(list)
    def _added(self, rows: Sequence[Any]) -> None:
        self.list.append([self._row(row) for row in rows])

    @Slot()
    def _listing_changed(self) -> None:
        listing = self._listing
        if listing is not None and not listing.loading and (listing.complete or listing.problem):
            self.list.finish(listing.problem.message if listing.problem else "")
