"""The plan of a set-up: what is there, what will be changed, what stands in the way. Made by reading alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from cmkwizard.core.choices import Acknowledgement, AnalyticsChoice, Choices
from cmkwizard.core.facts import Assignment
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.core.survey import NotKnown, Survey
from cmkwizard.journeys.check import check
from cmkwizard.journeys.setup.lock import LockStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import Observed, SetupRun
from cmkwizard.journeys.setup.steps import setup_steps
from cmkwizard.journeys.step import Action, ChangingStep, Step

T = TypeVar("T")


@dataclass(frozen=True)
class PlannedStep:
    """One step of the plan: its action, or None with the reason."""

    key: str
    title: str
    action: Action | None
    note: str
    """Why nothing is done; empty where something is."""
    fingerprint: str
    """Of what was observed: the runner stops where it finds something else."""


@dataclass(frozen=True)
class Plan:
    """What will be done, frozen: what was shown is what is done."""

    actor: str
    """Who will act: directory and object id of the account that the plan was made with."""
    choices: Choices
    """Without the acknowledgement, which comes later."""
    steps: tuple[PlannedStep, ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    """Of the actor, the choices and every step."""

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids to begin."""
        return any(finding.blocks for finding in self.findings)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What will be changed, in order."""
        return tuple(step.action for step in self.steps if step.action is not None)

    def of(self, key: str) -> PlannedStep:
        """The planned step with this key."""
        return next(step for step in self.steps if step.key == key)


def fingerprint(value: Any) -> str:
    """A short name for plain JSON: equal values, equal names."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=list).encode()).hexdigest()


def plan_setup(run: SetupRun) -> Plan:
    """Check everything and make the plan. Nothing is changed.

    A refusal that a person can put right becomes a finding.

    Raises:
        Problem: something could not be read, and no finding says what to do about it.
        Cancelled: somebody asked to stop.
    """
    report = check(run)
    run.seen = seen_in(report.survey)
    roles = roles_in(report.survey)
    if not isinstance(roles, NotKnown):
        RoleStep().adopt(run, roles)
    if not isinstance(report.survey.locks, NotKnown):
        LockStep().adopt(run, report.survey.locks)
    findings = tuple(each for each in report.findings if each.stands)
    unread = _unread(report.survey)
    if unread is not None and not report.blocked:
        raise unread
    steps = tuple(planned_step(step, run, known=unread is None) for step in setup_steps(run.policy))
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), [step.fingerprint for step in steps]]
    return Plan(run.actor, choices, steps, findings, fingerprint(whole))


def seen_in(survey: Survey) -> Observed:
    """What the steps build on, as the survey read it; what could not be read counts as not seen."""

    def known(fact: T | NotKnown) -> T | None:
        return None if isinstance(fact, NotKnown) else fact

    return Observed(
        provider=known(survey.provider),
        group=known(survey.group),
        vault=known(survey.vault),
        key=known(survey.key),
        registration=known(survey.registration),
        app=known(survey.app),
        configuration=known(survey.configuration),
    )


def roles_in(survey: Survey) -> tuple[Assignment, ...] | NotKnown:
    """Where Adobe's app may hold its role: a Managed HSM has roles of its own."""
    return survey.local_assignments if survey.choices.vault.kind == "managed-hsm" else survey.assignments


def _unread(survey: Survey) -> Problem | None:
    """Why the plan cannot be made: the first fact that it builds on and that could not be read."""
    facts = (survey.provider, survey.group, survey.vault, survey.key, survey.registration, survey.app)
    for fact in (*facts, roles_in(survey), survey.configuration):
        if isinstance(fact, NotKnown) and fact.problem is not None:
            return fact.problem
    return None


def without_acknowledgement(choices: Choices) -> Choices:
    """What the plan rests on: the acknowledgement is given after it was shown, and a second vault has its own plan."""
    return msgspec.structs.replace(choices, acknowledge=Acknowledgement(), analytics=AnalyticsChoice())


def as_text(plan: Plan) -> str:
    """The plan as plain text, the same for window, command line and clipboard."""
    lines: list[str] = []
    for number, step in enumerate(plan.steps, 1):
        if step.action is None:
            lines.append(f"{number}. {step.title}: {step.note}")
            continue
        lines += [f"{number}. {step.action.title}", f"   {step.action.changes}", f"   Undo: {step.action.undo}"]
        lines += [f"   $ {line}" for line in step.action.command.splitlines()]
    for finding in plan.findings:
        lines += [f"{finding.severity} {finding.id}: {finding.sentence}", f"   {finding.remedy} ({finding.who})"]
    return "\n".join(lines)


def planned_step(step: Step[SetupRun], run: SetupRun, *, known: bool = True) -> PlannedStep:
    """What a step would do, given what was observed; ``known``: whether enough was."""
    action = step.action(run) if known and isinstance(step, ChangingStep) else None
    note = "" if action else step.verify(run).detail if known else "not known yet"
    if not isinstance(step, ChangingStep):
        note = "watched until Adobe has finished"
    return PlannedStep(step.key, step.title, action, note, fingerprint(step.seen(run)))
