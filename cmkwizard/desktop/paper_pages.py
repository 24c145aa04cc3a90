"""Where a long text is cut into pages: between rows and paragraphs, never behind a heading.

Qt's own pages cut a row of a table in the middle and leave headings at the foot of a page. The text comes in pieces, so
that what Qt does at a time is short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, groupby

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextDocument, QTextFrame, QTextTable

_DRAWING = "\ufffc"
"""Stands in the text for what is no text."""


@dataclass(frozen=True)
class Part:
    """A part of a page: what lies in the rectangle, in the piece's own units."""

    piece: QTextDocument
    area: QRectF


@dataclass(frozen=True)
class _Unit:
    """What stays together on one page."""

    piece: QTextDocument
    top: float
    bottom: float
    tied: bool = False
    """Whether it must not be the last of a page."""
    heading: QRectF | None = None
    """The first row of the table that goes on here: shown above it again where a page begins with it."""

    @property
    def height(self) -> float:
        return self.bottom - self.top


def pages_of(pieces: Sequence[QTextDocument], height: float) -> list[tuple[Part, ...]]:
    """The pages of a text: the parts of each, from top to bottom.

    Args:
        pieces: each laid out without pages (its text width is set, its page size is not). One after the first begins
            with a table: the same as that in which the one before it ends.
        height: of a page's text.
    """
    units = [part for unit in _all_units(pieces) for part in _parts(unit, height)]
    pages = []
    start = 0
    while start < len(units):
        heading = units[start].heading
        left = height - (heading.height() if heading else 0.0) - units[start].height
        end = start + 1
        while end < len(units) and units[end].height <= left:
            left -= units[end].height
            end += 1
        if end < len(units):
            end = _untied(units, start, end)
        pages.append(tuple(_page(units[start:end])))
        start = end
    return pages


def _page(units: Sequence[_Unit]) -> Iterator[Part]:
    first = units[0]
    if first.heading is not None:
        yield Part(first.piece, first.heading)
    for piece, group in groupby(units, lambda unit: unit.piece):
        own = list(group)
        yield Part(piece, QRectF(0, own[0].top, piece.size().width(), own[-1].bottom - own[0].top))


def _untied(units: list[_Unit], start: int, end: int) -> int:
    """An end that leaves no heading at the foot of the page; where there is none but headings, the end as it is."""
    last = end
    while last > start and units[last - 1].tied:
        last -= 1
    return last if last > start else end


def _parts(unit: _Unit, height: float) -> Iterator[_Unit]:
    """The unit itself; what is taller than a page has to be cut somewhere."""
    room = height - (unit.heading.height() if unit.heading else 0.0)
    top = unit.top
    while unit.bottom - top > room:
        yield replace(unit, top=top, bottom=top + room, tied=False)
        top += room
    yield replace(unit, top=top)


def _all_units(pieces: Sequence[QTextDocument]) -> Iterator[_Unit]:
    for place, piece in enumerate(pieces):
        yield from _units(piece, goes_on=place > 0, is_continued=place + 1 < len(pieces))


def _units(piece: QTextDocument, *, goes_on: bool, is_continued: bool) -> Iterator[_Unit]:
    """Everything in the piece, top to bottom, without gaps."""
    end = piece.size().height()  # asked first: then everything is laid out
    parts = list(_parts_of(piece.rootFrame()))
    # Qt puts an empty line before a text's first table, and one behind its last.
    if goes_on:
        parts = list(dropwhile(_is_block, parts))
    if is_continued:
        parts = list(dropwhile(_is_block, reversed(parts)))[::-1]
    found = list(_found(piece, parts, goes_on=goes_on))
    top = found[0].top if found else 0.0
    for place, unit in enumerate(found):
        last = place + 1 == len(found)
        following = found[place + 1].top if not last else end
        # Qt says of the empty line behind a table that it begins above the table's end.
        bottom = unit.bottom if last and is_continued else max(top, unit.bottom, following)
        yield replace(unit, top=top, bottom=bottom)
        top = bottom


def _found(piece: QTextDocument, parts: list[QTextTable | QTextBlock], *, goes_on: bool) -> Iterator[_Unit]:
    layout = piece.documentLayout()
    for place, part in enumerate(parts):
        if isinstance(part, QTextTable):
            rows = list(_rows(part, piece))
            yield from rows if place or not goes_on else _without_heading(rows, part)
        else:
            tied = _is_heading(part) or _introduces(parts, place)
            yield _Unit(piece, layout.blockBoundingRect(part).top(), 0.0, tied)


def _parts_of(frame: QTextFrame) -> Iterator[QTextTable | QTextBlock]:
    place = frame.begin()
    while not place.atEnd():
        child, block = place.currentFrame(), place.currentBlock()
        if isinstance(child, QTextTable):
            yield child
        elif block.isValid() and block.layout().lineCount():
            yield block
        place += 1


def _is_block(part: QTextTable | QTextBlock) -> bool:
    return isinstance(part, QTextBlock)


def _is_heading(part: QTextTable | QTextBlock) -> bool:
    return isinstance(part, QTextBlock) and part.blockFormat().headingLevel() > 0


def _introduces(parts: list[QTextTable | QTextBlock], place: int) -> bool:
    """Whether it is the one paragraph between a heading and a table or a drawing: the three are read together."""
    if not place or not _is_heading(parts[place - 1]) or place + 1 == len(parts):
        return False
    following = parts[place + 1]
    return isinstance(following, QTextTable) or _DRAWING in following.text()


def _rows(table: QTextTable, piece: QTextDocument) -> Iterator[_Unit]:
    layout = piece.documentLayout()
    dots = layout.paintDevice().logicalDpiY() / 96  # a format's lengths are in CSS pixels
    air = table.format().cellPadding() * dots
    cells = [[table.cellAt(row, column) for column in range(table.columns())] for row in range(table.rows())]
    tops = [
        min(layout.blockBoundingRect(cell.firstCursorPosition().block()).top() for cell in row) - air for row in cells
    ]
    below = air + cells[-1][0].format().toTableCellFormat().bottomBorder() * dots
    bottom = max(layout.blockBoundingRect(cell.lastCursorPosition().block()).bottom() for cell in cells[-1]) + below
    headings = table.format().headerRowCount()
    width = piece.size().width()
    heading = QRectF(0, tops[0], width, tops[headings] - tops[0]) if 0 < headings < len(tops) else None
    for row, top in enumerate(tops):
        is_last = row == len(tops) - 1
        above = heading if row > headings else None
        yield _Unit(piece, top, bottom if is_last else 0.0, row < headings, above)


def _without_heading(rows: list[_Unit], table: QTextTable) -> list[_Unit]:
    """The rows of a table that goes on from the piece before: its heading is shown only where a page begins."""
    headings = table.format().headerRowCount()
    first = rows[headings]
    heading = QRectF(0, rows[0].top, table.document().size().width(), first.top - rows[0].top)
    return [replace(first, heading=heading), *rows[headings + 1 :]]
