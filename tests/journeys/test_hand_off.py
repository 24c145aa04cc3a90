"""The shared set-up: three accounts that hold only their role, each on their own computer, pass on one plan file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.hand_off import seal, write
from cmkwizard.journeys.hand_off_command import HandOffOrder
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.records.plan_files import load_plan_file
from cmkwizard.wiring import Services
from tests.journeys.hand_off_support import ANSWERS, PEOPLE, Office, office
from tests.journeys.setup_support import CONFIGURATION, EXISTING, KEY, VAULT, answers

ONCE = {"consent.grant": 1, "vault.create": 1, "key.create": 1, "role.create": 1, "configuration.create": 1}
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
PRODUCTION = "Contoso production"
CLIENT = "c0ffee1234567890abcdef1234567890"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Starts an office on a practice cloud with more TOML than the three people."""
    clouds: list[PracticeCloud] = []

    def begin(more: str = "") -> Office:
        scenario = tmp_path / "three.toml"
        scenario.write_text(f'summary = "The happy scenario, with more"\n{more}')
        clouds.append(PracticeCloud(str(scenario), speed=3000.0).start())
        return office(clouds[-1], tmp_path)

    yield begin
    for cloud in clouds:
        cloud.stop()
        methods = {entry["method"] for entry in cloud.world.log.since(0) if entry["service"] != "entra"}
        assert methods <= {"GET", "POST", "PUT"}, "nothing was removed"


@pytest.fixture
def three(start: Callable[[str], Office]) -> Office:
    return start("")


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


def test_who_may_not_accept_the_app_cannot(three: Office) -> None:
    three.ada.make()
    result = three.val.carry_out(part="entra")
    assert (result.status, result.word) == (3, "PENDING")
    assert "Accept the app at http" in result.errors
    assert three.applied == {}


