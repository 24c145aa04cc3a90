"""The evidence report: what is recorded of one set-up, fit to be handed to an auditor."""

from __future__ import annotations

from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.gathering import evidence_report
from cmkwizard.records.report.page import report_html

__all__ = ["ReportContent", "evidence_report", "report_html"]
