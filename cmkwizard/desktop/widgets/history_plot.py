"""The lanes of the history, as they are zoomed, moved and walked by mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from cmkwizard.core.time_axis import range_words
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.widgets.history_canvas import HistoryCanvas, Place
from cmkwizard.desktop.widgets.history_sheet import View
from cmkwizard.desktop.widgets.text import tooltip

ZOOM = 1.5
"""How much more or less time a step shows."""
_PART = 0.25
"""How much of the shown time a step moves."""
_NOTCH = 120
_REACH = 8.0
"""A click this near to a point means it."""


class HistoryPlot(HistoryCanvas):
    """Lanes that one can walk.

    Signals:
        point_chosen: Enter or a click on a point that stands for one entry, by its number.
        point_selected: keyboard or mouse moved to another point, by its number.
    """

    point_chosen = Signal(int)
    point_selected = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._pressed: QPointF | None = None
        self._dragged = False

    def zoom(self, factor: float, share: float | None = None) -> None:
        """Show ``factor`` times as much time, around the selected point where it is shown."""
        if self.view is None:
            return
        if share is None:
            point = self.point
            inside = point is not None and self.view.since <= point.at <= self.view.until
            share = (point.at - self.view.since) / self.view.length if point is not None and inside else 0.5
        self.show_view(self.view.zoomed(factor, share))

    def zoom_aloud(self, factor: float) -> None:
        """The same, and say what is shown then."""
        self.zoom(factor)
        self._say_range()

    def show_all(self) -> None:
        """Show all the time that there is, and say it."""
        if self.view is not None:
            self.show_view(View.whole(self.view.first, self.view.last))
            self._say_range()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, zoom, move and choose; all other keys are the window's."""
        controlled = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        later = Qt.Key.Key_Left if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Right
        key = event.key()
        if self.view is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == later else -1
            if controlled:
                self._move(step)
            else:
                self._step(step)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not controlled:
            self._change_lane(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not controlled:
            self._to_end(-1 if key == Qt.Key.Key_End else 0)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_aloud(1 / ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom_aloud(ZOOM)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.point is not None:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        """The next point of the lane; where there is none, what is shown moves on."""
        place, view = self.place, self.view
        if view is None:
            return
        if place is None:
            self._enter(self._last[0])
            return
        lane, number = place
        if 0 <= number + step < len(self.lanes[lane].points):
            self._go_to(lane, number + step)
        elif view == view.moved(step * _PART):
            announce(self, f"{self.lanes[lane].title}: there is nothing {'later' if step > 0 else 'earlier'}.")
        else:
            self._move(step)

    def _change_lane(self, step: int) -> None:
        """The point nearest in time in the next lane that has any."""
        lane = self._last[0] + step if self.selected else self._last[0]
        while 0 <= lane < len(self.lanes):
            if self.lanes[lane].points:
                self._enter(lane)
                return
            lane += step

    def _enter(self, lane: int) -> None:
        """Into a lane, near to where one was, else near to the end of what is shown."""
        point, view = self.point, self.view
        near = point.at if point is not None else view.until if view is not None else None
        lanes = [lane, *range(len(self.lanes))]
        found = next((n for n in lanes if n < len(self.lanes) and self.lanes[n].points), None)
        if found is None or near is None:
            announce(self, "There is nothing to be seen in this time.")
            return
        points = self.lanes[found].points
        self._go_to(found, min(range(len(points)), key=lambda n: abs(points[n].at - near)))

    def _to_end(self, place: int) -> None:
        """The first or last point of the lane, among those that are loaded."""
        lane = self._last[0]
        if lane < len(self.lanes) and self.lanes[lane].points:
            self._go_to(lane, place % len(self.lanes[lane].points))
        else:
            self._enter(lane)

    def _go_to(self, lane: int, number: int) -> None:
        point = self.lanes[lane].points[number]
        self._last, self.selected = (lane, number), point.number
        if self.view is not None:
            self.show_view(self.view.with_in(point.at))
        self._refresh()
        announce(self, self.told(lane, number))
        self.point_selected.emit(point.number)

    def _choose(self) -> None:
        """Tell that the selected point is chosen; one that stands for several is drawn larger instead."""
        point, view = self.point, self.view
        if point is None or view is None:
            return
        wider = view.showing(point.at, point.until).zoomed(1.2) if point.count > 1 else view
        if wider.length < view.length:
            self.show_view(wider)
            self._say_range()
        else:
            self.point_chosen.emit(point.number)

    def _move(self, step: int) -> None:
        if self.view is not None:
            self.show_view(self.view.moved(step * _PART))
            self._say_range()

    def _say_range(self) -> None:
        if self.view is not None:
            announce(self, f"Shown: {range_words(self.view.since, self.view.until)}")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, move sideways; an ordinary turn scrolls the page."""
        sheet, delta = self.sheet(), event.angleDelta()
        if sheet is None:
            event.ignore()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier and delta.y():
            self.zoom(ZOOM ** (-delta.y() / _NOTCH), sheet.share(event.position().x()))
            event.accept()
        elif delta.x() and abs(delta.x()) > abs(delta.y()):
            self.show_view(sheet.view.moved(sheet.parts(-delta.x() / 2)))
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the beginning of a move."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is shown with the mouse."""
        sheet, start = self.sheet(), self._pressed
        if start is None or sheet is None:
            return
        way = event.position().x() - start.x()
        if not self._dragged and abs(way) < QApplication.startDragDistance():
            return
        self._dragged = True
        self._pressed = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.show_view(sheet.view.moved(sheet.parts(-way)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click that moved nothing chooses the point under it."""
        pressed, self._pressed = self._pressed, None
        self.unsetCursor()
        if pressed is None or self._dragged:
            return
        place = self._hit(event.position())
        if place is not None:
            self._go_to(*place)
            self._choose()

    def event(self, event: QEvent) -> bool:
        """Show the words of the point under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._hit(QPointF(event.pos()))
            words = tooltip(self.told(*place)) if place is not None else ""
            QToolTip.showText(event.globalPos() if words else QPoint(), words, self)
            return True
        return super().event(event)

    def _hit(self, at: QPointF) -> Place | None:
        """The point at a place: the nearest, of those that lie there a sign before a bar."""
        sheet = self.sheet()
        lane = sheet.lane_at(at.y()) if sheet is not None and sheet.field.contains(at) else None
        if sheet is None or lane is None:
            return None
        near: list[tuple[float, bool, float, int]] = []
        for number, point in enumerate(self.lanes[lane].points):
            area = sheet.area(lane, point)
            far = max(area.left() - at.x(), at.x() - area.right(), 0.0)
            if far <= _REACH:
                near.append((far, not point.sign, abs(area.center().x() - at.x()), number))
        return (lane, min(near)[3]) if near else None
