"""What an evidence report says, as plain values: everything that its pages show, and nothing that they work out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cmkwizard.core.comparison import Difference
from cmkwizard.core.history import What
from cmkwizard.core.history_lanes import Lane
from cmkwizard.core.state_card import StateCard


class Result(StrEnum):
    """What is said of a requirement, in the words of an audit."""

    PASS = "Pass"  # noqa: S105 - no password
    FAIL = "Fail"
    NOT_KNOWN = "Not known"
    """It was not looked at, or could not be read: never taken for a pass."""
    NOT_NEEDED = "Does not apply"


@dataclass(frozen=True)
class Fact:
    """One particular with its name."""

    name: str
    value: str
    exact: bool = False
    """Whether it is an id, an address or a call: to be compared letter by letter."""


@dataclass(frozen=True)
class Step:
    """One change that was made, or meant to be made. Times are in UTC."""

    number: int
    """Of the entry of the history that says what was about to be done."""
    at: datetime
    ended: datetime | None
    """None: how it ended was never written down."""
    who: str
    tenant: str
    action: str
    outcome: str
    """In a word: "done", "failed", …, "not known"."""
    facts: tuple[Fact, ...]
    """What was meant to be true afterwards, and what shows that it is."""


@dataclass(frozen=True)
class Judged:
    """One thing that was said of one requirement."""

    id: str
    required: str
    why: str
    source: str
    """The title of the document that requires it."""
    weight: str
    """How much it weighs: "must", "should", "note"."""
    result: Result
    sentence: str
    """What was found."""


@dataclass(frozen=True)
class JudgedGroup:
    """The requirements about one thing, in the order of the table."""

    title: str
    rows: tuple[Judged, ...]


@dataclass(frozen=True)
class Requirements:
    """What the last recorded check said."""

    groups: tuple[JudgedGroup, ...] = ()
    as_of: datetime | None = None
    """When it said so last; None: no check is recorded."""
    age: str = ""
    number: int = 0

    def count(self, result: str, weights: Sequence[str] = ("must", "should", "note")) -> int:
        """How many requirements have this result, each counted once, by the worst that was said of it."""
        worst: dict[str, tuple[Result, str]] = {}
        for row in (row for group in self.groups for row in group.rows):
            said = worst.get(row.id)
            if said is None or _WORST.index(row.result) < _WORST.index(said[0]):
                worst[row.id] = (row.result, row.weight)
        return sum(1 for said, weight in worst.values() if said == result and weight in weights)


_WORST = (Result.FAIL, Result.NOT_KNOWN, Result.PASS, Result.NOT_NEEDED)


@dataclass(frozen=True)
class Particulars:
    """Everything that was recorded of one thing, by the newest entry about it."""

    what: What
    title: str
    sentence: str
    facts: tuple[Fact, ...]
    as_of: datetime
    age: str
    since: datetime
    """When it was first seen so."""
    times: int
    source: str
    request_id: str
    verified: bool
    number: int


@dataclass(frozen=True)
class Change:
    """Something that was seen, and was not so before."""

    number: int
    at: datetime
    until: datetime
    times: int
    title: str
    sentence: str
    differences: tuple[str, ...]
    """Against what was seen before, a sentence each."""
    source: str
    verified: bool


@dataclass(frozen=True)
class Correlation:
    """A service's own id of a call, by which it can be found in that service's log."""

    at: datetime
    number: int
    what: str
    call: str
    request_id: str


@dataclass(frozen=True)
class Drift:
    """How the set-up differs from how it stood when Adobe completed."""

    baseline_at: datetime | None = None
    """None: no baseline is recorded."""
    baseline_number: int = 0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Seal:
    """What was found when the history was verified for this report."""

    state: str
    """"intact", "incomplete", "altered", "not verifiable" or "no history"."""
    entries: int
    sealed: int
    unsealed: int
    problems: tuple[str, ...]
    proves: str
    does_not_prove: str
    head_at: datetime | None = None


@dataclass(frozen=True)
class ReportContent:
    """The report of one set-up. All times are in UTC; texts are as they were recorded, and not escaped."""

    profile: str
    """The cloud profile; another than ``public`` is a practice cloud."""
    setup: str
    """Id of the Adobe organisation; empty where it was not recorded."""
    made_at: datetime
    version: str
    """Of the program."""
    card: StateCard
    deployment: tuple[Fact, ...]
    first_at: datetime | None
    """The first entry of this set-up; None: there is none."""
    lanes: tuple[Lane, ...]
    steps: tuple[Step, ...]
    more_steps: bool
    """Whether older ones are left out."""
    requirements: Requirements
    particulars: tuple[Particulars, ...]
    drift: Drift
    changes: tuple[Change, ...]
    more_changes: bool
    correlations: tuple[Correlation, ...]
    seal: Seal
    exceptions: tuple[str, ...]
    """What is not as it should be, or not known: a sentence each, the gravest first."""
    commands: tuple[str, ...]
    """What reads how things stand now."""

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """How many actions ended how, the most frequent first."""
        return Counter(step.outcome for step in self.steps).most_common()

    @property
    def key_use(self) -> Particulars | None:
        """What the vault's own log said of Adobe's use of the key; None: it was never asked."""
        return next((each for each in self.particulars if each.what is What.KEY_USE), None)

    @property
    def practice(self) -> bool:
        """Whether nothing of it is real."""
        return self.profile != "public"

    @property
    def title(self) -> str:
        """What the report is called."""
        return f"Customer-managed key of {self.setup or 'an Adobe organisation'}: evidence report"
