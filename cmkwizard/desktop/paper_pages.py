"""Where a long text is cut into pages: between rows and paragraphs, never behind a heading.

Qt's own pages cut a row of a table in the middle and leave headings at the foot of a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QTextBlock, QTextDocument, QTextFrame, QTextTable

_DRAWING = "\ufffc"
"""Stands in the text for what is no text."""


@dataclass(frozen=True)
class Page:
    """What one page shows of a document, in the document's own units."""

    text: QRectF
    heading: QRectF | None = None
    """The first row of the table that goes on here, shown above it again."""


@dataclass(frozen=True)
class _Unit:
    """What stays together on one page."""

    top: float
    bottom: float
    tied: bool = False
    """Whether it must not be the last of a page."""
    heading: QRectF | None = None
    line: float = 0.0
    """Width of the line below it, which belongs to what follows as well."""


def pages_of(document: QTextDocument, height: float) -> list[Page]:
    """The pages of a document that is laid out in one piece (its text width is set, its page size is not).

    Args:
        document: what is shown.
        height: of a page's text.
    """
    width = document.size().width()
    units = [part for unit in _units(document, width) for part in _parts(unit, height)]
    pages: list[Page] = []
    start = 0
    while start < len(units):
        heading = units[start].heading
        room = height - (heading.height() if heading else 0.0)
        end = start + 1
        while end < len(units) and units[end].bottom - units[start].top <= room:
            end += 1
        if end < len(units):
            end = _untied(units, start, end)
        top = units[start].top
        pages.append(Page(QRectF(0, top, width, units[end - 1].bottom + units[end - 1].line - top), heading))
        start = end
    return pages


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
        yield _Unit(top, top + room, heading=unit.heading)
        top += room
    yield _Unit(top, unit.bottom, unit.tied, unit.heading, unit.line)


def _units(document: QTextDocument, width: float) -> Iterator[_Unit]:
    """Everything in the document, top to bottom, without gaps."""
    end = document.size().height()  # asked first: then everything is laid out
    found = list(_children(document.rootFrame(), document, width))
    top = found[0].top if found else 0.0
    for place, unit in enumerate(found):
        following = found[place + 1].top if place + 1 < len(found) else end
        # Qt says of the empty line behind a table that it begins above the table's end.
        bottom = max(top, unit.bottom, following)
        yield replace(unit, top=top, bottom=bottom)
        top = bottom


def _children(frame: QTextFrame, document: QTextDocument, width: float) -> Iterator[_Unit]:
    layout = document.documentLayout()
    parts = list(_parts_of(frame))
    for place, part in enumerate(parts):
        if isinstance(part, QTextTable):
            yield from _rows(part, document, width)
        else:
            tied = _is_heading(part) or _introduces(parts, place)
            yield _Unit(layout.blockBoundingRect(part).top(), 0.0, tied)


def _parts_of(frame: QTextFrame) -> Iterator[QTextTable | QTextBlock]:
    place = frame.begin()
    while not place.atEnd():
        child, block = place.currentFrame(), place.currentBlock()
        if isinstance(child, QTextTable):
            yield child
        elif block.isValid() and block.layout().lineCount():
            yield block
        place += 1


def _is_heading(part: QTextTable | QTextBlock) -> bool:
    return isinstance(part, QTextBlock) and part.blockFormat().headingLevel() > 0


def _introduces(parts: list[QTextTable | QTextBlock], place: int) -> bool:
    """Whether it is the one paragraph between a heading and a table or a drawing: the three are read together."""
    if not place or not _is_heading(parts[place - 1]) or place + 1 == len(parts):
        return False
    following = parts[place + 1]
    return isinstance(following, QTextTable) or _DRAWING in following.text()


def _rows(table: QTextTable, document: QTextDocument, width: float) -> Iterator[_Unit]:
    layout = document.documentLayout()
    dots = layout.paintDevice().logicalDpiY() / 96  # a format's lengths are in CSS pixels
    line = table.format().border() * dots
    air = table.format().cellPadding() * dots + line
    cells = [[table.cellAt(row, column) for column in range(table.columns())] for row in range(table.rows())]
    tops = [
        min(layout.blockBoundingRect(cell.firstCursorPosition().block()).top() for cell in row) - air for row in cells
    ]
    bottom = max(layout.blockBoundingRect(cell.lastCursorPosition().block()).bottom() for cell in cells[-1]) + air
    headings = table.format().headerRowCount()
    heading = QRectF(0, tops[0], width, tops[headings] - tops[0]) if 0 < headings < len(tops) else None
    for row, top in enumerate(tops):
        yield _Unit(
            top,
            bottom if row == len(tops) - 1 else 0.0,
            tied=row < headings,
            heading=heading if row > headings else None,
            line=line,
        )
