"""A private D-Bus session, with or without a real keyring daemon, for a child process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 300
"""A session runs several programs; nothing is waited for so long unless something is wrong."""

START = """
mkdir -p "$XDG_RUNTIME_DIR"; chmod 700 "$XDG_RUNTIME_DIR"
{start}
"$PYTHON" "$SCRIPT"; code=$?
kill $daemon 2>/dev/null; wait $daemon 2>/dev/null
exit $code
"""
UNLOCKED = """
printf secret | gnome-keyring-daemon --unlock --foreground --components=secrets >/dev/null 2>&1 & daemon=$!
gdbus wait --session --timeout 60 org.freedesktop.secrets
"""
NOBODY = "daemon="
SILENT = """
"$PYTHON" "$SILENT_SERVICE" & daemon=$!
gdbus wait --session --timeout 60 org.freedesktop.secrets
"""
DENYING = """
gnome-keyring-daemon --start --foreground --components=secrets >/dev/null 2>&1 & daemon=$!
gdbus wait --session --timeout 60 org.freedesktop.secrets
"""

SILENT_SERVICE = """
import signal
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection(bus="SESSION")
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", ("org.freedesktop.secrets", 4)))
signal.pause()
"""


def run(script: str, folder: Path, start: str | None, **environment: str) -> Any:
    """Run a Python script whose last line of output is JSON, in a session of its own.

    `start`: shell lines that bring up what answers for secrets; None: no session at all.
    """
    missing = [name for name in ("dbus-run-session", "gnome-keyring-daemon", "gdbus") if not shutil.which(name)]
    if missing and start is not None:
        pytest.skip(f"{' and '.join(missing)} not installed")
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (folder / "script.py").write_text(script, encoding="utf-8")
    (folder / "silent.py").write_text(SILENT_SERVICE, encoding="utf-8")
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "PYTHONPATH": str(ROOT),
        "PYTHON": sys.executable,
        "SCRIPT": str(folder / "script.py"),
        "SILENT_SERVICE": str(folder / "silent.py"),
        "DATA": str(folder / "data"),
        **environment,
    }
    command = ["dbus-run-session", "--", "sh", "-c", START.format(start=start)]
    if start is None:
        command = [sys.executable, str(folder / "script.py")]
        variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as session:
        try:
            output, errors = session.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(session.pid, signal.SIGTERM)
            output, errors = session.communicate()
    assert session.returncode == 0, errors
    return json.loads(output.strip().splitlines()[-1])
