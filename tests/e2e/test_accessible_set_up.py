"""A person who hears the window instead of seeing it gets to COMPLETED, with a real browser beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.screen import private_screen

SYSTEM_PYTHON = "/usr/bin/python3"
NEEDED = ("Xvfb", "openbox", "dbus-run-session", "chromium", "xdg-open")
TIME_S = 900
CHROMIUM = (
    "chromium --no-sandbox --no-first-run --force-renderer-accessibility --password-store=basic --disable-gpu "
    "--disable-background-networking --disable-component-update --disable-sync --user-data-dir={profile} %u"
)


def lacking() -> list[str]:
    """What this machine lacks for the test."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    bindings = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([SYSTEM_PYTHON, "-c", bindings], capture_output=True, check=False).returncode:
        missing.append("the AT-SPI bindings of the system's Python")
    return missing


def make_chromium_the_browser(home: Path) -> None:
    """Give the person an own browser, as desktops know it: an entry, and the choice of it."""
    entries = home / ".local/share/applications"
    entries.mkdir(parents=True)
    command = CHROMIUM.format(profile=home / "chromium")
    entries.joinpath("browser.desktop").write_text(
        f"[Desktop Entry]\nType=Application\nName=Browser\nExec={command}\nMimeType=x-scheme-handler/http;\n"
    )
    home.joinpath(".config").mkdir()
    home.joinpath(".config/mimeapps.list").write_text(
        "[Default Applications]\nx-scheme-handler/http=browser.desktop\nx-scheme-handler/https=browser.desktop\n"
    )


@pytest.mark.slow
def test_set_up_by_the_accessibility_tree_and_a_real_browser(tmp_path: Path) -> None:
    """Another process presses and types through AT-SPI alone; Chromium signs in and consents."""
    if missing := lacking():
        pytest.skip(f"this machine lacks {', '.join(missing)}")
    make_chromium_the_browser(tmp_path)
    with private_screen() as screen:
        environment = screen.environment(tmp_path)
        environment |= {
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "ACCESSIBILITY_ENABLED": "1",
            "PYTHONFAULTHANDLER": "1",
        }
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        session = subprocess.Popen(
            ["dbus-run-session", "--", SYSTEM_PYTHON, "-m", "tests.e2e.drive_set_up", sys.executable, "happy"],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = session.communicate(timeout=TIME_S)
        finally:
            with contextlib.suppress(ProcessLookupError):  # all have ended already
                os.killpg(session.pid, signal.SIGTERM)
    assert session.returncode == 0, said
    assert said.rstrip().endswith("COMPLETED") or "\nCOMPLETED\n" in said, said
