"""A practice cloud in a process of its own, so that what it computes takes nothing from what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmkwizard.clouds.profile import profile_from
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.wiring import GivenCredential, Services, build


@dataclass
class CloudProcess:
    """A running practice cloud, as its ready file describes it, and a person who walks its pages."""

    ready: dict[str, Any]
    ca_file: Path
    person: PracticePerson

    @contextmanager
    def services(self, folder: Path) -> Iterator[Services]:
        """The product's own services for this cloud, with records in ``folder``."""
        adobe = self.ready["adobe"]
        given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
        records = Records(folder)
        records.lock("benchmark")
        built = build(profile_from(self.ready["profile"]), records, given=given, session_reason="It is a measurement.")
        try:
            yield built
        finally:
            built.close()


@contextmanager
def cloud_process(scenario: str, folder: Path) -> Iterator[CloudProcess]:
    """Start a practice cloud of a scenario (a name or a file), and end it afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    ready_file = folder / "ready.json"
    options = ["--scenario", scenario, "--ready-file", str(ready_file)]
    command = [sys.executable, "-m", "cmkwizard", "practice-cloud", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not ready_file.exists():
            assert process.poll() is None, "the practice cloud did not start"
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
        ready = json.loads(ready_file.read_text())
        ca_file = Path(ready["profile"]["ca_file"])
        yield CloudProcess(ready, ca_file, PracticePerson(ready["users"][0]["name"], True, ca_file))
    finally:
        process.terminate()
        process.wait(10)