def test_who_has_no_subscription_is_told_what_the_part_needs(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    result = three.erin.carry_out(part="vault")
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "Reader (acdd72a7-3385-48ef-bd42-f606fba81ae7) on the subscription" in result.errors
    assert three.applied == {"consent.grant": 1}


@pytest.mark.parametrize(
    ("role", "finding", "least"),
    [
        ("Key Vault Contributor", "I05", "Key Vault Contributor"),
        ("Key Vault Data Access Administrator", "I06", "Key Vault Data Access Administrator"),
    ],
)
def test_a_right_that_is_missing_is_said_before_anything_is_made(
    three: Office, role: str, finding: str, least: str
) -> None:
    three.change(estate={"roles": [{"principal": "val", "role": role, "scope": "rg-experience", "remove": True}]})
    three.ada.make()
    three.erin.carry_out()
    result = three.val.carry_out()
    assert (result.status, result.word) == (1, "BLOCKED"), (result.lines, result.errors)
    assert finding in result.findings
    assert least in result.errors
    assert three.applied == {"consent.grant": 1}


def test_who_has_no_adobe_credential_cannot_submit(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    three.val.carry_out()
    result = three.val.carry_out(part="adobe")
    assert "CMKWIZARD_ADOBE_CLIENT_SECRET" in result.errors
    assert "configuration.create" not in three.applied


def test_who_submits_has_to_see_vault_key_and_role(three: Office) -> None:
    """Without a reader's account nothing is compared, and so nothing is submitted."""
    three.ada.make()
    three.erin.carry_out()
    three.val.carry_out()
    three.change(estate={"roles": [{"principal": "ada", "role": "Reader", "scope": PRODUCTION, "remove": True}]})
    result = three.ada.carry_out()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "Reader (acdd72a7-3385-48ef-bd42-f606fba81ae7) on the vault" in result.errors
    assert "configuration.create" not in three.applied


def test_reading_the_vault_alone_is_enough_for_whoever_submits(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    three.val.carry_out()
    reader = {"principal": "ada", "role": "Reader"}
    three.change(estate={"roles": [{**reader, "scope": PRODUCTION, "remove": True}, {**reader, "scope": VAULT}]})
    assert three.ada.carry_out().word == "COMPLETED"


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


def _edit(path: Path, change: Callable[[Any], None]) -> None:
    tables = json.loads(path.read_text())
    change(tables)
    path.write_text(json.dumps(tables, indent=2, ensure_ascii=False) + "\n")


def test_an_edited_file_is_refused_before_anything_is_sent(three: Office) -> None:
    three.ada.make()
    before = len(three.cloud.world.log.since(0))
    _edit(three.plan_file, lambda tables: tables["choices"]["vault"].update(name="kv-other"))
    result = three.erin.carry_out()
    assert result.status == 2
    assert "what was chosen (choices) does not fit the seal. Nothing was sent." in result.errors
    assert "compare the fingerprint by phone" in result.errors
    assert len(three.cloud.world.log.since(0)) == before


def test_a_file_for_other_clouds_is_refused(three: Office) -> None:
    three.ada.make()
    old = load_plan_file(three.plan_file)
    other = seal("public", old.made, old.choices, old.registration, old.observed)
    three.plan_file.write_bytes(write(other))
    result = three.erin.carry_out()
    assert result.status == 2
    assert "for other clouds (public)" in result.errors


def _new_app(three: Office) -> None:
    directory = three.cloud.world.directory
    directory.remove_service_principal(TENANT, APP)
    directory.create_service_principal(TENANT, APP, consented=True).visible_at = 0.0


def _app_gone(three: Office) -> None:
    three.cloud.world.directory.remove_service_principal(TENANT, APP)


def _estate(**change: Any) -> Callable[[Office], None]:
    return lambda three: three.change(estate=change)


def _another_registration(three: Office) -> None:
    three.cloud.world.adobe.app_id = "00000000-0000-4000-8000-000000000000"


ROLE = {"principal": APP, "role": "Key Vault Crypto Service Encryption User", "scope": VAULT, "remove": True}


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("val", _new_app, "Adobe's app in the directory: its object id was "),
        ("val", _app_gone, "Adobe's app in the directory is not there any more"),
        ("ada", _new_app, "Adobe's app in the directory: its object id was "),
        ("ada", _another_registration, "Adobe names another app, or another consent address"),
        ("ada", _estate(vaults={VAULT: {"default_action": "Deny"}}), "firewall's default was Allow and is Deny"),
        ("ada", _estate(vaults={VAULT: {"rbac": False}}), "the vault: its role-based access was on and is off"),
        ("ada", _estate(vaults={VAULT: {"deleted": True}}), "the vault is not there any more"),
        ("ada", _estate(keys={f"{VAULT}/{KEY}": {"rotate": True}}), "the key: its identifier was "),
        ("ada", _estate(keys={f"{VAULT}/{KEY}": {"enabled": False}}), "the key: its enabled was on and is off"),
        ("ada", _estate(keys={f"{VAULT}/{KEY}": {"deleted": True}}), "the key is not there any more"),
        ("ada", _estate(roles=[ROLE]), "the role of Adobe's app is not there any more"),
    ],
)
def test_what_changed_after_a_receipt_makes_the_file_out_of_date(
    three: Office, name: str, change: Callable[[Office], None], sentence: str
) -> None:
    three.ada.make()
    three.erin.carry_out()
    if name == "ada":
        three.val.carry_out()
    before = three.applied
    change(three)
    result = getattr(three, name).carry_out()
    assert (result.status, result.word) == (1, "BLOCKED"), (result.lines, result.errors)
    assert "The plan file is out of date: " in result.errors
    assert sentence in result.errors
    assert "do: Have a new plan file made" in result.errors
    assert three.applied == before


def test_a_new_file_takes_what_is_there_and_nothing_is_done_twice(three: Office) -> None:
    three.ada.make()
    three.erin.carry_out()
    three.val.carry_out()
    three.change(estate={"keys": {f"{VAULT}/{KEY}": {"rotate": True}}})
    assert three.ada.carry_out().word == "BLOCKED"
    assert three.ada.make().status == 2, "a plan file is never replaced"
    three.plan_file.unlink()
    three.ada.make()
    for computer in (three.erin, three.val, three.ada):
        result = computer.carry_out()
        assert result.status == 0, (computer.name, result.lines, result.errors)
    assert result.word == "COMPLETED"
    assert three.applied == ONCE


def test_what_was_there_when_the_file_was_made_is_compared_too(start: Callable[[str], Office]) -> None:
    three = start(
        """
[estate.vaults.kv-contoso-experience]
group = "rg-experience"
location = "westeurope"

[estate.vaults.kv-contoso-experience.keys.experience-cmk]
size = 3072
"""
    )
    three.ada.make(answers(**EXISTING, acknowledge={"irreversible": False}))
    observed = load_plan_file(three.plan_file).observed
    assert observed.vault is not None
    assert observed.key is not None
    three.erin.carry_out()
    three.change(estate={"vaults": {"kv-contoso-experience": {"bypass": "None"}}})
    result = three.val.carry_out()
    assert result.word == "BLOCKED"
    assert "its way in for trusted services was AzureServices and is None" in result.errors


def test_who_makes_the_file_needs_no_subscription(start: Callable[[str], Office]) -> None:
    """The ids are enough; that nothing was looked at is said."""
    three = start("")
    three.change(estate={"roles": [{"principal": "ada", "role": "Reader", "scope": PRODUCTION, "remove": True}]})
    made = three.ada.make(ANSWERS.replace(PRODUCTION, SUBSCRIPTION))
    assert made.status == 0, made.errors
    remark = f"{PEOPLE['ada']} was told: Your account may not read the vault {VAULT}."
    assert any(str(line.get("detail")).startswith(remark) for line in made.lines), made.lines
    assert load_plan_file(three.plan_file).choices.azure.subscription == SUBSCRIPTION


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


SECOND = {"applications": ["journey-optimizer"], "vault": "kv-contoso-cja", "key": "analytics-cmk"}


def test_the_second_vault_is_shared_too_and_whoever_submits_gets_the_ticket(three: Office) -> None:
    tables = "\n".join(f"{key} = {json.dumps(value)}" for key, value in SECOND.items())
    assert three.ada.make(f"{ANSWERS}[analytics]\n{tables}\n").status == 0
    early = three.val.carry_out()
    assert (early.status, early.word, three.applied) == (3, "PENDING", {})
    assert three.erin.carry_out().status == 0
    assert three.applied == {"consent.grant": 2}
    result = three.val.carry_out()
    assert result.status == 0, (result.lines, result.errors)
    assert three.applied == dict.fromkeys(("consent.grant", "vault.create", "key.create", "role.create"), 2)
    result = three.ada.carry_out()
    assert (result.status, result.word) == (0, "COMPLETED"), (result.lines, result.errors)
    ticket = next(str(line["detail"]) for line in result.lines if line.get("step") == "analytics-ticket")
    assert "kv-contoso-cja" in ticket
    assert three.applied["configuration.create"] == 1
    second = load_plan_file(three.plan_file).expected.second
    assert second is not None
    assert second.key is not None
    assert second.key.identifier in ticket
    assert three.asked[PEOPLE["erin"]] == {"entra", "graph"}


def test_a_second_vault_that_changed_makes_the_file_out_of_date(three: Office) -> None:
    tables = "\n".join(f"{key} = {json.dumps(value)}" for key, value in SECOND.items())
    three.ada.make(f"{ANSWERS}[analytics]\n{tables}\n")
    three.erin.carry_out()
    three.val.carry_out()
    three.change(estate={"vaults": {"kv-contoso-cja": {"default_action": "Deny"}}})
    result = three.ada.carry_out()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "for the second vault, the vault: its firewall's default was Allow and is Deny" in result.errors
    assert "configuration.create" not in three.applied


HSM = """
[estate.managed_hsms.hsm-contoso]
group = "rg-experience"
location = "westeurope"
administrators = ["victor"]
roles = [{ principal = "val", role = "Managed HSM Policy Administrator", scope = "/" }AUDITOR]
"""
OF_HSM: dict[str, dict[str, Any]] = {
    "azure": {"resource_group": "rg-experience"},
    "vault": {"name": "hsm-contoso", "kind": "managed-hsm", "create": False},
    "key": {"type": "RSA-HSM"},
    "acknowledge": {"irreversible": False},
}


@pytest.mark.parametrize("sees", [True, False])
def test_a_managed_hsm_is_shared_with_its_own_roles(start: Callable[[str], Office], sees: bool) -> None:
    auditor = ', { principal = "ada", role = "Managed HSM Crypto Auditor", scope = "/" }'
    three = start(HSM.replace("AUDITOR", auditor if sees else ""))
    three.change(estate={"roles": [{"principal": "val", "role": "Managed HSM Contributor", "scope": "rg-experience"}]})
    assert three.ada.make(answers(**OF_HSM)).status == 0
    for computer in (three.erin, three.val):
        result = computer.carry_out()
        assert result.status == 0, (computer.name, result.lines, result.errors)
    assert three.applied == {"consent.grant": 1, "key.create": 1, "local_role.create": 1}
    result = three.ada.carry_out()
    assert result.word == ("COMPLETED" if sees else "BLOCKED"), (result.lines, result.errors)
    assert ("configuration.create" in three.applied) is sees
    assert ("may not read the local roles in the Managed HSM hsm-contoso." in result.errors) is not sees
