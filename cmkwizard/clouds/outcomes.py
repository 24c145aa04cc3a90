"""How each host answered last, and what its clock said: noted on the way of the very requests, no request is added."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.wire import WireError

_HALF_S = 0.5
"""A ``Date`` header leaves the fraction of its second out: on average this much."""


@dataclass(frozen=True)
class Outcome:
    """The last exchange with one host for one service."""

    service: Service
    host: str
    failure: WireError | None
    """Why no whole answer came back; None: one did."""
    at: float
    """Monotonic time."""


class Outcomes:
    """The last outcome with each host, in the order of the first contact. Thread-safe.

    Attributes:
        skew_s: the services' clock minus ours in seconds, by the newest answer; None: no answer said the time.
    """

    def __init__(self) -> None:
        self.skew_s: float | None = None
        self._lock = threading.Lock()
        self._last: dict[tuple[Service, str], Outcome] = {}

    def note(self, service: Service, url: str, answer: Mapping[str, str] | WireError) -> None:
        """Note how an exchange ended: with the headers of an answer, or with a failure."""
        host = urlsplit(url).netloc.lower()
        failure = answer if isinstance(answer, WireError) else None
        skew = None if isinstance(answer, WireError) else _skew_s(answer.get("Date", ""))
        with self._lock:
            self._last[service, host] = Outcome(service, host, failure, time.monotonic())
            self.skew_s = self.skew_s if skew is None else skew

    def last(self) -> tuple[Outcome, ...]:
        """The last outcome with each host."""
        with self._lock:
            return tuple(self._last.values())


def _skew_s(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() + _HALF_S - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
