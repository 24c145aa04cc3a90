"""The second procedure of a set-up, for Customer Journey Analytics: the same steps on a vault and a key of its own.

It ends with the text of a ticket: what Adobe does then, no interface shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from cmkwizard.clouds.adobe.given import GivenRegistration
from cmkwizard.core.analytics import (
    APPLICATION_NAME,
    TicketFacts,
    analytics_choices,
    analytics_registration,
    needs_analytics,
    ticket_text,
)
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import Vault
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Group
from cmkwizard.core.survey import NotKnown
from cmkwizard.journeys.check import check
from cmkwizard.journeys.plan import (
    Plan,
    fingerprint,
    plan_setup,
    planned_step,
    seen_in,
    without_acknowledgement,
)
from cmkwizard.journeys.report import Report
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.lock import LockStep
from cmkwizard.journeys.setup.resources import GroupStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.vault import VaultStep
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict

Steps = tuple[ChangingStep[SetupRun], ...]
S = TypeVar("S", bound=ChangingStep[SetupRun])

BEFORE = "submission"
"""Of the first procedure: everything here is done before this step."""
_GROUPS = frozenset({Group.IDENTITY, Group.VAULT, Group.FIREWALL, Group.KEY, Group.APP, Group.ORGANISATION})
"""What is asked of the second vault as well; the others are about the same computer and the same organisation."""


class _AnalyticsRoleStep(RoleStep):
    """The app of Customer Journey Analytics holds its role. Adobe takes the key by hand, so nothing waits for it."""

    def action(self, run: SetupRun) -> Action | None:
        """Give the role, said of which app and vault."""
        action = super().action(run)
        title = f"Give the app of {APPLICATION_NAME} its role on the vault {run.choices.vault.name}"
        return replace(action, title=title) if action else None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the role is there."""
        if run.seen.assignment is None:
            return super().verify(run)
        return Verdict(Outcome.DONE, f"The app of {APPLICATION_NAME} holds its role on {run.choices.vault.name}.")


def _as_second(step: S) -> S:
    """The step under a name of its own, so that the journal never takes it for the first procedure's."""
    step.key, step.title = f"analytics-{step.key}", f"{step.title} ({APPLICATION_NAME})"
    return step


_GROUP, _LOCK = _as_second(GroupStep()), _as_second(LockStep())
STEPS: Steps = (
    _GROUP,  # where it is another than the first vault's
    *(_as_second(step) for step in (VaultStep(), KeyStep(), ConsentStep(), _AnalyticsRoleStep())),
    _LOCK,  # where the organisation's policy asks for it
)
"""The steps in order."""


def steps_of(plan: Plan) -> Steps:
    """The steps that a plan for the second vault has."""
    planned = {step.key for step in plan.steps}
    return tuple(step for step in STEPS if step.key in planned)


@dataclass(frozen=True)
class WholePlan(Plan):
    """The plan of both procedures: what is shown and confirmed."""

    second: Plan
    """The part for the second vault, which is run by itself."""
    second_findings: tuple[Finding, ...] = ()
    """Those of the findings that are about the second vault, and what they rest on."""
    second_report: Report | None = None
    """What the check of the second vault found, where one was made."""


def second_plan(plan: Plan) -> Plan | None:
    """The part of a plan that is for the second vault; None where there is none."""
    return plan.second if isinstance(plan, WholePlan) else None


def plan_whole(run: SetupRun) -> Plan:
    """Check everything and make the plan, with the second procedure where the applications need it.

    Raises:
        Problem, Cancelled: as ``plan_setup``.
    """
    first = plan_setup(run)
    if not needs_analytics(run.choices):
        return first
    location = run.seen.vault.location if run.seen.vault else ""
    second_run = analytics_run(run, analytics_choices(run.choices, location))
    second = plan_analytics(second_run, run.choices)
    place = next((n for n, step in enumerate(first.steps) if step.key == BEFORE), len(first.steps))
    steps = (*first.steps[:place], *second.steps, *first.steps[place:])
    about_second = tuple(findings_of_second(second.findings, first.findings))
    findings = (*first.findings, *about_second)
    whole = fingerprint([first.fingerprint, second.fingerprint])
    assert run.report is not None  # noqa: S101 - both plans are made from one
    assert second_run.report is not None  # noqa: S101
    report = _of_second(second_run.report, run.report)
    return WholePlan(first.actor, first.choices, steps, findings, whole, second, about_second, report)


