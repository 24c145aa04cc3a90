"""Start to the first window, and the memory of the idle window, against an empty QMainWindow."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import pytest

from tests.benchmarks.report import Ratio, report
from tests.e2e.screen import Appearance, private_screen

EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1080, 720)
window.show()
app.exec()
"""
RUNS = 7


@pytest.mark.benchmark
def test_start_and_memory(tmp_path: Path) -> None:
    """Interleaved runs, the first of each dropped, medians compared."""
    commands = {
        "empty window": [sys.executable, "-c", EMPTY],
        "cmkwizard": [sys.executable, "-m", "cmkwizard"],
    }
    seen: dict[str, list[Appearance]] = {name: [] for name in commands}
    with private_screen() as screen:
        for run in range(RUNS + 1):
            for name, command in commands.items():
                appearance = screen.appearance(command, screen.environment(tmp_path / f"{run} {name}"), settle_s=2)
                if run:
                    seen[name].append(appearance)
    for what in ("mapped_ms", "rss_mb"):
        empty, ours = (statistics.median(getattr(a, what) for a in seen[name]) for name in commands)
        aim = {"mapped_ms": 1.25, "rss_mb": 1.4}[what]
        unit = {"mapped_ms": "ms to the first window", "rss_mb": "MB while idle"}[what]
        report(Ratio(unit, ours, empty, "empty window", f"<= {aim}"))
