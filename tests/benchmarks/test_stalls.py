"""The longest stall of the event loop over a whole tour, against an empty window that does nothing."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.report import Ratio, report

RUNS = 5
AIM_MS = 50
IDLE = """
import json
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from cmkwizard.desktop.heartbeat import Heartbeat
app = QApplication([])
window = QMainWindow()
window.resize(1080, 720)
window.show()
heartbeat = Heartbeat(window)
QTimer.singleShot(500, heartbeat.start)
QTimer.singleShot(8500, app.quit)
app.exec()
print(json.dumps({"stall_ms": heartbeat.longest_ms}))
"""


def last_line(command: list[str], home: Path) -> dict[str, object]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    line: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return line


def stall_ms(command: list[str], home: Path) -> float:
    return float(str(last_line(command, home)["stall_ms"]))


@pytest.mark.benchmark
@pytest.mark.parametrize("scenario", ["happy", "big-tenant"])
def test_longest_stall_of_a_tour(tmp_path: Path, scenario: str) -> None:
    """Interleaved runs; nothing is dropped, as the first tour is the one that a person takes."""
    commands = {
        "idle": [sys.executable, "-c", IDLE],
        "tour": [sys.executable, "-m", "cmkwizard", "--practice", scenario, "--tour"],
    }
    seen: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            seen[name].append(stall_ms(command, tmp_path))
    for word, pick in (("median", statistics.median), ("longest", max)):
        what = f"ms of the longest stall in a tour of {scenario}, {word} of {RUNS} tours"
        report(Ratio(what, pick(seen["tour"]), pick(seen["idle"]), "an empty window", f"<= {AIM_MS} ms"))
    report(f"  each tour: {', '.join(f'{ms:.0f}' for ms in seen['tour'])} ms")
