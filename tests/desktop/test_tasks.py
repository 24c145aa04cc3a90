"""Tasks: callbacks on the GUI thread, one outcome each, nothing lost, nothing left running."""

from __future__ import annotations

import contextlib
import gc
import itertools
import threading
import time

import pytest
from PySide6.QtCore import QObject, Qt, QThread, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.desktop.tasks import DRAIN_S, LaneName, Tasks
from tests.desktop.conftest import PATIENCE_MS

PATIENCE_S = PATIENCE_MS / 1000
LONG_S = 600.0
"""Far longer than any test waits: what ended before it was not waited for."""


def unexpected(outcome: object) -> None:
    pytest.fail(f"this callback must not be called: {outcome}")


def test_the_result_arrives_on_the_gui_thread(qtbot: QtBot, tasks: Tasks, qapp: QApplication) -> None:
    seen: list[tuple[str, bool]] = []
    worker: list[threading.Thread] = []

    def work(_cancel: Cancel) -> str:
        worker.append(threading.current_thread())
        return "vault"

    tasks.run(work, done=lambda r: seen.append((r, QThread.currentThread() is qapp.thread())), failed=unexpected)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("vault", True)]
    assert worker[0] is not threading.main_thread()


def test_a_problem_arrives_as_a_problem(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[Problem] = []

    def work(_cancel: Cancel) -> None:
        raise Problem(Kind.UNREACHABLE, "There is no network.")

    tasks.run(work, done=unexpected, failed=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].message == "There is no network."


def test_a_defect_in_the_work_reaches_the_excepthook_and_frees_the_page(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[Problem] = []

    def work(_cancel: Cancel) -> None:
        raise ZeroDivisionError("client_secret=abc")

    with qtbot.captureExceptions() as caught:
        tasks.run(work, done=unexpected, failed=seen.append)
        qtbot.waitUntil(lambda: bool(caught))
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]
    assert "abc" not in seen[0].message + seen[0].remedy


def test_a_defect_in_a_callback_reaches_the_excepthook_and_stops_no_other(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[int] = []

    def done(number: int) -> None:
        seen.append(number)
        if number == 0:
            raise LookupError

    with qtbot.captureExceptions() as caught:
        for number in range(3):
            tasks.run(lambda _cancel, n=number: n, done=done, failed=unexpected, lane="keyring")  # type: ignore[misc]
        qtbot.waitUntil(lambda: len(seen) == 3)
    assert [kind for kind, _, _ in caught] == [LookupError]


def test_progress_arrives_in_order_before_the_result(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[object] = []

    def work(_cancel: Cancel, report: object) -> str:
        for number in range(500):
            report(number)  # type: ignore[operator]
        return "end"

    tasks.stream(work, progress=seen.append, done=seen.append, failed=unexpected)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == "end")
    assert seen == [*range(500), "end"]


def test_cancelled_work_stops_at_once_and_its_outcome_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    begun, stopped = threading.Event(), list[bool]()

    def work(cancel: Cancel) -> str:
        begun.set()
        cancel.wait(LONG_S)
        return "never"

    task = tasks.run(work, done=unexpected, failed=unexpected, stopped=lambda: stopped.append(task.ended.is_set()))
    assert begun.wait(PATIENCE_S)
    task.cancel()
    qtbot.waitUntil(lambda: bool(stopped))
    assert stopped == [True]


def test_a_result_that_is_already_on_its_way_is_dropped_too(qtbot: QtBot, tasks: Tasks) -> None:
    stopped: list[bool] = []
    task = tasks.run(lambda _c: 1, done=unexpected, failed=unexpected, stopped=lambda: stopped.append(True))
    assert task.ended.wait(PATIENCE_S)  # the outcome is posted; the event loop has not run
    task.cancel()
    qtbot.waitUntil(lambda: bool(stopped))


def test_lanes_do_not_wait_for_one_another(qtbot: QtBot, tasks: Tasks) -> None:
    release = threading.Event()
    seen: list[str] = []

    def blocked(_cancel: Cancel) -> str:
        release.wait(LONG_S)
        return "released"

    lanes: tuple[LaneName, ...] = ("sign_in", "keyring")
    for lane in lanes:
        tasks.run(blocked, done=seen.append, failed=unexpected, lane=lane)
    tasks.run(lambda _cancel: "io", done=seen.append, failed=unexpected)
    qtbot.waitUntil(lambda: seen == ["io"])
    release.set()
    qtbot.waitUntil(lambda: len(seen) == 3)


def test_four_calls_run_at_a_time_and_no_more(qtbot: QtBot, tasks: Tasks) -> None:
    together = threading.Barrier(4)
    seen: list[int] = []
    for _ in range(8):
        tasks.run(lambda _cancel: together.wait(PATIENCE_S), done=seen.append, failed=unexpected)
    qtbot.waitUntil(lambda: len(seen) == 8)
    names = {t.name for t in threading.enumerate() if t.name.startswith("io-")}
    assert len(names) == 4


def test_work_that_waits_for_the_paint_begins_after_it(qtbot: QtBot, tasks: Tasks) -> None:
    painted, seen = threading.Event(), list[bool]()

    class Page(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - its name in Qt
            painted.set()

    page = Page()
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(painted.is_set)
    for _ in range(20):
        painted.clear()
        seen.clear()
        page.update()
        tasks.begin_after_paint()
        tasks.run(lambda _cancel: painted.is_set(), done=seen.append, failed=unexpected)
        qtbot.waitUntil(lambda: bool(seen))
        assert seen == [True]


def test_shutdown_ends_work_that_still_waits_for_the_paint(qapp: QApplication) -> None:
    tasks = Tasks()
    tasks.begin_after_paint()
    task = tasks.run(lambda cancel: cancel.wait(LONG_S), done=unexpected, failed=unexpected)
    assert not task.ended.is_set()
    assert tasks.shutdown(PATIENCE_S)
    assert task.ended.is_set()


def test_shutdown_cancels_and_leaves_nothing_running(qapp: QApplication) -> None:
    tasks = Tasks()
    begun = threading.Event()

    def work(cancel: Cancel) -> None:
        begun.set()
        cancel.wait(LONG_S)

    tasks.run(work, done=unexpected, failed=unexpected, stopped=lambda: unexpected("stopped"))
    assert begun.wait(PATIENCE_S)
    assert tasks.shutdown(PATIENCE_S)
    assert tasks.run(work, done=unexpected, failed=unexpected).ended.is_set()
    qapp.sendPostedEvents()


def test_shutdown_leaves_a_call_behind_that_cannot_be_ended(qapp: QApplication) -> None:
    tasks = Tasks()
    begun, release = threading.Event(), threading.Event()

    def work(_cancel: Cancel) -> None:
        begun.set()
        release.wait(LONG_S)

    tasks.run(work, done=unexpected, failed=unexpected, lane="sign_in")
    assert begun.wait(PATIENCE_S)
    assert not tasks.shutdown(0.05)
    (thread,) = [t for t in threading.enumerate() if t.name == "sign_in-0"]
    assert thread.daemon
    release.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_many_results_let_other_events_have_their_turn(qtbot: QtBot, tasks: Tasks) -> None:
    """Each callback uses a whole visit up, and all of them wait: the window gets its turn after each."""
    turns, seen = itertools.count(), list[int]()
    window = QTimer(interval=0)
    window.timeout.connect(lambda: next(turns))

    def slow(_number: int) -> None:
        seen.append(next(turns))
        until = time.monotonic() + DRAIN_S
        while time.monotonic() <= until:
            pass

    def work(_cancel: Cancel, report: object) -> None:
        for number in range(20):
            report(number)  # type: ignore[operator]

    task = tasks.stream(work, progress=slow, done=lambda _nothing: None, failed=unexpected)
    assert task.ended.wait(PATIENCE_S)  # all is posted; the event loop has not run
    window.start()
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(seen))


def test_a_page_that_nobody_else_holds_any_more_is_not_destroyed_by_a_worker(qapp: QApplication) -> None:
    """Its timers would go on in a thread that it is not of."""
    tasks = Tasks()
    going, destroyed_by = threading.Event(), list[threading.Thread]()

    class Page(QObject):
        def show_result(self, _result: None) -> None: ...

    page = Page()
    page.destroyed.connect(lambda: destroyed_by.append(threading.current_thread()), Qt.ConnectionType.DirectConnection)

    def work(cancel: Cancel) -> None:
        going.set()
        with contextlib.suppress(Cancelled):
            cancel.wait(LONG_S)

    tasks.run(work, done=page.show_result, failed=unexpected)
    assert going.wait(PATIENCE_S)
    del page
    assert tasks.shutdown(PATIENCE_S)
    assert destroyed_by == []
    del tasks
    gc.collect()
    assert destroyed_by == [threading.main_thread()]
