"""No journal, no action: where an intent cannot be written, no request that changes anything leaves the program."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sqlite3
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.practice.cloud import PracticeCloud, write_ready_file
from cmkwizard.records.folder import Records
from tests.test_secrets_scan import ANSWERS

PERSON = """
import json, sys
from pathlib import Path
from cmkwizard.practice.person import PracticePerson
PracticePerson(None, True, json.loads(Path(sys.argv[1]).read_text())["profile"]["ca_file"]).walk(sys.argv[2])
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cloud")
    (folder / "person.py").write_text(PERSON)
    (folder / "answers.toml").write_text(ANSWERS)
    with PracticeCloud("happy", speed=600) as running:
        write_ready_file(folder / "ready.json", running.ready)
        yield folder


def state(cloud: Path) -> dict[str, int]:
    ready: dict[str, Any] = json.loads((cloud / "ready.json").read_text())
    request = urllib.request.Request(  # noqa: S310 - loopback
        ready["control"] + "/state", headers={"Authorization": f"Bearer {ready['control_token']}"}
    )
    context = ssl.create_default_context(cafile=ready["profile"]["ca_file"])
    with urllib.request.urlopen(request, context=context) as answer:  # noqa: S310
        applied: dict[str, int] = json.loads(answer.read())["applied"]
    return applied


def setup(
    cloud: Path, folder: Path, before: Callable[[], None] | None = None, secret: str | None = None
) -> subprocess.CompletedProcess[str]:
    if secret is None:
        secret = json.loads((cloud / "ready.json").read_text())["adobe"]["client_secret"]
    command = ["setup", "--clouds", str(cloud / "ready.json"), "--answers", str(cloud / "answers.toml"), "--yes"]
    return subprocess.run(
        [sys.executable, "-m", "cmkwizard", *command, "--data-dir", str(folder)],
        env={
            **os.environ,
            "CMKWIZARD_ADOBE_CLIENT_SECRET": secret,
            "BROWSER": f"{sys.executable} {cloud / 'person.py'} {cloud / 'ready.json'} %s",
        },
        preexec_fn=before,
        capture_output=True,
        text=True,
    )


@contextlib.contextmanager
def full_from_the_start(_folder: Path) -> Iterator[Callable[[], None] | None]:
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


@contextlib.contextmanager
def locked_by_another_program(folder: Path) -> Iterator[Callable[[], None] | None]:
    records = Records(folder)
    records.lock("window")
    records.open()
    records.close()
    with contextlib.closing(sqlite3.connect(folder / "records.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield None


@contextlib.contextmanager
def newer(folder: Path) -> Iterator[Callable[[], None] | None]:
    records = Records(folder)
    records.lock("window")
    records.open()
    records.close()
    with contextlib.closing(sqlite3.connect(folder / "records.sqlite")) as other:
        other.execute("PRAGMA user_version = 99")
    yield None


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(full_from_the_start, "full"), (locked_by_another_program, "in use by another program"), (newer, "newer version")],
)
def test_no_journal_no_action(cloud: Path, tmp_path: Path, trouble: Any, words: str) -> None:
    with trouble(tmp_path / "records") as before:
        done = setup(cloud, tmp_path / "records", before)
    assert done.returncode == 5, done.stdout + done.stderr
    assert words in done.stderr
    assert done.stderr.splitlines()[-1].startswith("do: ")
    assert "Traceback" not in done.stderr
    assert not any(state(cloud).values()), "nothing was changed"


def test_no_safe_place_and_no_secret_is_said(cloud: Path, tmp_path: Path) -> None:
    done = setup(cloud, tmp_path / "records", secret="")
    assert done.returncode == 5, done.stdout + done.stderr
    assert "no safe place for secrets" in done.stderr
    assert "do: Set CMKWIZARD_ADOBE_CLIENT_SECRET for this run." in done.stderr
    assert not any(state(cloud).values())


def test_with_a_journal_the_same_command_acts(cloud: Path, tmp_path: Path) -> None:
    """Else the test above would prove nothing. It runs last."""
    done = setup(cloud, tmp_path / "records")
    assert done.returncode == 0, done.stderr
    assert state(cloud)["vault.create"] == 1
