"""Looking again and again: what each look means against what was known, written down, and told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cmkwizard.core.facts import Configuration
from cmkwizard.core.history import What
from cmkwizard.core.look import Look
from cmkwizard.core.status import Status
from cmkwizard.core.watch_alerts import Known, WatchAlert, as_value, from_value, news
from cmkwizard.core.watch_rules import after, alerts
from cmkwizard.journeys.recording import baseline, latest, record, record_survey
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.waiting import jittered
from cmkwizard.journeys.watching.looking import look

if TYPE_CHECKING:
    from cmkwizard.records.observations import Observations

USUAL_S = 900.0
"""Seconds of the cloud's time between looks. MongoDB Atlas looks at its customers' keys as often (MongoDB Atlas,
encryption at rest using customer key management)."""
PENDING_S = 300.0
"""The same while Adobe is not done."""
AGAIN_S = 60.0
"""The same after no service answered, at first."""


@dataclass(frozen=True)
class Watched:
    """One look, and what follows from it."""

    look: Look
    standing: tuple[WatchAlert, ...]
    """All that stands now, the gravest first."""
    told: tuple[WatchAlert, ...]
    """What of it is new: a person is told of these."""
    again_in_s: float
    """Seconds of the cloud's time until the next look."""

    @property
    def organisation(self) -> str:
        """Whose set-up was looked at."""
        return self.look.survey.choices.adobe.organisation


def watch(run: SetupRun) -> Iterator[Watched]:
    """Look at once, then again and again, without end; every look is yielded and written down.

    What has been told is not told again while it stands: not at the next look, nor after the next start, as long as
    the records can be written. Where a service asks to wait, it is asked no earlier.

    Raises:
        Cancelled: somebody asked to stop.
    """
    known, wait = _recorded(run), AGAIN_S
    while True:
        watched, known = _round(run, known, wait)
        wait = watched.again_in_s
        yield watched
        run.pace.wait_awake(wait, run.clock)
        known = _refreshed(run, known)


def standing(observations: Observations, profile: str, organisation: str) -> tuple[WatchAlert, ...]:
    """What stood at the last look, from the records alone.

    Raises:
        Problem: the records cannot be read.
    """
    seen = observations.latest(profile, What.ALERTS, organisation)
    return from_value(seen.value) if seen is not None else ()


def _round(run: SetupRun, known: Known, waited: float) -> tuple[Watched, Known]:
    seen = look(run)
    found = alerts(known, seen)
    record_survey(run, seen.survey)
    if found or known.standing:
        record(run, What.ALERTS, as_value(found))
    return Watched(seen, found, news(known, found), _wait(run, known, seen, waited)), after(known, seen, found)


def _wait(run: SetupRun, known: Known, seen: Look, waited: float) -> float:
    """Soon again where nothing was seen, longer each time; else as a gentle guest looks."""
    if seen.network_lost:
        wait = min(2 * waited, USUAL_S) if known.lost else AGAIN_S
    else:
        pending = seen.status not in (None, Status.NOT_SUBMITTED, Status.COMPLETED, Status.FAILED)
        wait = PENDING_S if pending else USUAL_S
    return max(jittered(wait), run.pace.asked(seen.retry_after))


def _recorded(run: SetupRun) -> Known:
    """What the records know; nothing where they cannot be read."""
    told, locks = latest(run, What.ALERTS), latest(run, What.LOCKS)
    known = Known(
        standing=from_value(told.value) if told is not None else (),
        locked=locks is not None and bool(locks.value.get("locks")),
    )
    return _refreshed(run, known)


def _refreshed(run: SetupRun, known: Known) -> Known:
    """What another part of the program may have written down meanwhile."""
    return replace(
        known,
        configuration=_configuration(run) or known.configuration,
        baseline=baseline(run) or known.baseline,
    )


def _configuration(run: SetupRun) -> Configuration | None:
    """What Adobe held under the chosen name when it was last seen to hold anything."""
    status, key = latest(run, What.STATUS), latest(run, What.KEY)
    for value in (status.value if status is not None else {}, baseline(run).get(What.STATUS, {})):
        if value.get("word") and value.get("configuration") == run.choices.adobe.configuration:
            identifier = value.get("key_identifier") or (key.value.get("identifier", "") if key is not None else "")
            return Configuration(
                name=run.choices.adobe.configuration,
                status=str(value["word"]),
                organisation=run.choices.adobe.organisation,
                vault_uri="",
                key_name=run.choices.key.name,
                key_identifier=str(identifier),
            )
    return None
