"""A process that is killed at any moment: the next one finds what is there and does only what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import setup_process
from tests.journeys.setup_support import MUTATIONS, Rehearsal, answers

ONCE = {**dict.fromkeys(MUTATIONS, 1), "consent.grant": 1}


def start(rehearsal: Rehearsal, tmp_path: Path) -> subprocess.Popen[bytes]:
    """Start the set-up as a process of its own."""
    ready, text = tmp_path / "ready.json", tmp_path / "answers.toml"
    ready.write_text(json.dumps(rehearsal.cloud.ready), "utf-8")
    text.write_text(answers(), "utf-8")
    script = str(setup_process.__file__)
    return subprocess.Popen(
        [sys.executable, script, str(ready), str(rehearsal.folder), str(text)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
    )


@pytest.mark.parametrize("mutation", [*MUTATIONS, "consent.grant"])
def test_killed_as_soon_as_a_change_is_made(rehearse: Callable[..., Rehearsal], tmp_path: Path, mutation: str) -> None:
    rehearsal = rehearse(speed=600)
    process = start(rehearsal, tmp_path)
    try:
        while not rehearsal.applied.get(mutation):
            with pytest.raises(subprocess.TimeoutExpired):  # the set-up goes on: it does not end before it came so far
                process.wait(0.001)
    finally:
        process.kill()
        process.wait()
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    with rehearsal.services() as services:
        assert services.journal.open_intents() == []
