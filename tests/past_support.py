"""The commands that tell of the past, in child processes that have no network, no keyring and nobody signed in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from tests.journeys.as_code_support import ORGANISATION, TENANT, VALUES

FIRST = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OTHER = "FFFF2C3B5A6978877F0000FF@AdobeOrg"
GUARDED = """
import sys
FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")
def watch(event, arguments):
    if event in FORBIDDEN:
        raise RuntimeError(f"the network was used: {event}")
    if event == "import" and arguments[0].partition(".")[0] in sys.argv[1].split():
        raise RuntimeError(f"{arguments[0]} was imported")
sys.addaudithook(watch)
sys.argv = ["cmkwizard", *sys.argv[2:]]
from cmkwizard.__main__ import main
sys.exit(main())
"""
"""Runs a command; what is forbidden shows as a defect of the program: exit status 1."""
NEVER = "PySide6 shiboken6 azure msal requests urllib3"


@cache
def _alone() -> tuple[str, ...]:
    """What puts a command into a network namespace of its own, with nothing in it; nothing where that is not allowed
    (the audit hook of :data:`GUARDED` watches in any case)."""
    command = ("unshare", "--map-root-user", "--net")
    try:
        done = subprocess.run([*command, "true"], capture_output=True, timeout=20, check=False)
    except OSError:
        return ()
    return command if done.returncode == 0 else ()


def cut_off(*arguments: str | Path, never: str = NEVER) -> subprocess.CompletedProcess[str]:
    """Run ``cmkwizard`` with these arguments, without a network and without a session that has a keyring."""
    inside = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS", "XDG_RUNTIME"))}
    return subprocess.run(
        [*_alone(), sys.executable, "-c", GUARDED, never, *map(str, arguments)],
        env={**inside, "HOME": "/nonexistent", "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def recorded(
    folder: Path,
    values: Mapping[str, Mapping[str, Any]] = VALUES,
    organisation: str = ORGANISATION,
    profile: str = "public",
) -> None:
    """Let the records of ``folder`` tell of a whole set-up: what was seen of everything, and one action."""
    records = Records(folder, clock=lambda: FIRST)
    records.lock("setup")
    op_id = records.journal.intend(
        "vault",
        "Create the vault",
        {"vault": "kv-cmk"},
        profile=profile,
        tenant=TENANT,
        actor="a-1",
        setup=organisation,
    )
    records.journal.finish(op_id, "done", {"id": "/subscriptions/x"})
    for what, value in values.items():
        records.observations.add(
            profile, What(what), dict(value), f"GET {what}", f"request-{what}", setup=organisation, verified=True
        )
    records.close()
