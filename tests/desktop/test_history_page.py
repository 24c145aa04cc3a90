"""The page "Review: how things stood": what a person sees of the past, without network, keyring or sign-in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, VaultChoice
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.shell import HOME
from tests.desktop.history_support import CONTOSO, FABRIKAM, VAULT, office, review
from tests.desktop.test_pages_set_up import faults_of

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)


def said(shown: QWidget) -> str:
    return "\n".join(label.text() for label in Hand(shown).visible(QLabel))


def test_it_shows_how_things_stood_with_age_and_source_and_asks_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        with review(qtbot, at) as seen:
            page = seen.open()
            text = said(page)
            assert "COMPLETED, seen 3 hours ago, by GET /customer/config, request id request-" in text
            assert "vault last seen 3 hours ago" in text
            assert "Never seen." in text, "the role was never looked at"
            assert "It may have been disabled, deleted or rotated to a new version since." in text
            seen.wait(lambda: faults_of(seen.window) == [])
            assert seen.services._guard is None, "nothing went to the network"


def test_without_a_history_it_says_so_and_never_that_all_is_well(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at, review(qtbot, at) as seen:
        page = seen.open()
        assert "There is no history on this computer. That does not mean that nothing happened" in said(page)
        assert not page.card.isVisible()
        seen.wait(lambda: faults_of(seen.window) == [])


def test_the_sign_in_page_offers_it_as_an_equal_choice(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        with review(qtbot, at) as seen:
            seen.shell.show_page("azure")
            assert seen.hand.can_press("Sign in with the browser")
            seen.hand.press("Review without signing in")
            assert seen.shell.page_id == "history"
            seen.settle()
            assert "COMPLETED, seen" in said(seen.page)


def test_another_organisation_is_set_up_and_the_first_one_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        azure, adobe = AzureChoice("8f1e", "0b1f", "rg", "westeurope"), AdobeChoice(CONTOSO, "client-of-contoso")
        first = Choices(azure=azure, vault=VaultChoice(VAULT, create=False), adobe=adobe)
        at.records.drafts.save("public", first, "vault")
        with review(qtbot, at) as seen:
            seen.wait(lambda: seen.hand.can_press("Continue set-up"))
            seen.hand.press("Set up another organisation")
            seen.wait(lambda: seen.hand.can_press("Set up"))
            seen.wait(lambda: f"Kept for later: {CONTOSO}" in said(seen.shell.page))
            assert not seen.hand.can_press("Set up another organisation"), "there is nothing to tell it apart by yet"
            seen.hand.press("Set up")
            assert seen.shell.page_id == "before"
            at.records.drafts.save("public", Choices(adobe=AdobeChoice(FABRIKAM, "client-of-fabrikam")), "adobe")
        with review(qtbot, at) as seen:
            seen.wait(lambda: "Other set-ups on this computer:" in said(seen.shell.page))
            assert f"{CONTOSO}: COMPLETED, seen 4 hours ago" in said(seen.shell.page)
            seen.open()
            assert seen.model.chosen is not None
            assert seen.model.chosen.setup == CONTOSO, "nothing is recorded of the other one yet"
            seen.wait(lambda: faults_of(seen.window) == [])
            seen.hand.press("Continue with this set-up")
            seen.wait(lambda: seen.shell.page_id == HOME)
            seen.wait(lambda: f"Kept for later: {FABRIKAM}" in said(seen.shell.page))
            draft = at.records.drafts.load("public")
            assert draft is not None
            assert (draft.choices, draft.page) == (first, "vault")
            seen.open()
            labels = [seen.page.setups.editor.itemText(n) for n in range(2)]
            assert labels == [f"{CONTOSO} · last entry less than a minute ago", f"{FABRIKAM} · nothing recorded yet"]
            assert not seen.hand.can_press("Continue with this set-up"), "it is the one that is set up here"


def test_a_draft_that_cannot_be_put_aside_stays(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        choices = Choices(adobe=AdobeChoice(CONTOSO, "client-of-contoso"))
        at.records.drafts.save("public", choices, "adobe")
        with review(qtbot, at) as seen:
            seen.wait(lambda: seen.hand.can_press("Set up another organisation"))
            draft = tmp_path / "draft-public.toml"
            (tmp_path / f"draft-public@{quote(CONTOSO, safe='')}.toml").mkdir()
            seen.hand.press("Set up another organisation")
            seen.wait(seen.shell.frame.errors.isVisible)
            assert draft.is_file()
            assert seen.hand.can_press("Set up another organisation")
