"""What a check found, in order and in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmkwizard.core.requirements.finding import Finding, Group, Severity, Verdict
from cmkwizard.core.survey import Survey

_GRAVITY = list(Severity)


@dataclass(frozen=True)
class Report:
    """What a check found: the facts, and one finding (or more) for every requirement, met ones included."""

    survey: Survey
    findings: tuple[Finding, ...]
    requests: int
    """How many requests it took."""
    consent_address: str = ""
    """Where Adobe's app is accepted; empty where that is not known, or cannot be opened."""

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is not met, the gravest first."""
        return gravest_first(each for each in self.findings if each.verdict is Verdict.NOT_MET)

    @property
    def blocked(self) -> bool:
        """Whether nothing may be changed."""
        return any(each.blocks for each in self.findings)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity (where not met) and of each other verdict."""
        words = [*map(str, Severity), *(str(each) for each in Verdict if each is not Verdict.NOT_MET)]
        counts = dict.fromkeys(words, 0)
        for each in self.findings:
            counts[each.severity if each.verdict is Verdict.NOT_MET else each.verdict] += 1
        return counts

    def of(self, group: Group) -> tuple[Finding, ...]:
        """The findings of one group, in the order of the table."""
        return tuple(each for each in self.findings if each.group is group)


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of their severity; else as they are."""
    return tuple(sorted(findings, key=lambda each: _GRAVITY.index(each.severity)))
