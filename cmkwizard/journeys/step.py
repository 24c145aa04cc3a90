"""One step of a journey: observe, plan, apply, verify."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.waiting import growing_waits

R = TypeVar("R")


class Outcome(StrEnum):
    """How a step stands."""

    DONE = "done"
    PENDING = "pending"
    """Under way, or waiting for somebody: nothing is wrong."""
    BLOCKED = "blocked"
    """Not begun: something has to be put right first."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """There already: nothing had to be done."""


@dataclass(frozen=True)
class StepEvent:
    """What happened to a step, in one plain sentence. ``ms``: milliseconds since the step began."""

    step: str
    outcome: Outcome
    detail: str
    ms: int


@dataclass(frozen=True)
class Action:
    """One change that a step will make, as it is shown before it is made."""

    step: str
    title: str
    changes: str
    """What is different afterwards."""
    command: str
    """The equivalent ``az`` or ``curl`` command lines, without secrets."""
    undo: str
    """How it can be undone, or that it cannot."""
    desired: Mapping[str, Any] = field(default_factory=dict)
    """What should be true afterwards: plain JSON."""
    final: bool = False
    """Whether this is the point of no return."""


@dataclass(frozen=True)
class Verdict:
    """Whether the effect of a step is there."""

    outcome: Outcome
    detail: str
    again_in_s: float | None = None
    """For PENDING: seconds (of the cloud's time) until looking again is worth it; None leaves it to the runner."""


class Step(ABC, Generic[R]):
    """A step. It keeps nothing: all that was observed stands in the run ``R``."""

    key: str
    title: str
    deadline_s: float = 600.0
    """Seconds (of the cloud's time) after which waiting for the effect is given up."""
    requirements: tuple[str, ...] = ()
    """Ids of the requirements on what the step is about: they have to hold when Adobe is given the key."""
    by_a_person: bool = False
    """Whether a person brings the effect about: then the wait is in time of ours, however fast a practice clock is."""

    @abstractmethod
    def observe(self, run: R) -> None:
        """Read what is there now into the run. Reads only.

        Raises:
            Problem: it could not be read.
        """

    @abstractmethod
    def seen(self, run: R) -> Any:
        """What was observed, as plain JSON: if it differs when the step is applied, the plan no longer holds."""

    @abstractmethod
    def verify(self, run: R) -> Verdict:
        """Whether the effect is there, given what was observed. Pure."""

    def waits(self) -> Iterator[float]:
        """Seconds (of the cloud's time) between looks at the effect."""
        return growing_waits()


class ChangingStep(Step[R]):
    """A step that changes something, with one request, or with what a person does in the browser."""

    settle_s: float = 60.0
    """Seconds (of the cloud's time) within which the effect of an unclear request becomes visible."""
    waits_for_earlier: bool = False
    """Whether a request of an interrupted run has to be waited for before a new one: it would be done twice."""

    conflict_is_read: bool = False
    """Whether a refusal because something is there already is looked into: it may be the very thing."""

    @abstractmethod
    def action(self, run: R) -> Action | None:
        """What has to be done, given what was observed; None when nothing has to. Pure."""

    @abstractmethod
    def apply(self, run: R) -> Mapping[str, Any]:
        """Send the one request, and answer what shows that it was taken (plain JSON).

        Raises:
            Problem: UNCLEAR when it is not known whether it was applied.
        """

    def confirm(self, run: R) -> None:
        """Read once more whatever the action builds on, right before it is written down and sent.

        Raises:
            Problem: it is not as it was.
        """

    def rights(self, run: R) -> list[tuple[str, str]]:  # noqa: ARG002 - for steps that need some
        """The rights that the action needs: (scope, action). Pure."""
        return []

    def refused(self, run: R, problem: Problem) -> Problem:  # noqa: ARG002 - for steps that know more
        """What to say when ``problem`` came back and what was asked for is not there. Pure."""
        refused = problem.kind in (Kind.THROTTLED, Kind.CONFLICT)
        what = "was refused" if refused else "got no clear answer"
        return Problem(
            problem.kind,
            f"{self.title}: a request {what}, and what it asked for is not there. It was not sent again."
            + (f" {problem.message}" if refused else ""),
            "Start again: everything is read anew first, and only what is missing is done.",
            reference=problem.reference,
        )

    def taken(self, run: R) -> bool:
        """Whether the request of the attempt took effect, given what was observed afterwards. Pure.

        Raises:
            Problem: CONFLICT when something else stands there.
        """
        return self.action(run) is None
