"""The shared set-up: three accounts that hold only their role, each on their own computer, pass on one plan file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.hand_off import write
from cmkwizard.journeys.hand_off_command import HandOffOrder
from cmkwizard.records.plan_files import load_plan_file
from cmkwizard.wiring import Services
from tests.journeys.hand_off_support import PEOPLE, Office
from tests.journeys.setup_support import CONFIGURATION, KEY, VAULT, answers

ONCE = {"consent.grant": 1, "vault.create": 1, "key.create": 1, "role.create": 1, "configuration.create": 1}
CLIENT = "c0ffee1234567890abcdef1234567890"


def test_three_people_with_one_role_each_complete_the_set_up(three: Office) -> None:
    made = three.ada.make()
    assert made.status == 0, made.errors
    assert made.lines[-1]["next"] == "entra"
    assert three.applied == {}
    fingerprints = [made.lines[-1]["fingerprint"]]
    for computer, following in ((three.erin, "vault"), (three.val, "adobe"), (three.ada, "")):
        told = computer.run(HandOffOrder(three.plan_file))
        assert told.lines[-1]["fingerprint"] == fingerprints[-1], "each sees what the one before saw"
        result = computer.carry_out()
        assert result.status == 0, (computer.name, result.lines, result.errors)
        assert result.lines[-1]["next"] == following
        fingerprints.append(result.lines[-1]["fingerprint"])
    assert result.word == "COMPLETED"
    assert result.lines[-1]["configuration"] == CONFIGURATION
    assert f"{VAULT}.vault.localhost" in result.lines[-1]["key_identifier"]
    assert f"/keys/{KEY}/" in result.lines[-1]["key_identifier"]
    assert len(set(fingerprints)) == 4
    assert three.applied == ONCE
    assert three.by_whom == {
        "consent.grant": PEOPLE["erin"],
        "vault.create": PEOPLE["val"],
        "key.create": PEOPLE["val"],
        "role.create": PEOPLE["val"],
        "configuration.create": CLIENT,
    }
    assert three.asked[PEOPLE["erin"]] == {"entra", "graph"}, "no subscription is asked for whom accepts the app"
    assert "platform" not in three.asked[PEOPLE["val"]]


def test_the_receipts_say_who_did_what_and_when(three: Office) -> None:
    three.ada.make()
    for computer in (three.erin, three.val, three.ada):
        computer.carry_out()
    hand_off = load_plan_file(three.plan_file)
    assert [(each.part, each.account) for each in hand_off.receipts] == [
        ("entra", PEOPLE["erin"]),
        ("vault", PEOPLE["val"]),
        ("adobe", PEOPLE["ada"]),
    ]
    seen = hand_off.receipts[1].evidence
    assert seen.key is not None
    assert f"/keys/{KEY}/" in seen.key.identifier
    assert seen.role is not None
    assert "/providers/microsoft.authorization/roleassignments/" in seen.role.id
    assert hand_off.receipts[0].evidence.vault is None, "who accepts the app does not see the vault"
    told = [line["detail"] for line in three.erin.run(HandOffOrder(three.plan_file)).lines[:-1]]
    assert [f"done by {PEOPLE[name]} on " in line for name, line in zip(PEOPLE, told, strict=True)] == [True] * 3


def test_no_secret_is_in_the_file_and_only_its_owner_reads_it(three: Office) -> None:
    three.ada.make()
    for computer in (three.erin, three.val, three.ada):
        computer.carry_out()
    text = three.plan_file.read_text()
    assert three.cloud.world.adobe.client_secret not in text
    assert "eyJ" not in text
    if os.name == "posix":
        assert three.plan_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("name", "first"), [("val", "entra"), ("ada", "entra")])
def test_out_of_turn_nothing_is_done_and_who_comes_first_is_said(three: Office, name: str, first: str) -> None:
    three.ada.make()
    result = getattr(three, name).carry_out()
    assert (result.status, result.word, result.lines[-1]["next"]) == (3, "PENDING", first)
    assert "Adobe's app acp3c5fmultitenantapp is not in the directory yet. Nothing was changed." in result.errors
    assert "do: Give the plan file to an Entra administrator" in result.errors
    assert three.applied == {}


def test_whoever_submits_waits_for_vault_and_role(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    result = three.ada.carry_out()
    assert (result.status, result.word, result.lines[-1]["next"]) == (3, "PENDING", "vault")
    assert f"The vault {VAULT} is not there yet." in result.errors
    assert "a vault administrator" in result.errors
    assert three.applied == {"consent.grant": 1}


def test_a_part_that_is_carried_out_twice_changes_once(three: Office) -> None:
    three.ada.make()
    for computer in (three.erin, three.erin, three.val, three.val, three.ada, three.ada):
        result = computer.carry_out()
        assert result.status == 0, (computer.name, result.lines, result.errors)
    assert result.word == "COMPLETED"
    assert three.applied == ONCE
    assert len(load_plan_file(three.plan_file).receipts) == 3


def test_a_lost_receipt_is_no_lost_work(three: Office) -> None:
    """The clouds say what was done, not the file."""
    three.ada.make()
    as_made = three.plan_file.read_bytes()
    three.erin.carry_out()
    three.plan_file.write_bytes(as_made)
    result = three.val.carry_out()
    assert (result.status, result.word) == (0, "DONE"), result.errors
    three.plan_file.write_bytes(as_made)
    assert three.ada.carry_out().word == "COMPLETED"
    assert three.applied == ONCE


def test_a_file_that_another_program_has_written_meanwhile_is_left_alone(three: Office) -> None:
    three.ada.make()
    as_made = load_plan_file(three.plan_file)
    other = write(as_made) + b" "

    def write_meanwhile(services: Services) -> None:
        original = services.journal.intend

        def intend(*given: Any, **named: Any) -> str:
            three.plan_file.write_bytes(other)
            return original(*given, **named)

        services.journal.intend = intend  # type: ignore[method-assign]

    three.erin.tamper = write_meanwhile
    result = three.erin.carry_out()
    assert result.status == 0, result.errors
    assert three.plan_file.read_bytes() == other
    (beside,) = three.plan_file.parent.glob("plan-*.json")
    assert [each.part for each in load_plan_file(beside).receipts] == ["entra"]


def test_the_plan_of_a_part_changes_nothing(three: Office) -> None:
    three.ada.make()
    lines = three.erin.carry_out(plan_only=True).lines[:-1]
    assert [line["step"] for line in lines if "finding" not in line] == ["consent"]
    three.erin.carry_out()
    result = three.val.carry_out(plan_only=True)
    assert (result.status, result.word) == (0, "PLANNED"), result.errors
    commands = {line["step"]: line["command"] for line in result.lines if "command" in line}
    assert list(commands) == ["vault", "key", "role"]
    assert three.applied == {"consent.grant": 1}
    assert load_plan_file(three.plan_file).receipt("vault") is None


def test_without_yes_the_key_is_not_submitted(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    three.val.carry_out()
    result = three.ada.carry_out(yes=False)
    assert (result.status, result.word, result.ended("submission")) == (3, "NOT_SUBMITTED", "blocked")
    assert "configuration.create" not in three.applied
    assert three.ada.carry_out().word == "COMPLETED"


def test_nobody_acknowledges_for_whoever_submits(three: Office) -> None:
    """Neither the answers nor the file: it is said on the command line of the one who submits."""
    three.ada.make(answers(azure={"resource_group": "rg-experience"}, acknowledge={"irreversible": True}))
    assert json.loads(three.plan_file.read_text())["choices"]["acknowledge"]["irreversible"] is False
    three.erin.carry_out()
    three.val.carry_out()
    result = three.ada.run(HandOffOrder(three.plan_file, part="adobe", yes=True))
    assert result.status == 2
    assert "--yes needs --acknowledge-irreversible" in result.errors
    assert "configuration.create" not in three.applied


def test_a_receipt_that_cannot_be_written_is_said_and_nothing_is_lost(three: Office) -> None:
    three.ada.make()
    as_made = three.plan_file.read_bytes()
    computer = three.erin

    def lose_the_file(services: Services) -> None:
        original = services.journal.finish

        def finish(op_id: str, outcome: str, evidence: Any) -> None:
            three.plan_file.unlink()
            three.plan_file.mkdir()
            original(op_id, outcome, evidence)

        services.journal.finish = finish  # type: ignore[method-assign]

    computer.tamper = lose_the_file
    result = computer.carry_out()
    assert result.status == 5
    assert "What was done in the clouds stays done" in result.errors
    three.plan_file.rmdir()
    three.plan_file.write_bytes(as_made)
    computer.tamper = lambda _: None
    assert computer.carry_out().status == 0
    assert three.applied == {"consent.grant": 1}


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (HandOffOrder(), "Name a plan file; or give --answers FILE and --output PLAN for a new one."),
        (HandOffOrder(Path("p"), answers=Path("a")), "and without a plan file"),
        (HandOffOrder(Path("p"), part="all"), "--part: allowed are entra, vault, adobe."),
        (HandOffOrder(Path("p"), yes=True), "--plan and --yes go with --part."),
        (HandOffOrder(Path("nowhere"), part="entra"), "There is no file nowhere."),
        (HandOffOrder(answers=Path("nowhere"), output=Path("p")), "nowhere cannot be read"),
    ],
)
def test_what_does_not_go_together_is_said(three: Office, order: HandOffOrder, sentence: str) -> None:
    result = three.erin.run(order)
    assert result.status == 2
    assert sentence in result.errors
    assert three.cloud.world.log.since(0) == []
