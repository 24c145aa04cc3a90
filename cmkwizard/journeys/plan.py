"""The plan of a set-up: what is there, what will be changed, what stands in the way. Made by reading alone."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec

from cmkwizard.clouds.profile import Service
from cmkwizard.core.choices import Acknowledgement, Choices
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements import Finding, blocker, rights_findings, subscription_findings
from cmkwizard.core.roles import Rights
from cmkwizard.journeys.setup import CREATE, LOCK, Observed, SetupRun, setup_steps
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.submission import PlannedSubmissionStep
from cmkwizard.journeys.step import Action, ChangingStep, Step

_NO_REGION = "403027"
"""Adobe's gateway: no Experience Platform for this organisation, credential and region."""


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
    """Observe everything and make the plan. Nothing is changed.

    A refusal that a person can put right becomes a finding.

    Raises:
        Problem: something could not be read, and no finding says what to do about it.
        Cancelled: somebody asked to stop.
    """
    run.seen = Observed()
    refusals = _observe_both(run)
    findings = subscription_findings(run.subscription) if run.subscription else []
    findings += refusals
    if not refusals:
        RoleStep().observe(run)
        for lock in LOCK if run.policy.required.lock else ():
            lock.observe(run)
    seen_azure = refusals == [] or all(each.id.startswith("D") for each in refusals)
    for step in setup_steps(run.policy):
        if seen_azure or step not in CREATE:
            findings += step.findings(run)
    if seen_azure and not any(finding.blocks and finding.id != "I05" for finding in findings):
        findings += _rights_findings(run)
    steps = tuple(_planned(step, run, known=not refusals) for step in setup_steps(run.policy))
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), [step.fingerprint for step in steps]]
    return Plan(run.actor, choices, steps, tuple(findings), fingerprint(whole))


def without_acknowledgement(choices: Choices) -> Choices:
    """What the plan rests on: the acknowledgement is given after it was shown."""
    return msgspec.structs.replace(choices, acknowledge=Acknowledgement())


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


def _planned(step: Step[SetupRun], run: SetupRun, *, known: bool) -> PlannedStep:
    action = step.action(run) if known and isinstance(step, ChangingStep) else None
    note = "" if action else step.verify(run).detail if known else "not known yet"
    if not isinstance(step, ChangingStep):
        note = "watched until Adobe has finished"
    return PlannedStep(step.key, step.title, action, note, fingerprint(step.seen(run)))


def _observe_both(run: SetupRun) -> list[Finding]:
    """Observe Azure and Adobe at the same time: they know nothing of each other."""
    with ThreadPoolExecutor(2, "plan") as pool:
        azure = pool.submit(_observe, run, CREATE)
        adobe = pool.submit(_observe, run, (ConsentStep(), PlannedSubmissionStep()))
        try:
            return [each for each in (azure.result(), adobe.result()) if each is not None]
        except KeyboardInterrupt:
            run.cancel.request()  # the other one is waited for below
            raise


def _observe(run: SetupRun, steps: tuple[ChangingStep[SetupRun], ...]) -> Finding | None:
    """Observe the steps; a refusal that a person can put right comes back as a finding."""
    for step in steps:
        try:
            step.observe(run)
        except Problem as problem:
            finding = _refusal(step, problem)
            if finding is None:
                raise
            return finding
    return None


def _refusal(step: Step[SetupRun], problem: Problem) -> Finding | None:
    if problem.reference.service in (Service.IMS, Service.PLATFORM):
        ids = {Kind.SIGN_IN: "D01", Kind.PERMISSION: "D04", Kind.INVALID: "D03", Kind.NOT_FOUND: "D03"}
        id_ = "D03" if problem.reference.code == _NO_REGION else ids.get(problem.kind)
    else:
        id_ = "I05" if step in CREATE and problem.kind is Kind.PERMISSION else None
    return blocker(id_, problem.message, problem.remedy, problem.who) if id_ else None


def _rights_findings(run: SetupRun) -> list[Finding]:
    """What the account may not do although the plan needs it."""
    wanted: dict[str, list[str]] = {}
    for step in setup_steps(run.policy):
        if isinstance(step, ChangingStep) and step.action(run) is not None:
            for scope, action in step.rights(run):
                wanted.setdefault(scope, []).append(action)
    found: list[Finding] = []
    for scope, actions in wanted.items():
        found += rights_findings(_granted(run, scope), actions, _scope_name(run, scope))
    return found


def _granted(run: SetupRun, scope: str) -> list[Rights]:
    try:
        return run.pace.read(lambda: run.azure.roles.list_rights(scope))
    except Problem as problem:
        if problem.kind in (Kind.PERMISSION, Kind.NOT_FOUND):
            return []
        raise


def _scope_name(run: SetupRun, scope: str) -> str:
    if scope == run.subscription_scope:
        return "the subscription"
    if scope == run.group_scope:
        return f"the resource group {run.choices.azure.resource_group}"
    return f"the vault {run.choices.vault.name}"
