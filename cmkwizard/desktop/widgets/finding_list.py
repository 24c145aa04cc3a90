"""Findings under the headings of their groups. Sixty of them open at once: what is not on the screen comes later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.finding_rows import FindingRow, FindingSection, counted
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.finding_item import FindingItem
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Text

PORTION = 3
"""Findings that are laid out at a time: their own few milliseconds, and those in which Qt lays out and paints all."""


class FindingList(QWidget):
    """Shows sections, or only those of their rows that are asked for. A row that stays keeps its widget.

    Signals:
        fix_chosen: "Fix…" was pressed, with the row's key.
    """

    fix_chosen = Signal(str)

    def __init__(self, name: str, opener: Callable[[str], bool], parent: QWidget | None = None) -> None:
        """Make an empty list. ``opener`` opens an address in the browser, and answers whether one took it."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._opener = opener
        self._sections: dict[str, _Section] = {}
        self._items: dict[str, FindingItem] = {}
        self._waiting: list[tuple[_Section, FindingRow]] = []
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._lay_out_more)
        self._shown: tuple[tuple[FindingSection, ...], frozenset[str] | None] = ((), None)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(16)
        self.hide()

    def show_sections(self, sections: Iterable[FindingSection], only: Collection[str] | None = None) -> None:
        """Show the rows of ``sections``; with ``only``, those with these keys."""
        wanted = (tuple(sections), None if only is None else frozenset(only))
        if wanted == self._shown:
            return
        self._shown = wanted
        rows = {row.key: row for section in wanted[0] for row in section.rows}
        for key in [key for key, item in self._items.items() if rows.get(key) != item.row]:
            remove(self._items.pop(key))
        self._waiting = []
        for title in [title for title in self._sections if title not in {section.title for section in wanted[0]}]:
            remove(self._sections.pop(title))
        for place, section in enumerate(wanted[0]):
            self._show_section(place, section, wanted[1])
        self.setVisible(bool(rows) and (only is None or bool(only)))
        self._lay_out_more()

    def show_rows(self, rows: Sequence[FindingRow]) -> None:
        """Show rows that belong together, without a heading."""
        self.show_sections([FindingSection("", tuple(rows))] if rows else [])

    def _show_section(self, place: int, section: FindingSection, only: frozenset[str] | None) -> None:
        shown = self._sections.get(section.title)
        if shown is None:
            shown = self._sections[section.title] = _Section(section.title)
        self._lines.insertWidget(place, shown)
        rows = [row for row in section.rows if only is None or row.key in only]
        shown.begin(section.rows, rows)
        self._waiting += [(shown, row) for row in rows]

    @Slot()
    def _lay_out_more(self) -> None:
        portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
        self._lines.setEnabled(False)  # laid out once for them all
        for section, rows in groupby(portion, key=lambda each: each[0]):
            section.add([self._item(row) for _, row in rows])
        self._lines.setEnabled(True)
        if self._waiting:
            self._rest.start()

    def _item(self, row: FindingRow) -> FindingItem:
        item = self._items.get(row.key)
        if item is None:
            item = self._items[row.key] = FindingItem(row, self._opener)
            item.fix_chosen.connect(self._fix_pressed)
        return item

    @Slot()
    def _fix_pressed(self) -> None:
        item = self.sender()
        if isinstance(item, FindingItem):
            self.fix_chosen.emit(item.row.key)


class _Section(QWidget):
    """A heading with counts, then a card of rows; without a heading only the rows."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.items: list[FindingItem] = []
        self._titled = bool(title)
        self._counts = Text("", "help")
        self._counts.setWordWrap(False)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        if title:
            card = Card()
            card.setAccessibleName(title)
            card.body.setContentsMargins(20, 16, 20, 6)
            head = QHBoxLayout()
            head.setContentsMargins(0, 0, 0, 10)
            head.addWidget(Text(title, "heading"), 1)
            head.addWidget(self._counts)
            card.body.addLayout(head)
            self._body.addWidget(card)
            self._body = card.body
        self._body.setSpacing(0)

    def begin(self, rows: Sequence[FindingRow], shown: Sequence[FindingRow]) -> None:
        """Take the rows out; those of ``shown`` will be added again."""
        self._body.setEnabled(False)
        for item in self.items:
            self._body.removeWidget(item)
            item.setVisible(False)
        self._body.setEnabled(True)
        self.items = []
        self._counts.setText(counted(rows))
        self.setVisible(bool(shown))

    def add(self, items: Sequence[FindingItem]) -> None:
        """Add rows below the others, laid out once: else Qt does it anew for every row that appears."""
        self._body.setEnabled(False)
        for place, item in enumerate(items, len(self.items)):
            item.parted = self._titled or place > 0
            self._body.addWidget(item)
            item.setVisible(True)
        self._body.setEnabled(True)
        self.items += items
