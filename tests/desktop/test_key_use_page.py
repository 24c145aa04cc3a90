"""The proof that Adobe uses the key, on the page "Status": asked on demand, switched on after a preview."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.history import What
from cmkwizard.core.key_use import Gap
from cmkwizard.core.status import Status
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.pages.status import StatusPage
from cmkwizard.practice.faults import Fault
from tests.desktop.rehearsal import Rehearsal, rehearsal
from tests.desktop.test_pages_set_up import faults_of
from tests.desktop.test_repair_page import finished

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
GROUP = "/subscriptions/0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03/resourceGroups/rg-experience"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-contoso"
ASK, SWITCH = "Ask the vault's log", "Switch the log on…"


def opened(qtbot: QtBot, at: Rehearsal) -> tuple[StatusPage, StatusModel, Hand]:
    """The page of a set-up that is finished."""
    finished(at)
    model = at.keep(StatusModel(at.setup))
    page = at.keep(StatusPage(model))
    qtbot.addWidget(page)
    page.resize(900, 1100)
    page.show()
    assert not Hand(page).can_press(ASK), "there can be no use before Adobe is so far"
    model.begin()
    at.wait(lambda: model.status is Status.COMPLETED)
    return page, model, Hand(page)


def ask(at: Rehearsal, model: StatusModel, hand: Hand) -> None:
    hand.press(ASK)
    at.wait(lambda: model.busy is None)


def said(shown: QWidget) -> str:
    return "\n".join(label.text() for label in Hand(shown).visible(QLabel))


def test_the_last_use_is_shown_with_its_age_and_kept(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "key-in-use", speed=1) as at:
        page, model, hand = opened(qtbot, at)
        assert "Not asked yet" in said(page)
        asked = at.cloud.world.log.since(0)
        assert "logs" not in {entry["service"] for entry in asked}, "nothing is asked before somebody wants it"
        ask(at, model, hand)
        assert "With this key Adobe's app last unwrapped" in said(page)
        assert "log-contoso" in said(page)
        assert "Asked at" in said(page)
        assert not hand.can_press(SWITCH)
        at.wait(lambda: faults_of(page) == [])
        kept = at.services.observations.latest("practice", What.KEY_USE)
        assert kept is not None
        assert kept.value["unwraps"]["month"] == 168
        assert at.applied == {}


def test_the_log_is_switched_on_after_it_was_shown(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed", speed=1) as at:
        page, model, hand = opened(qtbot, at)
        ask(at, model, hand)
        assert "are not kept anywhere" in said(page)
        assert "Who can do it: a vault administrator." in said(page)
        at.wait(lambda: faults_of(page) == [])
        hand.press(SWITCH)
        assert model.valid, "what is not confirmed holds nobody up"
        (answer,) = hand.visible(QLineEdit)
        answer.setText(WORKSPACE)
        hand.press("Show what will be changed")
        at.wait(lambda: hand.can_press("Make this change"))
        at.wait(lambda: "Write the audit events of the vault" in said(page))
        assert at.applied == {}
        at.wait(lambda: faults_of(page) == [])
        hand.press("Make this change")
        at.wait(lambda: model.busy is None and model.fixing is None)
        assert at.applied == {"diagnostics.create": 1}
        assert model.notice.startswith("Gone: ")
        assert "does not prove that Adobe does not use the key" in said(page)
        at.cloud.world.clock.advance(2 * 3600)
        ask(at, model, hand)
        assert "With this key Adobe's app last unwrapped" in said(page)


def test_what_fails_is_asked_again(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "key-in-use") as at:
        page, model, hand = opened(qtbot, at)
        at.cloud.world.faults.add(Fault.from_table({"service": "logs", "fault": "captive_portal"}))
        ask(at, model, hand)
        assert model.error is not None
        assert "Not asked yet" in said(page)
        at.cloud.world.faults.clear()
        model.retry()
        at.wait(lambda: model.use is not None and model.busy is None)
        assert model.use is not None
        assert model.use.gap is None


def test_a_right_that_is_missing_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "key-in-use") as at:
        page, model, hand = opened(qtbot, at)
        at.cloud.world.faults.add(
            Fault.from_table(
                {"service": "logs", "fault": "status", "code": 403, "error_code": "InsufficientAccessError"}
            )
        )
        ask(at, model, hand)
        assert model.use is not None
        assert model.use.gap is Gap.NOT_ALLOWED
        assert "Ask for the role Log Analytics Reader on the workspace log-contoso" in said(page)
        at.wait(lambda: faults_of(page) == [])


def test_another_vault_is_not_shown_with_what_was_said_of_this_one(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "key-in-use") as at:
        page, model, hand = opened(qtbot, at)
        ask(at, model, hand)
        assert "With this key Adobe's app last unwrapped" in said(page)
        at.choose(vault="kv-another-one", create=False)
        model.changed.emit()
        assert "last unwrapped" not in said(page)
