"""Measures how long the event loop is kept from its events."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

PERIOD_MS = 5


class Heartbeat(QObject):
    """Beats every five milliseconds; the longest gap beyond that is the longest stall."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_ms = 0.0
        self._last: float | None = None
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to beat."""
        self._last = None
        self._timer.start()

    def skip(self) -> None:
        """Leave out what happened since the last beat."""
        self._last = None

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self.longest_ms = max(self.longest_ms, (now - self._last) * 1000 - PERIOD_MS)
        self._last = now
