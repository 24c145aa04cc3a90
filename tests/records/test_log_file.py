"""The log and the memory of the program: nothing secret comes to rest on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LOGGING = """
import logging, sys
from pathlib import Path
from cmkwizard.records.log_file import start_logging
start_logging(Path(sys.argv[1]), sys.argv[2]).learn("canary-learnt")
for name in ("cmkwizard.journeys", "msal.oauth2cli", "azure.core", "urllib3.connectionpool", ""):
    log = logging.getLogger(name)
    log.debug("debug of %s: canary-learnt", name or "root")
    log.warning("Authorization: Bearer canary-bearer; client_secret=canary-named; eyJhbGciOi.eyJjYW5hcnki.sig")
    try:
        raise ValueError("refresh_token=canary-raised")
    except ValueError:
        log.exception("failed with code=canary-code")
log.warning("an own field", extra={"body": "canary-field"})
"""


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_log_holds_lines_and_no_secret(tmp_path: Path, level: str) -> None:
    log = tmp_path / "log"
    done = subprocess.run([sys.executable, "-c", LOGGING, str(log), level], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = log.read_text()
    assert "canary" not in text
    assert "eyJhbGciOi" not in text
    assert ("debug of cmkwizard.journeys" in text) == (level == "debug")
    assert "debug of msal" not in text
    assert "debug of azure" not in text
    assert "failed with" in text
    assert text.count("\n") >= 10


def test_no_log_is_written_unless_it_is_asked_for(tmp_path: Path) -> None:
    script = "from cmkwizard.records.log_file import *\nimport logging\nstart_logging(None, None)\nlogging.error('x')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


MEMORY = """
import ctypes, os, resource, signal, sys
from cmkwizard.records.log_file import keep_memory_off_the_disk
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
keep_memory_off_the_disk(window=sys.argv[1] == "window")
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="core files and prctl as on Linux")
@pytest.mark.parametrize(("mode", "readable"), [("window", 1), ("none", 0)])
def test_a_crash_leaves_no_core_file(tmp_path: Path, mode: str, readable: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    command = [sys.executable, "-c", MEMORY, mode]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == -signal.SIGSEGV
    assert done.stdout.strip() == f"(0, 0) {readable}"
    assert list(tmp_path.iterdir()) == []


def test_the_secret_of_the_environment_is_taken_once(tmp_path: Path) -> None:
    script = (
        "import os\nfrom cmkwizard.records.log_file import environment_secret\n"
        "print(environment_secret(), environment_secret() == '', 'CMKWIZARD_ADOBE_CLIENT_SECRET' in os.environ)"
    )
    environment = {**os.environ, "CMKWIZARD_ADOBE_CLIENT_SECRET": "canary"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.stdout == "canary True False\n"
