"""The set-up as code, from what the records hold: complete or refused, and safe to run whatever the names are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from cmkwizard.core.problems import Problem
from cmkwizard.journeys.as_code.az import az_script
from cmkwizard.journeys.as_code.bicep import bicep
from cmkwizard.journeys.as_code.seen import as_seen
from cmkwizard.journeys.as_code.setup_code import CodeFormat, as_code
from cmkwizard.journeys.as_code.terraform import terraform
from cmkwizard.records.folder import Records
from tests.journeys.as_code_support import VAULT_ID, WORKSPACE, state
from tests.journeys.setup_support import ANSWERS, VAULT, Rehearsal

PLATFORM = "https://platform-nld2.adobe.io"


@pytest.mark.parametrize(
    ("without", "named"),
    [
        (("vault",), "the vault"),
        (("key", "role"), "the key and the role of Adobe's app"),
        (("deployment",), "what the set-up is about (organisation, region, configuration)"),
        (("vault", "key", "app", "role"), "the vault, the key, Adobe's app and the role of Adobe's app"),
    ],
)
def test_what_the_records_lack_is_named(without: tuple[str, ...], named: str) -> None:
    with pytest.raises(Problem) as caught:
        as_seen(state(without))
    assert caught.value.message.endswith(f"the records do not hold {named}.")
    assert "signed in" in caught.value.remedy


def test_a_thing_that_was_gone_is_not_written_as_code() -> None:
    with pytest.raises(Problem, match=r"the key \(it was not there when it was last looked for\)"):
        as_seen(state(key={"there": False}))


def test_a_set_up_that_has_just_ended_can_be_written_at_once(rehearse: Callable[..., Rehearsal]) -> None:
    rehearsal = rehearse()
    assert rehearsal.run().word == "COMPLETED"
    history = Records(rehearsal.folder).history
    code = as_code(history, "practice", ANSWERS["adobe"]["organisation"], CodeFormat.TERRAFORM)
    assert f'"{VAULT}"' in code
    assert "Adobe's status was then COMPLETED." in code


def test_writing_code_loads_no_client_of_a_service() -> None:
    program = (
        "import sys, cmkwizard.journeys.as_code.setup_code; print(*{each.partition('.')[0] for each in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert not {"azure", "msal", "requests", "urllib3", "keyring", "PySide6"} & set(done.stdout.split())


def test_a_practice_cloud_says_so_first() -> None:
    assert "PRACTICE" not in az_script(as_seen(state()), PLATFORM)
    practised = {what: replace(entry, profile="practice") for what, entry in state().items()}
    for write, mark in ((az_script, "#"), (bicep, "//"), (terraform, "#")):
        text = write(as_seen(practised), "").removeprefix("#!/bin/sh\n")
        assert text.startswith(f"{mark} PRACTICE: this is the cloud profile practice, not Azure.")
        assert "Adobe's address is not known from the records" in text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"vault": {"rbac": False}}, "access policies"),
        ({"key": {"type": "EC"}}, "type EC"),
        ({"role": {"principal_id": "somebody else"}}, "not held by Adobe's app"),
        ({"vault": {"retention_days": "many"}}, "the vault in a form that this program can read"),
    ],
)
def test_what_cannot_be_written_exactly_is_refused(changes: dict[str, dict[str, object]], named: str) -> None:
    with pytest.raises(Problem, match=named):
        as_seen(state(**changes))


def test_the_heading_says_as_of_when_and_what_is_missing() -> None:
    script = az_script(as_seen(state(("locks", "logs"))), PLATFORM)
    heading = script.partition("set -eu")[0]
    assert "the vault: 2026-11-20 10:00, by GET /somewhere" in heading
    assert "what the set-up is about: 2026-11-20 09:00, by GET /somewhere, not verified" in heading
    assert "Adobe's status was then COMPLETED." in heading
    for missing in ("consent to Adobe's app", "the group's tags;", "locks on the vault:", "where the vault's logs go:"):
        assert missing in heading
    assert "There is no way back" in heading
    assert all(each.startswith("#") for each in heading.splitlines())


STANDS_IN = """\
#!{python}
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
"""
NASTY = [
    "x'; touch canary; '",
    "$(touch canary)",
    "`touch canary`",
    "a\ntouch canary\n",
    '"; touch canary; "',
    "-e --help ${HOME} * ~ \\",
    "\u202egnp.exe\u2028\ttouch canary",
]


@pytest.mark.skipif(os.name == "nt", reason="the script is for a POSIX shell")
@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_in_a_name_is_run(tmp_path: Path, nasty: str) -> None:
    """Stand-ins take the place of the Azure CLI and curl, and write down what they were called with."""
    log = tmp_path / "called"
    for name in ("az", "curl"):
        program = tmp_path / name
        program.write_text(STANDS_IN.format(python=sys.executable, log=str(log)))
        program.chmod(0o700)
    vault = VAULT_ID.replace("rg-cmk", nasty.lower()).replace("kv-cmk", nasty.lower())
    named = {"name": nasty, "level": nasty, "scope": vault}
    changes: dict[str, dict[str, object]] = {
        "deployment": {
            **dict.fromkeys(("configuration", "organisation", "resource_group", "vault"), nasty),
            "tags": {"tag": nasty},
        },
        "vault": {"id": vault, **dict.fromkeys(("location", "sku", "tenant_id", "bypass"), nasty), "ip_rules": [nasty]},
        "key": {"identifier": f"https://kv-cmk.vault.azure.net/keys/{quote(nasty, safe='')}/0", "operations": [nasty]},
        "app": {"application_id": nasty},
        "role": {"role": nasty, "scope": vault},
        "status": {"word": nasty},
        "locks": {"locks": [named]},
        "logs": {"settings": [{"name": nasty, "audit": True, "destination": WORKSPACE}]},
    }
    script = az_script(as_seen(state(**changes)), f"https://platform.example/{nasty}")
    script = script.replace("exit 1; }", "}")  # goes on where the stand-ins' silence would stop it
    (tmp_path / "set-up.sh").write_text(script.replace("case $code in", "case 404 in"), encoding="utf-8")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SUBMIT_TO_ADOBE": "yes", "ADOBE_TOKEN": "token"}
    shell = ["/bin/sh", "set-up.sh"]
    done = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    called = [json.loads(each) for each in log.read_text().splitlines()]
    assert not (tmp_path / "canary").exists()
    words = [word for words in called for word in words]
    least = 6 if "\n" in nasty else 15  # a name of several lines is in no list, so nothing is made by it
    assert words.count(nasty) >= least, "each name arrives as one word, as it was"
    assert {words[0] for words in called} == {
        "provider",
        "group",
        "keyvault",
        "rest",
        "ad",
        "role",
        "monitor",
        "lock",
    } | {"--fail-with-body"}
    assert f"x-gw-ims-org-id: {nasty}" in words
    assert "\n" in nasty or f"tag={nasty}" in words
    assert all(each.startswith("#") for each in script.partition("set -eu")[0].splitlines())
