"""One part of a plan file, as the page "Share the work" uses it: each function runs on a worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.hand_off import HandOff, Part

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.setup.run import SetupRun
    from cmkwizard.journeys.step import Outcome, StepEvent

Told = Callable[["StepEvent | str"], None]
"""Is told the events of the steps, and each address that a person has to open."""


@dataclass(frozen=True)
class Looked:
    """What was read for a part, and what will be changed."""

    run: SetupRun
    plan: Plan


@dataclass(frozen=True)
class CarriedOut:
    """How a part ended, and where its receipt is; ``status`` is Adobe's word, where it was asked."""

    outcome: Outcome
    hand_off: HandOff
    file: Path
    status: str = ""


def look(
    services: Services, hand_off: HandOff, part: Part, cancel: Cancel, report: Told, *, secret: str, anew: bool
) -> Looked:
    """Sign in, see what the others did, and plan the part. Nothing is changed.

    Raises:
        Problem: somebody else comes first, the file is out of date, or something could not be read.
    """
    from cmkwizard.journeys.hand_off import open_part, plan_part

    run = open_part(services, hand_off, part, _opener(report), secret=secret, anew=anew, cancel=cancel)
    return Looked(run, plan_part(run, hand_off, part))


def carry_out(
    looked: Looked, hand_off: HandOff, part: Part, file: Path, cancel: Cancel, report: Told, *, acknowledged: bool
) -> CarriedOut:
    """Carry the part out as it was shown, and write the receipt.

    Raises:
        Problem: a step failed, or what is there differs from the plan.
    """
    from cmkwizard.journeys import hand_off as journey
    from cmkwizard.journeys.step import Outcome
    from cmkwizard.records.plan_files import save_plan_file

    run = replace(looked.run, cancel=cancel, emit=report, opener=_opener(report))
    outcome, after = journey.carry_out(run, hand_off, part, looked.plan, acknowledged=acknowledged)
    kept = file if after is hand_off else save_plan_file(file, after, hand_off)
    submitted = part.id == "adobe" and outcome is Outcome.DONE
    return CarriedOut(outcome, after, kept, _status(run) if submitted else "")


def _opener(report: Told) -> Callable[[str], bool]:
    """Has an address opened by the window, on its own thread."""

    def opener(address: str) -> bool:
        report(address)
        return True

    return opener


def _status(run: SetupRun) -> str:
    """How far Adobe is, after one look; kept in the records, where the home page finds it."""
    from cmkwizard.journeys.watch import watch_status

    run.remember_deployment()
    watch = watch_status(run)
    seen = next(watch)
    if seen.status.ended:
        next(watch, None)  # what it ends with: how things stood at the completion is written down
    return seen.sentence
