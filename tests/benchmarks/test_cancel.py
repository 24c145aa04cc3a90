"""How soon a wait for the browser, or for a code on another device, ends when a person presses Cancel."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled
from tests.benchmarks.practice_process import cloud_process
from tests.benchmarks.report import Ratio, report

RUNS = 20
AIM = "<= 100 ms"

Wait = Callable[[Callable[[], None], Cancel], None]


def cancelled_after(wait: Wait) -> float:
    """Milliseconds from the order to stop until ``wait(shown, cancel)`` ended; ``shown`` tells that it waits."""
    cancel, waiting, ended = Cancel(), threading.Event(), list[float]()

    def work() -> None:
        with pytest.raises(Cancelled):
            wait(waiting.set, cancel)
        ended.append(time.perf_counter())

    worker = threading.Thread(target=work)
    worker.start()
    waiting.wait()
    worker.join(0.1)  # it settles in its wait, as it has when a person comes to press Cancel
    asked = time.perf_counter()
    cancel.request()
    worker.join()
    return (ended[0] - asked) * 1000


def bare(shown: Callable[[], None], cancel: Cancel) -> None:
    """One event between two threads: nothing can answer sooner."""
    shown()
    cancel.wait(60)


def waits(sign_in: SignIn) -> dict[str, Wait]:
    def browser(shown: Callable[[], None], cancel: Cancel) -> None:
        def opener(_address: str) -> bool:
            shown()
            return True

        sign_in.interactive(opener=opener, on_address=str, cancel=cancel)

    def device_code(shown: Callable[[], None], cancel: Cancel) -> None:
        sign_in.use_device_code(lambda _address, _code: shown(), cancel)

    return {"bare": bare, "the wait for the browser": browser, "the wait for a device code": device_code}


@pytest.mark.benchmark
def test_cancel_of_the_sign_in(tmp_path: Path) -> None:
    """Interleaved runs, the first of each dropped; the median and the longest."""
    with cloud_process("happy", tmp_path / "cloud") as cloud, cloud.services(tmp_path / "records") as services:
        ways = waits(services.sign_in)
        took: dict[str, list[float]] = {name: [] for name in ways}
        for run in range(RUNS + 1):
            for name, way in ways.items():
                ms = cancelled_after(way)
                if run:
                    took[name].append(ms)
    baseline = took.pop("bare")
    for name, each in took.items():
        for word, pick in (("median", statistics.median), ("longest", max)):
            report(Ratio(f"ms to cancel {name}, {word} of {RUNS}", pick(each), pick(baseline), "a bare event", AIM))
    for thread in threading.enumerate():
        if thread.name == "device code":
            thread.join()  # ends at its next question to the service
