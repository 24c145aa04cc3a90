"""The bars and signs of the history's lanes, in the palette's colours: as many as can be told apart, and quickly.

Colour is never the only sign: good, bad and unknown have drawings of their own, and narrow bars that are bad are
filled and higher than the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap

from cmkwizard.core.history_lanes import Lane, Point
from cmkwizard.core.history_words import WORST_FIRST, PointState
from cmkwizard.desktop.theme import Colours
from cmkwizard.desktop.widgets.history_sheet import Sheet
from cmkwizard.desktop.widgets.icon import IconName, icon_pixmap

ICON = 14
NARROW = 22.0
"""A bar of this width has room for its drawing."""
_LEAST_DASH = 4.0
_ALIKE = 4.0
"""Points of a lane that begin within so many pixels of the one before look the same: only the worse is painted."""
_DRAWINGS: dict[PointState, IconName] = {
    PointState.GOOD: "check",
    PointState.BAD: "cross",
    PointState.WARNING: "alert",
    PointState.OPEN: "info",
    PointState.WORKING: "clock",
    PointState.NEUTRAL: "dot",
}
_FILLED = (PointState.BAD, PointState.WARNING)
_BAD_HIGHER = 3.0


class Drawn(NamedTuple):
    """A point that can be seen, and from where to where."""

    left: float
    right: float
    begin: float
    """In seconds since 1970."""
    end: float
    sign: bool
    point: Point

    @property
    def centre(self) -> float:
        """The middle of it."""
        return (self.left + self.right) / 2


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
    def ground(self) -> dict[PointState, QBrush]:
        """What is inside of bars and signs."""
        colours = {
            PointState.GOOD: self.of.success_soft,
            PointState.BAD: self.of.danger_soft,
            PointState.WARNING: self.of.warning_soft,
            PointState.OPEN: self.of.warning_soft,
            PointState.WORKING: self.of.accent_soft,
            PointState.NEUTRAL: self.of.hover,
        }
        return {state: QBrush(colour) for state, colour in colours.items()}

    @cached_property
    def _stamps(self) -> dict[tuple[PointState, int, int], QPixmap]:
        return {}

    def stamp(self, state: PointState, width: int, height: int) -> QPixmap:
        """A narrow bar of so many device pixels: there are hundreds alike, and each is painted once."""
        made = self._stamps.get((state, width, height))
        if made is None:
            made = QPixmap(width, height)
            made.setDevicePixelRatio(self.ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.line[state], 1))
            painter.setBrush(QBrush(self.line[state]) if state in _FILLED else self.ground[state])
            area = QRectF(0, 0, width / self.ratio, height / self.ratio)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            painter.end()
            self._stamps[state, width, height] = made
        return made


def drawn_points(sheet: Sheet, lane: Lane) -> list[Drawn]:
    """The points of a lane that can be seen and told apart, with their places."""
    field = sheet.field
    near, far = field.left(), field.right()
    drawn: list[Drawn] = []
    for point, (begin, end) in zip(lane.points, lane.seconds, strict=True):
        sign = point.sign
        left, right = sheet.span(begin, end, sign=sign)
        if right >= near and left <= far and not (drawn and _covers(drawn[-1], left, right, point)):
            drawn.append(Drawn(left, right, begin, end, sign, point))
    return drawn


def _covers(other: Drawn, left: float, right: float, point: Point) -> bool:
    """Whether nobody could tell the point from the one before it."""
    if abs(left - other.left) >= _ALIKE or abs(right - other.right) >= _ALIKE:
        return False
    return point.state is other.point.state or point.state is PointState.NEUTRAL


def paint_points(by: Brushes, sheet: Sheet, lane: int, drawn: Sequence[Drawn]) -> None:
    """Paint the bars of a lane from left to right, and over them its signs, the worst at last."""
    bars = [each for each in drawn if not each.sign]
    _paint_unseen(by, sheet, lane, bars)
    for each in bars:
        _paint_bar(by, sheet.box(lane, each.left, each.right, sign=False), each.point.state)
    for each in sorted((each for each in drawn if each.sign), key=lambda each: -WORST_FIRST.index(each.point.state)):
        _paint_mark(by, sheet.box(lane, each.left, each.right, sign=True), each.point.state)


def _paint_unseen(by: Brushes, sheet: Sheet, lane: int, bars: Sequence[Drawn]) -> None:
    """Dashes from when each was last seen so until it was seen otherwise, or until the end: nobody looked there."""
    near, far = sheet.field.left(), sheet.field.right()
    middle = sheet.line(lane).center().y()
    by.painter.setPen(QPen(by.of.outline, 1, Qt.PenStyle.DashLine))
    for place, each in enumerate(bars):
        until = bars[place + 1].begin if place + 1 < len(bars) else sheet.view.last.timestamp()
        if until <= each.end:
            continue
        start, end = sheet.x_of(each.end), sheet.x_of(until)
        if abs(end - start) > _LEAST_DASH:
            start, end = (max(near, min(x, far)) for x in (start, end))
            by.painter.drawLine(QPointF(start, middle), QPointF(end, middle))


def _paint_bar(by: Brushes, area: QRectF, state: PointState) -> None:
    if area.width() < NARROW:
        high = _BAD_HIGHER if state is PointState.BAD else 0
        left, top = round(area.left() * by.ratio), round((area.top() - high) * by.ratio)
        right, bottom = round(area.right() * by.ratio), round((area.bottom() + high) * by.ratio)
        stamp = by.stamp(state, right - left, bottom - top)
        by.painter.drawPixmap(QPointF(left / by.ratio, top / by.ratio), stamp)
        return
    by.painter.setPen(QPen(by.line[state], 1.5))
    by.painter.setBrush(by.ground[state])
    by.painter.drawRoundedRect(area.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)


def _paint_mark(by: Brushes, area: QRectF, state: PointState) -> None:
    by.painter.setPen(QPen(by.line[state], 1.5))
    by.painter.setBrush(by.ground[state])
    by.painter.drawEllipse(area.adjusted(0.75, 0.75, -0.75, -0.75))
    paint_icon(by, area.center(), state, ICON - 4)


def paint_icon(by: Brushes, centre: QPointF, state: PointState, size: int) -> None:
    """Paint the drawing of a state."""
    pixmap = icon_pixmap(_DRAWINGS[state], by.line[state], size, by.ratio)
    by.painter.drawPixmap(QPointF(centre.x() - size / 2, centre.y() - size / 2), pixmap)
