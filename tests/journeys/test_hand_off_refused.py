"""What a shared set-up refuses: a missing right, an edited file, and what is not as the file says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.hand_off import seal, write
from cmkwizard.records.plan_files import load_plan_file
from tests.journeys.hand_off_support import ANSWERS, PEOPLE, Office
from tests.journeys.setup_support import EXISTING, KEY, VAULT, answers

ONCE = {"consent.grant": 1, "vault.create": 1, "key.create": 1, "role.create": 1, "configuration.create": 1}
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
PRODUCTION = "Contoso production"


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


def test_what_was_there_when_the_file_was_made_is_compared_too(start_office: Callable[[str], Office]) -> None:
    three = start_office(
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


def test_who_makes_the_file_needs_no_subscription(start_office: Callable[[str], Office]) -> None:
    """The ids are enough; that nothing was looked at is said."""
    three = start_office("")
    three.change(estate={"roles": [{"principal": "ada", "role": "Reader", "scope": PRODUCTION, "remove": True}]})
    made = three.ada.make(ANSWERS.replace(PRODUCTION, SUBSCRIPTION))
    assert made.status == 0, made.errors
    remark = f"{PEOPLE['ada']} was told: Your account may not read the vault {VAULT}."
    assert any(str(line.get("detail")).startswith(remark) for line in made.lines), made.lines
    assert load_plan_file(three.plan_file).choices.azure.subscription == SUBSCRIPTION
