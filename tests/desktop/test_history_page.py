"""The page "Review: how things stood": what a person sees of the past, without network, keyring or sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.hand import Hand
from tests.desktop.history_support import office, review
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
