"""The timeline of the report as a drawing: lanes over time, sized and placed for a template to write as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cmkwizard.core.history_lanes import Lane, Point
from cmkwizard.core.history_words import WORST_FIRST, PointState
from cmkwizard.core.time_axis import axis_marks

WIDTH = 1000
LEFT = 132
"""Where the lanes begin: their titles stand before them."""
RIGHT = WIDTH - 12
_TOP = 40
_LANE = 34
_BAR = 18
_SIGN = 12
_LETTER = 6.0
"""Width of a letter at the size of the words on a bar, with some air."""
_MARKS = 9

SHADES: dict[PointState, str] = {
    PointState.GOOD: "good",
    PointState.WORKING: "working",
    PointState.WARNING: "warning",
    PointState.BAD: "bad",
    PointState.OPEN: "open",
    PointState.NEUTRAL: "neutral",
}
"""The class of each state; the template has a colour and a shape for each."""
_DRAWN = [SHADES[state] for state in reversed(WORST_FIRST)]


@dataclass(frozen=True)
class Shape:
    """One bar or sign; lengths in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    shade: str
    words: str
    """Empty: there is no room for them."""
    words_x: float
    inside: bool
    """Whether the words stand on the bar, else beside it."""
    mark: bool
    told: str
    """What a pointer that rests on it is told."""


@dataclass(frozen=True)
class DrawnLane:
    """One lane."""

    title: str
    y: float
    """Of its middle."""
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Tick:
    """A marked moment of the axis."""

    x: float
    words: str
    above: str


@dataclass(frozen=True)
class Picture:
    """The whole drawing."""

    width: int
    height: int
    left: int
    right: int
    top: int
    ticks: tuple[Tick, ...]
    lanes: tuple[DrawnLane, ...]


def picture_of(lanes: Sequence[Lane], since: datetime, until: datetime) -> Picture:
    """Place the lanes between two moments (with a time zone); all times are shown in UTC."""
    until = max(until, since + timedelta(minutes=1))
    whole = until - since
    room = RIGHT - LEFT

    def x_of(moment: datetime) -> float:
        return round(LEFT + room * min(1.0, max(0.0, (moment - since) / whole)), 1)

    ticks = tuple(Tick(x_of(mark.at), mark.words, mark.above) for mark in axis_marks(since, until, _MARKS, UTC))
    drawn = tuple(
        DrawnLane(
            lane.title,
            middle := _TOP + _LANE * place + _LANE / 2,
            tuple(_shapes([(x_of(point.at), x_of(point.until), point) for point in lane.points], middle)),
        )
        for place, lane in enumerate(lanes)
    )
    return Picture(WIDTH, _TOP + _LANE * len(lanes) + 8, LEFT, RIGHT, _TOP, ticks, drawn)


def _shapes(points: Sequence[tuple[float, float, Point]], middle: float) -> list[Shape]:
    shapes = []
    taken = float(LEFT)
    for place, (start, end, point) in enumerate(points):
        following = points[place + 1][0] if place + 1 < len(points) else float(RIGHT)
        height = _SIGN if point.mark else _BAR
        width = _SIGN if point.mark else max(3.0, end - start - 1)
        left = min(start - (_SIGN / 2 if point.mark else 0), RIGHT - width)
        needed = len(point.words) * _LETTER + 10
        words_x: float | None = None
        if not point.mark and width >= needed:
            words_x = left + 6
        elif left + width + needed <= following:
            words_x = left + width + 5
        elif left - needed >= taken:
            words_x = left - needed + 5
        taken = max(taken, left + width, (words_x or 0.0) + needed)
        inside = words_x is not None and left <= words_x < left + width
        words = point.words if words_x is not None else ""
        told = f"{point.title}: {point.sentence}"
        shade = SHADES[point.state]
        shapes.append(
            Shape(left, middle - height / 2, width, height, shade, words, words_x or 0.0, inside, point.mark, told)
        )
    # What is drawn last is seen: the worst.
    return sorted(shapes, key=lambda shape: _DRAWN.index(shape.shade))
