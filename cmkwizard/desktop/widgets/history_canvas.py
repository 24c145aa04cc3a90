"""The painted sheet of the history's timeline: which lanes, which time of them, and which point is selected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cmkwizard.core.history_lanes import Lane, Point
from cmkwizard.core.time_axis import range_words
from cmkwizard.desktop.theme import colours, fill
from cmkwizard.desktop.widgets.axis import paint_focus_ring
from cmkwizard.desktop.widgets.history_bars import Brushes
from cmkwizard.desktop.widgets.history_paint import Flag, paint_chosen, paint_sheet
from cmkwizard.desktop.widgets.history_sheet import Sheet, View
from cmkwizard.desktop.widgets.text import plain

_TELL_MS = 150
_FLAG_LINES = 2

Place = tuple[int, int]
"""A lane, and a point in it."""


class HistoryCanvas(QWidget):
    """Shows lanes over time. Texts are shown literally.

    Signals:
        range_wanted: another time is shown (since, until); at most once in 150 ms, and the last one always.
        words_changed: another time is shown, or another point is selected.
    """

    range_wanted = Signal(object, object)
    words_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lanes: tuple[Lane, ...] = ()
        self.view: View | None = None
        self.selected = 0
        self.flags: tuple[Flag, ...] = ()
        self._last: Place = (0, 0)
        self._teller = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._teller.timeout.connect(self._tell)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lanes(self, lanes: Sequence[Lane], first: datetime, last: datetime) -> None:
        """Draw these, of all that there is from ``first`` to ``last``; the shown time and the selection stay."""
        whole, before = View.whole(first, last), self.view
        height = len(lanes) != len(self.lanes)
        self.lanes = tuple(lanes)
        self.view = whole if before is None or before.shows_all else whole.showing(before.since, before.until)
        if height:
            self.updateGeometry()
        self._refresh()

    def clear(self) -> None:
        """Forget lanes, time and selection."""
        self._teller.stop()
        self.lanes, self.view, self.selected, self._last = (), None, 0, (0, 0)
        self._refresh()

    def show_view(self, view: View) -> None:
        """Show another time, and tell it."""
        if view == self.view:
            return
        self.view = view
        self._refresh()
        if not self._teller.isActive():
            self._teller.start()

    def show_flags(self, flags: Sequence[Flag]) -> None:
        """Draw these lines at moments."""
        if self.flags != tuple(flags):
            self.flags = tuple(flags)
            self.update()

    def select(self, number: int) -> None:
        """Select a point, or none with 0. No signal."""
        self.selected = number
        self._last = self.place or self._last
        self._refresh()

    @property
    def place(self) -> Place | None:
        """Where the selected point is among the lanes."""
        lane, number = self._last
        points = self.lanes[lane].points if lane < len(self.lanes) else ()
        if number < len(points) and points[number].number == self.selected:
            return self._last
        return self._place(self.selected)

    @property
    def point(self) -> Point | None:
        """The selected point, where it is among the lanes."""
        place = self.place
        return self.lanes[place[0]].points[place[1]] if place is not None else None

    @property
    def text(self) -> str:
        """What is selected, in words; empty: nothing."""
        place = self.place
        return self.told(*place) if place is not None else ""

    def area(self, number: int) -> QRectF:
        """Where the point of a number is drawn; an empty rectangle where it is not among the lanes."""
        place, sheet = self._place(number), self.sheet()
        return sheet.area(place[0], self.lanes[place[0]].points[place[1]]) if place and sheet else QRectF()

    def sheet(self) -> Sheet | None:
        """How the time lies on the pixels; None while there is none to show."""
        if self.view is None:
            return None
        metrics = self.fontMetrics()
        titles = max((metrics.horizontalAdvance(lane.title) for lane in self.lanes), default=0) + 28
        return Sheet(
            self.view,
            self.width(),
            min(titles, self.width() * 0.35),
            metrics.height() * 2 + 12.0,
            self._row,
            len(self.lanes),
            self.layoutDirection() is Qt.LayoutDirection.RightToLeft,
        )

    def sizeHint(self) -> QSize:
        """As wide as there is room, and as high as the lanes need."""
        return QSize(640, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The height of all lanes, with the axis above and the words of the flags below."""
        line = self.fontMetrics().height()
        return QSize(320, int(line * 2 + 12 + self._row * len(self.lanes) + line * _FLAG_LINES + 8))

    @property
    def _row(self) -> float:
        return max(30.0, self.fontMetrics().height() + 14.0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint everything by the palette."""
        of = colours(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # "1 lock" reads so in a mirrored window too
        fill(painter, self.rect(), of.base)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(of.outline, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        sheet = self.sheet()
        if sheet is not None:
            by = Brushes(painter, of, self.font(), self.devicePixelRatioF(), sheet.mirrored)
            paint_sheet(by, sheet, self.lanes, self.flags)
            place = self.place
            if place is not None:
                paint_chosen(by, sheet, place[0], self.lanes[place[0]].points[place[1]])
        paint_focus_ring(painter, of, self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it has gone."""
        super().focusOutEvent(event)
        self.update()

    def _refresh(self) -> None:
        self._describe()
        self.update()
        self.words_changed.emit()

    def _place(self, wanted: int) -> Place | None:
        if not wanted:
            return None
        for lane, each in enumerate(self.lanes):
            for place, point in enumerate(each.points):
                if point.number == wanted:
                    return lane, place
        return None

    def told(self, lane: int, number: int) -> str:
        """A point in words, for the line below, the tooltip and a screen reader."""
        each = self.lanes[lane]
        point = each.points[number]
        about = f" {point.title}:" if point.mark else ""
        state = f" ({point.state})" if point.state else ""
        when = range_words(point.at, point.until)
        times = f" Seen so {point.times:,} times." if point.times > 1 else ""
        return plain(f"{each.title}, {when}:{about} {point.words}{state}. {point.sentence}{times}")

    def _describe(self) -> None:
        """What a screen reader reads when the focus comes: the point, else what there is and how to walk it."""
        view = self.view
        if view is None:
            return
        there = ", ".join(f"{lane.title}: {len(lane.points)}" for lane in self.lanes if lane.points)
        shown = (
            f"Shown: {range_words(view.since, view.until)}. {f'Points by lane: {there}.' if there else 'No points.'}"
        )
        self.setAccessibleDescription(f"{self.text} {shown}".strip())

    @Slot()
    def _tell(self) -> None:
        if self.view is not None:
            self.range_wanted.emit(self.view.since, self.view.until)
