"""Waiting and repeated reading. All waits go through ``Cancel``, so that a request to stop is answered at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

import tenacity

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem

T = TypeVar("T")

TRIES = 5
"""How often a read is sent at most."""
_SLICE_S = 15.0
_JUMP = timedelta(seconds=60)
"""A wall clock that is further ahead than this has been asleep."""
LONGEST_TRYING_S = 120.0
LONGEST_THROTTLE_S = 600.0
"""A longer Retry-After is not waited for: a person decides."""
_WORTH_REPEATING = frozenset({Kind.UNREACHABLE, Kind.SERVICE, Kind.THROTTLED, Kind.UNTRUSTED})
_NEVER_REPEATED = frozenset({"certificate", "redirect", "foreign-host", "foreign-token", "sent-twice"})


class Pace:
    """Time as the clouds count it: a practice cloud's clock runs ``speed`` times as fast as ours."""

    def __init__(self, cancel: Cancel, speed: float = 1.0) -> None:
        self.cancel = cancel
        self.speed = speed

    def wait(self, seconds: float) -> None:
        """Wait ``seconds`` of the cloud's time.

        Raises:
            Cancelled: somebody asked to stop.
        """
        self.cancel.wait(seconds / self.speed)

    def wait_awake(self, seconds: float, clock: Callable[[], datetime]) -> None:
        """Wait; a sleep of the computer counts as waiting, although its monotonic clock stood still meanwhile.

        Raises:
            Cancelled: somebody asked to stop.
        """
        left = seconds
        while left > 0:
            part = min(left, _SLICE_S)
            before = clock()
            self.wait(part)
            passed = clock() - before
            slept = passed > timedelta(seconds=part / self.speed) + _JUMP
            left -= passed.total_seconds() * self.speed if slept else part

    def asked(self, seconds: float) -> float:
        """Seconds that a service asks to wait, in the cloud's time: it means seconds of ours, however fast a practice
        cloud's clock runs."""
        return seconds * self.speed

    def deadline(self, seconds: float) -> Deadline:
        """Start a deadline ``seconds`` of the cloud's time from now."""
        return Deadline(self, seconds)

    def persons_deadline(self, seconds: float) -> Deadline:
        """Start a deadline ``seconds`` of ours from now, however fast a practice cloud's clock is."""
        return Deadline(self, seconds * self.speed, work_counts=self.speed)

    def read(self, call: Callable[[], T]) -> T:
        """Send a read, again where that is worth it: never earlier than the service asks, at most five times.

        Raises:
            Problem: the last answer; a read that failed changed nothing.
            Cancelled: somebody asked to stop.
        """
        self.cancel.check()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_worth_repeating),
            wait=self._wait_before,
            stop=self._tried_enough,
            sleep=self.wait,
            reraise=True,
        )
        return retrying(call)

    def _wait_before(self, state: tenacity.RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        asked = problem.retry_after if isinstance(problem, Problem) else None
        # Full jitter: many clients that were turned away together do not come back together.
        backoff = random.uniform(0.0, min(30.0, 2.0**state.attempt_number))  # noqa: S311 - not a secret
        return backoff if asked is None else self.asked(asked) + backoff / 10

    def _tried_enough(self, state: tenacity.RetryCallState) -> bool:
        if state.attempt_number >= TRIES:
            return True
        # What the service asked to wait does not count as trying.
        problem = state.outcome.exception() if state.outcome else None
        if isinstance(problem, Problem) and problem.kind is Kind.THROTTLED:
            return False
        return (state.seconds_since_start or 0.0) + state.upcoming_sleep > LONGEST_TRYING_S


class Deadline:
    """Counts the waiting (in the cloud's time) and the work in between (each second of ours for ``work_counts``)."""

    def __init__(self, pace: Pace, seconds: float, *, work_counts: float = 1.0) -> None:
        self._pace = pace
        self._left = seconds
        self._work_counts = work_counts
        self._mark = time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait ``seconds``, or what is left if that is less; False, without waiting, when nothing is left.

        Raises:
            Cancelled: somebody asked to stop.
        """
        now = time.monotonic()
        self._left -= (now - self._mark) * self._work_counts
        self._mark = now
        if self._left <= 0:
            return False
        seconds = min(seconds, self._left)
        self._pace.wait(seconds)
        self._left -= seconds
        self._mark = time.monotonic()
        return True


def jittered(seconds: float) -> float:
    """As long, or up to a tenth shorter or longer: many windows then do not ask at the same moment."""
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - not a secret


def growing_waits(first: float = 1.0, most: float = 15.0) -> Iterator[float]:
    """Seconds between looks: short at first, because most things are quick, longer the longer they take."""
    wait = first
    while True:
        yield wait
        wait = min(wait * 1.5, most)


def _worth_repeating(error: BaseException) -> bool:
    if not isinstance(error, Problem) or error.kind not in _WORTH_REPEATING:
        return False
    if error.kind is Kind.THROTTLED:
        return (error.retry_after or 0.0) <= LONGEST_THROTTLE_S
    return error.reference.code not in _NEVER_REPEATED
