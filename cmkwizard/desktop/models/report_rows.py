"""The findings of a report as rows, with what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from cmkwizard.core.requirements import Finding, Severity, Verdict
from cmkwizard.desktop.finding_rows import FindingRow, finding_rows

if TYPE_CHECKING:
    from cmkwizard.core.survey import Survey

_MADE_BY_THE_SETUP = frozenset({"I04", "K01", "P01", "P05"})
"""What the set-up does itself: as long as it stands in nobody's way, it is not offered apart."""


def load() -> None:
    """On a worker: load what the rows are made with."""
    import_module("cmkwizard.journeys.fixes")


def report_rows(findings: Iterable[Finding], survey: Survey, *, fixes: bool = True) -> tuple[FindingRow, ...]:  # noqa: ARG001
    """A row for each finding. ``survey``: the facts they rest on; ``fixes``: whether they can be put right here."""

    def row(key: str, finding: Finding) -> FindingRow:
        if finding.verdict is not Verdict.NOT_MET:
            return FindingRow(key, finding)
        from cmkwizard.journeys.fixes import fixable

        comes = finding.severity is Severity.NOTE and finding.id in _MADE_BY_THE_SETUP
        return FindingRow(key, finding, fixes and not comes and fixable(finding))

    return finding_rows(findings, row)
