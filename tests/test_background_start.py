"""``cmkwizard --background`` as a login or a person starts it: child processes, their words and their exit status."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_command_line import cmkwizard, refused

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
QSystemTrayIcon.isSystemTrayAvailable = staticmethod(lambda: sys.argv[1] == "tray")
import cmkwizard.desktop.background as background
background.TRAY_COMES_MS = 0
def say(word):
    shown = [window.windowTitle() for window in QApplication.topLevelWidgets() if window.isVisible()]
    QTimer.singleShot(0, lambda: print(word, len(shown), flush=True))
hide, show = background.Background.hide, background.Background.show_window
background.Background.hide = lambda self: (hide(self), say("hidden"))
def shown(self):
    show(self)
    say("shown")
background.Background.show_window = shown
from cmkwizard.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


PATIENCE_S = 120
QUICK_S = 2.0
"""How soon it ends on a computer on which it starts in this time; where that takes longer, so may the other."""


@contextlib.contextmanager
def started(tray: str, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tray, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.kill()
        program.communicate()


def hidden(program: subprocess.Popen[str]) -> float:
    """Wait until the program runs hidden; answers within how many seconds it has to end when it is asked to."""
    began = time.monotonic()
    assert program.stdout is not None
    assert program.stdout.readline() == "hidden 0\n"
    return max(QUICK_S, 2 * (time.monotonic() - began))


def test_without_a_tray_it_says_so_and_does_not_begin(tmp_path: Path) -> None:
    with started("none", "--background", "--data-dir", tmp_path / "records") as program:
        out, errors = program.communicate(timeout=PATIENCE_S)
    code, error, do = refused(subprocess.CompletedProcess([], program.returncode, out, errors))
    assert code == 3
    assert "shows no tray" in error
    assert "without --background" in do
    assert not (tmp_path / "records").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux is there no screen at all")
def test_without_a_screen_it_says_so(tmp_path: Path) -> None:
    none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    code, error, do = refused(cmkwizard("--background", "--data-dir", tmp_path / "records", **none))
    assert code == 3
    assert "no screen" in error
    assert do


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--background", "--practice"), "--background"),
        (("--background", "--tour", "--practice"), "--background"),
        (("--background", "status"), "--background"),
    ],
)
def test_what_does_not_go_with_it_is_refused(arguments: tuple[str, ...], words: str) -> None:
    code, error, do = refused(cmkwizard(*arguments))
    assert code == 2
    assert words in error
    assert do


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS")
def test_it_runs_without_a_window_until_it_is_called_and_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    with started("tray", "--background", "--data-dir", folder) as first:
        quick_s = hidden(first)
        code, error, do = refused(_second("--background", "--data-dir", folder))
        assert code == 4
        assert "(background, process" in error
        assert "choose Quit in the menu of its icon in the tray" in do
        told = _second("--data-dir", folder)
        assert (told.returncode, told.stderr) == (0, "")
        assert "Its window is shown now" in told.stdout
        assert first.stdout is not None
        assert first.stdout.readline() == "shown 1\n"
        begun = time.monotonic()
        first.send_signal(signal.SIGTERM)
        _, errors = first.communicate(timeout=PATIENCE_S)
        assert first.returncode == 0
        assert "Traceback" not in errors
        assert time.monotonic() - begun < quick_s
    assert not (folder / "hidden").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_is_hidden(tmp_path: Path, number: signal.Signals) -> None:
    with started("tray", "--background", "--data-dir", tmp_path / "records") as program:
        quick_s = hidden(program)
        begun = time.monotonic()
        program.send_signal(number)
        _, errors = program.communicate(timeout=PATIENCE_S)
        assert program.returncode == 0
        assert "Traceback" not in errors
        assert time.monotonic() - begun < quick_s
    assert not (tmp_path / "records" / "hidden").exists()


def _second(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    with started("tray", *arguments) as program:
        out, errors = program.communicate(timeout=PATIENCE_S)
    return subprocess.CompletedProcess([], program.returncode, out, errors)
