"""The entries of the history, as a card of the page "Review: how things stood"."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QWidget

from cmkwizard.desktop.accessibility import announce, name
from cmkwizard.desktop.models.history import HistoryModel
from cmkwizard.desktop.models.history_entries import SIEVES
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.inputs import ComboBox, LineEdit
from cmkwizard.desktop.widgets.row_model import RowModel
from cmkwizard.desktop.widgets.row_view import RowView
from cmkwizard.desktop.widgets.text import Text

_HEIGHT = 330
_AROUND = 40
"""Pixels beside a cell's text."""
_NEAR = 40
"""So many rows before the end the next ones are read."""


class EntriesCard(Card):
    """What to list, the list, and the chosen entry in full."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__("Entries", "Everything that was seen and done, the newest first.")
        self._history, self._model = model, model.entries
        self.add(self._build_choice())
        self._rows = RowModel(("When", "What", "How it was", "How often"), self)
        self.table = self.add(RowView())
        self.table.setModel(self._rows)
        self.table.setFixedHeight(_HEIGHT)
        name(self.table, "Entries", "Enter shows how things stood then")
        for column, longest in ((0, "0000-00-00 00:00"), (3, "000,000 times until 0000-00-00 00:00")):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, self.table.fontMetrics().horizontalAdvance(longest) + _AROUND)
        self.status = self.add(Text("", "help"))
        self.chosen = self.add(self._build_chosen())
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.table.activated.connect(self._row_activated)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._model.cleared.connect(self._clear)
        self._model.arrived.connect(self._rows.append)
        self._model.changed.connect(self._show)
        self._show()

    def _build_choice(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self.sieve: Field[ComboBox] = Field("Sho&w", ComboBox())
        for key, sieve in SIEVES.items():
            self.sieve.editor.addItem(sieve.title, key)
        self.search = Field("Search &for", LineEdit(placeholder="Name, id, request id, person, call"))
        line.addWidget(self.sieve, 1)
        line.addWidget(self.search, 2)
        self.sieve.editor.activated.connect(self._choose_sieve)
        self.search.editor.textChanged.connect(self._model.search)
        return row

    def _build_chosen(self) -> Card:
        card = Card()
        self.heading = card.add(Text("", "heading"))
        self.details = card.add(Details())
        row = card.add(QWidget())
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.then_button = Button("How things stood th&en", "primary", icon="clock")
        self.compare_button = Button("&Put beside another moment", icon="search")
        self.copy_button = Button("Cop&y", icon="copy")
        for button in (self.then_button, self.compare_button, self.copy_button):
            line.addWidget(button)
        line.addStretch(1)
        self.then_button.clicked.connect(self._show_then)
        self.compare_button.clicked.connect(self._compare)
        self.copy_button.clicked.connect(self._copy)
        return card

    @Slot()
    def _show(self) -> None:
        model = self._model
        self.status.setText(model.status)
        self.heading.setText(model.heading)
        self.details.show_pairs(model.details)
        self.chosen.setAccessibleName(model.heading)
        self.chosen.setVisible(model.chosen is not None)

    @Slot()
    def _clear(self) -> None:
        self._rows.clear()

    @Slot(QModelIndex, QModelIndex)
    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self._rows.row_at(current)
        if row is not None:
            self._model.choose(int(row.id))

    @Slot(QModelIndex)
    def _row_activated(self, index: QModelIndex) -> None:
        if self._rows.row_at(index) is not None:
            self._show_then()

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        row = self.table.verticalHeader().defaultSectionSize()
        if value >= self.table.verticalScrollBar().maximum() - _NEAR * row:
            self._model.more()

    @Slot(int)
    def _choose_sieve(self, row: int) -> None:
        self._model.choose_sieve(str(self.sieve.editor.itemData(row)))

    @Slot()
    def _show_then(self) -> None:
        if self._model.chosen is not None:
            self._history.show_moment(self._model.chosen.at)

    @Slot()
    def _compare(self) -> None:
        if self._model.chosen is not None:
            self._history.comparison.add(self._model.chosen.at)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.as_text)
        announce(self, "The entry is copied.")
