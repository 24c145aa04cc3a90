"""The way by hand and the way back are command lines that work: the stock Azure CLI runs them on a practice cloud."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.core.revocation_pack import read_pack
from tests.journeys.revocation_support import HSM_TEXT, SCENARIO, act, holds, look, pack_path, role_of_adobe
from tests.journeys.setup_support import Rehearsal
from tests.journeys.test_commands_run import AUTOMATION, SECRET, paste
from tests.practice.az_support import Az, install

MAY_SEND = ("DELETE",)
OWNER = {"principal": AUTOMATION, "role": "Owner", "scope": "Contoso production"}
ADMINISTRATOR = {"principal": AUTOMATION, "role": "Managed HSM Administrator"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the commands are quoted for a POSIX shell"),
]


def signed_in(rehearsal: Rehearsal, tmp_path: Path) -> Az:
    """The Azure CLI of somebody who owns the subscription."""
    az = Az(install(), rehearsal.cloud, tmp_path)
    tenant = rehearsal.cloud.ready["users"][0]["tenant"]
    rehearsal.change(estate={"roles": [OWNER]})
    az.run("login", "--service-principal", "--username", AUTOMATION, "--password", SECRET, "--tenant", tenant)
    return az


def commands(text: str) -> list[str]:
    """The command lines in a text for people."""
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]


def test_a_role_on_a_vault_is_removed_and_given_back_by_hand(
    rehearse: Callable[..., Rehearsal], tmp_path: Path
) -> None:
    rehearsal = rehearse(SCENARIO)
    az = signed_in(rehearsal, tmp_path)
    before = role_of_adobe(rehearsal)
    for command in commands(look(rehearsal).by_hand):
        shown = paste(command, az, "")
        assert before.name in shown or "delete" in command
    assert not holds(rehearsal)
    rehearsal.cloud.world.estate.add_assignment(before)
    assert act(rehearsal).outcome == "removed"
    paste(read_pack(pack_path(rehearsal).read_bytes()).restore_command, az, "")
    after = role_of_adobe(rehearsal)
    same = ("name", "scope", "role", "principal_id", "principal_type", "condition")
    assert [getattr(after, each) for each in same] == [getattr(before, each) for each in same]


def test_a_role_in_a_managed_hsm_is_removed_and_given_back_by_hand(
    rehearse: Callable[..., Rehearsal], tmp_path: Path
) -> None:
    rehearsal = rehearse("managed-hsm")
    assert rehearsal.run(HSM_TEXT).word == "COMPLETED"
    az = signed_in(rehearsal, tmp_path)
    rehearsal.change(estate={"managed_hsms": {"hsm-contoso": {"roles": [ADMINISTRATOR]}}})
    assert act(rehearsal, HSM_TEXT).outcome == "removed"
    paste(read_pack(pack_path(rehearsal).read_bytes()).restore_command, az, "")
    again = look(rehearsal, HSM_TEXT)
    assert again.impact.ready, again.impact.reasons
    for command in commands(again.by_hand):
        paste(command, az, "")
    assert not look(rehearsal, HSM_TEXT).impact.ready
