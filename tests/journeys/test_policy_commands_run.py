"""The printed command lines under a policy do what the steps do: the stock Azure CLI runs them on a practice cloud."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.setup_support import KEY, VAULT, Rehearsal
from tests.journeys.test_commands_run import AUTOMATION, SECRET, look, paste
from tests.practice.az_support import Az, install


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the commands are quoted for a POSIX shell")
def test_the_printed_commands_carry_tags_rotation_and_lock(rehearse: Callable[..., Rehearsal], tmp_path: Path) -> None:
    rehearsal = rehearse(
        speed=60,
        policy='[tags]\nowner = "it\'s us"\n"cost centre" = "4 7"\n[required]\nrotation_days = 90\nlock = true\n',
    )
    az = Az(install(), rehearsal.cloud, tmp_path)
    tenant = rehearsal.cloud.ready["users"][0]["tenant"]
    az.run("login", "--service-principal", "--username", AUTOMATION, "--password", SECRET, "--tenant", tenant)
    plan, token, _ = look(rehearsal)
    for step in ("group", "vault", "key", "lock"):
        action = plan.of(step).action
        assert action is not None
        paste(action.command, az, token)
    vault = rehearsal.vault(VAULT)
    assert vault.tags == {"owner": "it's us", "cost centre": "4 7"}
    key = vault.key(KEY)
    assert key is not None
    assert key.rotation is not None
    assert key.rotation["lifetimeActions"][0]["trigger"] == {"timeAfterCreate": "P90D"}
    assert [lock.scope.lower() for lock in rehearsal.cloud.world.estate.locks.values()] == [vault.id.lower()]
    after, _, _ = look(rehearsal)
    assert [after.of(step).action for step in ("vault", "key", "lock")] == [None] * 3