def check_whole(run: SetupRun) -> tuple[Report, ...]:
    """Check everything: a report for the first vault, and one for the second where the applications need one.

    The second holds only what is about the second vault, and was not said in the same words of the first.

    Raises:
        Cancelled: somebody asked to stop.
    """
    first = check(run)
    if not needs_analytics(run.choices):
        return (first,)
    vault = first.survey.vault
    location = vault.location if isinstance(vault, Vault) else ""
    return first, _of_second(check(analytics_run(run, analytics_choices(run.choices, location))), first)


def analytics_run(run: SetupRun, choices: Choices) -> SetupRun:
    """The run of the second procedure, by the same account; ``choices`` as ``analytics_choices`` makes them."""
    return SetupRun(
        run.services,
        run.azure,
        GivenRegistration(analytics_registration(run.profile.authority, run.profile.landing)),
        choices,
        cancel=run.cancel,
        emit=run.emit,
        opener=run.opener,
        on_address=run.on_address,
        subscription=run.subscription,
        lock_demand=run.lock_demand,
    )


def plan_analytics(run: SetupRun, first: Choices) -> Plan:
    """Check the second vault and make the plan for it. Nothing is changed.

    ``first`` are the choices of the first procedure, which makes its resource group itself.

    Raises:
        Problem: something could not be read, and no finding says what to do about it.
        Cancelled: somebody asked to stop.
    """
    report = check(run)
    survey = report.survey
    run.seen = seen_in(survey)
    if not isinstance(survey.assignments, NotKnown):
        RoleStep().adopt(run, survey.assignments)
    if not isinstance(survey.locks, NotKnown):
        LockStep().adopt(run, survey.locks)
    findings = tuple(each for each in report.findings if each.stands and each.group in _GROUPS)
    read = (survey.group, survey.vault, survey.key, survey.app, survey.assignments)
    unread = next((fact.problem for fact in read if isinstance(fact, NotKnown) and fact.problem), None)
    if unread is not None and not any(each.blocks for each in findings):
        raise unread
    left_out: list[ChangingStep[SetupRun]] = [] if run.lock_demand else [_LOCK]
    if run.choices.azure.resource_group.lower() == first.azure.resource_group.lower():
        left_out.append(_GROUP)
    steps = tuple(planned_step(step, run, known=unread is None) for step in STEPS if step not in left_out)
    choices = without_acknowledgement(run.choices)
    whole = fingerprint([run.actor, msgspec.to_builtins(choices), [step.fingerprint for step in steps]])
    return Plan(run.actor, choices, steps, findings, whole)


def ticket(run: SetupRun, applications: tuple[str, ...]) -> str:
    """The ticket for Adobe Customer Care about the second run, and keep it in the records.

    Raises:
        Problem: CONFLICT, vault or key are not there.
    """
    from cmkwizard.core.history import What

    key = run.seen.key
    if key is None:
        raise Problem(
            Kind.CONFLICT, "The key for the ticket is not there.", "Make the plan again, and start from there."
        )
    account, azure = run.azure.account, run.choices.azure
    facts = TicketFacts(
        organisation=run.choices.adobe.organisation,
        applications=applications,
        tenant_id=account.tenant_id,
        tenant_name=account.tenant_name,
        subscription=azure.subscription,
        resource_group=azure.resource_group,
        vault=run.vault.name,
        vault_uri=run.vault.uri,
        key_identifier=key.identifier,
    )
    text = ticket_text(facts)
    latest = run.observations.latest(run.profile.name, What.TICKET)
    value = {"organisation": facts.organisation, "key_identifier": facts.key_identifier, "text": text}
    if latest is None or latest.value != value:
        run.observations.add(run.profile.name, What.TICKET, value, "set-up")
    return text


def _of_second(second: Report, first: Report) -> Report:
    """The report with what is about the second vault alone."""
    asked = [each for each in second.findings if each.group in _GROUPS]
    return replace(second, findings=tuple(findings_of_second(asked, first.findings)))


def findings_of_second(findings: Sequence[Finding], known: Sequence[Finding]) -> list[Finding]:
    """What was not said of the first vault in the same words."""
    said = {(each.id, each.sentence) for each in known}
    return [each for each in findings if (each.id, each.sentence) not in said]
