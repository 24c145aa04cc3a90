"""Rehearsals of the watch: a set-up that was completed, looks at it, and what they tell."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import What
from cmkwizard.core.watch_alerts import AlertKind
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.waiting import Pace
from cmkwizard.journeys.watching.rounds import Watched, watch
from cmkwizard.records.observations import Observation
from tests.journeys.fix_support import EXISTING_ANSWERS, opened
from tests.journeys.setup_support import Rehearsal

SERVICES = ("entra", "arm", "keyvault", "graph", "ims", "platform")


@contextlib.contextmanager
def watching(rehearsal: Rehearsal, text: str = EXISTING_ANSWERS) -> Iterator[SetupRun]:
    """One start of the program, signed in, that has looked once."""
    with opened(rehearsal, text) as run:
        watched_once(run)
        yield run


def watched_once(run: SetupRun) -> Watched:
    """The first look of a watch, with what it has written down."""
    return next(watch(run))


def ids(watched: Watched) -> list[str]:
    """What stands, without what tells one drift from another."""
    return [each.id.rpartition(":")[0] if each.id.count(":") > 1 else each.id for each in watched.standing]


def cut_network(rehearsal: Rehearsal, kind: str = "refuse") -> None:
    """Nobody answers any more, or nobody as themselves."""
    for service in SERVICES:
        rehearsal.fault(fault=kind, service=service)


def restore_network(rehearsal: Rehearsal) -> None:
    """Everybody answers again."""
    rehearsal.cloud.world.faults.clear()


def seen(run: SetupRun, what: What) -> list[Observation]:
    """What was written down of one thing, oldest first."""
    return [each for each in run.observations.entries() if each.what == what]


def watched_once_each(run: SetupRun, count: int) -> list[Watched]:
    """So many looks of one watch, without the waits between them."""
    run.pace = Patient(run.cancel)
    looks = watch(run)
    return [next(looks) for _ in range(count)]


class Patient(Pace):
    """Notes how long was to be waited for, and does not wait."""

    def __init__(self, cancel: Cancel, speed: float = 1.0) -> None:
        super().__init__(cancel, speed)
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.cancel.check()
        self.waits.append(seconds)


def access(watched: Watched) -> list[str]:
    """What is told to cut Adobe off."""
    return [each.id for each in watched.standing if each.kind is AlertKind.ACCESS]
