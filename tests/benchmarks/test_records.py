"""The records of years: what one more look costs, and what a page costs among a million entries."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from cmkwizard.records.history import History
from tests.benchmarks.report import Ratio, report
from tests.history_support import ORGANISATION, PROFILE, START, STEP, fill

MANY, FEW = 1_000_000, 100
LOOKS = 2_000
RUNS = 15


def milliseconds(work: Callable[[], object]) -> float:
    """The median of some runs, after one that fills the caches."""
    work()
    laps = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        laps.append(time.perf_counter() - start)
    return 1000 * statistics.median(laps)


@pytest.mark.benchmark
def test_an_identical_look_takes_no_room(tmp_path: Path) -> None:
    records = Records(tmp_path)
    records.lock("window")
    value = {"word": "COMPLETED", "organisation": ORGANISATION, "configuration": "aep-key"}

    def look(times: int) -> int:
        for _ in range(times):
            records.observations.add(PROFILE, What.STATUS, value, "GET /customer/config", "0" * 32, verified=True)
        records.close()
        records.lock("window")
        return (tmp_path / "records.sqlite").stat().st_size

    before = look(1)
    after = look(LOOKS)
    assert records.history.page()[0].times == LOOKS + 1
    records.close()
    report(f"bytes for each identical observation: {(after - before) / LOOKS:.2f}  (aim 0)")
    assert after == before


@pytest.mark.benchmark
@pytest.mark.slow
def test_a_million_entries_are_read_as_a_hundred_are(tmp_path: Path) -> None:
    fill(tmp_path / "few" / "records.sqlite", FEW)
    fill(tmp_path / "many" / "records.sqlite", MANY)
    few, many = (Records(tmp_path / name).history for name in ("few", "many"))
    middle = START + STEP * (FEW // 2)
    asked: dict[str, Callable[[History], object]] = {
        "newest 100 entries": lambda history: history.page(PROFILE, ORGANISATION, limit=FEW),
        "oldest 100 entries": lambda history: history.page(PROFILE, ORGANISATION, after=0, limit=FEW),
        "entries of one kind": lambda history: history.page(PROFILE, ORGANISATION, whats=(What.KEY,), limit=20),
        "state now": lambda history: history.state(PROFILE, ORGANISATION),
        "state at a moment": lambda history: history.state(PROFILE, ORGANISATION, middle),
        "set-ups": lambda history: history.setups(),
    }
    for what, ask in asked.items():
        ours, baseline = (milliseconds(partial(ask, history)) for history in (many, few))
        report(Ratio(f"{what}, ms", ours, baseline, f"{FEW} entries instead of {MANY:,}", "<= 1.5"))
    report(
        f"size for each entry, none like another: {(tmp_path / 'many' / 'records.sqlite').stat().st_size / MANY:.0f} B"
    )
