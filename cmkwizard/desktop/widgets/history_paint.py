"""How the lanes of the history are painted: bars and signs in the palette's colours, each with a drawing or words.

Colour is never the only sign: good, bad and unknown have drawings of their own, and narrow bars that are bad are
filled and higher than the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from cmkwizard.core.history_lanes import Lane, Point
from cmkwizard.core.history_words import WORST_FIRST, PointState
from cmkwizard.core.time_axis import axis_marks
from cmkwizard.desktop.theme import Colours, fill, scaled
from cmkwizard.desktop.widgets.axis import Strip, axis_font, paint_marks, paint_words
from cmkwizard.desktop.widgets.history_sheet import Sheet
from cmkwizard.desktop.widgets.icon import IconName, icon_pixmap
from cmkwizard.desktop.widgets.text import plain

LEAST_BETWEEN_MARKS = 84.0
"""Between two marks of the axis."""
_ICON = 14
_LEAST_WORDS = 36.0
"""Words that would be cut to less are left out; the line below the picture and the tooltip tell them."""
_NARROW = 22.0
_LEAST_DASH = 4.0
_ALIKE = 4.0
"""Points of a lane that begin within so many pixels of the one before look the same: only the worse is painted."""
Drawn = tuple[QRectF, Point]
"""A point, and where it is."""
_DRAWINGS: dict[PointState, IconName] = {
    PointState.GOOD: "check",
    PointState.BAD: "cross",
    PointState.WARNING: "alert",
    PointState.OPEN: "info",
    PointState.WORKING: "clock",
    PointState.NEUTRAL: "dot",
}


@dataclass(frozen=True)
class Flag:
    """A line at a moment, with words at its foot."""

    at: datetime
    words: str
    dashed: bool = False


@dataclass(frozen=True)
class Brushes:
    """What is painted with. ``ratio``: device pixels per pixel, so that drawings are sharp."""

    painter: QPainter
    of: Colours
    font: QFont
    ratio: float
    mirrored: bool

    @property
    def beside(self) -> int:
        """How words stand in their area: at the side from which time runs."""
        side = Qt.AlignmentFlag.AlignRight if self.mirrored else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    @cached_property
    def line(self) -> dict[PointState, QColor]:
        """The colours of outlines and drawings; 3 to 1 against what is around them."""
        return {
            PointState.GOOD: self.of.success,
            PointState.BAD: self.of.danger,
            PointState.WARNING: self.of.warning,
            PointState.OPEN: self.of.warning,
            PointState.WORKING: self.of.link,
            PointState.NEUTRAL: self.of.outline,
        }

    @cached_property
    def ground(self) -> dict[PointState, QColor]:
        """The colours inside."""
        return {
            PointState.GOOD: self.of.success_soft,
            PointState.BAD: self.of.danger_soft,
            PointState.WARNING: self.of.warning_soft,
            PointState.OPEN: self.of.warning_soft,
            PointState.WORKING: self.of.accent_soft,
            PointState.NEUTRAL: self.of.hover,
        }


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
    drawn = [_drawn(sheet, number, lane) for number, lane in enumerate(lanes)]
    for number, each in enumerate(drawn):
        _paint_points(by, sheet, sheet.line(number).center().y(), each)
    by.painter.restore()
    _paint_flags(by, sheet, flags)
    by.painter.save()
    by.painter.setClipRect(sheet.field)
    for each in drawn:
        for place, (area, point) in enumerate(each):
            _paint_words(by, sheet, area, each[place + 1][0] if place + 1 < len(each) else None, point)
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


def _drawn(sheet: Sheet, number: int, lane: Lane) -> list[Drawn]:
    """The points of a lane that can be seen, with their places."""
    field = sheet.field
    drawn: list[Drawn] = []
    for point in lane.points:
        area = sheet.area(number, point)
        outside = area.right() < field.left() or area.left() > field.right()
        if not outside and not (drawn and _covers(drawn[-1], area, point)):
            drawn.append((area, point))
    return drawn


def _paint_points(by: Brushes, sheet: Sheet, middle: float, drawn: Sequence[Drawn]) -> None:
    bars = [each for each in drawn if not each[1].sign]
    for place, (area, point) in enumerate(bars):
        _paint_unseen(by, sheet, point, bars[place + 1][1] if place + 1 < len(bars) else None, middle)
        _paint_bar(by, area, point)
    for area, point in sorted(drawn, key=lambda each: -WORST_FIRST.index(each[1].state)):
        if point.sign:
            _paint_mark(by, area, point)


def _covers(before: Drawn, area: QRectF, point: Point) -> bool:
    """Whether nobody could tell the point from the one before it."""
    other, drawn = before
    if point.state is not drawn.state and point.state is not PointState.NEUTRAL:
        return False
    return abs(area.left() - other.left()) < _ALIKE and abs(area.right() - other.right()) < _ALIKE


def _paint_unseen(by: Brushes, sheet: Sheet, point: Point, after: Point | None, middle: float) -> None:
    """Dashes from when it was last seen so until it was seen otherwise, or until the end: nobody looked there."""
    until = after.at if after is not None else sheet.view.last
    if until <= point.until:
        return
    start, end = sheet.x(point.until), sheet.x(until)
    if abs(end - start) > _LEAST_DASH:
        field = sheet.field
        start, end = (max(field.left(), min(x, field.right())) for x in (start, end))
        by.painter.setPen(QPen(by.of.outline, 1, Qt.PenStyle.DashLine))
        by.painter.drawLine(QPointF(start, middle), QPointF(end, middle))


def _paint_bar(by: Brushes, area: QRectF, point: Point) -> None:
    state = point.state
    if area.width() < _NARROW:
        if state is PointState.BAD:
            area = area.adjusted(0, -3, 0, 3)
        by.painter.setPen(QPen(by.line[state], 1))
        by.painter.setBrush(by.line[state] if state in (PointState.BAD, PointState.WARNING) else by.ground[state])
        by.painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        return
    by.painter.setPen(QPen(by.line[state], 1.5))
    by.painter.setBrush(by.ground[state])
    by.painter.drawRoundedRect(area.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)


def _paint_mark(by: Brushes, area: QRectF, point: Point) -> None:
    by.painter.setPen(QPen(by.line[point.state], 1.5))
    by.painter.setBrush(by.ground[point.state])
    by.painter.drawEllipse(area.adjusted(0.75, 0.75, -0.75, -0.75))
    _paint_icon(by, area.center(), point.state, _ICON - 4)


def _paint_icon(by: Brushes, centre: QPointF, state: PointState, size: int) -> None:
    pixmap = icon_pixmap(_DRAWINGS[state], by.line[state], size, by.ratio)
    by.painter.drawPixmap(QPointF(centre.x() - size / 2, centre.y() - size / 2), pixmap)


def _paint_words(by: Brushes, sheet: Sheet, area: QRectF, after: QRectF | None, point: Point) -> None:
    """The words: in the bar where they fit, else beside it as far as nothing else is there."""
    narrow = area.width() < _NARROW
    if narrow and after is not None and abs(after.center().x() - area.center().x()) < _LEAST_WORDS:
        return  # most of them, where there are many
    field = sheet.field
    inside = area.intersected(field)
    if after is not None and sheet.mirrored:
        inside.setLeft(max(inside.left(), min(after.right(), inside.right())))
    elif after is not None:
        inside.setRight(min(inside.right(), max(after.left(), inside.left())))
    if not point.sign and inside.width() >= _NARROW:
        centre = inside.right() - _NARROW / 2 if sheet.mirrored else inside.left() + _NARROW / 2
        _paint_icon(by, QPointF(centre, inside.center().y()), point.state, _ICON)
        if _put(by, inside.adjusted(*((6, 0, -_NARROW, 0) if sheet.mirrored else (_NARROW, 0, -6, 0))), point):
            return
    if sheet.mirrored:
        end = after.right() if after is not None else field.left()
        free = QRectF(QPointF(min(max(end, field.left()), area.left()), area.top()), area.bottomLeft())
    else:
        end = after.left() if after is not None else field.right()
        free = QRectF(area.topRight(), QPointF(max(min(end, field.right()), area.right()), area.bottom()))
    _put(by, free.adjusted(6, 0, -6, 0), point, on_ground=not point.sign)


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
