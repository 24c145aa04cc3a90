"""Watching how far Adobe is, after the work has been handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.status import SENTENCES, Status, parse_status
from cmkwizard.core.submission import is_about
from cmkwizard.journeys.recording import record_status
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.submission import ADOBE_LEAST_S, SubmissionStep
from cmkwizard.journeys.waiting import jittered
from cmkwizard.journeys.watching.looking import record_completion

MOST_S = 300.0
_FRESH = timedelta(seconds=60)
_PASSING = frozenset({Kind.UNREACHABLE, Kind.THROTTLED, Kind.SERVICE, Kind.UNTRUSTED})


@dataclass(frozen=True)
class StatusSeen:
    """One look at Adobe's status."""

    status: Status
    word: str
    """Adobe's own word; empty while Adobe shows nothing."""
    at: datetime
    elapsed: timedelta
    """Since the submission, or since the watch began where that is not known."""
    problem: Problem | None = None
    """Why this look failed; the status is then the one of before."""
    again_in_s: float | None = None
    """Seconds (of the cloud's time) until the next look; None when there is none."""

    @property
    def sentence(self) -> str:
        """Adobe's word and what it means."""
        return f"{self.word}: {SENTENCES[self.status]}" if self.word else SENTENCES[self.status]


def watch_status(run: SetupRun) -> Iterator[StatusSeen]:
    """Look at once, then again and again until Adobe has finished; every look is yielded.

    Each look is one request. One that fails for a passing reason is yielded with its problem, and the watch goes on: no
    time-out of ours may call a submission failed. Where Adobe asks to wait, it is asked no earlier.

    Raises:
        Problem: the status cannot be read and waiting will not help, or it is of another key.
        Cancelled: somebody asked to stop.
    """
    since = submitted_at(run) or run.clock()
    status, word = Status.NOT_SUBMITTED, ""
    recorded: tuple[str, datetime] | None = None
    wait = ADOBE_LEAST_S
    while True:
        problem = None
        try:
            status, word = _look(run)
        except Problem as failed:
            if failed.kind not in _PASSING:
                raise
            problem = failed
            wait = max(wait, run.pace.asked(failed.retry_after or 0.0))
        now = run.clock()
        if problem is None and word and (recorded is None or recorded[0] != word or now - recorded[1] > _FRESH):
            assert run.seen.configuration is not None  # noqa: S101 - it gave the word
            record_status(run, run.seen.configuration)
            recorded = (word, now)
        yield StatusSeen(status, word, now, now - since, problem, None if status.ended else wait)
        if status is Status.COMPLETED:
            record_completion(run)
        if status.ended:
            return
        run.pace.wait_awake(wait, run.clock)
        wait = jittered(max(ADOBE_LEAST_S / 0.9, min(wait * 1.25, MOST_S)))


def submitted_at(run: SetupRun) -> datetime | None:
    """When the key was handed in, as the journal knows; None when another computer did it."""
    moments = [
        entry.at
        for entry in run.journal.entries(run.profile.name)
        if entry.step == SubmissionStep.key
        and entry.outcome == "done"
        and entry.desired.get("configuration") == run.choices.adobe.configuration
        and entry.desired.get("organisation") == run.choices.adobe.organisation
    ]
    return moments[-1] if moments else None


def _look(run: SetupRun) -> tuple[Status, str]:
    found = run.seen.configuration = run.adobe.get_configuration(run.choices.adobe.configuration)
    if found is None:
        return Status.NOT_SUBMITTED, ""
    if not is_about(found, run.choices, run.seen.vault):
        raise Problem(
            Kind.CONFLICT,
            f"Adobe holds another key under the name {run.choices.adobe.configuration} than the chosen one.",
            "Check the configuration's name, the vault and the key.",
        )
    return parse_status(found.status), found.status
