"""Taking Adobe's access away in the window: nothing goes without the names typed, and the way back is the same role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.situations import SITUATIONS
from cmkwizard.practice.faults import Fault
from cmkwizard.records.pack_files import load_pack_file
from tests.desktop.rehearsal import Rehearsal
from tests.desktop.revocation_support import (
    ACT,
    PAGES,
    VAULT,
    Visitor,
    add_lock,
    choose_file,
    completed,
    deletions,
    elsewhere,
    in_front_again,
    roles_on,
    taken_away,
)
from tests.desktop.test_hand_off import faults_now
from tests.journeys.test_revocation import READS

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
SITUATION_CASES = [
    ("I suspect that the key is compromised", True, ""),
    ("The contract with Adobe ends", True, ""),
    ("Adobe has to stop for a while", True, ""),
    ("I want to test or to train it", False, ""),
    ("Adobe sent an alert about the key", False, "Go to the repair"),
    ("I came here by mistake", False, "Leave this page"),
]


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[Rehearsal]:
    with completed(qtbot, tmp_path / "records") as made:
        yield made


def test_access_is_taken_away_and_given_back_the_same(at: Rehearsal, tmp_path: Path) -> None:
    before = roles_on(at, VAULT)
    visitor = Visitor(at)
    visitor.begin()
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.sign_in()
    visitor.see_impact()
    assert visitor.hand.can_press("Go on to the confirmation"), visitor.words
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.confirm(tmp_path / "way-back.json")
    at.wait(lambda: faults_now(visitor.shell) == [])
    assert deletions(at) == []
    visitor.take_away()
    visitor.reads("The role is gone")
    assert len(deletions(at)) == 1
    assert len(roles_on(at, VAULT)) == len(before) - 1
    assert load_pack_file(tmp_path / "way-back.json").reason == "The contract has ended."
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.hand.press("Give Adobe's access back")
    at.wait(lambda: visitor.shell.page.model.busy is None)
    assert visitor.shell.page.model.error is None, visitor.shell.page.model.error
    visitor.reads("Adobe's app holds its role again, as it was.")
    assert roles_on(at, VAULT) == before
    assert len(deletions(at)) == 1
    draft = at.services.drafts.load("practice")
    assert draft is not None
    assert draft.page not in PAGES, "no start resumes here"


def test_enter_presses_nothing_on_the_way_and_back_has_the_focus(at: Rehearsal, tmp_path: Path) -> None:
    visitor = Visitor(at)
    shell = visitor.shell
    at.wait(lambda: visitor.hand.can_press("Take Adobe's access away…"))
    door = visitor.hand.shown(QAbstractButton, "Take Adobe's access away…")
    assert door is not None
    door.setFocus()
    QTest.keyClick(door, Qt.Key.Key_Return)
    assert shell.page_id == "home"
    visitor.begin()
    visitor.sign_in()
    at.wait(lambda: visitor.hand.can_press("Show the impact"))
    on_the_way: tuple[QWidget, ...] = (shell, shell.frame.next_button, shell.page)
    for widget in on_the_way:
        QTest.keyClick(widget, Qt.Key.Key_Return)
        assert shell.page_id == "revoke"
    visitor.see_impact()
    QTest.keyClick(shell.frame.next_button, Qt.Key.Key_Enter)
    assert shell.page_id == "impact"
    visitor.hand.press("Go on to the confirmation")
    at.wait(lambda: shell.page_id == "confirm")
    assert shell.window().focusWidget() is shell.frame.back_button
    visitor.hand.press("Back")
    at.wait(lambda: shell.page_id == "impact" and shell.page.model.busy is None)
    visitor.confirm(tmp_path / "way-back.json")
    assert visitor.hand.can_press(ACT)
    fields = shell.page.findChildren(QLineEdit)
    for widget in (*on_the_way[:2], *fields):
        QTest.keyClick(widget, Qt.Key.Key_Return)
    assert shell.page.model.busy is None, "the act would have begun at once"
    assert (shell.page_id, deletions(at)) == ("confirm", [])
    assert not (tmp_path / "way-back.json").exists()


def test_closing_does_not_promise_to_go_on_here(at: Rehearsal) -> None:
    visitor = Visitor(at)
    visitor.begin()
    QTest.keyClick(visitor.shell, Qt.Key.Key_Escape)
    (question,) = visitor.shell.findChildren(QMessageBox)
    assert question.informativeText().endswith("the next start begins at Home, not here.")
    question.reject()
    at.wait(lambda: not visitor.shell.findChildren(QMessageBox))
    assert visitor.shell.page_id == "revoke"


@pytest.mark.parametrize("read", READS)
def test_a_read_that_fails_keeps_the_button_off_and_leaves_the_way_by_hand(at: Rehearsal, read: str) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    table = {"fault": "status", "code": 403, "method": "GET", **READS[read]}
    at.cloud.world.faults.add(Fault.from_table(table))
    visitor.see_impact()
    assert not visitor.hand.can_press("Go on to the confirmation")
    visitor.reads("You cannot go on from here")
    visitor.reads("In the Azure portal: kv-contoso-experience, Access control (IAM)")
    visitor.reads("az role assignment delete")
    at.wait(lambda: faults_now(visitor.shell) == [])
    at.cloud.world.faults.clear()
    visitor.hand.press("Read again")
    at.wait(lambda: visitor.shell.page.model.busy is None)
    assert visitor.hand.can_press("Go on to the confirmation"), visitor.words
    assert deletions(at) == []


def test_a_lock_is_named_and_keeps_the_button_off(qtbot: QtBot, tmp_path: Path) -> None:
    with completed(qtbot, tmp_path / "records") as at:
        add_lock(at)
        visitor = Visitor(at)
        visitor.begin()
        visitor.sign_in()
        visitor.see_impact()
        visitor.reads("keeps the role from being removed")
        visitor.confirm(tmp_path / "way-back.json")
        assert not visitor.hand.can_press(ACT)
        visitor.reads("this program never lifts one")
        assert deletions(at) == []


@pytest.mark.parametrize(("situation", "goes_on", "instead"), SITUATION_CASES)
def test_each_situation_names_the_smallest_act_and_only_some_go_on(
    at: Rehearsal, situation: str, goes_on: bool, instead: str
) -> None:
    visitor = Visitor(at)
    visitor.begin(situation)
    found = next(each for each in SITUATIONS if each.title == situation)
    visitor.reads(found.smallest_act)
    visitor.reads(found.verdict)
    assert (visitor.hand.shown(QAbstractButton, "Show the impact") is not None) is goes_on
    assert (visitor.hand.shown(QAbstractButton, "Sign in for this") is not None) is goes_on
    assert not visitor.hand.can_press("Show the impact")
    at.wait(lambda: faults_now(visitor.shell) == [])
    if instead:
        visitor.hand.press(instead)
        at.wait(lambda: visitor.shell.page_id == found.page)


def test_after_a_start_what_is_expected_when_is_still_told_and_the_way_back_still_goes(
    at: Rehearsal, tmp_path: Path
) -> None:
    before = roles_on(at, VAULT)
    first = taken_away(at, tmp_path / "way-back.json")
    first.reads("Adobe may still read it. The earliest end is at")
    choose_file(first, "Save a report…", tmp_path / "report.txt")
    first.reads("The report is in")
    report = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "Reason: The contract has ended." in report
    first.shell.window().close()
    at.services.clock = lambda: datetime.now(UTC) + timedelta(hours=30)
    again = Visitor(at)
    again.hand.press("After access was taken away…")
    again.reads("The role is gone")
    gone = "Data lake and profiles (primary stores): by Adobe's documentation, Adobe cannot read it any more since"
    again.reads(gone)
    again.reads("Caches and transient stores: Adobe may have lost it since")
    again.reads("UTC")
    again.hand.press("Give Adobe's access back")
    at.wait(lambda: again.shell.page.model.busy is None and "The role was given back" in again.words)
    assert roles_on(at, VAULT) == before
    assert "What is expected when" not in again.words
    at.wait(lambda: faults_now(again.shell) == [])


def test_the_role_is_given_back_from_the_file_where_nothing_is_recorded(at: Rehearsal, tmp_path: Path) -> None:
    before = roles_on(at, VAULT)
    pack = tmp_path / "way-back.json"
    taken_away(at, pack).shell.window().close()
    with elsewhere(at, tmp_path / "other") as other:
        visitor = Visitor(other)
        visitor.hand.press("After access was taken away…")
        visitor.reads("has recorded no removal")
        assert not visitor.hand.can_press("Give Adobe's access back")
        visitor.hand.press("Open the file for the way back…")
        (question,) = visitor.shell.page.findChildren(QFileDialog)
        question.fileSelected.emit(str(pack))
        question.reject()
        at.wait(lambda: visitor.hand.can_press("Give Adobe's access back"))
        visitor.hand.press("Give Adobe's access back")
        at.wait(lambda: visitor.shell.page.model.busy is None)
        visitor.reads("Adobe's app holds its role again, as it was.")
    assert roles_on(at, VAULT) == before


@pytest.mark.parametrize(
    ("fault", "heading", "gone"),
    [
        ({"fault": "status", "code": 409}, "The role is still there", False),
        ({"fault": "reset", "apply": True}, "The role is gone", True),
    ],
)
def test_an_answer_that_is_no_yes_is_read_and_told_and_nothing_is_sent_twice(
    at: Rehearsal, tmp_path: Path, fault: dict[str, object], heading: str, gone: bool
) -> None:
    before = roles_on(at, VAULT)
    at.cloud.world.faults.add(Fault.from_table({"service": "arm", "method": "DELETE", **fault}))
    visitor = taken_away(at, tmp_path / "way-back.json")
    visitor.reads(heading)
    assert (roles_on(at, VAULT) != before) is gone
    assert len(deletions(at)) == 1
    assert visitor.hand.can_press("Back")
    visitor.hand.press("Back")
    assert visitor.shell.page_id == "home"


def test_an_assignment_that_is_another_one_by_now_is_not_removed(at: Rehearsal, tmp_path: Path) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(tmp_path / "way-back.json")
    kept = at.cloud.world.estate.assignments
    name = next(name for name, each in kept.items() if each.scope.lower().endswith(f"/vaults/{VAULT}"))
    kept[name] = msgspec.structs.replace(kept[name], created=kept[name].created + 60)
    visitor.hand.press(ACT)
    at.wait(lambda: visitor.shell.page.model.error is not None)
    assert not visitor.hand.can_press(ACT)
    assert deletions(at) == []
    visitor.hand.press("Try again")
    at.wait(lambda: visitor.shell.page_id == "impact" and visitor.shell.page.model.busy is None)
    assert visitor.hand.can_press("Go on to the confirmation")


def test_a_sign_in_that_grew_old_does_not_count(at: Rehearsal, tmp_path: Path) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(tmp_path / "way-back.json")
    assert visitor.hand.can_press(ACT)
    at.services.clock = lambda: datetime.now(UTC) + timedelta(minutes=11)
    at.wait(lambda: not visitor.hand.can_press(ACT))
    visitor.reads("older than 10 minutes: sign in again")
    visitor.hand.press("Back")
    at.wait(lambda: visitor.shell.page_id == "impact" and visitor.shell.page.model.busy is None)
    assert not visitor.hand.can_press("Go on to the confirmation")
    assert deletions(at) == []


def test_the_organisation_may_want_the_impact_to_be_in_sight_for_a_while(qtbot: QtBot, tmp_path: Path) -> None:
    policy = "[revocation]\narming_delay_seconds = 2\n"
    with completed(qtbot, tmp_path, policy=policy) as at:
        visitor = Visitor(at)
        visitor.begin()
        visitor.sign_in()
        another = QWidget()  # of another program: the time that the typing takes does not count
        qtbot.addWidget(another)
        another.show()
        another.activateWindow()
        at.wait(lambda: not visitor.shell.window().isActiveWindow())
        visitor.see_impact()
        visitor.confirm(tmp_path / "way-back.json")
        assert not visitor.hand.can_press(ACT)
        visitor.reads("to be in sight for 2 seconds")
        in_front_again(visitor)
        at.wait(lambda: visitor.hand.can_press(ACT))
        assert deletions(at) == []


def test_where_two_persons_are_wanted_the_one_who_asked_cannot_act(qtbot: QtBot, tmp_path: Path) -> None:
    with completed(qtbot, tmp_path, policy="[revocation]\ntwo_persons = true\n") as at:
        visitor = Visitor(at)
        visitor.begin()
        visitor.sign_in()
        visitor.see_impact()
        visitor.confirm(tmp_path / "way-back.json")
        assert not visitor.hand.can_press(ACT)
        visitor.reads("requires a second person")
        request = tmp_path / "request.json"
        choose_file(visitor, "Make a request…", request)
        at.wait(lambda: request.exists() and visitor.shell.page.model.busy is None)
        visitor.reads("Nothing was removed.")
        choose_file(visitor, "Open a request…", request)
        visitor.reads("Open: the request of alice@contoso.example")
        assert not visitor.hand.can_press(ACT)
        visitor.reads("you are the one who made the request")
        at.wait(lambda: faults_now(visitor.shell) == [])
        assert deletions(at) == []
