"""Findings on the page where they matter: judged by the same table, from the facts that the pages know so far."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from cmkwizard.core.requirements.finding import Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import Survey
from cmkwizard.desktop.finding_rows import FindingRow, gravest_first
from cmkwizard.desktop.models.report_rows import report_rows

if TYPE_CHECKING:
    from cmkwizard.desktop.models.setup import SetupState


def known_rows(setup: SetupState, ids: Collection[str], **more: Any) -> tuple[FindingRow, ...]:
    """What is not met of these requirements, the gravest first. What is not known says nothing here.

    ``more``: facts of the survey that only the page knows. The rows offer no fix: that is on the page "Check".
    """
    known = {name: getattr(setup, name) for name in ("account", "subscription", "vault", "key")}
    facts = {name: value for name, value in known.items() if value is not None}
    survey = Survey(setup.services.clock(), setup.choices, policy=setup.policy, **{**facts, **more})
    found = [each for each in judge(survey, ids) if each.verdict is Verdict.NOT_MET]
    return gravest_first(report_rows(found, survey, fixes=False))
