"""The steps of each part of a shared set-up: those of the others are looked at, never done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from cmkwizard.core.evidence import (
    AppSeen,
    Evidence,
    KeySeen,
    RoleSeen,
    SubmissionSeen,
    VaultSeen,
    differences,
)
from cmkwizard.core.hand_off import HandOff, Part
from cmkwizard.core.people import SUBSCRIPTION_OWNER
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Fix, Group, Severity
from cmkwizard.core.roles import LOCK_WRITE, allows
from cmkwizard.core.submission import is_about
from cmkwizard.core.survey import NOT_READ, NotKnown
from cmkwizard.journeys.analytics import steps_of as analytics_steps
from cmkwizard.journeys.plan import Plan
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.steps import CREATE, LOCK
from cmkwizard.journeys.setup.submission import SubmissionStep
from cmkwizard.journeys.setup.vault import VaultStep
from cmkwizard.journeys.step import Step, Verdict

_NEW_FILE = "Have a new plan file made: what is there already is taken as it is, and nothing is done twice."

_VISIBLE = {
    "entra": ("app",),
    "vault": ("app", "vault", "key", "role"),
    "adobe": ("app", "vault", "key", "role", "submission"),
}
"""What the person of each part can see with the rights of that part."""
_SECOND = {
    "entra": frozenset({"analytics-consent"}),
    "vault": frozenset({"analytics-group", "analytics-vault", "analytics-key", "analytics-role", "analytics-lock"}),
    "adobe": frozenset[str](),
}
"""The steps of each part for the second vault. Adobe takes that key by hand: whoever submits writes the ticket."""


class OutOfDate(Problem):
    """What is in the clouds is not what the plan file says."""

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__(
            Kind.CONFLICT,
            f"The plan file is out of date: {'; '.join(changes)}. Nothing was changed.",
            _NEW_FILE,
        )


class Witnessed(Step[SetupRun]):
    """A step of somebody else's part: looked at, never done."""

    def __init__(self, step: Step[SetupRun]) -> None:
        self.key = step.key
        self.title = step.title
        self.deadline_s = step.deadline_s
        self.requirements = step.requirements
        self._step = step

    def observe(self, run: SetupRun) -> None:
        """Read what the other person's step made."""
        self._step.observe(run)

    def seen(self, run: SetupRun) -> Any:
        """As the other person's step would say."""
        return self._step.seen(run)

    def verify(self, run: SetupRun) -> Verdict:
        """As the other person's step would say."""
        return self._step.verify(run)

    def waits(self) -> Iterator[float]:
        """As the other person's step would wait."""
        return self._step.waits()


class ComparedSubmissionStep(SubmissionStep):
    """The submission, with a last look at whether all is still as the plan file says."""

    def __init__(self, hand_off: HandOff) -> None:
        self._hand_off = hand_off

    def confirm(self, run: SetupRun) -> None:
        """As before every submission; and then all that was seen is compared with the receipts.

        Raises:
            OutOfDate: something is not as the plan file says.
            Problem: something is not as Adobe needs it, or it was not acknowledged.
        """
        super().confirm(run)
        expected = msgspec.structs.replace(self._hand_off.expected, submission=None, second=None)
        if changes := differences(expected, evidence(run)):
            raise OutOfDate(changes)


def steps_of(hand_off: HandOff, part: Part, *, lock: bool) -> tuple[Step[SetupRun], ...]:
    """The steps of a part, in order: first the others', where this one builds on them. ``lock``: with that step."""
    if part.id == "entra":
        return (ConsentStep(),)
    if part.id == "vault":
        return (Witnessed(ConsentStep()), *CREATE, RoleStep(), *(LOCK if lock else ()))
    others = (VaultStep(), KeyStep(), ConsentStep(), RoleStep())
    return (*map(Witnessed, others), ComparedSubmissionStep(hand_off))


def second_steps(second: Plan, part: Part, *, lock: bool) -> tuple[Step[SetupRun], ...]:
    """The steps of a part for the second vault, of those that its plan has. ``lock``: with that step."""
    own = _SECOND[part.id] if lock else _SECOND[part.id] - {"analytics-lock"}
    if part.id == "entra":
        return tuple(step for step in analytics_steps(second) if step.key in own)
    others = [step for step in analytics_steps(second) if step.key != "analytics-lock" or step.key in own]
    if part.id == "adobe":
        others = [step for step in others if step.key != "analytics-group"]
    return tuple(step if step.key in own else Witnessed(step) for step in others)


def may_lock(run: SetupRun) -> bool:
    """Whether a lock is asked for, and it is there or is known to be the account's to place."""
    rights = run.report.survey.rights if run.report else NOT_READ
    held = not isinstance(rights, NotKnown) and allows(rights, LOCK_WRITE)
    return bool(run.lock_demand) and (run.seen.lock is not None or held)


def lock_left(run: SetupRun) -> Finding:
    """That the lock is left to somebody else: nobody's part stops for it."""
    return Finding(
        "O16",
        Severity.WARNING,
        f"Your organisation requires a lock on the vault {run.choices.vault.name} ({run.lock_demand}), and your "
        "account may not place it. It is left out of your part.",
        "Once your part is done, have the lock added under Locks on the vault's page in the Azure portal. That needs "
        "Locks Contributor, User Access Administrator or Owner.",
        SUBSCRIPTION_OWNER,
        group=Group.ORGANISATION,
        fix=Fix.OTHERS,
        about=run.vault_scope,
    )


def visible(seen: Evidence, part: Part) -> Evidence:
    """Of what was seen by others, what the person of this part can see too."""
    names = {name: getattr(seen, name) for name in _VISIBLE[part.id]}
    return Evidence(**names, second=visible(seen.second, part) if seen.second else None)


def evidence(run: SetupRun) -> Evidence:
    """What was observed last, in the shape of the plan file."""
    seen = run.seen
    return Evidence(
        app=AppSeen.of(seen.app) if seen.app else None,
        vault=VaultSeen.of(seen.vault) if seen.vault else None,
        key=KeySeen.of(seen.key) if seen.key else None,
        role=RoleSeen.of(seen.assignment) if seen.assignment else None,
        submission=_submission(run),
    )


def _submission(run: SetupRun) -> SubmissionSeen | None:
    found, choices = run.seen.configuration, run.choices
    if found is None or not is_about(found, run.choices, run.seen.vault):
        return None
    adobe = choices.adobe
    return SubmissionSeen(adobe.organisation, adobe.configuration, choices.vault.name, choices.key.name)
