"""The findings of a report as rows, with what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from cmkwizard.core.people import YOU
from cmkwizard.core.requirements.finding import Finding, Severity, Verdict
from cmkwizard.desktop.finding_rows import FindingRow, HowTo, finding_rows

if TYPE_CHECKING:
    from cmkwizard.core.survey import Survey

_MADE_BY_THE_SETUP = frozenset({"I04", "K01", "P01", "P05", "P09"})
"""What the set-up does itself: as long as it stands in nobody's way, it is not offered apart."""
_OF_THE_SETUP = _MADE_BY_THE_SETUP | {"P07", "O16"}
"""What steps of the set-up put right. The second vault has its own, under names of their own."""


def load() -> None:
    """On a worker: load what the rows are made with."""
    for module in ("fixes.fix", "guides.guide"):
        import_module(f"cmkwizard.journeys.{module}")


def report_rows(
    findings: Iterable[Finding], survey: Survey, *, fixes: bool = True, address: str = ""
) -> tuple[FindingRow, ...]:
    """A row for each finding.

    Args:
        findings: of one check.
        survey: the facts that they rest on.
        fixes: whether they can be put right on this page.
        address: where Adobe's app is accepted, where that is known.
    """

    def row(key: str, finding: Finding) -> FindingRow:
        if finding.verdict is not Verdict.NOT_MET:
            return FindingRow(key, finding)
        from cmkwizard.journeys.fixes.fix import fixable
        from cmkwizard.journeys.guides.guide import guide, request_text

        way = guide(finding, survey, address)
        comes = finding.severity is Severity.NOTE and finding.id in _MADE_BY_THE_SETUP
        return FindingRow(
            key,
            finding,
            fixes and not comes and fixable(finding),
            HowTo(way.portal or way.reason, way.address, "\n".join(way.commands)),
            request_text(finding, survey, address) if finding.who != YOU else "",
        )

    return finding_rows(findings, row)


def second_rows(
    findings: Iterable[Finding], survey: Survey, *, fixes: bool = True, address: str = ""
) -> tuple[FindingRow, ...]:
    """The rows of the second vault, beside those of the first; arguments as :func:`report_rows`.

    What the set-up makes anyway it makes on its page for the second vault.
    """
    rows = report_rows(findings, survey, fixes=fixes, address=address)
    return tuple(
        replace(
            row,
            key=f"second {row.key}",
            fixable=row.fixable and row.finding.id not in _OF_THE_SETUP,
            second=True,
        )
        for row in rows
    )
