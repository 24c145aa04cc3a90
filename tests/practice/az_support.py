"""The stock Azure CLI in an environment of its own, pointed at a practice cloud by two environment variables alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from filelock import FileLock

from cmkwizard.practice.cloud import PracticeCloud

AZURE_CLI = "2.91.0"
PATIENCE_S = 600


def cache_folder() -> Path:
    """Where tests keep what takes long to get."""
    return Path(os.environ.get("CMKWIZARD_TEST_CACHE", "~/.cache/cmkwizard-tests")).expanduser()


def install() -> Path:
    """The `az` program, installed if it is not there yet. An installation that was broken off is started anew."""
    home = cache_folder() / f"azure-cli-{AZURE_CLI}"
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    cache_folder().mkdir(parents=True, exist_ok=True)
    with FileLock(cache_folder() / "azure-cli.lock"):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            wanted = f"azure-cli=={AZURE_CLI}"
            uv = shutil.which("uv")
            if uv:
                _run([uv, "venv", "--quiet", "--python", sys.executable, str(home)])
                _run([uv, "pip", "install", "--quiet", "--python", str(programs / "python"), wanted])
            else:
                _run([sys.executable, "-m", "venv", str(home)])
                _run([str(programs / "python"), "-m", "pip", "install", "--quiet", wanted])
            (home / "complete").touch()
    return programs / ("az.bat" if sys.platform == "win32" else "az")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"


class Az:
    """One person's Azure CLI: a configuration folder of its own, and a practice cloud behind the proxy."""

    def __init__(self, program: Path, cloud: PracticeCloud, folder: Path) -> None:
        self.program = program
        self.cloud = cloud
        config = Path(tempfile.mkdtemp(prefix="az-", dir=folder))
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.environment = {
            **kept,
            "AZURE_CONFIG_DIR": str(config),
            "AZURE_CORE_COLLECT_TELEMETRY": "0",
            "HTTPS_PROXY": str(cloud.ready["proxy"]),
            "REQUESTS_CA_BUNDLE": str(cloud.ca_file),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that runs on, with its output in pipes."""
        return subprocess.Popen(
            [str(self.program), *arguments, "--output", "json"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Any:
        """What a command prints, decoded; None when it prints nothing. Fails with the command's own words."""
        process = self.start(*arguments)
        output, problem = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, f"az {' '.join(arguments)}: {problem}"
        return json.loads(output) if output.strip() else None

    def refused(self, *arguments: str) -> str:
        """What a command that must fail says."""
        process = self.start(*arguments)
        _, problem = process.communicate(timeout=PATIENCE_S)
        assert process.returncode != 0, f"az {' '.join(arguments)} went well"
        return problem
