"""What happens when: a bar for each store from the earliest to the latest moment, over days.

Painted by hand: Qt's charts would more than double the program. Every bar has its times beside it in words, and a
screen reader is told the same sentences, so neither colour nor length is the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cmkwizard.core.time_axis import fitting_step
from cmkwizard.desktop.theme import Colours, colours
from cmkwizard.desktop.widgets.axis import Strip, axis_font, paint_focus_ring, paint_marks
from cmkwizard.desktop.widgets.text import plain

_BAR = 14.0
_GAP = 14.0
_EDGE = 12.0
_LEAST_BAR = 10.0
_LEAST_TICK = 44.0
"""Between two marks of the axis; closer, their words would touch."""
_STEPS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=28))


@dataclass(frozen=True)
class Span:
    """One bar. Texts are shown literally."""

    name: str
    earliest: timedelta
    latest: timedelta | None
    """None: no end is documented; the bar is drawn on to the edge, with an open end."""
    words: str
    """The same times in words: "minutes to 24 hours"."""


class Timeline(QWidget):
    """Shows spans over one axis that begins with the act. Give them with :meth:`show_spans`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spans: tuple[Span, ...] = ()
        self.passed: timedelta | None = None
        self._name = name
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that a screen reader comes by
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_spans(self, spans: Sequence[Span], passed: timedelta | None = None) -> None:
        """Show exactly these bars; ``passed``: how long ago the act was, drawn as a line "now"."""
        if (tuple(spans), passed) == (self.spans, self.passed):
            return
        self.spans, self.passed = tuple(spans), passed
        self.setAccessibleDescription(self.text)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """All that is drawn, as text."""
        return " ".join(f"{span.name}: {span.words}." for span in self.spans)

    @property
    def total(self) -> timedelta:
        """How long the axis is: to the end of the last bar; a day where there is none."""
        ends = [span.latest for span in self.spans if span.latest is not None]
        return max([*ends, *(span.earliest for span in self.spans)], default=timedelta()) or timedelta(days=1)

    def bar(self, number: int) -> QRectF:
        """Where the bar of a span is drawn."""
        span = self.spans[number]
        top = self._axis_height + number * self._row_height + self._line_height + 4
        begin, end = self._x(span.earliest), self._x(span.latest if span.latest is not None else self.total)
        left, right = min(begin, end), max(begin, end)
        if right - left < _LEAST_BAR:
            left, right = max(_EDGE, right - _LEAST_BAR), max(right, _EDGE + _LEAST_BAR)
        return QRectF(left, top, right - left, _BAR)

    def ticks(self) -> list[timedelta]:
        """The moments at the axis, as close as their words allow."""
        room = max(1.0, (self.width() - 2 * _EDGE) / _LEAST_TICK)
        step = fitting_step(self.total, room, _STEPS)
        return [step * n for n in range(int(self.total / step) + 1)]

    def sizeHint(self) -> QSize:
        """As wide as there is room, and as high as the rows need."""
        return QSize(420, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The height of all rows."""
        return QSize(280, int(self._axis_height + len(self.spans) * self._row_height + 4))

    @property
    def _line_height(self) -> float:
        return float(self.fontMetrics().height())

    @property
    def _axis_height(self) -> float:
        return self._line_height + 10

    @property
    def _row_height(self) -> float:
        return self._line_height + 4 + _BAR + _GAP

    def _x(self, after: timedelta) -> float:
        along = min(1.0, max(0.0, after / self.total)) * (self.width() - 2 * _EDGE)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return self.width() - _EDGE - along if mirrored else _EDGE + along

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint axis, bars and words by the palette."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter, of)
        for number, span in enumerate(self.spans):
            self._paint_span(painter, of, number, span)
        self._paint_now(painter, of)
        paint_focus_ring(painter, of, self)

    def _paint_axis(self, painter: QPainter, of: Colours) -> None:
        painter.setFont(axis_font(self.font()))
        strip = Strip(2.0, self.width() - 2.0, self._line_height, self._axis_height - 4, self.height() - 4.0)
        paint_marks(painter, of, strip, ((self._x(after), _tick_words(after)) for after in self.ticks()))
        painter.setFont(self.font())

    def _paint_span(self, painter: QPainter, of: Colours, number: int, span: Span) -> None:
        bar = self.bar(number)
        area = QRectF(_EDGE, bar.top() - self._line_height - 4, self.width() - 2 * _EDGE, self._line_height)
        metrics = painter.fontMetrics()
        words = plain(span.words)
        wide = metrics.horizontalAdvance(words) + 16
        name = metrics.elidedText(plain(span.name), Qt.TextElideMode.ElideMiddle, int(max(40.0, area.width() - wide)))
        painter.setPen(of.text)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter), name)
        painter.setPen(of.muted)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter), words)
        ending = of.danger if span.latest is not None else of.warning
        painter.setPen(QPen(ending, 1.5, Qt.PenStyle.SolidLine if span.latest is not None else Qt.PenStyle.DashLine))
        painter.setBrush(of.danger_soft if span.latest is not None else of.warning_soft)
        painter.drawRoundedRect(bar.adjusted(0.75, 0.75, -0.75, -0.75), 5, 5)

    def _paint_now(self, painter: QPainter, of: Colours) -> None:
        if self.passed is None:
            return
        x = self._x(self.passed)
        painter.setPen(QPen(of.link, 2))
        painter.drawLine(QPointF(x, self._axis_height - 6), QPointF(x, self.height() - 4))


def _tick_words(after: timedelta) -> str:
    hours = int(after / timedelta(hours=1))
    if hours == 0:
        return "0"
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"
