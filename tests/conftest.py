"""Gates for every test: no skip in CI, no thread left behind, no modal dialog, no logged error, no real desktop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from typing import Any, NoReturn, TypeVar

import pytest
from hypothesis import HealthCheck, settings

# Nothing is drawn on the screen of the person who runs the tests, and nothing asks their session or their keyring.
# A test that wants a screen or a session starts a private one for its child process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
# A proxy of this computer is for the way out; what the tests talk to is on loopback.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "localhost,.localhost,127.0.0.1,::1"
# What a shell runs in its background ignores SIGINT, and so would our children: they are to be stopped by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
ELSEWHERE = ("only on Windows", "only on macOS")  # reasons to skip that hold in our Linux CI too
PATIENCE_S = 30.0
"""For how long a thread that is about to end is waited for on a slow computer."""

# How long an example takes, or to think of it, says nothing on a shared machine; in CI the same ones are always tried.
settings.register_profile("suite", deadline=None, derandomize=IN_CI, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
logged_errors = pytest.StashKey[list[logging.LogRecord]]()
threads_before = pytest.StashKey[set[threading.Thread]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: provokes errors that are rightly logged")


# A skip in CI hides a missing installation step, so there it is a failure that says what was missing.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return fail_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return fail_skip(report)


def fail_skip(report: Report) -> Report:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ELSEWHERE):
            report.outcome = "failed"
            report.longrepr = f"skipped, which counts as a failure in CI: {reason}"
    return report


# Threads: a test ends what it starts. What a fixture of a module or of the session starts may live as long as that.


class Lineage:
    """Who started which thread, and which of them belong to a fixture that outlives a test."""

    def __init__(self) -> None:
        self.parents: dict[threading.Thread, threading.Thread] = {}
        self.lasting: set[threading.Thread] = set()

    def watch(self) -> None:
        start, parents = threading.Thread.start, self.parents

        def start_and_remember(self: threading.Thread) -> None:
            parents[self] = threading.current_thread()
            start(self)

        threading.Thread.start = start_and_remember  # type: ignore[method-assign]

    def is_lasting(self, thread: threading.Thread) -> bool:
        seen: threading.Thread | None = thread
        while seen is not None and seen not in self.lasting:
            seen = self.parents.get(seen)
        return seen is not None


lineage = Lineage()
lineage.watch()


def python_threads() -> set[threading.Thread]:
    # Threads that Qt started and that merely passed through Python are Qt's own.
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    before = python_threads()
    try:
        return (yield)
    finally:
        if fixturedef.scope != "function":
            lineage.lasting |= python_threads() - before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    item.stash[threads_before] = python_threads()
    item.stash[logged_errors] = error_log.records = []
    guard_modal_dialogs()
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    yield
    deadline = time.monotonic() + PATIENCE_S
    before = item.stash[threads_before]
    left = [t for t in python_threads() - before if not lineage.is_lasting(t)]
    pause = threading.Event()
    for thread in left:
        while thread.ident is None and time.monotonic() < deadline:  # on its way up: not to be joined yet
            pause.wait(0.01)
        thread.join(max(0.0, deadline - time.monotonic()))
    alive = sorted(thread.name for thread in left if thread.is_alive())
    if alive:
        pytest.fail(f"threads still run after the test: {', '.join(alive)}", pytrace=False)
    if item.stash[logged_errors] and item.get_closest_marker("logs_errors") is None:
        sentences = "\n".join(f"{r.name}: {r.getMessage()}" for r in item.stash[logged_errors])
        pytest.fail(f"errors were logged during the test:\n{sentences}", pytrace=False)


# Logged errors: what a server or a background thread can only log ("Exception in ASGI application", "exception was
# never retrieved") fails the test in which it happened.


class ErrorLog(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


error_log = ErrorLog()
logging.getLogger().addHandler(error_log)


# Modal dialogs: exec() waits for a person who is not there. Dialogs are opened with open() and answer by signal.

MODAL = {
    "QDialog": ["exec"],
    "QMenu": ["exec"],
    "QMessageBox": ["exec", "about", "critical", "information", "question", "warning"],
    "QFileDialog": ["exec", "getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"],
    "QInputDialog": ["exec", "getText", "getMultiLineText", "getInt", "getDouble", "getItem"],
}
guarded: set[str] = set()


def guard_modal_dialogs() -> None:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or guarded:
        return
    for class_name, methods in MODAL.items():
        for method in methods:
            guarded.add(f"{class_name}.{method}")
            setattr(getattr(widgets, class_name), method, refuse(f"{class_name}.{method}"))


def refuse(call: str) -> Any:
    def refused(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError(f"{call}() waits for a person; use open() and a signal")

    return refused
