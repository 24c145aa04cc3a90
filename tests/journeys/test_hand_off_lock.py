"""The lock that an organisation requires, in a shared set-up: the last thing that is done of the vault's part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cmkwizard.journeys.hand_off_command import HandOffOrder
from cmkwizard.records.plan_files import load_plan_file
from tests.journeys.hand_off_support import ANSWERS, PEOPLE, Office
from tests.journeys.setup_support import VAULT

POLICY = "[required]\nlock = true\n"
GIVEN: dict[str, Any] = {
    "estate": {"roles": [{"principal": "val", "role": "Locks Contributor", "scope": "rg-experience"}]}
}
LEFT = "your account may not place it. It is left out of your part."
SECOND = '[analytics]\napplications = ["journey-optimizer"]\nvault = "kv-contoso-cja"\nkey = "analytics-cmk"\n'


def make(three: Office, answers: str = ANSWERS) -> None:
    """Only Ada's computer has the policy."""
    three.ada.policy = POLICY
    made = three.ada.make(answers)
    assert made.status == 0, made.errors


def test_the_file_asks_whoever_looks_after_the_vault_for_the_lock(three: Office) -> None:
    make(three)
    parts = load_plan_file(three.plan_file).parts
    assert {part.part: "lock" in part.steps for part in parts} == {"entra": False, "vault": True, "adobe": False}
    told = three.erin.run(HandOffOrder(three.plan_file))
    (needs,) = [line["detail"] for line in told.lines if line.get("part") == "vault"]
    assert "Locks Contributor (28bf596f-4eb7-45ce-b5bc-6cf482fec137) on the resource group" in needs


def test_it_is_placed_once_by_whoever_looks_after_the_vault(three: Office) -> None:
    make(three)
    three.change(**GIVEN)
    three.erin.carry_out()
    planned = three.val.carry_out(plan_only=True)
    (line,) = [line for line in planned.lines if line.get("step") == "lock"]
    assert "Your organisation requires it (the plan file asks for it)." in line["detail"]
    assert "lock.create" not in three.applied
    result = three.val.carry_out()
    assert (result.status, result.ended("lock")) == (0, "done"), result.errors
    again = three.val.carry_out()
    assert (again.status, again.ended("lock")) == (0, "skipped"), again.errors
    assert three.by_whom["lock.create"] == PEOPLE["val"]
    result = three.ada.carry_out()
    assert (result.status, result.word) == (0, "COMPLETED"), (result.lines, result.errors)
    assert "O16" not in result.findings
    assert three.applied["lock.create"] == 1
    (lock,) = three.cloud.world.estate.locks.values()
    assert (lock.level, lock.scope.rpartition("/")[2]) == ("CanNotDelete", VAULT)


def test_who_may_not_place_it_is_told_who_can_and_the_part_is_done(three: Office) -> None:
    make(three)
    three.erin.carry_out()
    result = three.val.carry_out()
    assert (result.status, result.ended("lock")) == (0, None), result.errors
    (line,) = [line for line in result.lines if line.get("finding") == "O16"]
    assert LEFT in line["detail"]
    assert (line["severity"], line["who"]) == ("warning", "an owner of the subscription")
    assert load_plan_file(three.plan_file).receipt("vault") is not None
    assert three.ada.carry_out().word == "COMPLETED"
    assert "lock.create" not in three.applied


def test_the_policy_of_ones_own_computer_counts_as_well(three: Office) -> None:
    assert three.ada.make().status == 0
    three.val.policy = POLICY
    three.change(**GIVEN)
    three.erin.carry_out()
    result = three.val.carry_out()
    assert (result.status, result.ended("lock")) == (0, "done"), result.errors


@pytest.mark.parametrize("given", [True, False])
def test_the_second_vault_is_locked_too(three: Office, given: bool) -> None:
    make(three, f"{ANSWERS}{SECOND}")
    if given:
        three.change(**GIVEN)
    three.erin.carry_out()
    result = three.val.carry_out()
    assert result.status == 0, (result.lines, result.errors)
    assert three.applied.get("lock.create", 0) == (2 if given else 0)
    told = [line["detail"] for line in result.lines if line.get("finding") == "O16"]
    wanted = [] if given else [VAULT, "kv-contoso-cja"]
    assert [name for name, detail in zip(wanted, told, strict=True) if f"the vault {name} (" in detail] == wanted
    assert three.ada.carry_out().word == "COMPLETED"


def test_a_file_without_the_lock_is_taken_as_before(three: Office) -> None:
    assert three.ada.make().status == 0
    steps = {part["part"]: part["steps"] for part in json.loads(three.plan_file.read_text())["parts"]}
    assert steps["vault"] == ["provider", "group", "vault", "key", "role"]
    three.erin.carry_out()
    assert three.val.carry_out().ended("lock") is None
