"""Watching the status: never better than the evidence, never faster than allowed, awake after a sleep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import What
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.status import Status
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.submission import ADOBE_LEAST_S
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.journeys.waiting import Pace
from cmkwizard.journeys.watch import submitted_at, watch_status
from cmkwizard.practice.provisioning import AdobeState
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]


@contextmanager
def opened(rehearsal: Rehearsal, text: str = "") -> Iterator[SetupRun]:
    """A set-up that is signed in and has seen its vault."""
    with rehearsal.services() as services:
        run = open_run(services, read_answers(text or answers(**EXISTING)), rehearsal.person().open)
        azure, vault = run.choices.azure, run.choices.vault
        run.seen.vault = run.azure.vaults.get_vault(azure.subscription, azure.resource_group, vault.name)
        yield run


def test_a_finished_submission_is_seen_once(rehearse: Rehearse) -> None:
    with opened(rehearse("completed")) as run:
        looks = list(watch_status(run))
        assert [(look.status, look.word, look.problem) for look in looks] == [(Status.COMPLETED, "COMPLETED", None)]
        recorded = run.observations.latest("practice", What.STATUS)
        assert recorded is not None
        assert recorded.value["word"] == "COMPLETED"
        assert recorded.value["configuration"] == "experience-platform"
        assert submitted_at(run) is None


def test_a_word_that_is_not_known_is_shown_and_not_taken_for_done(
    rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AdobeState, "status", lambda *_: "MIGRATING")
    with opened(rehearse("completed")) as run:
        look = next(watch_status(run))
        assert (look.status, look.word) == (Status.UNKNOWN, "MIGRATING")
        assert look.sentence == "MIGRATING: Adobe answered with a status that this program does not know."


def test_the_status_of_another_key_is_refused(rehearse: Rehearse) -> None:
    with opened(rehearse("completed"), answers(**{**EXISTING, "key": {"name": "another-key"}})) as run:
        with pytest.raises(Problem) as caught:
            next(watch_status(run))
        assert caught.value.kind is Kind.CONFLICT


def test_nothing_submitted_is_said_so(rehearse: Rehearse) -> None:
    with opened(rehearse("existing-vault")) as run:
        look = next(watch_status(run))
        assert (look.status, look.word) == (Status.NOT_SUBMITTED, "")


def test_a_look_that_fails_does_not_end_the_watch(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal) as run:
        rehearsal.fault(fault="status", code=503, service="platform", method="GET", times=2)
        *failed, last = list(watch_status(run))
        assert [(look.problem is None, look.status) for look in failed] == [(False, Status.NOT_SUBMITTED)] * 2
        assert (last.problem, last.status) == (None, Status.COMPLETED)
    assert rehearsal.sent("GET", "/customer/config/experience-platform") == 3, "each look is one request"


@pytest.mark.parametrize("asked", [1, 7, 45, 3600, 999_999])
def test_adobe_is_asked_no_earlier_than_it_says(rehearse: Rehearse, asked: int) -> None:
    rehearsal = rehearse("completed", speed=60.0)
    with opened(rehearsal) as run:
        rehearsal.fault(fault="status", code=429, retry_after=asked, service="platform", method="GET", times=1)
        waits: list[float] = []
        run.pace = Patient(run.cancel, waits, speed=60.0)
        first, second = list(watch_status(run))
        assert (first.status, first.problem is None) == (Status.NOT_SUBMITTED, False)
        assert first.again_in_s == max(ADOBE_LEAST_S, min(asked, 86_400) * 60.0)
        assert sum(waits) >= first.again_in_s
        assert second.status is Status.COMPLETED


def test_two_looks_are_ten_seconds_apart_at_least(rehearse: Rehearse) -> None:
    with opened(rehearse("existing-vault", speed=20.0)) as run:
        key = run.azure.keys.get_key(run.vault, run.choices.key.name)
        assert key is not None
        run.adobe.submit(run.choices.adobe.configuration, key.identifier)
        looks = watch_status(run)
        first, second = next(looks), next(looks)
        assert (second.at - first.at).total_seconds() * run.pace.speed >= ADOBE_LEAST_S


class Patient(Pace):
    """Notes how long was to be waited for, and does not wait."""

    def __init__(self, cancel: Cancel, waits: list[float], speed: float = 1.0) -> None:
        super().__init__(cancel, speed)
        self.waits = waits

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def test_a_computer_that_slept_looks_again_at_once(rehearse: Rehearse) -> None:
    rehearsal = rehearse("job-slow", speed=1.0)
    with opened(rehearsal, answers(**EXISTING)) as run:
        moments = iter([datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=n) for n in range(100)])
        run.clock = lambda: next(moments)
        waits: list[float] = []
        run.pace = Patient(run.cancel, waits)
        looks = watch_status(run)
        for _ in range(8):
            next(looks)
        assert max(waits) <= 15.0, "a sleep is noticed after one slice of a wait"
        assert len(waits) == 7
