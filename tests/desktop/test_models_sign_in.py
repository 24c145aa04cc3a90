"""Signing in to Azure and connecting to Adobe, without a widget."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.models.adobe import AdobeModel
from cmkwizard.desktop.models.azure import AzureModel
from cmkwizard.desktop.pages.azure import AzurePage
from tests.desktop.rehearsal import rehearsal
from tests.records.memory_place import MemoryPlace


def test_signing_in_shows_address_account_and_directories(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        opened: list[str] = []
        model = AzureModel(at.setup, lambda address: not opened.append(address))  # type: ignore[func-returns-value]
        assert model.state_text == "You are not signed in."
        assert not model.valid
        model.sign_in()
        at.wait(lambda: model.address)
        assert model.address.startswith("http://localhost:")
        assert opened == [model.address]
        at.person.open(model.address)
        at.wait(lambda: model.valid)
        assert (at.banner.account, at.banner.tenant) == ("alice@contoso.example", "Contoso")
        assert {tenant.name for tenant in model.tenants} >= {"Contoso", "Fabrikam"}
        assert model.address == ""
        assert model.busy is None
        assert "It is a rehearsal." in model.storage_text


def test_a_sign_in_that_could_not_be_stored_says_why_beside_where_it_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.services.secrets = MemoryPlace().store(tmp_path)
        at.restore()
        in_the_way = tmp_path / f"tokens-{at.services.profile.name}.bin"
        in_the_way.mkdir()
        page = AzurePage(AzureModel(at.setup, at.open))
        qtbot.addWidget(page)
        assert "kept encrypted" in page.storage.text()
        at.sign_in()
        assert page.storage.text().startswith("This sign-in could not be stored: it lasts until the wizard closes. ")
        assert str(in_the_way) in page.storage.text()
        in_the_way.rmdir()
        page.model.sign_out()
        at.wait(lambda: page.model.account is None and page.model.busy is None)
        at.sign_in()
        assert "kept encrypted" in page.storage.text()
        assert in_the_way.is_file()


def test_cancel_answers_at_once_and_what_comes_later_is_dropped(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        model = AzureModel(at.setup, lambda _address: True)  # a browser in which nobody does anything
        model.sign_in()
        at.wait(lambda: model.address)
        address = model.address
        model.cancel()
        # No turn of the event loop in between.
        assert (model.busy, model.address) == (None, "")
        assert "cancelled" in model.notice
        at.person.open(address)
        ended: list[object] = []
        # The lane has one worker: this is done once what was cancelled has ended.
        at.tasks.run(lambda _cancel: None, done=ended.append, failed=ended.append, lane="sign_in")
        at.wait(lambda: ended)
        assert at.setup.account is None


def test_another_directory_needs_no_second_prompt_where_it_asks_for_none(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        model = AzureModel(at.setup, at.open)
        fabrikam = next(tenant for tenant in model.tenants if tenant.name == "Fabrikam")
        model.choose_tenant(fabrikam.id)
        at.wait(lambda: model.account is not None and model.account.tenant_id == fabrikam.id)
        assert at.banner.tenant == "Fabrikam"
        assert at.setup.choices.azure.tenant == fabrikam.id


def test_signing_out_empties_the_banner_and_keeps_the_choices(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        at.choose()
        model = AzureModel(at.setup, at.open)
        model.sign_out()
        at.wait(lambda: model.account is None)
        assert at.banner.account == ""
        assert not model.valid
        assert at.setup.choices.vault.name


def test_a_sign_out_that_leaves_a_file_says_so_and_still_signs_out(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        place = MemoryPlace()
        at.services.secrets = place.store(tmp_path)
        at.restore()
        at.sign_in()
        kept = tmp_path / f"tokens-{at.services.profile.name}.bin"
        kept.unlink()
        kept.mkdir()  # what cannot be removed as a file
        page = AzurePage(AzureModel(at.setup, at.open))
        qtbot.addWidget(page)
        page.model.sign_out()
        at.wait(lambda: page.model.error is not None)
        assert at.banner.account == ""
        assert page.model.account is None
        assert page.model.state_text == "You are not signed in."
        said = page.model.error.message if page.model.error else ""
        assert said.startswith("Nobody is signed in here any more. ")
        assert str(kept) in said
        assert said.endswith("Its key is forgotten, so nobody can open it.")
        assert not any("token-key" in name for name in place.held)
        kept.rmdir()
        page.model.retry()
        at.wait(lambda: page.model.busy is None and page.model.error is None)
        assert page.model.account is None


def test_no_browser_leaves_the_address_to_be_copied(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        model = AzureModel(at.setup, lambda _address: False)
        model.sign_in()
        at.wait(lambda: model.address)
        assert "Copy the address" in model.notice
        model.cancel()


@pytest.mark.parametrize(
    ("edit", "field", "says"),
    [
        ({"organisation": "4D1F"}, "organisation_error", "24 digits"),
        ({"client_id": "x"}, "client_id_error", "8 to 64"),
        ({"region": "evil.example"}, "region_error", "letters and one or two digits"),
    ],
)
def test_what_is_typed_wrong_is_said_at_once(
    qtbot: QtBot, tmp_path: Path, edit: dict[str, str], field: str, says: str
) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        model = AdobeModel(at.setup)
        model.begin()
        assert model.valid
        model.edit(**edit)
        assert says in getattr(model, field)
        assert not model.valid


@pytest.mark.parametrize(
    ("scenario", "secret", "says"),
    [
        ("happy", "", "Adobe answers"),
        ("happy", "wrong-secret", "does not take"),
        ("adobe-no-permission", "", "Manage Customer Managed Key"),
        ("adobe-wrong-region", "", "It answers in NLD2."),
    ],
)
def test_the_connection_is_tried_before_it_is_relied_on(
    qtbot: QtBot, tmp_path: Path, scenario: str, secret: str, says: str
) -> None:
    with rehearsal(qtbot, tmp_path, scenario) as at:
        at.restore()
        model = AdobeModel(at.setup)
        model.begin()
        if secret:
            model.edit_secret(secret)
        with qtbot.assertNotEmitted(model.finished) if says != "Adobe answers" else qtbot.waitSignal(model.finished):
            assert not model.proceed()
            at.wait(lambda: model.answer is not None)
        assert says in model.answer_text
        assert model.connected is (says == "Adobe answers")
        assert model.proceed() is model.connected or not model.connected


def test_an_edit_makes_the_answer_old(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        model = AdobeModel(at.setup)
        model.begin()
        model.test()
        at.wait(lambda: model.connected)
        model.edit(client_id="another-client")
        assert not model.connected
        assert model.answer_text == ""


def test_the_secret_is_in_no_draft(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        model = AdobeModel(at.setup)
        model.edit_secret("a-planted-secret")
        model.edit(scopes="openid")
        at.wait(lambda: (draft := at.draft()) is not None and draft.adobe.scopes == "openid")
        assert all(b"a-planted-secret" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_what_is_to_be_said_of_the_account_is_said_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "wrong-tenant") as at:
        at.restore()
        at.sign_in()
        model = AzureModel(at.setup, at.open)
        assert not list(model.rows)
        fabrikam = next(tenant for tenant in model.tenants if tenant.name == "Fabrikam")
        model.choose_tenant(fabrikam.id)
        at.wait(lambda: at.setup.account is not None and at.setup.account.tenant_id == fabrikam.id)
        assert [(row.finding.id, row.state.value) for row in model.rows] == [("I02", "Warning")]
        assert "is a guest in this directory" in model.rows[0].read_aloud
        assert model.valid
