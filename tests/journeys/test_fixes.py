"""Every finding that the program can put right: shown, put right with one request, gone, and nothing else changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.fixes import FixPlan, apply_fix, plan_fix
from cmkwizard.journeys.setup import SetupRun
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import FINDING, KEY, VAULT, Case, different, found, opened, world
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

MAY_SEND = {"PATCH", "recover"}
Rehearse = Callable[..., Rehearsal]
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
OWNED = f"vaults.{VAULT}"
STAMP = (f"{OWNED}.modified",)
VAULT_WRITE = {"service": "arm", "method": "PATCH", "path": f"/vaults/{VAULT}$"}
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg-net/providers/microsoft.network/virtualnetworks/v/subnets/s"
CLOSED = {"default_action": "Deny", "addresses": ["203.0.113.0/24", "198.51.100.7/32"], "networks": [NETWORK]}
WORKSPACE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience/providers/Microsoft.OperationalInsights/workspaces"
    "/log-experience"
)
WITH_WORKSPACE = str(Path(__file__).with_name("vault-and-workspace.toml"))
OWNER = {"principal": "alice", "role": "Owner", "scope": f"/subscriptions/{SUBSCRIPTION}"}
OFFICER = {"principal": "alice", "role": "Key Vault Crypto Officer", "scope": VAULT}
KEY_WRITE = {"service": "keyvault", "method": "PATCH", "path": f"/keys/{KEY}/"}
CHANGED = {"role.create": 1, "key.update": 1}


def key_changed(name: str) -> tuple[str, ...]:
    one, shown = f"{OWNED}.keys.{KEY}.versions[0]", f"estate.vaults[{VAULT}].keys[{KEY}].versions[0]"
    return ("estate.role_assignments", f"{one}.{name}", f"{one}.updated", f"{shown}.{name}")


def vault(**values: Any) -> dict[str, Any]:
    return {"estate": {"vaults": {VAULT: values}}}


def key(**values: Any) -> dict[str, Any]:
    return {"estate": {"keys": {f"{VAULT}/{KEY}": values}}}


def owned(name: str, shown: str = "") -> tuple[str, ...]:
    return (f"{OWNED}.{name}", *STAMP, f"estate.vaults[{VAULT}].{shown or name}")


CASES = (
    Case(
        "I04",
        {"estate": {"registered": {SUBSCRIPTION: ["Microsoft.Insights"]}}},
        {"provider.register": 1},
        ("estate.subscriptions[Contoso production].registered",),
        "The subscription may hold key vaults",
        {"service": "arm", "method": "POST", "path": "/Microsoft.KeyVault/register$"},
        scenario="happy",
        text=answers(),
    ),
    Case(
        "I10",
        {},
        {"role.create": 1},
        ("estate.role_assignments",),
        "Key Vault Crypto Officer",
        {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
    ),
    Case(
        "V03",
        {},
        {"vault.recover": 1},
        ("vaults", "estate.vaults", "estate.deleted_vaults", "deleted_vaults"),
        "Adobe's app and everybody else has to be given theirs again",
        {"service": "arm", "method": "PUT", "path": f"/vaults/{VAULT}$"},
        scenario="soft-deleted-name",
    ),
    Case(
        "V06", vault(soft_delete=False), {"vault.update": 1}, owned("soft_delete"), "can be brought back", VAULT_WRITE
    ),
    Case(
        "V07",
        vault(purge_protection=False),
        {"vault.update": 1},
        owned("purge_protection"),
        "cannot be turned off again",
        VAULT_WRITE,
    ),
    Case(
        "V14",
        {},
        {"diagnostics.create": 1},
        ("estate.diagnostics", "diagnostics"),
        "Who did what in the vault",
        {"service": "arm", "method": "PUT", "path": "/diagnosticSettings/"},
        scenario=WITH_WORKSPACE,
        answer=WORKSPACE,
    ),
    Case(
        "W02",
        vault(**CLOSED, bypass="None"),
        {"vault.update": 1},
        owned("network.bypass", "bypass"),
        "The other rules stay: 2 address rules, 1 virtual network rule",
        VAULT_WRITE,
    ),
    Case(
        "W03",
        vault(**CLOSED, bypass="AzureServices"),
        {"vault.update": 1},
        owned("network.addresses", "addresses"),
        "Adobe's monitoring reaches the vault from 20.88.123.53",
        VAULT_WRITE,
    ),
    Case(
        "K01",
        key(deleted=False),
        {"key.create": 1},
        (f"{OWNED}.keys.another-key", f"estate.vaults[{VAULT}].keys[another-key]"),
        "A new RSA key of 3072 bits",
        {"service": "arm", "method": "PUT", "path": "/keys/another-key$"},
        text=answers(**EXISTING, key={"name": "another-key"}),
    ),
    Case("K04", key(enabled=False), CHANGED, key_changed("enabled"), "can be used again", KEY_WRITE),
    Case("K05", key(starts_in_s=10_000_000), CHANGED, key_changed("not_before"), "becomes", KEY_WRITE),
    Case(
        "K07",
        key(operations=["encrypt", "wrapKey"]),
        CHANGED,
        key_changed("operations"),
        "What it permits already stays: encrypt, wrapKey",
        KEY_WRITE,
    ),
    Case(
        "K10",
        {"estate": {"keys": {f"{VAULT}/{KEY}": {"deleted": True}}, "roles": [OFFICER]}},
        {"key.recover": 1},
        (f"{OWNED}.keys.{KEY}.deleted_at", f"estate.vaults[{VAULT}].keys[{KEY}].deleted"),
        "with all its versions",
        {"service": "keyvault", "method": "POST", "path": "/recover$"},
    ),
    Case(
        "P01",
        {},
        {"consent.grant": 1},
        ("directory.",),
        "A person accepts it in the browser",
        {"service": "graph", "method": "GET", "path": "/servicePrincipals"},
    ),
    Case(
        "P05",
        {},
        {"role.create": 1},
        ("estate.role_assignments",),
        "and nothing else",
        {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
        scenario="role-removed",
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
    with opened(rehearsal, case.text) as run:  # what was shown is carried out by another part of the program
        assert apply_fix(run, plan) is Outcome.DONE
        assert rehearsal.applied == case.mutations
        changed = different(before, world(rehearsal))
        assert changed, "something is different"
        assert {path for path in changed if not path.startswith(case.changed)} == set()
        assert run.journal.open_intents() == []
        assert found(run, case.id) is None, "it is gone"


def planned(run: SetupRun, case: Case) -> FixPlan:
    finding = found(run, case.id)
    assert finding is not None
    return plan_fix(run, finding, case.answer)


def received(rehearsal: Rehearsal, case: Case) -> int:
    """How often the request that makes the change has arrived."""
    return sum(
        1
        for entry in rehearsal.cloud.world.log.since(0)
        if (entry["service"], entry["method"]) == (case.write["service"], case.write["method"])
        and re.search(case.write["path"], str(entry["path"]), re.IGNORECASE)
    )


WRITTEN = [case for case in CASES if case.id != "P01"]  # there a person writes, in the browser


@pytest.mark.parametrize("kind", ["timeout_after", "reset"])
@pytest.mark.parametrize("case", WRITTEN, ids=[case.id for case in WRITTEN])
def test_a_change_whose_answer_is_lost_is_found_and_not_repeated(rehearse: Rehearse, case: Case, kind: str) -> None:
    rehearsal = start(rehearse, case, deadline_s=1.0)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        rehearsal.fault(fault=kind, times=1, **case.write)
        assert apply_fix(run, plan) is Outcome.DONE
        assert received(rehearsal, case) == 1
        assert rehearsal.applied == case.mutations
        assert run.journal.open_intents() == []


@pytest.mark.parametrize("case", WRITTEN, ids=[case.id for case in WRITTEN])
def test_a_change_that_the_service_failed_at_is_not_repeated_by_itself(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        rehearsal.fault(fault="status", code=500, times=1, **case.write)
        with pytest.raises(Problem, match="not sent again"):
            apply_fix(run, plan)
        assert sum(rehearsal.applied.values()) == sum(case.mutations.values()) - 1, "what came before it alone"
        assert received(rehearsal, case) == 1
        again = planned(run, case)
        assert apply_fix(run, again) is Outcome.DONE
        assert rehearsal.applied == case.mutations


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_fix_that_is_carried_out_twice_changes_things_once(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        assert apply_fix(run, plan) is Outcome.DONE
        with contextlib.suppress(Problem):  # it is not as it was when the plan was shown
            apply_fix(run, plan)
        assert rehearsal.applied == case.mutations


@pytest.mark.parametrize("case", [case for case in WRITTEN if case.id != "P05"], ids=lambda case: case.id)
def test_what_somebody_changes_meanwhile_stops_a_fix(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        disturb(rehearsal, case)
        with pytest.raises(Problem) as caught:
            apply_fix(run, plan)
        assert caught.value.kind is Kind.CONFLICT
        assert rehearsal.applied == {}


def disturb(rehearsal: Rehearsal, case: Case) -> None:
    """Somebody else changes what a fix builds on."""
    estate = rehearsal.cloud.world.estate
    if case.id == "I04":
        estate.subscriptions[SUBSCRIPTION].registered.add("microsoft.keyvault")
    elif case.id == "V03":
        estate.recover_vault(estate.deleted_vaults[VAULT])
    elif case.id in ("V14", "I10", "K10"):
        estate.delete_vault(estate.vaults[VAULT])
    elif case.id in ("K04", "K05", "K07"):
        rehearsal.change(**key(expires_in_s=5_000_000))
    else:
        rehearsal.change(**vault(tags={"owner": "somebody else"}))


NEEDING_RIGHTS = [case for case in WRITTEN if case.id != "K10"]


@pytest.mark.parametrize("case", NEEDING_RIGHTS, ids=lambda case: case.id)
def test_a_fix_that_the_account_may_not_make_is_blocked_and_says_who_can(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        rehearsal.change(estate={"roles": [{**OWNER, "remove": True}, {**OWNER, "role": "Reader"}]})
        plan = plan_fix(run, finding, case.answer)
        assert plan.blocked
        blocking = plan.findings[0]
        assert blocking.id == ("I06" if "role.create" in case.mutations else "I05")
        assert "Ask for the role" in blocking.remedy
        assert blocking.who == "an owner of the subscription"
        with pytest.raises(Problem, match="Your account may not"):
            apply_fix(run, plan)
        assert rehearsal.applied == {}


@pytest.mark.parametrize("case", [case for case in NEEDING_RIGHTS if case.id != "I04"], ids=lambda case: case.id)
def test_a_lock_in_the_way_is_named_with_who_can_lift_it(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        lock = {"name": "freeze", "scope": "rg-experience", "level": "ReadOnly", "notes": "month end"}
        rehearsal.change(estate={"locks": [lock]})
        plan = plan_fix(run, finding, case.answer)
        assert [each.id for each in plan.findings if each.blocks] == ["V11"]
        assert plan.findings[0].sentence == (
            "The lock freeze on the resource group rg-experience forbids every change (month end)."
        )
        assert "it may take a second person; this program lifts no lock" in plan.findings[0].remedy
        with pytest.raises(Problem, match="The lock freeze"):
            apply_fix(run, plan)
        assert rehearsal.applied == {}


class Killed(BaseException):
    """The program ends here."""


OWN = [case for case in WRITTEN if case.id not in ("I04", "K01", "P05")]  # those are steps of the set-up, which resumes


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "lost"])
@pytest.mark.parametrize("case", OWN, ids=[case.id for case in OWN])
def test_an_interrupted_fix_is_read_and_not_sent_again(rehearse: Rehearse, case: Case, *, arrived: bool) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        if not arrived:
            rehearsal.fault(fault="status", code=400, times=1, **case.write)
        kill_before_the_outcome(run, plan.steps[-1].key)
        with pytest.raises(Killed):
            apply_fix(run, plan)
    sent = received(rehearsal, case)
    with opened(rehearsal, case.text) as run:
        open_ = run.journal.open_intents()
        assert [entry.step for entry in open_] == [plan.steps[-1].key]
        run.services.clock = run.clock = lambda: open_[0].at + timedelta(hours=1)
        if arrived:
            assert found(run, case.id) is None
            another = replace(FINDING, id="V07")
            plan_fix(run, another)
        else:
            assert apply_fix(run, planned(run, case)) is Outcome.DONE
        assert run.journal.open_intents() == []
        assert received(rehearsal, case) == sent + (0 if arrived else 1)
        assert rehearsal.applied == case.mutations


def kill_before_the_outcome(run: SetupRun, key: str) -> None:
    """Ends the program once the request of this step has been answered."""
    finish = run.journal.finish

    def die(op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
        if any(entry.op_id == op_id and entry.step == key for entry in run.journal.open_intents()):
            raise Killed
        finish(op_id, outcome, evidence)

    run.journal.finish = die  # type: ignore[method-assign]
