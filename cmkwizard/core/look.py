"""One look of the watch: what it read, and whether what failed is the services', or this computer's own network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cmkwizard.core.facts import Configuration
from cmkwizard.core.problems import Kind
from cmkwizard.core.status import Status, parse_status
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey

READ = ("configuration", "registration", "vault", "key", "app", "assignments", "local_assignments")
"""The fields of the survey that a look asks the services for, as far as one leads to the next."""
_NO_WAY = frozenset({Kind.UNREACHABLE, Kind.UNTRUSTED})


@dataclass(frozen=True)
class Look:
    """What was seen: a survey of the few facts that are watched. What was not read is ``NOT_READ`` in it."""

    survey: Survey

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.survey.at

    @property
    def status(self) -> Status | None:
        """Where the submission stands; None: Adobe could not be asked."""
        found = self.survey.configuration
        if isinstance(found, Configuration):
            return parse_status(found.status)
        return Status.NOT_SUBMITTED if found is None else None

    @property
    def word(self) -> str:
        """Adobe's own word; empty where Adobe shows nothing, or could not be asked."""
        found = self.survey.configuration
        return found.status if isinstance(found, Configuration) else ""

    @property
    def failures(self) -> tuple[tuple[str, NotKnown], ...]:
        """What was asked for and could not be read, by the survey's fields."""
        return tuple((name, fact) for name, fact in self._asked() if isinstance(fact, NotKnown) and fact.problem)

    @property
    def network_lost(self) -> bool:
        """Whether no service answered, or none as itself: then it is the way there that failed, and nothing is known
        of the key. A refusal, a vault's firewall included, is an answer."""
        asked = [fact for _, fact in self._asked()]
        return bool(asked) and all(
            isinstance(fact, NotKnown) and fact.problem is not None and fact.problem.kind in _NO_WAY for fact in asked
        )

    @property
    def retry_after(self) -> float:
        """Seconds that the services ask to wait before they are asked again; 0: none did."""
        problems = [fact.problem for _, fact in self.failures if fact.problem]
        return max((each.retry_after or 0.0 for each in problems), default=0.0)

    def _asked(self) -> Iterator[tuple[str, object]]:
        facts = ((name, getattr(self.survey, name)) for name in READ)
        return ((name, fact) for name, fact in facts if fact is not NOT_READ)
