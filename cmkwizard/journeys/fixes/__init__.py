"""Fixes: what the program can put right itself, each after a preview, through the same runner and journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements import Finding, Fix, Verdict
from cmkwizard.core.survey import Survey
from cmkwizard.journeys.fixes.reused import KeyFix, RoleFix
from cmkwizard.journeys.fixes.rights import missing_rights
from cmkwizard.journeys.fixes.vault import AdobeAddressFix, PurgeProtectionFix, SoftDeleteFix, TrustedServicesFix
from cmkwizard.journeys.plan import Plan, PlannedStep, fingerprint, without_acknowledgement
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup import SetupRun
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.resources import ProviderStep
from cmkwizard.journeys.step import ChangingStep, Outcome

FIXES: dict[str, tuple[ChangingStep[SetupRun], ...]] = {
    "I04": (ProviderStep(),),
    "V06": (SoftDeleteFix(),),
    "V07": (PurgeProtectionFix(),),
    "W02": (TrustedServicesFix(),),
    "W03": (AdobeAddressFix(),),
    "K01": (KeyFix(),),
    "P01": (ConsentStep(),),
    "P05": (RoleFix(),),
    "P07": (RoleFix(),),
}
"""The steps that put a finding right, by the finding's id."""
_STEPS = {step.key: step for steps in FIXES.values() for step in steps}


@dataclass(frozen=True)
class Question:
    """What a person has to type before a fix can be planned."""

    label: str
    help: str
    check: Callable[[str], str]
    """What is wrong with an answer; empty: nothing."""


def fixable(finding: Finding) -> bool:
    """Whether the program can put this finding right."""
    return finding.verdict is Verdict.NOT_MET and finding.fix is Fix.PROGRAM and finding.id in FIXES


def question(finding: Finding) -> Question | None:  # noqa: ARG001
    """What has to be asked first; None: nothing."""
    return None


def phrase(finding: Finding, survey: Survey) -> str:
    """What a person has to type to confirm a change that cannot be undone; empty: a plain yes is enough."""
    return survey.choices.vault.name if finding.id in ("V06", "V07") else ""


def plan_fix(run: SetupRun, finding: Finding, answer: str = "") -> Plan:  # noqa: ARG001
    """Read what the fix builds on, and make its plan. Nothing is changed.

    Rights that are missing become findings that block it.

    Raises:
        Problem: INVALID, the program cannot put this finding right; or something could not be read.
        Cancelled: somebody asked to stop.
    """
    if not fixable(finding):
        raise Problem(Kind.INVALID, f"This program cannot put {finding.id} right.", finding.remedy, who=finding.who)
    steps = FIXES[finding.id]
    run.seen.settings_before = None
    for step in steps:
        step.observe(run)
    findings = [each for step in steps for each in step.findings(run)] + missing_rights(run, steps)
    planned = tuple(_planned(step, run) for step in steps)
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), [step.fingerprint for step in planned]]
    return Plan(run.actor, choices, planned, tuple(findings), fingerprint(whole))


def apply_fix(run: SetupRun, plan: Plan) -> Outcome:
    """Carry out a fix that was shown and confirmed: DONE, or PENDING when its effect does not show yet.

    Raises:
        Problem: it is blocked, something is not as it was when the plan was made, or a service refused.
        Cancelled: somebody asked to stop; what was under way is read again at the next start.
    """
    return Runner(run, plan).run([_STEPS[step.key] for step in plan.steps])


def _planned(step: ChangingStep[SetupRun], run: SetupRun) -> PlannedStep:
    action = step.action(run)
    note = "" if action else step.verify(run).detail
    return PlannedStep(step.key, step.title, action, note, fingerprint(step.seen(run)))
