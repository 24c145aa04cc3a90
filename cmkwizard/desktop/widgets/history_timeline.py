"""The timeline of the history: the painted lanes, buttons for what the keys do, and the selected point in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.core.history_lanes import Lane
from cmkwizard.core.time_axis import range_words
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.history_paint import Flag
from cmkwizard.desktop.widgets.history_plot import ZOOM, HistoryPlot
from cmkwizard.desktop.widgets.text import Text

_HOW = (
    "A bar is a time in which it was seen so; dashes are a time in which nobody looked. Arrow keys move between the "
    "points, Enter shows one, + and − zoom, 0 shows all; so do the mouse, and its wheel with Ctrl."
)


class HistoryTimeline(QWidget):
    """Lanes over time. It holds few points; more are asked for with :attr:`range_wanted`. All moments are in UTC.

    Signals:
        point_chosen: Enter or a click on a point, by the number of its entry.
        point_selected: the keyboard or the mouse moved to a point, by number; 0: to none.
        range_wanted: another time is shown (since, until): what is in it, and around it, is wanted.
    """

    point_chosen = Signal(int)
    point_selected = Signal(int)
    range_wanted = Signal(object, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = HistoryPlot(name)
        self.range_line = Text("", "strong")
        self.point_line = Text(_HOW, "help")
        self.point_line.setMinimumHeight(2 * self.point_line.fontMetrics().lineSpacing())
        self._as_of: datetime | None = None
        self._compared: datetime | None = None
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(self._build_head())
        lines.addWidget(self.plot)
        lines.addWidget(self.point_line)
        self.setFocusProxy(self.plot)
        self.plot.point_chosen.connect(self.point_chosen)
        self.plot.point_selected.connect(self.point_selected)
        self.plot.range_wanted.connect(self.range_wanted)
        self.plot.words_changed.connect(self._show_words)

    def show_lanes(self, lanes: Sequence[Lane], first: datetime, last: datetime) -> None:
        """Draw these lanes.

        Args:
            lanes: what is in the time that is shown, and around it.
            first: the first moment of all that there is.
            last: now. A line is drawn there.
        """
        self.plot.show_lanes(lanes, first, last)
        self._show_flags()

    def clear(self) -> None:
        """Show nothing, until there are lanes of another history."""
        self.plot.clear()

    @property
    def range(self) -> tuple[datetime, datetime] | None:
        """The time that is shown; None before the first lanes."""
        view = self.plot.view
        return (view.since, view.until) if view is not None else None

    def show_range(self, since: datetime, until: datetime) -> None:
        """Show another time, as far as there is one, and no less than a minute."""
        if self.plot.view is not None:
            self.plot.show_view(self.plot.view.showing(since, until))

    @property
    def selected(self) -> int:
        """The number of the selected point; 0: none."""
        return self.plot.selected

    def select(self, number: int) -> None:
        """Select a point, now or when lanes with it come; 0 selects none. No signal."""
        self.plot.select(number)

    def as_of(self, at: datetime | None) -> None:
        """Mark the moment of the past that is looked at; None: none is."""
        self._as_of = at
        self._show_flags()

    def show_compared(self, at: datetime | None) -> None:
        """Mark the moment that is compared with; None: none is."""
        self._compared = at
        self._show_flags()

    @Slot()
    def zoom_in(self) -> None:
        """Show less time, larger."""
        self.plot.zoom_aloud(1 / ZOOM)

    @Slot()
    def zoom_out(self) -> None:
        """Show more time."""
        self.plot.zoom_aloud(ZOOM)

    @Slot()
    def show_all(self) -> None:
        """Show all the time that there is."""
        self.plot.show_all()

    def _build_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.range_line, 1)
        self.in_button, self.out_button = Button("Zoom in"), Button("Zoom out")
        self.all_button = Button("Whole history")
        for button, act in (
            (self.in_button, self.zoom_in),
            (self.out_button, self.zoom_out),
            (self.all_button, self.show_all),
        ):
            button.clicked.connect(act)
            line.addWidget(button)
        return line

    def _show_flags(self) -> None:
        view = self.plot.view
        if view is None:
            return
        flags = [Flag(self._as_of, "as of")] if self._as_of is not None else []
        if self._compared is not None:
            flags.append(Flag(self._compared, "compared with", dashed=True))
        self.plot.show_flags([*flags, Flag(view.last, "now")])

    @Slot()
    def _show_words(self) -> None:
        view = self.plot.view
        self.range_line.setText(range_words(view.since, view.until) if view is not None else "")
        self.point_line.setText(self.plot.text or _HOW)
