"""The second vault of a shared set-up (Customer Journey Analytics): each part has its steps for it, too."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cmkwizard.core.analytics import analytics_choices, needs_analytics
from cmkwizard.core.evidence import Evidence
from cmkwizard.core.hand_off import Part
from cmkwizard.journeys.analytics import (
    WholePlan,
    analytics_run,
    findings_of_second,
    plan_analytics,
    second_plan,
    ticket,
)
from cmkwizard.journeys.hand_off_steps import evidence, lock_left, may_lock, second_steps
from cmkwizard.journeys.plan import Plan, fingerprint
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome, StepEvent


@dataclass(frozen=True)
class Second:
    """What was read for the second vault, and its plan."""

    run: SetupRun
    plan: Plan


def look_at_second(run: SetupRun) -> Second | None:
    """Read what there is for the second vault; None where the applications need none.

    Raises:
        Problem, Cancelled: as ``plan_analytics``.
    """
    if not needs_analytics(run.choices):
        return None
    location = run.seen.vault.location if run.seen.vault else ""
    second = analytics_run(run, analytics_choices(run.choices, location))
    return Second(second, plan_analytics(second, run.choices))


def all_evidence(run: SetupRun, second: SetupRun | None) -> Evidence:
    """What was observed last, of both vaults."""
    return msgspec.structs.replace(evidence(run), second=evidence(second) if second else None)


def with_second(plan: Plan, second: Second | None, part: Part) -> Plan:
    """The plan of a part with what it does for the second vault, before anything is submitted."""
    if second is None:
        return plan
    keys = {step.key for step in second_steps(second.plan, part, lock=may_lock(second.run))}
    added = tuple(step for step in second.plan.steps if step.key in keys)
    place = next((n for n, step in enumerate(plan.steps) if step.key == "submission"), len(plan.steps))
    steps = (*plan.steps[:place], *added, *plan.steps[place:])
    about_second = [each for each in second.plan.findings if each.id != "O16"]
    if part.id == "vault" and second.run.lock_demand and not may_lock(second.run):
        about_second.append(lock_left(second.run))
    findings = (*plan.findings, *findings_of_second(about_second, plan.findings))
    whole = fingerprint([plan.fingerprint, [step.fingerprint for step in added]])
    return WholePlan(plan.actor, plan.choices, steps, findings, whole, second.plan)


def run_second(run: SetupRun, plan: Plan, part: Part) -> tuple[Outcome, SetupRun | None]:
    """Carry out a part's steps for the second vault, as planned. Whoever submits the first key gets the ticket's text.

    Raises:
        Problem, Cancelled: as a runner.
    """
    planned = second_plan(plan)
    if planned is None:
        return Outcome.DONE, None
    second = analytics_run(run, planned.choices)
    lock = any(step.key == "analytics-lock" for step in plan.steps)
    outcome = Runner(second, planned).run(second_steps(planned, part, lock=lock))
    if outcome is Outcome.DONE and part.id == "adobe":
        text = ticket(second, run.choices.analytics.applications)
        run.emit(StepEvent("analytics-ticket", Outcome.DONE, text, 0))
    return outcome, second
