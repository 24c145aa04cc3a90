"""What the last recorded check said of every requirement, with what requires it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cmkwizard.core.history import HistoryEntry
from cmkwizard.core.requirements.finding import Requirement, Severity, Verdict
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.core.state_card import age
from cmkwizard.records.report.content import Judged, JudgedGroup, Requirements, Result

_RESULTS = {
    Verdict.MET: Result.PASS,
    Verdict.NOT_MET: Result.FAIL,
    Verdict.NOT_KNOWN: Result.NOT_KNOWN,
    Verdict.NOT_NEEDED: Result.NOT_NEEDED,
}
_WEIGHTS = {Severity.BLOCKER: "must", Severity.WARNING: "should", Severity.NOTE: "note"}
_NOT_LOOKED_AT = "The check that is recorded says nothing of it."
_UNKNOWN_ROW = "This version of the program does not know this requirement."


def requirements_of(entry: HistoryEntry | None, now: datetime) -> Requirements:
    """Every row of the table with what the entry says of it; a row that it does not name is not known.

    Args:
        entry: the newest observation of the findings; None: no check is recorded.
        now: the time, for the age.
    """
    if entry is None:
        return Requirements()
    said: dict[str, list[Mapping[str, Any]]] = {}
    for finding in entry.value.get("findings", ()):
        if isinstance(finding, Mapping):
            said.setdefault(str(finding.get("id", "")), []).append(finding)
    groups: dict[str, list[Judged]] = {}
    for row in REQUIREMENTS:
        findings = said.pop(row.id, [{}])
        groups.setdefault(row.group.value, []).extend(_judged(row, finding) for finding in findings)
    others = [_foreign(finding) for findings in said.values() for finding in findings]
    if others:
        groups["Other requirements"] = others
    return Requirements(
        tuple(JudgedGroup(title, tuple(rows)) for title, rows in groups.items()),
        entry.until,
        age((now - entry.until).total_seconds()),
        entry.number,
    )


def _judged(row: Requirement, finding: Mapping[str, Any]) -> Judged:
    result = _result(finding)
    sentence = str(finding.get("sentence") or _NOT_LOOKED_AT)
    return Judged(row.id, row.required, row.why, row.source, _weight(finding, row.severity), result, sentence)


def _foreign(finding: Mapping[str, Any]) -> Judged:
    """What another version of this program said of a requirement of its own."""
    id_, sentence = str(finding.get("id", "")), str(finding.get("sentence", ""))
    return Judged(id_, _UNKNOWN_ROW, "", "", _weight(finding, Severity.WARNING), _result(finding), sentence)


def _result(finding: Mapping[str, Any]) -> Result:
    try:
        return _RESULTS[Verdict(str(finding.get("verdict")))]
    except ValueError:
        return Result.NOT_KNOWN


def _weight(finding: Mapping[str, Any], otherwise: Severity) -> str:
    try:
        return _WEIGHTS[Severity(str(finding.get("severity")))]
    except ValueError:
        return _WEIGHTS[otherwise]
