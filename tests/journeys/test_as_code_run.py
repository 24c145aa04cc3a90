"""The script for the Azure CLI makes on a fresh practice cloud what the records say of the first one."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.journeys.as_code.setup_code import CodeFormat, as_code
from cmkwizard.journeys.check import check
from cmkwizard.journeys.fixes.fix import apply_fix, plan_fix
from cmkwizard.journeys.plan import plan_setup
from cmkwizard.journeys.setup.consent import consent_address
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.folder import Records
from tests.journeys.fix_cases import WITH_WORKSPACE, WORKSPACE
from tests.journeys.fix_support import found, opened, world
from tests.journeys.setup_support import GROUP, VAULT, Rehearsal, answers
from tests.journeys.test_commands_run import AUTOMATION, SECRET
from tests.journeys.test_fix_commands_run import ADMINISTRATOR
from tests.journeys.test_managed_hsm import CHOSEN, HSM, ONCE
from tests.practice.az_support import PATIENCE_S, Az, install

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the script is for a POSIX shell"),
]
MAY_SEND = {"HEAD", "servicePrincipals"}  # whether the group is there; the app, as the script adds it
ANSWERS = answers(vault={"name": VAULT, "network": "restricted", "retention_days": 30, "sku": "standard"})
OF_EACH_WORLD = re.compile(
    r"\.created$|\.updated$|\.ready_at$|\.created_by(_type)?$|\.object_id$"
    r"|\.versions\[0\]\.(id|numbers\..*)$|^adobe\.configurations\[[^]]*\]\.(id|version)$|\.role_assignments\["
)
"""Where two worlds in which the same was done differ all the same: times, random ids and keys, who did it."""


POLICY = '[required]\nlock = true\n[tags]\nowner = "Zoe\'s team"\n'


@pytest.fixture
def first(rehearse: Callable[..., Rehearsal]) -> Rehearsal:
    """A whole set-up, with a lock and an audit log."""
    rehearsal = rehearse(WITH_WORKSPACE, policy=POLICY)
    assert rehearsal.run(ANSWERS).word == "COMPLETED"
    with opened(rehearsal, ANSWERS) as run:
        finding = found(run, "V14")
        assert finding is not None
        assert apply_fix(run, plan_fix(run, finding, WORKSPACE)) is Outcome.DONE
    return rehearsal


def script_of(rehearsal: Rehearsal, platform: str, text: str = ANSWERS) -> str:
    """What the records say after a check, read by a program of its own."""
    with opened(rehearsal, text) as run:
        check(run)
        profile, organisation = run.profile.name, run.choices.adobe.organisation
    return as_code(Records(rehearsal.folder).history, profile, organisation, CodeFormat.AZ, platform)


def made(rehearsal: Rehearsal) -> tuple[Mapping[str, Any], set[tuple[Any, ...]]]:
    """All that is there, without times and random ids; and the roles on the new vault, by what they are."""
    snapshot = rehearsal.cloud.world.snapshot()
    names = {each["object_id"]: each["app_id"] for each in snapshot["directory"]["service_principals"]}
    roles = [each for each in snapshot["estate"]["role_assignments"] if VAULT in each["scope"]]
    held = {(each["name"], each["role_id"], each["scope"], names[each["principal_id"]]) for each in roles}
    return {path: value for path, value in world(rehearsal).items() if not OF_EACH_WORLD.search(path)}, held


def test_the_script_makes_the_same_set_up_elsewhere(
    first: Rehearsal, rehearse: Callable[..., Rehearsal], tmp_path: Path
) -> None:
    assert shutil.which("curl"), "this test needs curl"
    second = rehearse(WITH_WORKSPACE, speed=60)
    bench = Bench(second, tmp_path)
    script = script_of(first, second.cloud.ready["profile"]["platform"]["VA7"])

    done = bench.run(script)
    assert done.returncode != 0, "the automation account may not add apps to the directory"
    assert "Have an Entra administrator accept it at Adobe's consent address, and run this again." in done.stderr
    second.person().walk(bench.consent_address)

    done = bench.run(script)
    assert (done.returncode, "Not submitted to Adobe" in done.stderr) == (0, True), done.stderr
    assert "configuration.create" not in second.applied

    done = bench.run(script, SUBMIT_TO_ADOBE="yes")
    assert done.returncode == 0, done.stderr
    applied = second.applied
    assert applied == {
        **dict.fromkeys(("group.create", "vault.create", "key.create", "consent.grant"), 1),
        **dict.fromkeys(("role.create", "diagnostics.create", "lock.create", "configuration.create"), 1),
    }
    done = bench.run(script, SUBMIT_TO_ADOBE="yes")
    assert done.returncode == 0, done.stderr
    assert "Adobe holds the configuration experience-platform already. Nothing was submitted." in done.stderr
    assert second.applied == applied, "the last run made nothing"
    second.cloud.world.clock.advance(3600.0)  # Adobe takes its time
    assert made(second) == made(first)


def test_the_script_stops_where_something_is_otherwise(
    first: Rehearsal, rehearse: Callable[..., Rehearsal], tmp_path: Path
) -> None:
    second = rehearse(WITH_WORKSPACE, speed=60)
    bench = Bench(second, tmp_path)
    bench.az.run("group", "create", "--name", GROUP, "--location", "westeurope")
    place = ("--resource-group", GROUP, "--location", "westeurope", "--sku", "standard")
    protected = ("--enable-purge-protection", "true", "--enable-rbac-authorization", "true", "--retention-days", "30")
    bench.az.run("keyvault", "create", "--name", VAULT, *place, *protected)  # and open to all networks
    done = bench.run(script_of(first, ""))
    assert done.returncode == 1
    assert f"The vault {VAULT} is there with other settings than were recorded." in done.stderr
    assert second.applied == {"group.create": 1, "vault.create": 1}


def test_a_set_up_in_a_managed_hsm(rehearse: Callable[..., Rehearsal], tmp_path: Path) -> None:
    first, second = rehearse("managed-hsm"), rehearse("managed-hsm", speed=60)
    text = answers(**CHOSEN)
    assert first.run(text).word == "COMPLETED"
    second.change(estate={"managed_hsms": {HSM: {"roles": [ADMINISTRATOR]}}})
    bench = Bench(second, tmp_path, text)
    second.person().walk(bench.consent_address)
    script = script_of(first, second.cloud.ready["profile"]["platform"]["VA7"], text)
    for _ in range(2):
        done = bench.run(script, SUBMIT_TO_ADOBE="yes")
        assert done.returncode == 0, done.stderr
        assert second.applied == ONCE == first.applied


class Bench:
    """A shell with the stock Azure CLI, signed in to one practice cloud, and a token of Adobe's credential."""

    def __init__(self, rehearsal: Rehearsal, folder: Path, text: str = ANSWERS) -> None:
        self.cloud = rehearsal.cloud
        self.az = Az(install(), rehearsal.cloud, folder)
        tenant = rehearsal.cloud.ready["users"][0]["tenant"]
        self.az.run("login", "--service-principal", "--username", AUTOMATION, "--password", SECRET, "--tenant", tenant)
        with rehearsal.services() as services:
            run = open_run(services, read_answers(text), rehearsal.person().open)
            plan_setup(run)
            self.consent_address = consent_address(run)
            self.token = services.adobe_session(run.choices.adobe, services.given.secret).token()
        self.file = folder / "set-up.sh"

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a script. Adobe's side of a practice cloud knows vaults by their loopback names only."""
        local = rf"s/\.\(vault\|managedhsm\)\.azure\.net/.\1.localhost:{self.cloud.world.port}/"
        loopback = f"sed -e s/:443// -e {shlex.quote(local)}"
        self.file.write_text(script.replace("sed s/:443//", loopback))
        environment = {
            **self.az.environment,
            "PATH": f"{self.az.program.parent}:{os.environ['PATH']}",
            "ADOBE_TOKEN": self.token,
            "CURL_CA_BUNDLE": str(self.cloud.ca_file),
            "NO_PROXY": "localhost",
            **more,
        }
        shell = ["/bin/sh", str(self.file)]
        return subprocess.run(shell, capture_output=True, text=True, timeout=PATIENCE_S, env=environment)
