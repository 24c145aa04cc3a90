"""How long the event loop did not turn."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

PERIOD_MS = 5


class Heartbeat(QObject):
    """Beats every five milliseconds; a gap is what came on top."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=PERIOD_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def longest_ms(self) -> float:
        """The longest gap so far, the running one included."""
        self._beat()
        self._timer.stop()
        return max(self._gaps)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000 - PERIOD_MS)
        self._last = now
