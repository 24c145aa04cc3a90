"""How long `cmkwizard status` takes as a whole process, against a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.report import Ratio, report
from tests.history_support import fill

RUNS = 15


def milliseconds(*command: str | Path) -> float:
    """The fastest of some runs: what else the machine does only ever adds to it."""
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        took.append((time.perf_counter() - started) * 1000)
    return min(took)


@pytest.mark.benchmark
@pytest.mark.parametrize("entries", [300, 100_000])
def test_the_status_as_a_whole_process(tmp_path: Path, entries: int) -> None:
    folder = tmp_path / "records"
    fill(folder / "records.sqlite", entries)
    baseline = milliseconds("-c", "pass")
    ours = milliseconds("-m", "cmkwizard", "status", "--data-dir", folder)
    report(Ratio(f"ms for the status of {entries:,} entries", ours, baseline, "python -c pass", "<= 8"))
