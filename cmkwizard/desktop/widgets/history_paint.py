"""How the sheet of the history is painted: axis, titles, the lanes' points with their words, and lines at moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from cmkwizard.core.history_lanes import Lane, Point
from cmkwizard.core.time_axis import axis_marks
from cmkwizard.desktop.theme import fill, scaled
from cmkwizard.desktop.widgets.axis import Strip, axis_font, paint_marks, paint_words
from cmkwizard.desktop.widgets.history_bars import (
    ICON,
    NARROW,
    Brushes,
    Drawn,
    drawn_points,
    paint_icon,
    paint_points,
)
from cmkwizard.desktop.widgets.history_sheet import Sheet
from cmkwizard.desktop.widgets.text import plain

LEAST_BETWEEN_MARKS = 84.0
"""Between two marks of the axis."""
_LEAST_WORDS = 36.0
"""Words that would be cut to less are left out; the line below the picture and the tooltip tell them."""


@dataclass(frozen=True)
class Flag:
    """A line at a moment, with words at its foot."""

    at: datetime
    words: str
    dashed: bool = False


def paint_sheet(by: Brushes, sheet: Sheet, lanes: Sequence[Lane], flags: Sequence[Flag]) -> None:
    """Axis, titles, all lanes and the lines at moments; words on top of all that."""
    for number in range(1, len(lanes)):
        top = sheet.line(number).top()
        by.painter.setPen(QPen(by.of.hairline, 1))
        by.painter.drawLine(QPointF(0, top), QPointF(sheet.width, top))
    _paint_axis(by, sheet)
    by.painter.setFont(by.font)
    for number, lane in enumerate(lanes):
        by.painter.setPen(by.of.text)
        area = sheet.title(number)
        title = by.painter.fontMetrics().elidedText(lane.title, Qt.TextElideMode.ElideRight, int(area.width()))
        by.painter.drawText(area, by.beside, title)
    by.painter.save()
    by.painter.setClipRect(sheet.field)
    drawn = [drawn_points(sheet, lane) for lane in lanes]
    for number, points in enumerate(drawn):
        paint_points(by, sheet, number, points)
    by.painter.restore()
    _paint_flags(by, sheet, flags)
    by.painter.save()
    by.painter.setClipRect(sheet.field)
    for number, points in enumerate(drawn):
        for each, after in zip_longest(points, points[1:]):
            _paint_words(by, sheet, number, each, after)
    by.painter.restore()


def paint_chosen(by: Brushes, sheet: Sheet, lane: int, point: Point) -> None:
    """The frame around the point that is selected, and a line through all lanes at its beginning."""
    by.painter.save()
    by.painter.setClipRect(sheet.field.adjusted(0, -4, 0, 4))
    by.painter.setPen(QPen(by.of.link, 1))
    x = sheet.x(point.at)
    by.painter.drawLine(QPointF(x, sheet.axis - 4), QPointF(x, sheet.bottom))
    by.painter.setBrush(Qt.BrushStyle.NoBrush)
    by.painter.setPen(QPen(by.of.link, 2.5))
    by.painter.drawRoundedRect(sheet.area(lane, point).adjusted(-2, -2, 2, 2), 7, 7)
    by.painter.restore()


def _paint_flags(by: Brushes, sheet: Sheet, flags: Sequence[Flag]) -> None:
    """Lines at moments, with their words below the lanes; on a second line where the first is taken."""
    by.painter.setFont(axis_font(by.font))
    field = sheet.field
    height = by.painter.fontMetrics().height()
    taken: list[QRectF] = []
    for flag in flags:
        if not sheet.view.since <= flag.at <= sheet.view.until:
            continue
        x = sheet.x(flag.at)
        by.painter.setPen(QPen(by.of.link, 2, Qt.PenStyle.DashLine if flag.dashed else Qt.PenStyle.SolidLine))
        by.painter.drawLine(QPointF(x, sheet.axis - 6), QPointF(x, sheet.bottom + 3))
        for line in (1, 2):
            strip = Strip(field.left() + 2, field.right() - 2, sheet.bottom + height * line, 0, 0)
            if paint_words(by.painter, strip, x, flag.words, taken):
                break
    by.painter.setFont(by.font)


def _paint_axis(by: Brushes, sheet: Sheet) -> None:
    field = sheet.field
    marks = axis_marks(sheet.view.since, sheet.view.until, field.width() / LEAST_BETWEEN_MARKS)
    by.painter.setFont(axis_font(by.font))
    height = by.painter.fontMetrics().height()
    strip = Strip(field.left() + 2, field.right() - 2, 4 + 2 * height, sheet.axis - 4, sheet.bottom)
    paint_marks(by.painter, by.of, strip, ((sheet.x(mark.at), mark.words) for mark in marks))
    by.painter.setFont(scaled(by.painter.font(), 1.0, bold=True))
    by.painter.setPen(by.of.muted)
    above = Strip(strip.left, strip.right, 2 + height, 0, 0)
    taken: list[QRectF] = []
    for mark in marks:
        if mark.above:
            paint_words(by.painter, above, sheet.x(mark.at), mark.above, taken)


def _paint_words(by: Brushes, sheet: Sheet, lane: int, each: Drawn, after: Drawn | None) -> None:
    """The words: in the bar where they fit, else beside it as far as nothing else is there."""
    if after is not None and each.right - each.left < NARROW and abs(after.centre - each.centre) < _LEAST_WORDS:
        return  # most of them, where there are many
    field, point = sheet.field, each.point
    area = sheet.box(lane, each.left, each.right, sign=each.sign)
    inside = area.intersected(field)
    if after is not None and sheet.mirrored:
        inside.setLeft(max(inside.left(), min(after.right, inside.right())))
    elif after is not None:
        inside.setRight(min(inside.right(), max(after.left, inside.left())))
    if not each.sign and inside.width() >= NARROW:
        centre = inside.right() - NARROW / 2 if sheet.mirrored else inside.left() + NARROW / 2
        paint_icon(by, QPointF(centre, inside.center().y()), point.state, ICON)
        if _put(by, inside.adjusted(*((6, 0, -NARROW, 0) if sheet.mirrored else (NARROW, 0, -6, 0))), point):
            return
    if sheet.mirrored:
        end = after.right if after is not None else field.left()
        free = QRectF(QPointF(min(max(end, field.left()), area.left()), area.top()), area.bottomLeft())
    else:
        end = after.left if after is not None else field.right()
        free = QRectF(area.topRight(), QPointF(max(min(end, field.right()), area.right()), area.bottom()))
    _put(by, free.adjusted(6, 0, -6, 0), point, on_ground=not each.sign)


def _put(by: Brushes, area: QRectF, point: Point, *, on_ground: bool = False) -> bool:
    """Write a point's words into an area; ``on_ground``: so that no dashes run through them. False: no room."""
    if area.width() < _LEAST_WORDS:
        return False
    metrics = by.painter.fontMetrics()
    words = metrics.elidedText(plain(point.label, 200), Qt.TextElideMode.ElideRight, int(area.width()))
    if on_ground:
        wide = metrics.horizontalAdvance(words) + 6
        left = area.right() - wide + 3 if by.mirrored else area.left() - 3
        fill(by.painter, QRectF(left, area.center().y() - 3, wide, 6).toRect(), by.of.base)
    by.painter.setPen(by.of.text)
    by.painter.drawText(area, by.beside, words)
    return True
