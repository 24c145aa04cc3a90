"""Taking Adobe's access away in the window: nothing goes without the names typed, and the way back is the same role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cmkwizard.records.pack_files import load_pack_file
from tests.desktop.rehearsal import Rehearsal
from tests.desktop.revocation_support import VAULT, Visitor, completed, deletions, roles_on
from tests.desktop.test_hand_off import faults_now

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)


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
    at.wait(lambda: "The role is gone" in visitor.words)
    assert len(deletions(at)) == 1
    assert len(roles_on(at, VAULT)) == len(before) - 1
    assert load_pack_file(tmp_path / "way-back.json").reason == "The contract has ended."
    at.wait(lambda: faults_now(visitor.shell) == [])
    visitor.hand.press("Give Adobe's access back")
    at.wait(lambda: visitor.shell.page.model.busy is None)
    assert visitor.shell.page.model.error is None, visitor.shell.page.model.error
    assert "Adobe's app holds its role again, as it was." in visitor.words
    assert roles_on(at, VAULT) == before
    assert len(deletions(at)) == 1
