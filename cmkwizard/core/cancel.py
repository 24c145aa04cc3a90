"""The one way to ask running work to stop."""

from __future__ import annotations

import threading

from cmkwizard.core.problems import Cancelled


class Cancel:
    """A request to stop, shared by the asker and the worker.

    Workers look at it between calls and do all their waiting through :meth:`wait`, so that a request is
    answered at once. It can be asked from any thread, any number of times.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def requested(self) -> bool:
        """Whether somebody has asked to stop."""
        return self._event.is_set()

    def request(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Wait ``seconds``, or less when a stop is asked for.

        Raises:
            Cancelled: a stop was asked for before the time was over.
        """
        if self._event.wait(seconds):
            raise Cancelled

    def check(self) -> None:
        """Go on only when nobody has asked to stop.

        Raises:
            Cancelled: a stop was asked for.
        """
        if self._event.is_set():
            raise Cancelled
