"""The practice copy of a recorded set-up: the same names, nothing secret, and everything in place."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.history import What
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.rehearsal import RecordedSetup, record_copy, recorded_setup, rehearsal_scenario
from cmkwizard.journeys.restore import plan_restore, restore
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.refusals import Confirmation
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.journeys.step import Outcome
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.records.folder import Records
from cmkwizard.records.pack_files import load_pack_file
from tests.journeys.setup_support import Rehearsal, answers

TENANT, SUBSCRIPTION = "3f0c1a2b-1111-4222-8333-944455566677", "9a8b7c6d-5555-4666-8777-988899900011"
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
DEPLOYED = {
    "tenant": TENANT,
    "tenant_name": "Northwind Traders",
    "subscription": SUBSCRIPTION,
    "vault": "kv-northwind-aep",
    "vault_uri": "https://kv-northwind-aep.vault.azure.net/",
    "key": "aep-2026",
    "key_identifier": "https://kv-northwind-aep.vault.azure.net/keys/aep-2026/0123456789abcdef0123456789abcdef",
    "organisation": "0A1B2C3D4E5F607182930415@AdobeOrg",
    "region": "NLD2",
    "configuration": "northwind-cmk",
}
CHOSEN = Choices(
    AzureChoice(TENANT, SUBSCRIPTION, "rg.northwind (aep)", "northeurope"),
    VaultChoice("kv-northwind-aep", sku="standard", retention_days=30),
    KeyChoice("aep-2026", size=4096),
    AdobeChoice("0A1B2C3D4E5F607182930415@AdobeOrg", "11112222333344445555666677778888", "NLD2", "northwind-cmk"),
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    records = Records(tmp_path / "real")
    records.lock("window")
    yield records
    records.close()


def remember(records: Records, choices: Choices | None = CHOSEN, profile: str = "public", **changes: Any) -> None:
    records.observations.add(profile, What.DEPLOYMENT, {**DEPLOYED, **changes}, "set-up")
    if choices is not None:
        records.drafts.save(profile, choices, "status")


def start(tmp_path: Path, setup: RecordedSetup) -> Rehearsal:
    """A practice cloud of the copy, started as from any file, and records that tell of it."""
    scenario = tmp_path / "copy.toml"
    scenario.write_text(rehearsal_scenario(setup), encoding="utf-8")
    cloud = PracticeCloud(str(scenario), speed=600).start()
    folder = tmp_path / "practice"
    copied = Records(folder)
    copied.lock("rehearsal")
    record_copy(copied, cloud.ready["profile"]["name"], setup)
    copied.close()
    return Rehearsal(cloud, folder)


def test_the_copy_has_the_names_of_the_set_up_and_everything_in_place(records: Records, tmp_path: Path) -> None:
    remember(records)
    rehearsal = start(tmp_path, recorded_setup(records))
    try:
        state = rehearsal.cloud.world.snapshot()
        assert {"id": TENANT, "name": "Northwind Traders"}.items() <= state["directory"]["tenants"][0].items()
        assert state["estate"]["subscriptions"][0]["id"] == SUBSCRIPTION
        vault = rehearsal.vault("kv-northwind-aep")
        assert vault.id.startswith(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg.northwind (aep)/")
        assert (vault.location, vault.sku, vault.retention_days, vault.tenant) == (
            "northeurope",
            "standard",
            30,
            TENANT,
        )
        assert vault.keys["aep-2026"].size == 4096
        adobe = state["adobe"]
        assert (adobe["organisation"], adobe["region"]) == (DEPLOYED["organisation"], "NLD2")
        [configuration] = adobe["configurations"]
        assert (configuration["name"], configuration["status"]) == ("northwind-cmk", "COMPLETED")
        assert (configuration["vault"], configuration["key"]) == ("kv-northwind-aep", "aep-2026")
        roles = [each for each in state["estate"]["role_assignments"] if each["scope"] == vault.id]
        assert [each["role"] for each in roles] == ["Key Vault Crypto Service Encryption User"]
    finally:
        rehearsal.cloud.stop()


def role_of_adobe(rehearsal: Rehearsal) -> set[tuple[str, str, str]]:
    """Scope, role and holder of what Adobe's application holds in the copy."""
    state = rehearsal.cloud.world.snapshot()
    [app] = [each["object_id"] for each in state["directory"]["service_principals"] if each["app_id"] == APP]
    held = [each for each in state["estate"]["role_assignments"] if each["principal_id"] == app]
    return {(each["scope"], each["role"], each["principal_id"]) for each in held}


def test_access_is_taken_away_and_given_back_on_the_copy(records: Records, tmp_path: Path) -> None:
    remember(records)
    rehearsal = start(tmp_path, recorded_setup(records))
    before = role_of_adobe(rehearsal)
    assert len(before) == 1
    try:
        with rehearsal.services() as services:
            draft = services.drafts.load(services.profile.name)
            assert draft is not None
            person = rehearsal.person()
            run = open_run(services, draft.choices, person.open)
            fresh = services.fresh_session(
                run.azure.account, opener=person.open, on_address=lambda _: None, cancel=run.cancel
            )
            run.azure = fresh.azure
            shown = preview(run)
            assert shown.impact.ready, shown.impact.reasons
            assert shown.impact.organisation == DEPLOYED["organisation"]
            pack = tmp_path / "way-back.json"
            names = (shown.impact.organisation, "kv-northwind-aep")
            typed = Confirmation(*names, "a rehearsal", signed_in_at=fresh.sign_in.signed_in_at)
            assert revoke(run, shown, typed, pack).outcome == "removed"
            assert role_of_adobe(rehearsal) == set()
            assert rehearsal.applied == {"role.delete": 1}
            fresh.sign_in.forget()
            again = open_run(services, draft.choices, person.open)
            assert restore(again, plan_restore(again, load_pack_file(pack))) is Outcome.DONE
        assert role_of_adobe(rehearsal) == before
        assert rehearsal.applied == {"role.delete": 1, "role.create": 1}
    finally:
        rehearsal.cloud.stop()


