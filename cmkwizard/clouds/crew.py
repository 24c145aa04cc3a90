"""A few threads that read at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from cmkwizard.core.cancel import Cancel

T = TypeVar("T")

_LOOK_S = 0.05
"""How often a waiting caller looks whether it was asked to stop."""


class Crew:
    """Runs calls on up to ``size`` threads. Use it as a context manager.

    Whoever is asked to stop, or fails, leaves at once: a thread that waits for an answer ends with it, and starts
    nothing more. A call may start further calls, and must not wait for them.
    """

    def __init__(self, size: int, cancel: Cancel) -> None:
        self._size = size
        self._cancel = cancel
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._futures: list[Future[Any]] = []
        self._threads: list[threading.Thread] = []
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over = True
        for _ in self._threads:
            self._waiting.put(None)

    def start(self, call: Callable[[], T]) -> Future[T]:
        """Have a thread make this call."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                future.set_exception(error)

        with self._lock:
            self._futures.append(future)
            if len(self._threads) < self._size:
                thread = threading.Thread(target=self._work, name="survey", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._waiting.put(run)
        return future

    def wait(self, future: Future[T]) -> T:
        """The result of a call, as soon as it is there; raises what the call raised.

        Raises:
            Cancelled: somebody asked to stop.
        """
        while True:
            self._cancel.check()
            try:
                return future.result(timeout=_LOOK_S)
            except TimeoutError:
                if future.done():
                    raise

    def finish(self) -> None:
        """Wait for every call that was started; raises what the first failed one raised.

        Raises:
            Cancelled: somebody asked to stop.
        """
        for future in self._futures:  # grows while calls start further ones
            self.wait(future)

    def _work(self) -> None:
        while not self._over:
            run = self._waiting.get()
            if run is None:
                return
            run()
