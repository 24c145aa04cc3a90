"""The shared set-up as three people meet it: programs of their own, each with its browser, records and account."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.hand_off_support import ANSWERS, PART_OF, PEOPLE
from tests.test_secrets_scan import SECRET, files, found, run_watched

PERSON = """
import json, sys
from pathlib import Path
from cmkwizard.practice.person import PracticePerson
ready = json.loads(Path(sys.argv[1]).read_text())
PracticePerson(sys.argv[2], True, ready["profile"]["ca_file"]).walk(sys.argv[3])
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[PracticeCloud]:
    scenario = tmp_path / "three.toml"
    scenario.write_text(f'summary = "A planted secret"\n[adobe]\nclient_secret = "{SECRET}"\n')
    with PracticeCloud(str(scenario), speed=3000.0) as running:
        (tmp_path / "ready.json").write_text(json.dumps(running.ready))
        yield running


def run(folder: Path, name: str, *arguments: str) -> tuple[int, list[dict[str, str]], dict[str, bytes]]:
    """Run the command as one of the three; its status, its lines, and all that it left."""
    out = folder / name
    out.mkdir(exist_ok=True)
    person, ready = folder / "person.py", folder / "ready.json"
    person.write_text(PERSON)
    shared = ["--clouds", str(ready), "--data-dir", str(out / "records")]
    logged = ["--log-file", str(out / "log"), "--log-level", "debug"]
    environment = {**os.environ, "HOME": str(out), "BROWSER": f"{sys.executable} {person} {ready} {PEOPLE[name]} %s"}
    environment.pop("CMKWIZARD_ADOBE_CLIENT_SECRET", None)
    if name == "ada":
        environment["CMKWIZARD_ADOBE_CLIENT_SECRET"] = SECRET
    status, places = run_watched(
        [sys.executable, "-m", "cmkwizard", "hand-off", *arguments, *shared, *logged], environment
    )
    return status, [json.loads(line) for line in places["stdout"].splitlines()], places


def test_three_programs_carry_out_one_file_and_leave_no_secret(tmp_path: Path, cloud: PracticeCloud) -> None:
    answers, plan = tmp_path / "answers.toml", tmp_path / "plan.json"
    answers.write_text(ANSWERS)
    places: dict[str, bytes] = {}
    orders: list[tuple[str, tuple[str, ...]]] = [("ada", ("--answers", str(answers), "--output", str(plan)))]
    orders += [(name, (str(plan), "--part", part)) for name, part in PART_OF.items() if name != "ada"]
    orders += [("ada", (str(plan), "--part", "adobe", "--yes", "--acknowledge-irreversible"))]
    words = []
    for number, (name, arguments) in enumerate(orders):
        status, lines, left = run(tmp_path, name, *arguments)
        assert status == 0, (name, left["stderr"].decode())
        words.append(lines[-1]["result"])
        places |= {f"{number} {place}": content for place, content in left.items()}
    assert words == ["PLAN FILE", "DONE", "DONE", "COMPLETED"]
    applied = {name: count for name, count in cloud.world.applied.items() if count}
    assert set(applied.values()) == {1}, applied
    assert applied["configuration.create"] == 1
    kept = files(*(tmp_path / name for name in PEOPLE)) | {"the plan file": plan.read_bytes()}
    assert found([SECRET], places | kept) == []


def test_wrong_usage_is_said_as_every_other(tmp_path: Path, cloud: PracticeCloud) -> None:
    status, lines, places = run(tmp_path, "erin", str(tmp_path / "plan.json"), "--part", "everything")
    assert (status, lines) == (2, [])
    assert places["stderr"].decode().startswith("error: --part: allowed are entra, vault, adobe.\ndo: ")