def test_no_secret_and_no_address_of_the_real_vault_is_in_it(records: Records) -> None:
    remember(records, note="p8e-real-secret")
    text = rehearsal_scenario(recorded_setup(records))
    assert "p8e" not in text
    assert "secret" not in text.lower()
    assert "vault.azure.net" not in text
    assert "0123456789abcdef0123456789abcdef" not in text


def test_the_real_clouds_come_first_and_their_records_stay_as_they_are(records: Records, tmp_path: Path) -> None:
    remember(records)
    remember(records, profile="practice", vault="kv-rehearsed", configuration="rehearsed")
    before = (records.observations.entries(), records.journal.entries(), records.drafts.load("public"))
    setup = recorded_setup(records)
    assert setup.choices.vault.name == "kv-northwind-aep"
    start(tmp_path, setup).cloud.stop()
    assert (records.observations.entries(), records.journal.entries(), records.drafts.load("public")) == before


def test_a_draft_of_another_set_up_lends_nothing(records: Records) -> None:
    other = msgspec.structs.replace(
        CHOSEN,
        azure=AzureChoice(TENANT, SUBSCRIPTION, "rg-other", "uksouth"),
        vault=VaultChoice("kv-other", kind="managed-hsm", create=False),
    )
    remember(records, other)
    scope = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-journal/providers/Microsoft.KeyVault/vaults/KV-Northwind-AEP"
    )
    records.journal.intend("role", "Give", {"scope": scope}, profile="public", tenant=TENANT, actor="somebody")
    choices = recorded_setup(records).choices
    assert (choices.azure.resource_group, choices.azure.location) == ("rg-journal", "westeurope")
    assert (choices.vault.name, choices.vault.kind, choices.vault.create) == ("kv-northwind-aep", "vault", False)


def test_a_managed_hsm_is_copied_with_its_own_roles(records: Records, tmp_path: Path) -> None:
    remember(
        records, None, vault="hsm-northwind", vault_uri="https://hsm-northwind.managedhsm.azure.net/", region="XYZ1"
    )
    rehearsal = start(tmp_path, recorded_setup(records))
    try:
        hsm = rehearsal.cloud.world.estate.hsms["hsm-northwind"]
        assert hsm.activated
        assert hsm.keys["aep-2026"].type == "RSA-HSM"
        adobe = rehearsal.cloud.world.directory.service_principal(TENANT, APP)
        assert adobe is not None
        assert [each.scope for each in hsm.assignments.values() if each.principal_id == adobe.object_id] == ["/keys"]
        [configuration] = rehearsal.cloud.world.adobe.snapshot()["configurations"]
        assert configuration["status"] == "COMPLETED"
        assert rehearsal.cloud.ready["adobe"]["client_id"]
    finally:
        rehearsal.cloud.stop()


@pytest.mark.parametrize("missing", ["tenant", "vault", "key", "organisation", "configuration"])
def test_half_a_set_up_is_not_copied(records: Records, missing: str) -> None:
    remember(records, CHOSEN, **{missing: ""})
    with pytest.raises(Problem) as caught:
        recorded_setup(records)
    assert caught.value.kind is Kind.NOT_FOUND
    assert "--practice" in caught.value.remedy


def test_names_that_toml_or_the_practice_cloud_could_take_for_others(records: Records, tmp_path: Path) -> None:
    odd = msgspec.structs.replace(CHOSEN, azure=AzureChoice(TENANT, SUBSCRIPTION, "production", "westeurope"))
    remember(records, odd, tenant_name='North"wind\\ [x]', configuration="a.b c")
    setup = recorded_setup(records)
    tables = tomllib.loads(rehearsal_scenario(setup))
    assert list(tables["adobe"]["configurations"]) == ["a.b c"]
    rehearsal = start(tmp_path, setup)
    try:
        owner = next(each for each in rehearsal.cloud.world.estate.assignments.values() if each.scope.count("/") == 2)
        assert owner.scope == f"/subscriptions/{SUBSCRIPTION}"
        assert rehearsal.cloud.world.snapshot()["directory"]["tenants"][0]["name"] == 'North"wind\\ [x]'
    finally:
        rehearsal.cloud.stop()


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmkwizard", *map(str, arguments)], capture_output=True, text=True, timeout=120
    )


def test_a_set_up_made_by_this_program_is_rehearsed_by_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    with PracticeCloud("happy", speed=600) as cloud:
        assert Rehearsal(cloud, folder).run(answers(vault={"name": "kv-made-here"})).status == 0
    before = (folder / "records.sqlite").read_bytes()
    done = command("check", "--practice", "recorded", "--data-dir", folder, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["profile"] == "practice"
    assert "kv-made-here" in json.dumps(report)
    met = {each["id"] for each in report["findings"] if each["verdict"] == "met"}
    assert {"P01", "P05", "D01", "K02"} <= met, met
    assert (folder / "records.sqlite").read_bytes() == before
    assert not list(folder.glob("draft-*"))


def test_a_tour_has_nothing_to_make_on_it() -> None:
    done = command("--practice", "recorded", "--tour")
    assert done.returncode == 2
    assert "--tour makes a set-up" in done.stderr


def test_where_nothing_is_recorded_the_command_says_so(tmp_path: Path) -> None:
    done = command("check", "--practice", "recorded", "--data-dir", tmp_path / "none")
    assert done.returncode == 2
    assert "No set-up is recorded" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none").exists()
