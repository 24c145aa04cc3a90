"""Where the moments of the history stand on the screen: the time that is shown, and how it lies on a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from PySide6.QtCore import QRectF

from cmkwizard.core.history_lanes import Point

LEAST_TIME = timedelta(minutes=1)
"""No less time is shown."""
_INSET = 12.0
"""Before the first moment and after the last."""
_LEAST_BAR = 6.0
_MARK = 16.0
_BEYOND = 24.0
"""Bars that go on outside are drawn so far beyond the edge, where nobody sees their ends."""


@dataclass(frozen=True)
class View:
    """The time that is shown, of all that there is. Moments have a time zone."""

    first: datetime
    last: datetime
    since: datetime
    until: datetime

    @classmethod
    def whole(cls, first: datetime, last: datetime) -> View:
        """All there is, and no less than a minute."""
        first = first.astimezone(UTC)
        last = max(last.astimezone(UTC), first + LEAST_TIME)
        return cls(first, last, first, last)

    @property
    def length(self) -> timedelta:
        """How much time is shown."""
        return self.until - self.since

    @property
    def shows_all(self) -> bool:
        """Whether nothing is outside."""
        return (self.since, self.until) == (self.first, self.last)

    def showing(self, since: datetime, until: datetime) -> View:
        """Another time, moved and cut to what there is."""
        length = min(max(until - since, LEAST_TIME), self.last - self.first)
        since = min(max(since.astimezone(UTC), self.first), self.last - length)
        return replace(self, since=since, until=since + length)

    def moved(self, parts: float) -> View:
        """So many of its own lengths later; earlier when negative."""
        return self.showing(self.since + self.length * parts, self.until + self.length * parts)

    def zoomed(self, factor: float, share: float = 0.5) -> View:
        """Show ``factor`` times as much time; what is at ``share`` (0 to 1) of the length stays where it is."""
        length = max(min(self.length * factor, self.last - self.first), LEAST_TIME)
        since = self.since + (self.length - length) * share
        return self.showing(since, since + length)

    def with_in(self, at: datetime) -> View:
        """The same, moved so far that a moment is well inside; as it is where it was inside already."""
        if self.since <= at <= self.until:
            return self
        return self.showing(at - self.length / 2, at + self.length / 2)


@dataclass(frozen=True)
class Sheet:
    """A view on so many pixels. ``mirrored``: time runs to the left, and the titles stand at the right."""

    view: View
    width: float
    titles: float
    """The width of the column of titles."""
    axis: float
    """The height of the axis above the lanes."""
    row: float
    """The height of a lane."""
    lanes: int
    mirrored: bool = False

    @cached_property
    def field(self) -> QRectF:
        """Where lanes are drawn, without the titles. Nobody changes it."""
        area = QRectF(self.titles, self.axis, max(1.0, self.width - self.titles), self.row * self.lanes)
        return self._mirrored(area)

    @property
    def bottom(self) -> float:
        """Below the last lane."""
        return self.axis + self.row * self.lanes

    def x(self, at: datetime) -> float:
        """Where a moment is; outside of the field where it is not shown."""
        return self.x_of(at.timestamp())

    def x_of(self, second: float) -> float:
        """The same of a moment in seconds since 1970."""
        x = self._start + (second - self._since) * self._each_second
        return self.width - x if self.mirrored else x

    def span(self, begin: float, end: float, *, sign: bool) -> tuple[float, float]:
        """From where to where a point is drawn, of which begin and end are seconds since 1970: the sign, or the bar as
        far as it is shown."""
        left = self.x_of(begin)
        if sign:
            return left - _MARK / 2, left + _MARK / 2
        right = self.x_of(end)
        if left > right:
            left, right = right, left
        near, far = self._edges
        left, right = max(near, min(left, far)), max(near, min(right, far))
        if right - left < _LEAST_BAR:
            middle = (left + right) / 2
            return middle - _LEAST_BAR / 2, middle + _LEAST_BAR / 2
        return left, right

    def box(self, lane: int, left: float, right: float, *, sign: bool) -> QRectF:
        """Where in its lane a point is drawn that has this :meth:`span`."""
        top = self.axis + lane * self.row
        if sign:
            return QRectF(left, top + (self.row - _MARK) / 2, _MARK, _MARK)
        return QRectF(left, top + 4, right - left, self.row - 8)

    def share(self, x: float) -> float:
        """How far along the shown time a place is: 0 at its beginning, 1 at its end."""
        along = (self.width - x if self.mirrored else x) - self.titles - _INSET
        return min(1.0, max(0.0, along / self._length))

    def parts(self, pixels: float) -> float:
        """How many lengths of the shown time a way on the screen is."""
        return (-pixels if self.mirrored else pixels) / self._length

    def title(self, lane: int) -> QRectF:
        """Where a lane's title stands."""
        return self._mirrored(QRectF(12, self.axis + lane * self.row, self.titles - 20, self.row))

    def line(self, lane: int) -> QRectF:
        """The whole line of a lane."""
        return QRectF(0, self.axis + lane * self.row, self.width, self.row)

    def lane_at(self, y: float) -> int | None:
        """Which lane is at a height."""
        lane = int((y - self.axis) // self.row)
        return lane if 0 <= lane < self.lanes else None

    def area(self, lane: int, point: Point) -> QRectF:
        """Where a point is drawn."""
        span = self.span(point.at.timestamp(), point.until.timestamp(), sign=point.sign)
        return self.box(lane, *span, sign=point.sign)

    @cached_property
    def _length(self) -> float:
        return max(1.0, self.width - self.titles - 2 * _INSET)

    @cached_property
    def _start(self) -> float:
        return self.titles + _INSET

    @cached_property
    def _since(self) -> float:
        return self.view.since.timestamp()

    @cached_property
    def _each_second(self) -> float:
        return self._length / self.view.length.total_seconds()

    @cached_property
    def _edges(self) -> tuple[float, float]:
        return self.field.left() - _BEYOND, self.field.right() + _BEYOND

    def _mirrored(self, area: QRectF) -> QRectF:
        return QRectF(self.width - area.right(), area.top(), area.width(), area.height()) if self.mirrored else area
