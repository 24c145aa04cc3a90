"""What a survey reads, in words: what a person is told when something could not be read, and what would let them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from cmkwizard.clouds.profile import Service
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.survey import NotKnown

T = TypeVar("T")

MOST_MISSES = 2
"""How often a service that does not answer is asked at most."""
_RIGHT_MISSING = frozenset({"ForbiddenByRbac", "AccessDenied"})
"""Key Vault's codes for a missing right; its other refusals are about the network."""


@dataclass(frozen=True)
class Topic:
    """Something to read. ``what`` goes on after "may not read" and before "could not be read"."""

    what: str
    needs: str = ""
    """What the account needs for it: a right, or a role, with its place. Empty for what Adobe answers."""


class Read(Protocol):
    """Sends a read, again where that is worth it."""

    def __call__(self, call: Callable[[], T]) -> T:
        """What ``call`` answers; raises Problem and Cancelled."""


class Facts:
    """What was read so far, by the names of the survey's fields. Each field is written by one thread."""

    def __init__(self, read: Read, request_id: Callable[[], str]) -> None:
        self.values: dict[str, Any] = {}
        self.request_ids: dict[str, str] = {}
        """The services' own names for the calls that answered, where they gave any."""
        self._read = read
        self._request_id = request_id
        self._away: set[str] = set()
        """Services that did not answer."""

    def ask(self, topic: Topic, call: Callable[[], T], *, patient: bool = True) -> T | NotKnown:
        """Read something; a refusal becomes NotKnown.

        A service that does not answer is asked twice, and once where another question has shown that it is away: who
        has no network should learn so at once. ``patient`` False asks once, where many networks let nothing through.

        Raises:
            Cancelled: somebody asked to stop.
        """
        misses = 0

        def limited() -> T | Problem:
            nonlocal misses
            try:
                return call()
            except Problem as problem:
                misses += problem.kind is Kind.UNREACHABLE
                if not misses or (patient and misses < MOST_MISSES and problem.reference.service not in self._away):
                    raise
                self._away.add(problem.reference.service)
                return problem

        try:
            answer = self._read(limited)
        except Problem as problem:
            answer = problem
        return unread(topic, answer) if isinstance(answer, Problem) else answer

    def take(self, name: str, topic: Topic, call: Callable[[], T], *, patient: bool = True) -> T | NotKnown:
        """Read the field ``name``, as :meth:`ask`."""
        value = self.ask(topic, call, patient=patient)
        self.keep(name, value)
        return value

    def keep(self, name: str, value: Any) -> None:
        """Take this for the field ``name``, as the last call of this thread answered it."""
        self.values[name] = value
        if not isinstance(value, NotKnown) and (request_id := self._request_id()):
            self.request_ids[name] = request_id


def unread(topic: Topic, problem: Problem) -> NotKnown:
    """Why something is not known, in a sentence or two."""
    code = problem.reference.code
    adobe = problem.reference.service in (Service.IMS, Service.PLATFORM)  # there the credential lacks, not the account
    lacks = code in _RIGHT_MISSING or (problem.kind is Kind.PERMISSION and not code.startswith("ForbiddenBy"))
    if lacks and not adobe:
        return NotKnown(f"Your account may not read {topic.what}. That takes {topic.needs}.", problem)
    return NotKnown(f"{topic.what[0].upper()}{topic.what[1:]} could not be read. {problem.message}", problem)
