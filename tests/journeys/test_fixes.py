"""Every finding that the program can put right: shown, put right with one request, gone, and nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cmkwizard.journeys.fixes import apply_fix, plan_fix
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import VAULT, Case, different, found, opened, world
from tests.journeys.setup_support import Rehearsal

MAY_SEND = {"PATCH", "recover"}
Rehearse = Callable[..., Rehearsal]
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
OWNED = f"vaults.{VAULT}"
STAMP = (f"{OWNED}.modified",)
VAULT_WRITE = {"service": "arm", "method": "PATCH", "path": f"/vaults/{VAULT}$"}
CLOSED = {"default_action": "Deny", "addresses": ["203.0.113.0/24", "198.51.100.7/32"]}


def vault(**values: Any) -> dict[str, Any]:
    return {"estate": {"vaults": {VAULT: values}}}


CASES = (
    Case(
        "V07",
        vault(purge_protection=False),
        {"vault.update": 1},
        (f"{OWNED}.purge_protection", *STAMP, f"estate.vaults[{VAULT}].purge_protection"),
        "cannot be turned off again",
        VAULT_WRITE,
    ),
    Case(
        "W02",
        vault(**CLOSED, bypass="None"),
        {"vault.update": 1},
        (f"{OWNED}.network.bypass", *STAMP, f"estate.vaults[{VAULT}].bypass"),
        "The other rules stay: 2 address rules, no virtual network rules",
        VAULT_WRITE,
    ),
    Case(
        "W03",
        vault(**CLOSED, bypass="AzureServices"),
        {"vault.update": 1},
        (f"{OWNED}.network.addresses", *STAMP, f"estate.vaults[{VAULT}].addresses"),
        "Adobe's monitoring reaches the vault from 20.88.123.53",
        VAULT_WRITE,
    ),
)
IDS = [case.id for case in CASES]


def start(rehearse: Rehearse, case: Case, **options: Any) -> Rehearsal:
    rehearsal = rehearse(case.scenario, **options)
    if case.world:
        rehearsal.change(**case.world)
    return rehearsal


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_finding_is_put_right_with_one_change_and_is_gone(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        before = world(rehearsal)
        plan = plan_fix(run, finding, case.answer)
        assert not plan.blocked, plan.findings
        assert case.shown in "\n".join(f"{each.title}\n{each.changes}\n{each.undo}" for each in plan.actions)
        assert all(each.command and each.undo for each in plan.actions)
        assert different(before, world(rehearsal)) == set(), "a preview changes nothing"
        assert rehearsal.applied == {}
        assert apply_fix(run, plan) is Outcome.DONE
        assert rehearsal.applied == case.mutations
        changed = different(before, world(rehearsal))
        assert changed, "something is different"
        assert {path for path in changed if not path.startswith(case.changed)} == set()
        assert run.journal.open_intents() == []
