"""Closing and starting again after the submission, with and without a network, and other directories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.core.facts import Account
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.azure import AzureModel
from cmkwizard.desktop.models.key import KeyModel
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.models.vault import VaultModel
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.shell import Shell
from cmkwizard.practice.faults import Fault
from tests.desktop.rehearsal import SUBSCRIPTION, Rehearsal, rehearsal
from tests.desktop.test_models_running import consent, create, ready, review, submit
from tests.desktop.test_pages_set_up import open_shell

pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|grabbing the keyboard)", extend=True)


def submit_and_see(at: Rehearsal, word: str) -> None:
    """Go the whole way and watch until Adobe says ``word``, and nothing else from then on."""
    if word == "RUNNING":
        at.cloud.world.adobe.change({"updating_s": 1e9})  # the cloud's time passes fast
    review(ready(at))
    create(at)
    consent(at)
    submit(at)
    at.setup.at_page("status")
    watch = at.keep(StatusModel(at.setup))
    watch.begin()
    at.wait(lambda: watch.heading == word)
    if watch._watch is not None:
        watch._watch.cancel()  # as closing does
    at.wait(lambda: (draft := at.services.drafts.load("practice")) is not None and draft.page == "status")


def texts(shell: Shell) -> str:
    return "\n".join(label.text() for label in Hand(shell).visible(QLabel))


@pytest.mark.parametrize(("scenario", "word"), [("job-slow", "RUNNING"), ("job-fails", "FAILED")])
def test_after_the_submission_a_start_leads_to_the_status(
    qtbot: QtBot, tmp_path: Path, scenario: str, word: str
) -> None:
    with rehearsal(qtbot, tmp_path, scenario) as at:
        submit_and_see(at, word)
        again = open_shell(qtbot, at)
        hand = Hand(again)
        at.wait(lambda: hand.can_press("Continue set-up") and f"Last known state: {word}" in texts(again))
        assert "Continue at “Status”." in texts(again)
        hand.press("Continue set-up")
        at.wait(lambda: again.page_id == "status" and again.page.model.busy is None)
        at.wait(lambda: word in texts(again) and "Last asked at" in texts(again))
        assert again.page.model.error is None


def test_offline_the_last_known_state_is_shown_and_can_be_asked_again(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "job-slow") as at:
        submit_and_see(at, "RUNNING")
        at.cloud.world.faults.add(Fault.from_table({"fault": "refuse", "times": 1000}))
        again = open_shell(qtbot, at)
        hand = Hand(again)
        at.wait(lambda: hand.can_press("Continue set-up") and "Last known state: RUNNING" in texts(again))
        hand.press("Continue set-up")
        at.wait(lambda: again.page_id == "status" and again.page.model.error is not None)
        assert "Last known: RUNNING" in texts(again)
        assert "Adobe has not been asked since." in texts(again)
        assert again.frame.errors.isVisible()


def test_another_directory_takes_what_was_chosen_from_its_lists_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        ready(at)
        model = at.keep(AzureModel(at.setup, at.open))
        vault = at.setup.choices.vault
        account, azure = at.setup.account, at.setup.azure
        assert isinstance(account, Account)
        assert azure is not None
        other = "22222222-2222-4222-8222-222222222222"
        at.setup.choose(vault=msgspec.structs.replace(vault, create=False))
        at.setup.signed_in(replace(account, tenant_id=other), azure, ())
        choices = at.setup.choices
        assert (choices.azure.tenant, choices.azure.subscription, choices.azure.resource_group) == (other, "", "")
        assert (choices.vault.name, choices.key.name) == ("", "")
        assert "another directory" in model.remark
        assert "subscription, vault and key" in model.remark
        assert at.setup.plan is None


def test_what_was_typed_for_a_new_vault_outlives_a_look_at_the_others(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "existing-vault") as at:
        at.restore()
        at.sign_in()
        model = at.keep(VaultModel(at.setup))
        model.begin()
        at.wait(lambda: model.vaults.complete and model.azure.subscription == SUBSCRIPTION)
        model.edit_group("rg-mine")
        model.edit(name="kv-mine", sku="standard", retention_days=30)
        typed = (model.azure, model.choice)
        model.choose_way("existing")
        assert model.choice.name == ""
        model.choose_vault(model.vaults.rows[0].value.id)
        chosen = (model.azure, model.choice)
        model.choose_way("new")
        assert (model.azure, model.choice) == typed
        model.choose_way("existing")
        assert (model.azure, model.choice) == chosen
        assert model.valid
        key = at.keep(KeyModel(at.setup))
        key.begin()
        at.wait(lambda: key.keys.complete)
        key.edit(name="key-mine", size=4096)
        key.choose_new(False)
        assert key.choice.name == ""
        key.choose_new(True)
        assert (key.choice.name, key.choice.size) == ("key-mine", 4096)


def test_choices_that_cannot_be_saved_are_said_until_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        pages = at.keep(SetupPages(at.services, at.tasks, at.banner))
        at.wait(lambda: pages.setup.loaded)
        drafts = at.services.drafts
        place = drafts._path(at.services.profile.name)
        place.unlink(missing_ok=True)
        place.mkdir()  # no file can be written in its place
        pages.setup.save()
        at.wait(lambda: pages.remark.startswith("Not saved:"))
        assert str(place) in pages.remark
        place.rmdir()
        pages.setup.save()
        at.wait(lambda: not pages.remark)
