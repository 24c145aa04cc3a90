"""Repeated reads, deadlines and the order to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem, Reference
from cmkwizard.journeys.waiting import TRIES, Pace, growing_waits


class Recorder(Cancel):
    """Remembers how long was waited for, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.check()
        self.waits.append(seconds)


def failing(*problems: Problem) -> Callable[[], str]:
    left = list(problems)

    def read() -> str:
        if left:
            raise left.pop(0)
        return "read"

    return read


def problem(kind: Kind, retry_after: float | None = None, code: str = "") -> Problem:
    return Problem(kind, "It failed.", retry_after=retry_after, reference=Reference(code=code))


@pytest.mark.parametrize("kind", [Kind.UNREACHABLE, Kind.SERVICE, Kind.UNTRUSTED, Kind.THROTTLED])
def test_a_read_is_repeated_with_growing_jittered_waits(kind: Kind) -> None:
    cancel = Recorder()
    assert Pace(cancel).read(failing(*[problem(kind)] * (TRIES - 1))) == "read"
    assert len(cancel.waits) == TRIES - 1
    assert all(0 <= wait <= 2.0**number for number, wait in enumerate(cancel.waits, 1))


def test_a_read_is_given_up_after_five_tries() -> None:
    cancel = Recorder()
    with pytest.raises(Problem):
        Pace(cancel).read(failing(*[problem(Kind.UNREACHABLE)] * TRIES))
    assert len(cancel.waits) == TRIES - 1


@pytest.mark.parametrize(
    "kind", [Kind.PERMISSION, Kind.NOT_FOUND, Kind.CONFLICT, Kind.SIGN_IN, Kind.INVALID, Kind.UNCLEAR]
)
def test_what_repeating_cannot_change_is_said_at_once(kind: Kind) -> None:
    cancel = Recorder()
    with pytest.raises(Problem):
        Pace(cancel).read(failing(problem(kind)))
    assert cancel.waits == []


@pytest.mark.parametrize("code", ["certificate", "redirect", "foreign-host"])
def test_an_untrusted_place_is_not_asked_again(code: str) -> None:
    cancel = Recorder()
    with pytest.raises(Problem):
        Pace(cancel).read(failing(problem(Kind.UNTRUSTED, code=code)))
    assert cancel.waits == []


@pytest.mark.parametrize("speed", [1.0, 600.0])
def test_a_service_is_never_asked_earlier_than_it_says(speed: float) -> None:
    cancel = Recorder()
    assert Pace(cancel, speed).read(failing(problem(Kind.THROTTLED, 7.0), problem(Kind.THROTTLED, 300.0))) == "read"
    assert [wait >= asked for wait, asked in zip(cancel.waits, (7.0, 300.0), strict=True)] == [True, True]


def test_a_person_decides_when_a_service_wants_more_than_ten_minutes() -> None:
    cancel = Recorder()
    with pytest.raises(Problem) as caught:
        Pace(cancel).read(failing(problem(Kind.THROTTLED, 601.0)))
    assert caught.value.kind is Kind.THROTTLED
    assert cancel.waits == []


def test_waits_follow_the_clock_of_the_practice_cloud() -> None:
    cancel = Recorder()
    Pace(cancel, 60.0).wait(120.0)
    assert cancel.waits == [2.0]


def test_a_deadline_never_waits_past_its_end() -> None:
    cancel = Recorder()
    began = time.monotonic()
    deadline = Pace(cancel).deadline(10.0)
    assert [deadline.wait(4.0) for _ in range(4)] == [True, True, True, False]
    assert 10.0 - (time.monotonic() - began) <= sum(cancel.waits) <= 10.0


def test_waits_grow_and_stay_bounded() -> None:
    waits = growing_waits(1.0, 5.0)
    assert [next(waits) for _ in range(6)] == [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]


def test_a_request_to_stop_ends_a_wait_at_once() -> None:
    cancel = Cancel()
    pace = Pace(cancel)
    asker = threading.Timer(0.05, cancel.request)
    asker.start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        pace.read(failing(problem(Kind.THROTTLED, 500.0)))
    assert time.monotonic() - started < 500.0 / 20
    asker.join()
    with pytest.raises(Cancelled):
        pace.read(failing())
