"""The vault and the key, without a widget: lists that fill, names that are checked, grades."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import AdobeChoice
from cmkwizard.desktop.finding_rows import FindingRow, RowState
from cmkwizard.desktop.models.key import KeyModel
from cmkwizard.desktop.models.vault import VaultModel
from cmkwizard.desktop.models.vault_name import NameState
from tests.desktop.rehearsal import SUBSCRIPTION, Rehearsal, rehearsal
from tests.journeys.setup_support import Rehearsal as Office

EXISTING = "kv-contoso-experience"


def vault_model(at: Rehearsal) -> VaultModel:
    """The model on a page that has been entered, in its subscription, with all lists there."""
    at.restore()
    at.sign_in()
    model = VaultModel(at.setup)
    model.begin()
    at.wait(lambda: model.subscriptions.complete)
    if not model.azure.subscription:
        model.choose_subscription(SUBSCRIPTION)
    at.wait(lambda: model.vaults.complete and model.groups.complete and model.locations.complete)
    at.wait(lambda: at.setup.subscription is not None)
    return model


def existing(at: Rehearsal, model: VaultModel) -> None:
    """Choose the vault that is there."""
    model.choose_way("existing")
    row = next(row for row in model.vaults.rows if row.value.name == EXISTING)
    model.choose_vault(row.value.id)
    assert at.setup.vault is not None


def test_the_only_subscription_is_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = vault_model(at)
        assert model.azure.subscription == SUBSCRIPTION
        assert at.banner.subscription == "Contoso production"
        assert model.subscription_text == f"Contoso production · {SUBSCRIPTION}"


def test_a_group_that_exists_suggests_its_region_even_when_it_arrives_late(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        model = VaultModel(at.setup)
        model.choose_subscription(SUBSCRIPTION)
        model.edit_group("rg-experience")
        assert model.group_text == "Looking for it…"
        at.wait(lambda: model.azure.location)
        assert model.azure.location == "westeurope"
        at.wait(lambda: "West Europe" in model.group_text)
        model.edit_group("rg-new")
        at.wait(lambda: model.group_text == "There is no such group yet: it will be made.")


@pytest.mark.parametrize(
    ("name", "state"), [("kv", NameState.MALFORMED), ("kv--x", NameState.MALFORMED), ("", NameState.EMPTY)]
)
def test_the_letters_of_a_name_are_checked_at_once(qtbot: QtBot, tmp_path: Path, name: str, state: NameState) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = vault_model(at)
        model.edit(name=name)
        assert model.name_check.state is state
        assert not model.valid


def test_whether_a_name_is_free_is_asked_once_the_typing_rests(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "name-taken") as at:
        model = vault_model(at)
        model.edit_group("rg-experience")
        for end in range(3, len(EXISTING) + 1):
            model.edit(name=EXISTING[:end])
        at.wait(lambda: model.name_check.state is NameState.TAKEN)
        assert "unique in all of Azure" in model.name_check.sentence
        model.edit(name="kv-contoso-free")
        at.wait(lambda: model.name_check.state is NameState.FREE and model.valid)
        asked = [e for e in at.cloud.world.log.since(0) if str(e["path"]).lower().endswith("checknameavailability")]
        assert len(asked) == 2


def test_a_name_of_ones_own_is_no_conflict(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "existing-vault") as at:
        model = vault_model(at)
        model.edit_group("rg-experience")
        model.edit(name=EXISTING)
        assert model.name_check.state is NameState.OURS
        assert model.valid


RIGHTS = """
[estate]
roles = [
    { principal = "alice", role = "Reader", scope = "production" },
    { principal = "alice", role = "ROLE", scope = "rg-experience" },
]
[estate.groups.rg-other]
subscription = "production"
location = "westeurope"
[estate.vaults.kv-contoso-experience]
group = "rg-experience"
location = "westeurope"
"""


def lacking(model: VaultModel) -> list[str]:
    """What the account is said to lack."""
    return [f"{row.finding.id} {row.finding.sentence}" for row in model.rights.rows]


def heard(model: VaultModel) -> list[list[str]]:
    """The same each time that it is new; grows."""
    told: list[list[str]] = []
    model.rights.changed.connect(lambda: told.append(lacking(model)))
    return told


def test_the_rights_are_those_in_the_group_that_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    scenario = tmp_path / "rights.toml"
    scenario.write_text(RIGHTS.replace("ROLE", "Owner"))
    with rehearsal(qtbot, tmp_path / "records", str(scenario)) as at:
        model = vault_model(at)
        model.edit_group("rg-other")
        model.edit_location("westeurope")
        model.edit(name="kv-contoso-free")
        at.wait(lambda: len(lacking(model)) == 3)
        assert "I05 Your account may not create the vault (the resource group rg-other)." in lacking(model)
        row = next(row for row in model.rights.rows if row.finding.id == "I06")
        assert (row.state, row.fixable, "rg-other" in row.request) == (RowState.BLOCKS, False, True)
        assert model.valid  # others may carry out the plan
        assert model.group_text.endswith("Your account lacks rights there: see “Your rights” below.")
        model.edit_group("rg-new")
        at.wait(lambda: "I05 Your account may not create the resource group (the subscription)." in lacking(model))
        told = heard(model)
        model.edit_group("rg-experience")
        at.wait(lambda: len(told) == 2)  # forgotten, and read anew
        assert lacking(model) == []
        assert at.applied == {}


def test_a_right_that_was_given_meanwhile_is_seen_when_one_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "no-rights") as at:
        model = vault_model(at)
        model.edit_group("rg-experience")
        model.edit(name="kv-contoso-free")
        at.wait(lambda: lacking(model))
        for role in ("Key Vault Contributor", "Key Vault Data Access Administrator"):
            table = {"principal": "alice", "role": role, "scope": "rg-experience"}
            Office(at.cloud, Path()).change(estate={"roles": [table]})
        told = heard(model)
        model.leave()
        model.begin()
        at.wait(lambda: len(told) == 2)  # forgotten, and read anew
        assert told == [[], []]
        assert lacking(model) == []


@pytest.mark.parametrize("held", [True, False])
def test_for_a_vault_that_is_there_only_the_role_that_is_missing_counts(
    qtbot: QtBot, tmp_path: Path, held: bool
) -> None:
    with rehearsal(qtbot, tmp_path, "completed" if held else "existing-vault") as at:
        for role, remove in (("Reader", False), ("Owner", True)):
            table = {"principal": "alice", "role": role, "scope": f"/subscriptions/{SUBSCRIPTION}", "remove": remove}
            Office(at.cloud, Path()).change(estate={"roles": [table]})
        model = vault_model(at)
        at.connect()
        with qtbot.waitSignal(model.rights.changed):
            existing(at, model)
        wanted = (
            [] if held else [f"I06 Your account may not give Adobe's app its role on the vault (the vault {EXISTING})."]
        )
        assert lacking(model) == wanted


def test_a_vault_that_fits_is_used_with_its_key(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "existing-vault") as at:
        model = vault_model(at)
        existing(at, model)
        assert [row.text for row in model.vaults.rows] == ["Fits"]
        assert model.valid
        assert model.vault_rows == ()
        key = KeyModel(at.setup)
        key.begin()
        key.choose_new(False)
        at.wait(lambda: key.keys.complete)
        key.choose_key("experience-cmk")
        at.wait(lambda: key.valid)
        assert at.setup.key is not None
        assert at.setup.key.size == 3072
        assert at.setup.choices.adobe.configuration == f"{EXISTING}-experience-cmk"


def said(rows: Iterable[FindingRow]) -> str:
    """All that rows say."""
    return " ".join(row.read_aloud for row in rows)


def test_a_vault_that_can_be_put_right_leads_on_and_a_key_that_cannot_does_not(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "weak-vault") as at:
        model = vault_model(at)
        existing(at, model)
        assert model.valid
        assert model.vaults.rows[0].text.startswith("Can be put right: Purge protection is off")
        assert "It is one way" in said(model.vault_rows)
        assert "a vault administrator" in said(model.vault_rows)
        key = KeyModel(at.setup)
        key.begin()
        key.choose_new(False)
        at.wait(lambda: key.keys.complete)
        key.choose_key("experience-cmk")
        at.wait(lambda: key.key_rows)
        assert "2048 bits" in said(key.key_rows)
        assert key.keys.rows[0].text.startswith("Does not fit: The key experience-cmk has 2048 bits.")
        assert not key.valid


def test_a_vault_with_access_policies_is_explained_and_not_gone_on_with(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "access-policy-vault") as at:
        model = vault_model(at)
        existing(at, model)
        assert not model.valid
        assert model.vaults.rows[0].text.startswith("Does not fit: The vault kv-contoso-experience uses access")
        assert "would cut off everyone who relies on its access policies" in said(model.vault_rows)
        assert at.applied == {}


def test_a_long_list_shows_rows_before_it_is_complete(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "big-tenant") as at:
        at.restore()
        at.sign_in()
        model = VaultModel(at.setup)
        pages: list[tuple[int, bool]] = []
        model.subscriptions.rows_added.connect(lambda rows: pages.append((len(rows), model.subscriptions.complete)))
        model.begin()
        at.wait(lambda: model.subscriptions.complete)
        assert len(pages) > 1
        assert not any(complete for _, complete in pages)
        assert len(model.subscriptions.rows) == 300
        assert not model.azure.subscription


def test_the_name_at_adobe_follows_the_keys_name_until_it_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.choose()
        at.setup.choose(adobe=AdobeChoice())
        model = KeyModel(at.setup)
        model.begin()
        model.edit(name="first")
        assert at.setup.choices.adobe.configuration == "kv-contoso-cmk-first"
        model.edit_configuration("ours")
        model.edit(name="second")
        assert at.setup.choices.adobe.configuration == "ours"
        model.edit_configuration("bad/name")
        assert "64 letters" in model.configuration_error
        assert not model.valid


def test_an_hsm_key_needs_a_premium_vault(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.choose()
        model = KeyModel(at.setup)
        model.edit(name="cmk", type="RSA-HSM")
        assert model.valid
        vault = VaultModel(at.setup)
        vault.edit(sku="standard")
        model.begin()
        assert at.setup.choices.key.type == "RSA"
        assert model.possible_types == ("RSA",)


def test_a_managed_hsm_is_used_as_it_is_with_a_key_of_its_own_type(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "managed-hsm") as at:
        model = vault_model(at)
        asked = [e for e in at.cloud.world.log.since(0) if str(e["path"]).lower().endswith("/managedhsms")]
        assert asked == []  # only who chooses one asks for them
        model.choose_way("hsm")
        at.wait(lambda: model.hsms.complete)
        assert [row.text for row in model.hsms.rows] == ["Fits"]
        valid = [model.valid]
        model.choose_vault(model.hsms.rows[0].value.id)
        assert [*valid, model.valid] == [False, True]
        choice = at.setup.choices.vault
        assert (choice.name, choice.kind, choice.create) == ("hsm-contoso", "managed-hsm", False)
        key = KeyModel(at.setup)
        key.begin()
        assert at.setup.choices.key.type == "RSA-HSM"
        assert "RSA-HSM keys only" in key.type_text
        key.edit(name="cmk")
        assert key.name_text == "Will be made in the Managed HSM hsm-contoso."
        at.wait(lambda: key.keys.complete)
        assert key.valid
        model.choose_way("new")
        assert (at.setup.choices.vault.kind, at.setup.choices.vault.create) == ("vault", True)
        model.choose_way("hsm")
        assert at.setup.choices.vault.name == "hsm-contoso"
        assert at.applied == {}


def test_a_managed_hsm_that_is_not_activated_says_who_can_do_it(qtbot: QtBot, tmp_path: Path) -> None:
    scenario = tmp_path / "asleep.toml"
    scenario.write_text(
        """
        summary = "The Managed HSM is not activated"
        [estate.managed_hsms.hsm-contoso]
        group = "rg-experience"
        location = "westeurope"
        activated = false
        """
    )
    with rehearsal(qtbot, tmp_path / "records", str(scenario)) as at:
        model = vault_model(at)
        model.choose_way("hsm")
        at.wait(lambda: model.hsms.complete)
        model.choose_vault(model.hsms.rows[0].value.id)
        assert "activated" in said(model.vault_rows)
