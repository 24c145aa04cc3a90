"""The page "Review: how things stood": what a person sees of the past, without network, keyring or sign-in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, VaultChoice
from cmkwizard.core.history import What
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.shell import HOME
from tests.desktop.history_support import (
    CONTOSO,
    FABRIKAM,
    FIRST,
    SECOND,
    VAULT,
    Review,
    key,
    office,
    review,
    status,
)
from tests.desktop.test_pages_set_up import faults_of
from tests.history_support import START, STEP, fill

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
            seen.wait(lambda: seen.hand.can_press("Sign in with the browser"))
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
            seen.wait(lambda: (kept := at.records.drafts.load("public")) is not None and kept.page == "before")
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


def test_the_set_up_of_this_window_is_shown_first_however_early_one_looks(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.clock.go_on(days=3)
        at.see(What.STATUS, status("FAILED", FABRIKAM), FABRIKAM)
        at.records.drafts.save("public", Choices(adobe=AdobeChoice(CONTOSO, "client-of-contoso")), "adobe")
        with review(qtbot, at) as seen:
            seen.shell.show_page("history")  # at once: not even the draft is read by now
            seen.settle()
            assert seen.model.chosen is not None
            assert seen.model.chosen.setup == CONTOSO
            seen.wait(lambda: "COMPLETED: Adobe uses your key" in said(seen.page.card))


def choose_row(seen: Review, what: str) -> int:
    """Choose the newest entry of a kind in the list; answers its row."""
    rows = seen.hand.rows("Entries")
    row = next(n for n, cells in enumerate(rows) if cells[1] == what)
    assert seen.model.entries.chosen is None
    seen.hand.choose_row("Entries", row)
    seen.wait(lambda: seen.model.entries.chosen is not None)
    return row


def test_a_moment_of_the_past_is_shown_and_marked_as_past(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        at.see(What.KEY, key(SECOND, enabled=False))
        at.clock.go_on(days=2)
        with review(qtbot, at) as seen:
            page = seen.open()
            assert "8c4d1e2f: RSA 3072, disabled" in said(page.card)
            seen.hand.choose("Show", "Key")
            seen.wait(lambda: len(seen.hand.rows("Entries")) == 3)
            seen.hand.choose_row("Entries", 2)
            seen.wait(lambda: "request-6" in said(page.entries))
            seen.hand.press("How things stood then")
            seen.wait(lambda: "This is the past: what was known on" in said(page))
            card = said(page.card)
            assert "3f2a07c1: RSA 3072, enabled" in card
            assert "12 days ago. What came later is left out." in said(page)
            assert "may have" not in card, "what came since is known to the history"
            seen.wait(lambda: faults_of(seen.window) == [])
            seen.hand.press("Back to the newest state")
            seen.wait(lambda: "8c4d1e2f: RSA 3072, disabled" in said(page.card))
            assert "This is the past" not in said(page)


def test_entries_are_filtered_and_searched(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        with review(qtbot, at) as seen:
            page = seen.open()
            every = len(seen.hand.rows("Entries"))
            assert f"{every} entries." in said(page.entries).splitlines()
            seen.hand.choose("Show", "What was done")
            seen.wait(lambda: f"Create the vault {VAULT}" in {row[1] for row in seen.hand.rows("Entries")})
            assert {row[3] for row in seen.hand.rows("Entries")} == {"About to be done", "How it ended"}
            seen.hand.choose("Show", "All entries")
            seen.hand.begin_writing("Search for").setText("dana@contoso")
            seen.wait(lambda: "4 entries." in said(page.entries).splitlines())
            seen.hand.begin_writing("Search for").setText("nobody")
            seen.wait(lambda: "No entry matches." in said(page.entries))


def test_older_entries_come_as_one_scrolls(qtbot: QtBot, tmp_path: Path) -> None:
    fill(tmp_path / "records.sqlite", 450)
    with office(tmp_path) as at, review(qtbot, at) as seen:
        at.clock.now = START + 450 * STEP
        page = seen.open()
        assert "The newest 200 entries. Scroll down for older ones." in said(page.entries)
        bar = page.entries.table.verticalScrollBar()
        seen.wait(lambda: bar.maximum() > 0)
        bar.setValue(bar.maximum())
        seen.wait(lambda: len(seen.hand.rows("Entries")) == 400)
        seen.wait(lambda: bar.value() < bar.maximum())
        bar.setValue(bar.maximum())
        seen.wait(lambda: "450 entries." in said(page.entries))
        moments = [row[0] for row in seen.hand.rows("Entries")]
        assert moments == sorted(moments, reverse=True)


def test_a_long_search_says_how_far_it_is_and_lists_what_it_finds_on_the_way(qtbot: QtBot, tmp_path: Path) -> None:
    fill(tmp_path / "records.sqlite", 3500)
    with office(tmp_path) as at, review(qtbot, at) as seen:
        at.clock.now = START + 3500 * STEP
        page = seen.open()
        entries, told = seen.model.entries, list[tuple[str, int]]()
        entries.changed.connect(lambda: told.append((entries.status, len(seen.hand.rows("Entries")))))
        seen.hand.begin_writing("Search for").setText("no lock (349")
        seen.wait(lambda: "3 entries." in said(page.entries).splitlines())
        on_the_way = [each for each in told if each[0].startswith("Searching: ")]
        days = [f"{(START + STEP * number).astimezone():%Y-%m-%d}" for number in (2500, 500)]
        assert on_the_way == [(f"Searching: 2 entries so far, back to {day}…", 2) for day in days]
        seen.hand.begin_writing("Search for").setText("nowhere at all")
        seen.wait(lambda: "No entry matches." in said(page.entries))
        assert (f"Searching: nothing so far, back to {days[0]}…", 0) in told
        seen.wait(lambda: faults_of(seen.window) == [])


def test_what_has_drifted_since_adobe_completed_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        with review(qtbot, at) as seen:
            page = seen.open()
            assert "Nothing differs in what was seen on both sides." in said(page.comparison)
            at.drift()
            seen.hand.press("Look at the records again")
            seen.wait(lambda: "2 things differ." in said(page.comparison))
            text = said(page.comparison)
            assert f"was: {FIRST}\nis: {SECOND}" in text
            assert "was: allow\nis: deny" in text
            choose_row(seen, "Key")
            seen.hand.press("Put beside another moment")
            seen.wait(lambda: "As it stood on" in seen.hand.chosen("From"))
            seen.wait(lambda: "1 thing differs." in said(page.comparison))
            assert "was: allow\nis: deny" in said(page.comparison), "the key was another one by then already"


def test_without_a_baseline_it_says_when_one_is_taken(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up(baseline=False)
        with review(qtbot, at) as seen:
            page = seen.open()
            assert "No baseline was taken yet" in said(page.comparison)


def test_each_set_up_is_shown_by_itself(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.clock.go_on(days=3)
        at.see(What.STATUS, status("FAILED", FABRIKAM), FABRIKAM)
        at.clock.go_on(hours=1)
        with review(qtbot, at) as seen:
            page = seen.open()
            assert "FAILED: Adobe could not use the key." in said(page.card)
            assert len(seen.hand.rows("Entries")) == 1
            page.setups.editor.activated.emit(1)
            seen.settle()
            seen.wait(lambda: "COMPLETED: Adobe uses your key" in said(page.card))
            assert "FAILED" not in said(page.card)
            assert not any("FAILED" in row for row in seen.hand.rows("Entries"))


def test_a_point_of_the_timeline_opens_its_moment(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        at.drift()
        with review(qtbot, at) as seen:
            page = seen.open()
            page.timeline.plot.setFocus()
            QTest.keyClick(page.timeline.plot, Qt.Key.Key_Home)
            seen.wait(lambda: seen.model.entries.chosen is not None)
            QTest.keyClick(page.timeline.plot, Qt.Key.Key_Return)
            seen.wait(lambda: "This is the past" in said(page))


def test_records_that_cannot_be_read_are_told_and_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    with office(tmp_path) as at:
        at.set_up()
        with review(qtbot, at) as seen:
            seen.open()
            at.drift()
            at.records.close()
            whole = (tmp_path / "records.sqlite").read_bytes()
            (tmp_path / "records.sqlite").write_bytes(b"no database at all" * 100)
            seen.hand.press("Look at the records again")
            seen.wait(seen.shell.frame.errors.isVisible)
            at.records.close()
            (tmp_path / "records.sqlite").write_bytes(whole)
            seen.hand.press("Try again")
            seen.settle()
            assert not seen.shell.frame.errors.isVisible()
            assert "8c4d1e2f: RSA 3072, enabled" in said(seen.page.card), "it is read anew"
