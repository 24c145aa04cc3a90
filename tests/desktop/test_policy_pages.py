"""Pages under an organisation's policy: only what is allowed can be chosen, and a line says who set it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import KeyChoice, VaultChoice
from cmkwizard.core.status import Status
from cmkwizard.desktop.models.check import CheckModel
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.models.key import KeyModel
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.models.vault import VaultModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.key import KeyPage
from cmkwizard.desktop.pages.vault import VaultPage
from tests.desktop.rehearsal import SUBSCRIPTION, Rehearsal, rehearsal
from tests.desktop.test_models_running import ready

POLICY = """
[allowed]
tiers = ["premium"]
locations = ["North Europe", "germanynorth"]
[names]
key = "exp-.*"
[tags]
owner = "security"
[required]
hsm = true
key_size = 4096
restricted_network = true
retention_days = 30
[preset.azure]
resource_group = "rg-from-policy"
location = "northeurope"
[preset.vault]
retention_days = 45
"""


def words(page: Page) -> str:
    """All that the page says, shown or not."""
    return "\n".join(label.text() for label in page.findChildren(QLabel))


def entered_vault(at: Rehearsal) -> VaultModel:
    at.restore()
    at.sign_in()
    model = VaultModel(at.setup)
    model.begin()
    at.wait(lambda: model.subscriptions.complete)
    model.choose_subscription(SUBSCRIPTION)
    at.wait(lambda: model.locations.complete and model.groups.complete)
    return model


def test_presets_are_chosen_to_begin_with_and_only_then(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, policy=POLICY) as at:
        at.restore()
        azure, vault = at.setup.choices.azure, at.setup.choices.vault
        assert (azure.resource_group, azure.location, vault.retention_days) == ("rg-from-policy", "northeurope", 45)
        at.setup.choose(vault=msgspec.structs.replace(vault, name="kv-mine", retention_days=90))
        at.wait(lambda: (draft := at.draft()) is not None and draft.vault.name == "kv-mine")
        at.start_anew()
        at.restore()
        assert at.setup.choices.vault.retention_days == 90


def test_a_new_vault_can_only_be_as_the_organisation_allows(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, policy=POLICY) as at:
        model = entered_vault(at)
        assert [each[0] for each in model.options.tiers] == ["premium"]
        assert [each[0] for each in model.options.networks] == ["restricted"]
        assert model.choice.network == "restricted"
        page = at.keep(VaultPage(model))
        page.show_model()
        locations = [page.location.editor.itemData(row) for row in range(page.location.editor.count())]
        assert locations == ["northeurope"]
        assert page.retention.editor.minimum() == 30
        assert f"Set by your organisation ({tmp_path / 'policy.toml'})" in words(page)
        assert "Your organisation tags vaults with owner=security." in words(page)


def test_a_new_key_can_only_be_as_the_organisation_requires(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, policy=POLICY) as at:
        entered_vault(at)
        at.setup.choose(key=KeyChoice("exp-cmk"))
        model = KeyModel(at.setup)
        model.begin()
        assert (model.choice.type, model.choice.size) == ("RSA-HSM", 4096)
        page = at.keep(KeyPage(model))
        page.show_model()
        assert [page.key_size.editor.itemData(row) for row in range(page.key_size.editor.count())] == [4096]
        assert "Your organisation names keys like exp-.*." in words(page)


def test_without_a_policy_everything_is_offered_and_no_line_says_anything(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = entered_vault(at)
        options = model.options
        assert (len(options.tiers), len(options.networks), options.least_retention) == (2, 2, 7)
        page = at.keep(VaultPage(model))
        page.show_model()
        assert "Set by your organisation" not in words(page)
        assert page.location.editor.count() == len(model.locations.rows)


def test_a_policy_that_cannot_be_understood_is_shown_at_home_and_stops_the_set_up(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, policy="[required]\nhsm = 1\n") as at:
        pages = at.keep(SetupPages(at.services, at.tasks, at.banner))
        home = HomeModel(at.services, at.tasks, pages)
        home.enter()
        at.wait(lambda: home.error is not None)
        assert home.error is not None
        assert home.error.message == f"{tmp_path / 'policy.toml'}: line 2: required.hsm: this must be true or false."
        at.setup.load()
        at.wait(lambda: at.setup.restore_problem is not None)
        (tmp_path / "policy.toml").write_text("", encoding="utf-8")
        home.retry()
        at.wait(lambda: home.error is None)


def test_a_required_lock_is_placed_from_the_check_once_adobe_has_finished(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed", policy="[required]\nlock = true\n") as at:
        ready(at)
        azure = msgspec.structs.replace(at.setup.choices.azure, resource_group="rg-experience")
        at.setup.choose(azure=azure, vault=VaultChoice("kv-contoso-experience", create=False))
        status = at.keep(StatusModel(at.setup))
        status.begin()
        at.wait(lambda: status.status is Status.COMPLETED)
        assert "Your organisation requires such a lock" in status.advice
        assert status.can_run_check
        check = at.keep(CheckModel(at.setup))
        check.begin()
        at.wait(lambda: check.busy is None and at.setup.report is not None)
        row = next(row for section in check.sections for row in section.rows if row.finding.id == "O16")
        assert row.fixable
