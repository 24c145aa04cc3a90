"""Findings as they are shown, in words: the same sentences on every page, beside the same icons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cmkwizard.core.people import YOU
from cmkwizard.core.requirements.finding import Finding, Group, Severity, Verdict


class RowState(StrEnum):
    """What is said of a requirement; the value is shown beside it."""

    BLOCKS = "Blocks"
    WARNING = "Warning"
    NOTE = "Note"
    NOT_KNOWN = "Not known"
    MET = "Met"
    NOT_NEEDED = "Not needed"

    @property
    def open(self) -> bool:
        """Whether something is to be done about it."""
        return self in (RowState.BLOCKS, RowState.WARNING, RowState.NOTE)


_NOT_MET = {
    Severity.BLOCKER: RowState.BLOCKS,
    Severity.WARNING: RowState.WARNING,
    Severity.NOTE: RowState.NOTE,
}
_OTHERWISE = {
    Verdict.MET: RowState.MET,
    Verdict.NOT_KNOWN: RowState.NOT_KNOWN,
    Verdict.NOT_NEEDED: RowState.NOT_NEEDED,
}
_COUNTED = {
    RowState.BLOCKS: ("blocks", "block"),
    RowState.WARNING: ("warning", "warnings"),
    RowState.NOTE: ("note", "notes"),
    RowState.MET: ("met", "met"),
    RowState.NOT_KNOWN: ("not known", "not known"),
    RowState.NOT_NEEDED: ("not needed", "not needed"),
}
_ORDER = (RowState.BLOCKS, RowState.WARNING, RowState.NOTE, RowState.NOT_KNOWN, RowState.MET, RowState.NOT_NEEDED)


@dataclass(frozen=True)
class HowTo:
    """How a person puts something right by hand."""

    portal: str
    """The way through the portal, in words."""
    address: str
    """Where in the portal that is; empty where there is no such place."""
    commands: str
    """The equivalent command lines; empty where there are none."""


@dataclass(frozen=True)
class FindingRow:
    """What is shown of one finding, and what can be done with it."""

    key: str
    """The same in every check, unlike any other of one check."""
    finding: Finding
    fixable: bool = False
    """Whether the program can put it right."""
    how_to: HowTo | None = None
    request: str = ""
    """What to send to the person who can do it; empty where nobody has to be asked."""
    second: bool = False
    """Whether it is about the second vault."""

    @property
    def state(self) -> RowState:
        """What is said of it."""
        return state_of(self.finding)

    @property
    def who_text(self) -> str:
        """Who can put it right, in a sentence; empty where nothing has to be done."""
        return f"Who can do it: {self.finding.who}." if self.state.open and self.finding.who else ""

    @property
    def details(self) -> str:
        """What is required, why, and where that is written."""
        finding = self.finding
        pairs = (("Required", finding.required), ("Why", finding.why), ("Source", finding.source))
        return "\n".join(f"{label}: {_ended(text)}" for label, text in pairs if text)

    @property
    def read_aloud(self) -> str:
        """All of it, as a screen reader says it."""
        finding = self.finding
        parts = (f"{self.state.value}, {finding.id}: {finding.sentence}", finding.remedy, self.who_text)
        return " ".join(part for part in parts if part)

    @property
    def haystack(self) -> str:
        """What a filter looks through, in lower case."""
        finding = self.finding
        parts = (finding.id, finding.sentence, finding.required, finding.remedy, finding.who, self.state.value)
        return " ".join(parts).lower()


@dataclass(frozen=True)
class FindingSection:
    """The findings of one group under its heading."""

    title: str
    rows: tuple[FindingRow, ...]


def state_of(finding: Finding) -> RowState:
    """What is said of a finding."""
    if finding.verdict is Verdict.NOT_MET:
        return _NOT_MET[finding.severity]
    return _OTHERWISE[finding.verdict]


def finding_rows(
    findings: Iterable[Finding], row: Callable[[str, Finding], FindingRow] = FindingRow
) -> tuple[FindingRow, ...]:
    """A row for each finding, in their order. ``row`` makes one from its key and its finding."""
    seen: Counter[str] = Counter()
    rows = []
    for finding in findings:
        name = f"{finding.id} {finding.about}".strip()
        rows.append(row(f"{name} {seen[name]}" if seen[name] else name, finding))
        seen[name] += 1
    return tuple(rows)


def gravest_first(rows: Iterable[FindingRow]) -> tuple[FindingRow, ...]:
    """The rows with those in front that most needs to be done about."""
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.state)))


def finding_sections(rows: Iterable[FindingRow], first: Sequence[Group] = ()) -> tuple[FindingSection, ...]:
    """The rows under the headings of their groups; within each the gravest first.

    The groups in which something blocks come before the others; ``first``: those that come before all.
    """
    by_group: dict[Group, list[FindingRow]] = {}
    for row in rows:
        by_group.setdefault(row.finding.group, []).append(row)

    def place(group: Group) -> tuple[int, bool]:
        blocks = any(row.state is RowState.BLOCKS for row in by_group[group])
        return (first.index(group) if group in first else len(first)), not blocks

    groups = sorted((group for group in Group if group in by_group), key=place)
    return tuple(FindingSection(group.value, gravest_first(by_group[group])) for group in groups)


def counted(rows: Sequence[FindingRow]) -> str:
    """How many there are of each: "2 block · 1 warning · 31 met · 4 not known"."""
    counts = Counter(row.state for row in rows)
    return " · ".join(
        f"{counts[state]} {words[counts[state] > 1]}" for state, words in _COUNTED.items() if counts[state]
    )


def as_text(sections: Sequence[FindingSection]) -> str:
    """All of it as plain text, to be kept or sent."""
    lines: list[str] = []
    for section in sections:
        lines += [f"{section.title}: {counted(section.rows)}"]
        for row in section.rows:
            finding = row.finding
            lines.append(f"  [{row.state.value}] {finding.id} {finding.sentence}")
            who = f" ({finding.who})" if finding.who and finding.who != YOU else ""
            if row.state.open and finding.remedy:
                lines.append(f"      {finding.remedy}{who}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "”")) else f"{text}."
