"""The only threads of the window: four lanes of workers and one bridge back to the GUI thread.

Work never touches a widget; callbacks always run on the GUI thread. All lanes are daemon threads, as a blocked call
(a keyring that asks, a browser that never answers) must not keep the program from ending.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem

T = TypeVar("T")
P = TypeVar("P")
LaneName = Literal["io", "sign_in", "keyring", "watch"]
LANES: dict[LaneName, int] = {"io": 4, "sign_in": 1, "keyring": 1, "watch": 1}
"""Worker threads of each lane."""
SHUTDOWN_S = 2.0
DRAIN_S = 0.008
"""How long one visit to the event loop may run callbacks before other events get their turn."""


class Task:
    """One piece of work, to be watched or cancelled. Used on the GUI thread only, but for its ``cancel_token``."""

    def __init__(self, lane: LaneName) -> None:
        self.lane = lane
        self.cancel_token = Cancel()
        self.ended = threading.Event()
        """Set when the work has ended; a cancelled one ends at its next look at the token."""

    def cancel(self) -> None:
        """Ask the work to stop; its result, error and progress are dropped from now on."""
        self.cancel_token.request()


class _Lane:
    """A queue and the daemon threads that work it off; threads start when they are first needed."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, job: Callable[[], None]) -> None:
        """Queue a job that never raises."""
        self._jobs.put(job)
        if len(self._threads) < self._size:
            thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Let the threads end after what is queued."""
        for _ in self._threads:
            self._jobs.put(None)

    def join(self, deadline: float) -> bool:
        """Wait for the threads until ``deadline`` (monotonic). False: one still runs."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class _Bridge(QObject):
    """Brings callbacks to the GUI thread. Lives as long as the program: a signal of a dead object would raise.

    Signals:
        posted: there are callbacks to run.
    """

    posted = Signal()

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._callbacks: deque[Callable[[], None]] = deque()
        self._announced = False
        self._open = True
        self.posted.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        # What is left goes on by a timer: a signal posted from here would be delivered before any other event.
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._drain)

    def post(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called on the GUI thread, in the order of posting. From any Python thread."""
        with self._lock:
            if not self._open:
                return
            self._callbacks.append(callback)
            if not self._announced:
                self._announced = True
                self.posted.emit()

    def close(self) -> None:
        """Drop what is posted and whatever comes later."""
        with self._lock:
            self._open = False
            self._callbacks.clear()

    @Slot()
    def _drain(self) -> None:
        until = time.monotonic() + DRAIN_S
        try:
            while callback := self._next():
                callback()
                if time.monotonic() > until:
                    break
        finally:  # an exception goes on to sys.excepthook; the other callbacks get their turn all the same
            with self._lock:
                self._announced = bool(self._callbacks)
                if self._announced:
                    self._rest.start()

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            return self._callbacks.popleft() if self._callbacks else None


class Tasks(QObject):
    """Runs work off the GUI thread and brings its outcome back to it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = _Bridge(self)
        self._lanes = {name: _Lane(name, size) for name, size in LANES.items()}
        # With what the work and the callbacks hold: a page that a worker let go of last would be destroyed there, and
        # Qt goes on calling its timers here.
        self._running: dict[Task, tuple[object, ...]] = {}
        self._held: list[tuple[LaneName, Callable[[], None]]] | None = None
        # Qt runs it when nothing else is left to do: neither laying out nor painting.
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._begin_held)
        self._closed = False

    def run(
        self,
        work: Callable[[Cancel], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
        stopped: Callable[[], None] | None = None,
        lane: LaneName = "io",
    ) -> Task:
        """Run ``work`` on a lane; exactly one of the callbacks follows, on the GUI thread.

        Args:
            work: gets the task's cancel token. May raise Problem or Cancelled; anything else is a defect: ``failed``
                gets a plain problem and the exception itself reaches ``sys.excepthook``.
            done: gets the result.
            failed: gets the problem.
            stopped: the work has really ended after a cancel; its result is dropped.
            lane: ``io`` for the clouds and the records, ``sign_in`` for what waits for a browser, ``keyring``,
                ``watch`` for what goes on without end.
        """
        return self._start(lambda task: work(task.cancel_token), done, failed, stopped, lane)

    def stream(
        self,
        work: Callable[[Cancel, Callable[[P], None]], T],
        *,
        progress: Callable[[P], None],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
        stopped: Callable[[], None] | None = None,
        lane: LaneName = "io",
    ) -> Task:
        """Like :meth:`run`; ``work`` also gets ``report``, whose values arrive in ``progress`` in their order."""

        def reporting(task: Task) -> T:
            def report(value: P) -> None:
                self._bridge.post(lambda: None if task.cancel_token.requested else progress(value))

            return work(task.cancel_token, report)

        return self._start(reporting, done, failed, stopped, lane)

    @Slot()
    def begin_after_paint(self) -> None:
        """Let what is asked for from now on begin only when the window has laid out and painted what it shows.

        For a page that is shown, or becomes busy: Qt then asks Python thousands of times whether a class of its own
        answers, and each time would wait for what a worker computes.
        """
        if self._held is None and not self._closed:
            self._held = []
            self._painted.start()

    def shutdown(self, timeout: float = SHUTDOWN_S) -> bool:
        """Cancel everything, wait at most ``timeout`` seconds, call nothing back. False: a thread is still blocked."""
        self._begin_held()
        self._closed = True
        self._bridge.close()
        for task in tuple(self._running):
            task.cancel()
        for lane in self._lanes.values():
            lane.close()
        deadline = time.monotonic() + timeout
        ended = [lane.join(deadline) for lane in self._lanes.values()]
        return all(ended)

    def _start(
        self,
        work: Callable[[Task], T],
        done: Callable[[T], None],
        failed: Callable[[Problem], None],
        stopped: Callable[[], None] | None,
        lane: LaneName,
    ) -> Task:
        task = Task(lane)
        if self._closed:
            task.cancel()
            task.ended.set()
            return task
        self._running[task] = (work, done, failed, stopped)

        def finish(outcome: Callable[[], None]) -> None:
            self._running.pop(task, None)
            if not task.cancel_token.requested:
                outcome()
            elif stopped is not None:
                stopped()

        def job() -> None:
            outcome = _outcome(task, work, done, failed, stopped)
            task.ended.set()
            self._bridge.post(lambda: finish(outcome))

        if self._held is None:
            self._lanes[lane].submit(job)
        else:
            self._held.append((lane, job))
        return task

    @Slot()
    def _begin_held(self) -> None:
        held, self._held = self._held or [], None
        for lane, job in held:
            self._lanes[lane].submit(job)


def _outcome(
    task: Task,
    work: Callable[[Task], T],
    done: Callable[[T], None],
    failed: Callable[[Problem], None],
    stopped: Callable[[], None] | None,
) -> Callable[[], None]:
    """Do the work, and answer what is to be called on the GUI thread."""
    try:
        task.cancel_token.check()
        result = work(task)
    except Cancelled:
        return stopped or _nothing
    except Problem as problem:
        return _later(failed, problem)
    except Exception as defect:  # noqa: BLE001 - a defect in a worker must reach the excepthook of the GUI thread
        return _later(_report_defect, (failed, defect))
    return _later(done, result)


def _later(callback: Callable[[T], None], value: T) -> Callable[[], None]:
    return lambda: callback(value)


def _nothing() -> None:
    return None


def _report_defect(report: tuple[Callable[[Problem], None], Exception]) -> None:
    failed, defect = report
    try:
        failed(
            Problem(
                Kind.SERVICE,
                "Something went wrong inside this program. What it was doing has stopped.",
                "Try again. If it happens again, restart the program: it continues where it was.",
            )
        )
    finally:
        raise defect
