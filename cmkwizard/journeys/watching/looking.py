"""One look: a few reads, each sent once. Nothing is changed, and what fails is left for the next look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cmkwizard.clouds.survey import take_look
from cmkwizard.core.facts import Configuration
from cmkwizard.core.look import Look
from cmkwizard.journeys.recording import baseline, record_survey
from cmkwizard.journeys.setup.run import SetupRun

T = TypeVar("T")


def look(run: SetupRun) -> Look:
    """Look once, at Adobe's answer, the vault and its firewall, the key, the app and its role. What was refused, or
    did not answer, is not known then.

    Raises:
        Cancelled: somebody asked to stop.
    """
    return _look(run, None)


def record_completion(run: SetupRun) -> None:
    """Write down how everything stands now that Adobe has completed, as what later looks are compared with.

    Adobe is not asked again: its answer is the one that the run has just seen.

    Raises:
        Cancelled: somebody asked to stop.
    """
    found = run.seen.configuration
    known = baseline(run).get("status")
    if found is not None and (known is None or known.get("key_identifier") != found.key_identifier):
        record_survey(run, _look(run, found).survey)


def _look(run: SetupRun, configuration: Configuration | None) -> Look:
    def once(call: Callable[[], T]) -> T:
        run.cancel.check()
        return call()

    survey = take_look(
        run.azure,
        run.adobe,
        run.choices,
        guard=run.services.guard,
        read=once,
        now=run.clock(),
        cancel=run.cancel,
        configuration=configuration,
    )
    return Look(replace(survey, policy=run.policy))
