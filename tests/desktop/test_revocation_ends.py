"""How the removal of access ended, as the window tells it: a refusal with its reason, the unknown, the way on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from cmkwizard.practice.faults import Fault
from tests.desktop.rehearsal import Rehearsal
from tests.desktop.revocation_support import (
    ACT,
    VAULT,
    Visitor,
    completed,
    deletions,
    elsewhere,
    roles_on,
    taken_away,
)
from tests.desktop.test_hand_off import faults_now

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
ONE_ROLE = {"service": "arm", "method": "GET", "path": "/roleAssignments/[^/]+$"}
DOOR = "After access was taken away…"


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[Rehearsal]:
    with completed(qtbot, tmp_path / "records") as made:
        yield made


def fault(at: Rehearsal, **table: object) -> None:
    at.cloud.world.faults.add(Fault.from_table(table))


def begun_anew(at: Rehearsal, visitor: Visitor) -> Visitor:
    """Close the window, and open it as the next start does."""
    visitor.shell.window().close()
    return Visitor(at)


def message_of(visitor: Visitor) -> str:
    """What Adobe is to be told."""
    return "\n".join(each.toPlainText() for each in visitor.shell.page.findChildren(QPlainTextEdit) if each.isVisible())


def test_a_refusal_is_told_with_its_reason_who_can_help_and_the_way_on(at: Rehearsal, tmp_path: Path) -> None:
    fault(at, service="arm", method="DELETE", fault="status", code=403)
    visitor = taken_away(at, tmp_path / "way-back.json")
    visitor.reads("still there: Adobe keeps its access. It was not sent again.")
    for said in ("This account may not do that here.", "an owner of the subscription", "confirm anew"):
        visitor.reads(said)
    assert not visitor.hand.can_press("Give Adobe's access back"), "there is nothing to give back"
    for unsaid in ("That the assignment is gone", "Call Adobe now", "What to tell Adobe"):
        assert unsaid not in visitor.words
    at.wait(lambda: faults_now(visitor.shell) == [])
    at.cloud.world.faults.clear()
    visitor.hand.press("Look at the impact again")
    at.wait(lambda: visitor.shell.page_id == "impact" and visitor.hand.can_press("Go on to the confirmation"))
    again = begun_anew(at, visitor)
    again.hand.press(DOOR)
    again.reads("This account may not do that here.")
    assert len(deletions(at)) == 1


def test_what_is_not_known_is_said_and_a_look_clears_it_up(at: Rehearsal, tmp_path: Path) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(tmp_path / "way-back.json")
    fault(at, service="arm", method="DELETE", fault="reset", apply=True)
    fault(at, fault="status", code=500, skip=1, **ONE_ROLE)  # the look right before passes
    visitor.take_away()
    visitor.reads("is gone is not known. The removal was sent once, and is not sent again.")
    visitor.reads("Whether the assignment is gone is not known")
    visitor.reads("Call Adobe now: it may delete your data")
    visitor.reads("Adobe may still read it.")
    assert "No clear answer came." in message_of(visitor)
    assert visitor.hand.can_press("Give Adobe's access back"), "whatever became of it, the way back is open"
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor = begun_anew(at, visitor)
    visitor.reads("Adobe's access may have been taken away")
    visitor.hand.press(DOOR)
    at.wait(lambda: visitor.hand.can_press("Find out what became of it"))
    at.cloud.world.faults.clear()
    visitor.hand.press("Find out what became of it")
    at.wait(lambda: visitor.shell.page_id == "revoke")
    visitor.hand.press("The contract with Adobe ends")
    visitor.sign_in()
    visitor.see_impact()
    visitor.reads("took effect: the role is gone.")
    assert not visitor.hand.can_press("Go on to the confirmation")
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.hand.press("What is expected when, and the way back")
    visitor.reads("The role is gone")
    assert "Whether the assignment is gone is not known" not in visitor.words
    assert len(deletions(at)) == 1


def test_home_says_that_access_was_taken_away_until_it_was_given_back(at: Rehearsal, tmp_path: Path) -> None:
    visitor = taken_away(at, tmp_path / "way-back.json")
    visitor.reads("Call Adobe now: it may delete your data")
    visitor.reads("there as recoverable, and Adobe's overview reads as if access could simply be allowed again")
    visitor.hand.press("Back")
    visitor.reads("Adobe's access was taken away")
    visitor.reads("the way back: “After access was taken away…”")
    assert "Adobe uses your key" not in visitor.words
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.hand.press(DOOR)
    at.wait(lambda: visitor.hand.can_press("Give Adobe's access back"))
    visitor.hand.press("Give Adobe's access back")
    visitor.reads("Ask Adobe whether a purge has begun")
    at.wait(lambda: visitor.shell.page.model.busy is None)
    at.wait(lambda: "please stop it" in message_of(visitor))
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.hand.press("Back")
    at.wait(lambda: visitor.shell.page_id == "home" and "Adobe's access was taken away" not in visitor.words)


def test_what_was_given_back_on_another_computer_is_seen_at_the_next_look(at: Rehearsal, tmp_path: Path) -> None:
    before = roles_on(at, VAULT)
    pack = tmp_path / "way-back.json"
    visitor = taken_away(at, pack)
    with elsewhere(at, tmp_path / "other") as other:
        there = Visitor(other)
        there.hand.press(DOOR)
        there.reads("has recorded no removal")
        there.shell.page.model.open_pack(pack)  # type: ignore[attr-defined]
        at.wait(lambda: there.hand.can_press("Give Adobe's access back"))
        there.hand.press("Give Adobe's access back")
        there.reads("Tell Adobe so, and ask whether a purge has begun.")
    assert roles_on(at, VAULT) == before
    visitor.hand.press("Give Adobe's access back")
    visitor.reads("The role is there already. Nothing was changed.")
    visitor.reads("The role was given back")
    visitor.hand.press("Back")
    at.wait(lambda: visitor.shell.page_id == "home" and "Adobe's access was taken away" not in visitor.words)
    assert at.applied["role.create"] == 1


def test_a_sign_in_that_is_too_old_for_the_impact_says_where_to_go(at: Rehearsal) -> None:
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    at.services.clock = lambda: datetime.now(UTC) + timedelta(minutes=11)
    at.wait(lambda: not visitor.hand.can_press("Read again"))
    visitor.hand.press("Go on to the confirmation")
    at.wait(lambda: visitor.shell.page_id == "confirm")
    visitor.hand.press("Back")
    at.wait(lambda: visitor.shell.page_id == "impact")
    visitor.reads("That is too long: sign in again. Go back for that.")
    visitor.reads("Adobe may purge all data of your organisation.")
    visitor.reads("az role assignment delete")
    assert not visitor.hand.can_press("Read again")
    assert not visitor.hand.can_press(ACT)


def test_what_is_expected_follows_the_clock_while_the_page_stays_open(at: Rehearsal, tmp_path: Path) -> None:
    visitor = taken_away(at, tmp_path / "way-back.json")
    visitor.reads("Adobe may still read it. The earliest end is at")
    at.services.clock = lambda: datetime.now(UTC) + timedelta(hours=30)  # the computer slept
    visitor.reads("Adobe cannot read it any more since")
    at.services.clock = lambda: datetime.now(UTC) - timedelta(hours=1)  # it was set back
    visitor.reads("This computer's clock is")
    at.wait(lambda: "Adobe cannot read it any more since" not in visitor.words)
    at.services.clock = lambda: datetime.now(UTC) + timedelta(minutes=5)
    visitor.reads("Adobe may have lost it since")
    at.wait(lambda: "This computer's clock is" not in visitor.words)
    assert len(deletions(at)) == 1


def is_about(at: Rehearsal, organisation: str) -> bool:
    """Whether the set-up is kept as one for this organisation."""
    draft = at.draft()
    return draft is not None and draft.adobe.organisation == organisation


def test_home_says_nothing_of_it_while_it_is_about_another_organisation(at: Rehearsal, tmp_path: Path) -> None:
    taken_away(at, tmp_path / "way-back.json").shell.window().close()
    own = at.setup.choices.adobe
    for organisation, said in ((f"{'F' * 24}@AdobeOrg", False), (own.organisation, True)):
        at.setup.choose(adobe=msgspec.structs.replace(own, organisation=organisation))
        at.wait(partial(is_about, at, organisation))
        visitor = Visitor(at)
        visitor.reads(f"Organisation: {organisation}")
        assert ("Adobe's access was taken away" in visitor.words) is said
        visitor.hand.press(DOOR)
        visitor.reads("The role is gone")  # the way back of another organisation stays to be had
        visitor.shell.window().close()
