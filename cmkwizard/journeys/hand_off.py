"""A set-up shared between three people: a plan file, and each carries out only their part of it.

Whoever carries out a part needs the rights of that part alone. What the others did is read from the clouds, never
believed because the file says so; where it is not as the file says, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from cmkwizard import __version__
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Acknowledgement
from cmkwizard.core.evidence import Evidence, RegistrationSeen, differences
from cmkwizard.core.hand_off import LOCK, HandOff, Made, Part, part_named, rights_of, seal, with_receipt
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Group
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey
from cmkwizard.journeys.check import check
from cmkwizard.journeys.hand_off_second import all_evidence, look_at_second, run_second, with_second
from cmkwizard.journeys.hand_off_steps import OutOfDate, lock_left, may_lock, steps_of, visible
from cmkwizard.journeys.plan import Plan, fingerprint, planned_step, roles_in, seen_in, without_acknowledgement
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.consent import consent_address
from cmkwizard.journeys.setup.lock import LockStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup_session import WrongAnswer, adobe_secret, azure_in, begin, find_subscription
from cmkwizard.journeys.step import Outcome, StepEvent

if TYPE_CHECKING:
    from cmkwizard.journeys.services import SetupServices


_OF_EVERYBODY = (Group.ADOBE, Group.ORGANISATION)
"""What stands in the way whoever carries it out; rights are another matter for each person."""


_FACTS = {
    "entra": ("registration", "app"),
    "vault": ("registration", "app", "provider", "group", "vault", "key"),
    "adobe": ("registration", "app", "vault", "key", "configuration"),
}
"""What the steps of each part build on."""


class OutOfTurn(Problem):
    """Another person has to carry out their part first."""

    def __init__(self, first: Part, sentence: str) -> None:
        super().__init__(
            Kind.DECLINED,
            f"{sentence} Nothing was changed.",
            f"Give the plan file to {first.person}, who carries out “{first.title}”; then carry out your part.",
            who=first.person,
        )
        self.first = first


def make(run: SetupRun) -> HandOff:
    """Make the content of a plan file. Reads alone; what the account may not see is said in its remarks.

    Raises:
        Problem: Adobe cannot be asked, or what it answers stands in the way.
        Cancelled: somebody asked to stop.
    """
    report = check(run)
    for finding in report.findings:
        if finding.blocks and finding.group in _OF_EVERYBODY:
            raise Problem(Kind.CONFLICT, finding.sentence, finding.remedy, who=finding.who)
    unread = _see(run, report.survey, part_named("adobe"))
    registration = report.survey.registration
    if isinstance(registration, NotKnown):
        raise registration.problem or Problem(Kind.CONFLICT, registration.why, "Test the connection to Adobe.")
    consent_address(run)  # else nobody could ever open it
    second = look_at_second(run)
    account = run.azure.account
    remarks = tuple(dict.fromkeys(f"{account.name} was told: {each.why}" for each in unread))
    made = Made(run.clock(), account.name, account.object_id, __version__, remarks)
    observed = all_evidence(run, second.run if second else None)
    return seal(
        run.profile.name, made, run.choices, RegistrationSeen.of(registration), observed, lock=bool(run.lock_demand)
    )


def open_part(
    services: SetupServices,
    hand_off: HandOff,
    part: Part,
    opener: Callable[[str], bool] | None,
    *,
    client_id: str = "",
    secret: str = "",
    anew: bool = False,
    cancel: Cancel | None = None,
) -> SetupRun:
    """Sign in to the plan's directory, as far as the part needs it. Changes nothing.

    Args:
        services: the clouds and the records.
        hand_off: the plan file's content.
        part: which part is to be carried out.
        opener: opens an address for a person in a browser; None: nobody is there.
        client_id: another Adobe credential than the plan's, for the part that needs one.
        secret: its client secret; empty: the one that is known here.
        anew: sign in to Azure even where somebody is signed in: it may be another person's account.
        cancel: asks to stop.

    Raises:
        Problem: the plan is for other clouds, a person has to sign in, or what the clouds say.
    """
    if hand_off.profile != services.profile.name:
        raise Problem(
            Kind.INVALID,
            f"This plan file is for other clouds ({hand_off.profile}) than this program works with "
            f"({services.profile.name}). Nothing was sent.",
            "Start the program with the clouds that the file was made for.",
        )
    choices = hand_off.choices
    pace = begin(services, cancel)
    if part.id == "adobe":
        from cmkwizard.clouds.adobe.encryption import Encryption

        given = msgspec.structs.replace(choices.adobe, client_id=client_id or choices.adobe.client_id)
        vault = msgspec.structs.replace(choices.vault, create=False)  # whoever submits makes no vault
        choices = msgspec.structs.replace(choices, adobe=given, vault=vault)
        adobe = Encryption(services.adobe_session(given, secret or adobe_secret(services, given)))
    else:
        from cmkwizard.clouds.adobe.given import GivenRegistration

        adobe = GivenRegistration(hand_off.registration.fact)
    if part.id == "entra":  # so that nothing in it is asked for
        choices = msgspec.structs.replace(choices, azure=msgspec.structs.replace(choices.azure, subscription=""))
    try:
        azure = azure_in(services, choices.azure.tenant, opener, pace, anew=anew)
        seen = find_subscription(azure, choices.azure.subscription, pace) if choices.azure.subscription else None
    except WrongAnswer as problem:
        raise Problem(
            Kind.PERMISSION,
            f"The account that is signed in does not reach what the plan file names. {problem.message}",
            f"Sign in with the account for this part, or have it given: {rights_of(part, choices)[0].sentence}",
            who=part.person,
        ) from problem
    return SetupRun(
        services=services,
        azure=azure,
        adobe=adobe,
        choices=choices,
        cancel=pace.cancel,
        opener=opener,
        subscription=seen,
        lock_demand="the plan file asks for it" if hand_off.lock else "",
    )


def plan_part(run: SetupRun, hand_off: HandOff, part: Part) -> Plan:
    """See what the others did, and plan one part. Nothing is changed.

    Raises:
        OutOfTurn: somebody else comes first.
        OutOfDate: something is not as the plan file says.
        Problem: something could not be read.
        Cancelled: somebody asked to stop.
    """
    report = check(run)
    for unread in _see(run, report.survey, part):
        if unread.problem is not None:
            raise _not_read(unread, unread.problem, part)
    second = look_at_second(run)
    _compare(run, hand_off, part, all_evidence(run, second.run if second else None))
    _refuse_others_missing(run, part)
    if second is not None:
        _refuse_others_missing(second.run, part)
    lock = may_lock(run)
    planned = tuple(planned_step(step, run) for step in steps_of(hand_off, part, lock=lock))
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), part.id, [step.fingerprint for step in planned]]
    findings = tuple(each for each in report.problems if each.id != "O16")  # the lock is a step, or is said here
    if part.id == "vault" and run.lock_demand and not lock:
        findings = (*findings, lock_left(run))
    plan = Plan(run.actor, choices, planned, findings, fingerprint(whole))
    return with_second(plan, second, part)


def carry_out(
    run: SetupRun, hand_off: HandOff, part: Part, plan: Plan, *, acknowledged: bool
) -> tuple[Outcome, HandOff]:
    """Carry out one part as it was planned: only its steps, and of them only what is not there yet.

    ``acknowledged``: the person who submits has said that it cannot be undone. Without it the submission is not made.

    Returns:
        DONE and the content with the part's receipt; else what stopped it and the content as it was.

    Raises:
        Problem: a step failed; its event has been emitted, and its outcome is in the journal.
        Cancelled: somebody asked to stop; carrying it out again goes on with what is missing.
    """
    lock = any(step.key == LOCK for step in plan.steps)
    runner, steps = Runner(run, plan), steps_of(hand_off, part, lock=lock)
    before = [step for step in steps if step.key != "submission"]
    outcome = runner.run(before)
    if outcome is Outcome.DONE:
        outcome, second = run_second(run, plan, part)
    if outcome is not Outcome.DONE:
        return outcome, hand_off
    if part.id == "adobe":
        if plan.of("submission").action is not None and not acknowledged:
            run.emit(StepEvent("submission", Outcome.BLOCKED, "Not confirmed: this cannot be undone.", 0))
            return Outcome.BLOCKED, hand_off
        run.choices = msgspec.structs.replace(run.choices, acknowledge=Acknowledgement(irreversible=acknowledged))
        outcome = runner.run([step for step in steps if step not in before])
    if outcome is not Outcome.DONE or hand_off.receipt(part.id) is not None:
        return outcome, hand_off
    for step in steps:
        step.observe(run)  # the receipt says what was read, not what was sent
    account, seen = run.azure.account, all_evidence(run, second)
    return outcome, with_receipt(hand_off, part.id, run.clock(), account.name, account.object_id, seen)


def _see(run: SetupRun, survey: Survey, part: Part) -> list[NotKnown]:
    """Take what the steps build on from the survey; answers what of it could not be read."""
    run.seen = seen_in(survey)
    roles = roles_in(survey)
    if not isinstance(roles, NotKnown):
        RoleStep().adopt(run, roles)
    if not isinstance(survey.locks, NotKnown):
        LockStep().adopt(run, survey.locks)
    facts = [getattr(survey, name) for name in _FACTS[part.id]]
    if part.id != "entra":
        facts.append(roles)
    return [fact for fact in facts if isinstance(fact, NotKnown) and fact is not NOT_READ]


def _not_read(unread: NotKnown, problem: Problem, part: Part) -> Problem:
    """Why the part cannot be planned, with the right that is missing where it is one."""
    if problem.kind not in (Kind.PERMISSION, Kind.PROPAGATING):
        return problem
    return Problem(
        Kind.PERMISSION,
        f"{unread.why} Nothing was changed.",
        "Have it given, or sign in with the account for this part.",
        who=part.person,
        reference=problem.reference,
    )


def _compare(run: SetupRun, hand_off: HandOff, part: Part, now: Evidence) -> None:
    """See that all that this person can see is as the plan file says.

    Raises:
        OutOfDate: it is not.
    """
    changes = differences(visible(hand_off.expected, part), now)
    found = run.seen.registration
    if found is not None and RegistrationSeen.of(found) != hand_off.registration:
        changes = ("Adobe names another app, or another consent address", *changes)
    if changes:
        raise OutOfDate(changes)


def _refuse_others_missing(run: SetupRun, part: Part) -> None:
    """See that what the parts before this one make is there.

    Raises:
        OutOfTurn: it is not.
    """
    seen, choices = run.seen, run.choices
    app = seen.registration.name if seen.registration else ""
    if part.id != "entra" and seen.app is None:
        raise OutOfTurn(part_named("entra"), f"Adobe's app {app} is not in the directory yet.")
    if part.id == "adobe":
        made = {
            f"vault {choices.vault.name}": seen.vault,
            f"key {choices.key.name}": seen.key,
            f"role of Adobe's app {app}": seen.assignment,
        }
        for what in (name for name, found in made.items() if found is None):
            raise OutOfTurn(part_named("vault"), f"The {what} is not there yet.")
