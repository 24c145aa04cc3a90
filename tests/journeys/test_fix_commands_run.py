"""The command lines that a fix shows do what the fix does: the stock Azure CLI runs them on a practice cloud."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.journeys.fixes.fix import plan_fix
from tests.journeys.fix_cases import CASES, OWNER, start
from tests.journeys.fix_support import VAULT, Case, different, found, gone, opened, world
from tests.journeys.setup_support import Rehearsal
from tests.journeys.test_commands_run import AUTOMATION, SECRET, paste
from tests.practice.az_support import Az, install

MAY_SEND = {"PATCH", "recover"}
BY_COMMAND = [case for case in CASES if case.id != "P01"]  # there a person accepts in the browser
ADMINISTRATOR = {"principal": AUTOMATION, "role": "Managed HSM Administrator"}
WRITTEN_OUT = {f"vaults.{VAULT}.flags.enabledForDeployment"}
"""The Azure CLI sends a vault as a whole, and says false where nothing was said."""
OFFICER = {"principal": AUTOMATION, "role": "Key Vault Crypto Officer", "scope": VAULT}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the commands are quoted for a POSIX shell")
@pytest.mark.parametrize("case", BY_COMMAND, ids=lambda case: case.id)
def test_the_shown_command_puts_the_same_right(rehearse: Callable[..., Rehearsal], tmp_path: Path, case: Case) -> None:
    rehearsal = start(rehearse, case)
    rehearsal.change(estate={"roles": [{**OWNER, "principal": AUTOMATION}]})
    if case.id == "P09":
        rehearsal.change(estate={"managed_hsms": {"hsm-contoso": {"roles": [ADMINISTRATOR]}}})
    az = Az(install(), rehearsal.cloud, tmp_path)
    tenant = rehearsal.cloud.ready["users"][0]["tenant"]
    az.run("login", "--service-principal", "--username", AUTOMATION, "--password", SECRET, "--tenant", tenant)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        plan = plan_fix(run, finding, case.answer)
        if case.id.startswith("K"):  # whoever pastes it needs the role that the fix gives to the account
            rehearsal.change(estate={"roles": [OFFICER]})
        before = world(rehearsal)
        paste(plan.actions[-1].command, az, "")
        changed = different(before, world(rehearsal)) - WRITTEN_OUT
        assert {path for path in changed if not path.startswith(case.changed)} == set()
        assert gone(run, case.id)
