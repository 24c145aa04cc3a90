"""The evidence report of a thousand actions on paper against the same in HTML, and a short one on paper."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from cmkwizard.desktop.report_pdf import write_pdf
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.page import report_html
from tests.benchmarks.report import Ratio, report
from tests.report_support import INTACT, Past, write_past

ACTIONS, RUNS = 1_000, 3


def seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def content_of(folder: Path, actions: int) -> ReportContent:
    past = Past(folder)
    write_past(past)
    for number in range(actions):
        past.done("lock", f"Act {number:04d} begins.", 50 - number * 0.04, "done", {"note": f"Act {number:04d} ends."})
    content = past.report(INTACT)
    past.records.close()
    return content


@pytest.mark.benchmark
def test_a_long_report(qapp: QApplication, tmp_path: Path) -> None:
    long, short = content_of(tmp_path / "long", ACTIONS), content_of(tmp_path / "short", 0)
    path = tmp_path / "report.pdf"
    paper, brief = seconds(lambda: write_pdf(long, path)), seconds(lambda: write_pdf(short, path))
    report(Ratio("s for a PDF of 1,000 actions", paper, seconds(lambda: report_html(long)), "the same as HTML", "-"))
    report(Ratio("s for a PDF of 1,000 actions", paper, brief, "of hardly any", "within 3 s"))
