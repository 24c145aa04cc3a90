"""The gates of conftest.py close when they should: a small suite that breaks each of them once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

SUITE = """
import logging, threading
import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QDialog, QMessageBox

forever = threading.Event()

@pytest.fixture(scope="module")
def server():
    thread = threading.Thread(target=lambda: threading.Thread(target=forever.wait, daemon=True).start())
    thread.start()
    thread.join()

def test_good_thread_of_a_module_fixture(server): pass
def test_good_short_thread(): threading.Thread(target=lambda: forever.wait(0.1)).start()
def test_bad_thread(): threading.Thread(target=forever.wait, daemon=True, name="leaky").start()
def test_bad_skip(): pytest.skip("no such program")
def test_good_skip(): pytest.skip("only on Windows")
def test_bad_log(): logging.getLogger("somewhere").error("lost")
@pytest.mark.logs_errors
def test_good_log(): logging.getLogger("somewhere").error("expected")
def test_bad_dialog(qtbot):
    class Own(QDialog): pass
    Own().exec()
def test_bad_question(qtbot): QMessageBox.question(None, "title", "text")
def test_bad_dialog_in_a_slot(qtbot):
    box = QMessageBox()
    with qtbot.waitSignal(box.destroyed, timeout=100, raising=False):
        QTimer.singleShot(0, box.exec)
def test_bad_qt_warning(qtbot): qWarning("broken")
"""


def test_every_gate_closes(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    gates = (root / "tests" / "conftest.py").read_text("utf-8")
    patience = "PATIENCE_S = 30.0"
    assert patience in gates
    (tmp_path / "conftest.py").write_text(gates.replace(patience, "PATIENCE_S = 3.0"), encoding="utf-8")
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    places = ["-c", str(root / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *places],
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
    )
    summary = done.stdout.partition("short test summary info")[2]
    caught = re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", summary, re.MULTILINE)
    assert set(caught) == set(re.findall(r"def (test_bad\w+)", SUITE))
    assert "threads still run after the test: leaky" in summary
    assert "skipped, which counts as a failure in CI" in summary
    assert "somewhere: lost" in summary
    assert "QDialog.exec() waits for a person" in summary
    assert done.returncode == 1
