"""The command `check` writes down what it saw, where it may; where it may not, it tells it all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.history import What
from cmkwizard.records.folder import Records
from tests.journeys.setup_support import EXISTING, answers


def checked(folder: Path, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "answers.toml"
    file.write_text(answers(**EXISTING))
    command = [sys.executable, "-m", "cmkwizard", "check", "--json", "--answers", str(file)]
    done = subprocess.run(
        [*command, "--practice", "completed", "--data-dir", str(folder)], capture_output=True, check=True, timeout=120
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_check_is_in_the_history(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    checked(folder, tmp_path)
    status = Records(folder).observations.latest("practice", What.STATUS)
    assert status is not None
    assert (status.value["word"], status.verified) == ("COMPLETED", True)


@pytest.mark.parametrize("why", ["held by another", "no lock can be had"])
def test_a_check_that_may_not_write_tells_what_it_saw(tmp_path: Path, why: str) -> None:
    folder = tmp_path / "records"
    held = Records(folder)
    if why == "held by another":
        held.lock("window")
        held.open()
    else:
        (folder / "writer.lock").mkdir(parents=True)  # a folder, where the lock's file should be
    try:
        assert checked(folder, tmp_path)["counts"]["met"] > 40
        if why == "held by another":
            assert held.observations.entries() == []
    finally:
        held.close()
