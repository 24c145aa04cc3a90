"""The printed command lines do what the steps do: the stock Azure CLI and curl run them on a practice cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.journeys.plan import Plan, plan_setup
from cmkwizard.journeys.setup.consent import consent_address
from cmkwizard.journeys.setup_session import open_run
from tests.journeys.setup_support import MUTATIONS, VAULT, Rehearsal, answers
from tests.practice.az_support import PATIENCE_S, Az, install

AUTOMATION = "b07a0000-1c2d-4e3f-8a9b-0c1d2e3f4a05"
SECRET = "practice-automation-secret"


def look(rehearsal: Rehearsal) -> tuple[Plan, str, str]:
    """The plan as it is now, a token of Adobe's credential, and the address at which a person consents."""
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers()), rehearsal.person().open)
        plan = plan_setup(run)
        adobe = services.adobe_session(run.choices.adobe, services.given.secret)
        return plan, adobe.token(), consent_address(run)


def paste(command: str, az: Az, token: str) -> str:
    """Runs a command as a person would who pastes it into a shell."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={
            **az.environment,
            "PATH": f"{az.program.parent}:{os.environ['PATH']}",
            "ADOBE_TOKEN": token,
            "CURL_CA_BUNDLE": str(az.cloud.ca_file),
            "NO_PROXY": "localhost",
        },
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the commands are quoted for a POSIX shell")
def test_the_printed_commands_make_what_the_steps_make(rehearse: Callable[..., Rehearsal], tmp_path: Path) -> None:
    assert shutil.which("curl"), "this test needs curl"
    rehearsal = rehearse(speed=60)
    az = Az(install(), rehearsal.cloud, tmp_path)
    tenant = rehearsal.cloud.ready["users"][0]["tenant"]
    az.run("login", "--service-principal", "--username", AUTOMATION, "--password", SECRET, "--tenant", tenant)
    plan, token, address = look(rehearsal)
    for step in ("group", "vault", "key"):
        action = plan.of(step).action
        assert action is not None
        paste(action.command, az, token)
    rehearsal.person().walk(address)
    for step in ("consent", "role"):
        action = plan.of(step).action
        assert action is not None
        paste(action.command, az, token)
    paste_as_loopback(plan, rehearsal, az, token)
    made = rehearsal.applied
    assert {name: made.get(name) for name in MUTATIONS} == dict.fromkeys(MUTATIONS, 1)
    after, _, _ = look(rehearsal)
    assert after.actions == (), "the program finds nothing left to do"
    assert VAULT in after.of("vault").note


def paste_as_loopback(plan: Plan, rehearsal: Rehearsal, az: Az, token: str) -> None:
    """The submission: Adobe's side of a practice cloud knows vaults by their loopback names only."""
    action = plan.of("submission").action
    assert action is not None
    find, send = action.command.split("\n")
    real = paste(f"{find}\necho $KEY_IDENTIFIER", az, token).strip()
    port = rehearsal.cloud.world.port
    local = real.replace(".vault.azure.net", f".vault.localhost:{port}")
    assert local.startswith(f"https://{VAULT}.vault.localhost:{port}/keys/")
    paste(f"KEY_IDENTIFIER={local}\n{send}", az, token)
