"""What the README shows can be used as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec

from cmkwizard.core.choices import Choices
from cmkwizard.core.policy_text import POLICY_RULES, read_policy_text

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def shown_answers() -> str:
    found = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_answers_file_runs_on_the_practice_cloud(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(shown_answers(), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CMKWIZARD_ADOBE_CLIENT_SECRET"}
    done = subprocess.run(
        [sys.executable, "-m", "cmkwizard", "setup", "--answers", str(answers), "--practice", "--yes"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["result"] == "COMPLETED"


def test_every_key_of_the_answers_file_is_described() -> None:
    described = set(re.findall(r"^\| `(\w+\.\w+)` \|", README, re.MULTILINE))
    assert described == {
        f"{table.name}.{key.name}"
        for table in msgspec.structs.fields(Choices)
        for key in msgspec.structs.fields(table.type)
    }


def test_the_policy_file_can_be_used() -> None:
    shown = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[1]
    policy = read_policy_text(shown, "policy.toml")
    assert policy.required.hsm
    assert policy.allowed.locations == ("westeurope", "northeurope")
    assert set(tomllib.loads(shown)) | {"preset"} == set(POLICY_RULES)
