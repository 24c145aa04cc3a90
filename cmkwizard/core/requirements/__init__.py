"""What Adobe, Azure and the organisation require: a table, and the findings that the facts lead to."""

from __future__ import annotations

from cmkwizard.core.requirements.earlier import (
    NEAR_EXPIRY,
    NEEDED_RIGHTS,
    app_findings,
    blocker,
    key_difference_findings,
    key_findings,
    missing_vault_finding,
    name_findings,
    rights_findings,
    subscription_findings,
    vault_difference_findings,
    vault_findings,
)
from cmkwizard.core.requirements.finding import Finding, Fix, Group, Requirement, Severity, Verdict
from cmkwizard.core.requirements.grading import Fitness, Grade, grade, grade_key, grade_name
from cmkwizard.core.requirements.table import REQUIREMENTS, judge

__all__ = [
    "NEAR_EXPIRY",
    "NEEDED_RIGHTS",
    "REQUIREMENTS",
    "Finding",
    "Fitness",
    "Fix",
    "Grade",
    "Group",
    "Requirement",
    "Severity",
    "Verdict",
    "app_findings",
    "blocker",
    "grade",
    "grade_key",
    "grade_name",
    "judge",
    "key_difference_findings",
    "key_findings",
    "missing_vault_finding",
    "name_findings",
    "rights_findings",
    "subscription_findings",
    "vault_difference_findings",
    "vault_findings",
]
