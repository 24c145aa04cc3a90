"""The time of the practice cloud."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

FASTEST = 1_000_000.0
FURTHEST_S = 100 * 365 * 86_400.0
"""How far the clock can be moved by hand: what lies beyond cannot be written as a date."""


class PracticeClock:
    """Two readings of one time: `now()` runs at `speed`, `wall()` at real speed; `advance()` moves both.

    Propagation, long-running operations and jobs follow `now()`. Token life and `Date` headers follow `wall()`, so
    that a fast practice cloud neither expires its tokens early nor looks like a computer with a wrong clock.
    Both are seconds since the epoch.
    """

    def __init__(self, speed: float = 1.0, real: Callable[[], float] = time.monotonic) -> None:
        if not 0 < speed <= FASTEST:  # neither does "not a number" pass
            raise ValueError(f"speed must be more than 0 and at most {FASTEST:.0f}, not {speed}")
        self.speed = speed
        self._real = real
        self._started = real()
        self._epoch = time.time()
        self._advanced = 0.0
        self._steps: list[tuple[float, float]] = []  # practice time before each step by hand, and its seconds

    def now(self) -> float:
        """Practice time: real elapsed time multiplied by the speed, plus everything advanced."""
        return self._epoch + (self._real() - self._started) * self.speed + self._advanced

    def wall(self) -> float:
        """Real time plus everything advanced."""
        return self._epoch + (self._real() - self._started) + self._advanced

    def wall_at(self, moment: float) -> float:
        """What `wall()` said, or will say, when `now()` says `moment`: for what a client compares with its own time."""
        wall = reached = self._epoch
        if moment <= reached:
            return moment
        for before, seconds in self._steps:
            if moment <= before:
                break
            wall += (before - reached) / self.speed
            if moment <= before + seconds:
                return wall + moment - before
            wall, reached = wall + seconds, before + seconds
        return wall + (moment - reached) / self.speed

    def advance(self, seconds: float) -> None:
        """Moves the time forward. Raises ValueError for a negative step, or one that leads too far."""
        if seconds < 0:
            raise ValueError("the practice clock only moves forward")
        if not self._advanced + seconds <= FURTHEST_S:
            raise ValueError(f"the practice clock moves by at most {FURTHEST_S:.0f} seconds in all")
        self._steps.append((self.now(), seconds))
        self._advanced += seconds

    @property
    def advanced(self) -> float:
        """Seconds moved forward by hand so far."""
        return self._advanced


def iso(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC with seven decimals, as Azure Resource Manager writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
