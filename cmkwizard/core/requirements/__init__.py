"""What Adobe, Azure and the organisation require: a table, and the findings that the facts lead to."""

from __future__ import annotations

from cmkwizard.core.requirements.finding import Finding, Fix, Group, Requirement, Severity, Verdict
from cmkwizard.core.requirements.grading import Fitness, Grade, grade, grade_key, grade_name
from cmkwizard.core.requirements.table import REQUIREMENTS, judge

__all__ = [
    "REQUIREMENTS",
    "Finding",
    "Fitness",
    "Fix",
    "Grade",
    "Group",
    "Requirement",
    "Severity",
    "Verdict",
    "grade",
    "grade_key",
    "grade_name",
    "judge",
]
