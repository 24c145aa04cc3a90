"""The program around the window: what is loaded when, how a defect is told, how it ends when it is asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.defect_report import DefectReport, describe

PATIENCE_S = 120
SHOW_HOME = """
import sys
from PySide6.QtCore import QTimer
from cmkwizard.__main__ import main
HEAVY = ("azure", "msal", "requests", "keyring", "cryptography")
def titles():
    from PySide6.QtWidgets import QApplication
    return [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]
def filled():
    if titles() == ["cmkwizard"]:
        QTimer.singleShot(20, filled)
    else:
        QTimer.singleShot(500, look)
def look():
    from PySide6.QtWidgets import QApplication
    print([m for m in HEAVY if m in sys.modules], titles(), flush=True)
    QApplication.closeAllWindows()
import cmkwizard.desktop.window as window
opened = window.open_window
def open_and_look():
    made = opened()
    print([m for m in HEAVY + ("msgspec",) if m in sys.modules], made.isVisible(), flush=True)
    QTimer.singleShot(0, filled)
    return made
window.open_window = open_and_look
sys.exit(main(["--data-dir", sys.argv[1]]))
"""
WAIT_FOR_THE_END = """
import sys
from PySide6.QtCore import QTimer
from cmkwizard.__main__ import main
import cmkwizard.desktop.app as app
ending = app.Ending
def ready(shell):
    QTimer.singleShot(0, lambda: print("ready", flush=True))
    return ending(shell)
app.Ending = ready
sys.exit(main(["--data-dir", sys.argv[1]]))
"""


def test_the_sdks_are_not_loaded_for_the_window_at_home(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SHOW_HOME, str(tmp_path / "records")], capture_output=True, text=True, timeout=PATIENCE_S
    )
    early, at_home = run.stdout.splitlines()
    assert early == "[] True"
    assert at_home == "[] ['Your key for Adobe Experience Platform — cmkwizard']"
    assert run.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_window_closes_in_good_order_when_it_is_asked_to(tmp_path: Path, number: signal.Signals) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", WAIT_FOR_THE_END, str(tmp_path / "records")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    program.send_signal(number)
    _, errors = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.logs_errors
def test_a_defect_is_told_without_values_and_the_window_stays(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    before = sys.excepthook
    report = DefectReport(window)
    try:
        sys.excepthook(*_defect())
        sys.excepthook(*_defect())
        (box,) = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
        told = box.text() + box.informativeText() + box.detailedText() + caplog.text
        assert "LookupError" in box.detailedText()
        assert "test_app.py" in box.detailedText()
        assert "s3cret" not in told
        assert window.isVisible()
        box.close()
    finally:
        report.restore()
    assert sys.excepthook is before


def _defect() -> tuple[type[BaseException], BaseException, TracebackType | None]:
    client_secret = "s3cret"
    try:
        raise LookupError(client_secret)
    except LookupError as error:
        return type(error), error, error.__traceback__


def test_the_report_names_the_version_and_the_places() -> None:
    kind, _, trace = _defect()
    text = describe(kind, trace)
    assert text.startswith("cmkwizard ")
    assert "desktop/test_app.py" in text


def test_the_import_of_python_stays_and_home_loads_little() -> None:
    """Neither the lines of the sources nor cryptography, the SDKs or the other pages are in memory at home."""
    told = subprocess.run(
        [sys.executable, "-c", _LOADED],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == ["True"]


_LOADED = """
import builtins, linecache, sys
own = builtins.__import__
from cmkwizard.desktop import app, window
not_yet = ("_hashlib", "azure", "msal", "requests", "cryptography", "filelock", "cmkwizard.desktop.pages.vault")
print(builtins.__import__ is own and not any(name in sys.modules for name in not_yet) and len(linecache.cache) < 10)
"""
