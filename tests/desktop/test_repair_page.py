"""The page "Repair after an alert": the alert is chosen or pasted, its causes are put right, and all is verified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.alerts import DISABLED, FAILURE, GAVE_UP
from cmkwizard.core.status import Status
from cmkwizard.desktop.explain_window import ExplainWindow
from cmkwizard.desktop.finding_rows import RowState
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.repair import RepairModel
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.pages.repair import RepairPage
from cmkwizard.desktop.pages.status import StatusPage
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.widgets.finding_item import FindingItem
from cmkwizard.practice.faults import Fault
from tests.desktop.rehearsal import Rehearsal, rehearsal
from tests.desktop.test_models_running import consent, create, ready, review, submit
from tests.desktop.test_pages_set_up import faults_of, open_shell
from tests.journeys.repair_cases import CAUSES, Cause

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
VAULT = "kv-contoso-experience"
THROUGH_THE_WINDOW = [each for each in CAUSES if not each.answer]
"""Where something is typed first, the test of the pasted alert types it."""


def finished(at: Rehearsal) -> None:
    """Signed in, with the choices of a set-up that is finished."""
    at.restore()
    at.sign_in()
    at.connect()
    at.choose(vault=VAULT, create=False)
    at.setup.at_page("status")
    at.wait(lambda: (draft := at.services.drafts.load("practice")) is not None and draft.page == "status")


def change(at: Rehearsal, world: Mapping[str, Any]) -> None:
    """Somebody else changes the world."""
    from tests.journeys.setup_support import Rehearsal as Office

    if world:
        Office(at.cloud, Path()).change(**world)


def opened(qtbot: QtBot, at: Rehearsal) -> tuple[Shell, RepairModel, Hand]:
    """The page, reached from home."""
    shell = open_shell(qtbot, at)
    hand = Hand(shell)
    hand.press("An Adobe alert arrived…")
    assert shell.page_id == "repair"
    model = shell.page.model
    assert isinstance(model, RepairModel)
    return shell, model, hand


def laid_out(at: Rehearsal, shell: Shell) -> None:
    """Wait until all findings are there, and find nothing wrong with how they look."""
    model = shell.page.model
    assert isinstance(model, RepairModel)
    at.wait(lambda: len(list(Hand(shell).visible(FindingItem))) == (0 if model.fixing else len(model.rows)))
    at.wait(lambda: faults_of(shell.window()) == [])


def said(shown: QWidget) -> str:
    return "\n".join(label.text() for label in Hand(shown).visible(QLabel))


def press_fix(shell: Shell, id_: str) -> None:
    next(
        each for each in Hand(shell).visible(QAbstractButton) if each.accessibleName().startswith(f"Fix… {id_}")
    ).click()


@pytest.mark.parametrize("cause", THROUGH_THE_WINDOW, ids=lambda cause: cause.name)
def test_a_cause_is_put_right_through_the_window(qtbot: QtBot, tmp_path: Path, cause: Cause) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        change(at, cause.before)
        change(at, cause.world)
        shell, model, hand = opened(qtbot, at)
        hand.press(cause.alert.code)
        at.wait(lambda: model.repair is not None and model.busy is None)
        assert cause.alert.remedy.cause in said(shell)
        for id_, by_somebody in cause.by_hand.items():
            laid_out(at, shell)
            assert id_ in [row.finding.id for row in model.rows]
            assert any(each.accessibleName().startswith(f"How to fix {id_}") for each in hand.visible(QAbstractButton))
            assert not model.verified
            change(at, by_somebody)
            hand.press("Check again")
            at.wait(lambda: model.busy is None)
        for id_ in cause.fixed:
            laid_out(at, shell)
            assert id_ in [row.finding.id for row in model.rows]
            assert not model.verified
            press_fix(shell, id_)
            at.wait(lambda: hand.can_press("Make this change"))
            hand.press("Make this change")
            at.wait(lambda: model.busy is None and model.fixing is None)
            assert model.notice.startswith("Gone: "), model.notice
        laid_out(at, shell)
        assert model.verified
        assert "Verified: no cause is left" in said(shell)
        assert "up to 7 days for caches" in said(shell)
        assert at.applied == cause.mutations
        assert "DELETE" not in {entry["method"] for entry in at.cloud.world.log.since(0)}


def test_the_purge_comes_first_and_says_who_to_call(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        shell, model, hand = opened(qtbot, at)
        assert model.repair is None
        hand.press(DISABLED.code)
        page = shell.page
        assert isinstance(page, RepairPage)
        text = said(shell)
        assert "Call Adobe now: data may be purged" in text
        assert "ask whether a purge has begun" in text
        assert "state of 2026-11-23" in text
        assert page.first.accessibleName().startswith("Important")
        at.wait(lambda: model.verified)
        laid_out(at, shell)
        assert page.first.y() < page.choice.y() < page.overview.y()
        requests = at.services.guard.requests
        hand.press(FAILURE.code)
        assert "Call Adobe now" not in said(shell)
        assert "do not wait" in said(shell)
        assert model.verified
        assert model.busy is None
        assert at.services.guard.requests == requests, "one reading answers every alert"
        laid_out(at, shell)


def test_a_pasted_alert_is_recognised_and_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    cause = next(each for each in CAUSES if each.name == "key expired")
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        change(at, cause.world)
        shell, model, hand = opened(qtbot, at)
        page = shell.page
        assert isinstance(page, RepairPage)
        page.box.editor.setPlainText("Hello, what is this?")
        at.wait(lambda: "No alert of Adobe was recognised" in said(shell))
        page.box.editor.setPlainText("Adobe Experience Platform: Key access disabled. See the alert.")
        at.wait(lambda: model.alert is DISABLED)
        at.wait(lambda: model.repair is not None and model.busy is None)
        laid_out(at, shell)
        assert [(row.finding.id, row.state) for row in model.rows] == [("K06", RowState.BLOCKS)]
        names = [each.accessibleName() for each in hand.visible(QAbstractButton)]
        for button in ("How to fix K06", "Copy a request K06"):
            assert any(name.startswith(button) for name in names)
        hand.press("Copy all of it")
        assert "Key access disabled: 1 cause to put right" in QGuiApplication.clipboard().text()
        press_fix(shell, "K06")
        assert not hand.can_press("Show what will be changed")
        hand.begin_writing("The key's new end date").setText("31.1.2039")
        assert "Type a day as year, month and day" in said(shell)
        hand.begin_writing("The key's new end date").setText("2039-01-31")
        hand.press("Show what will be changed")
        at.wait(lambda: hand.can_press("Make this change"))
        hand.press("Make this change")
        at.wait(lambda: model.busy is None and model.fixing is None)
        assert model.notice.startswith("Gone: The key experience-cmk expired on"), model.notice
        laid_out(at, shell)
        assert model.verified
        assert [section.title for section in model.sections] == ["What becomes a cause later"]
        assert "may take its end for access withdrawn on purpose" in said(shell)
        assert at.applied == cause.mutations


def test_an_alert_that_is_recognised_elsewhere_leads_here(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        shell = open_shell(qtbot, at)
        Support(shell, at.tasks)
        Hand(shell).press("Paste any error…")
        (window,) = [each for each in shell.findChildren(ExplainWindow) if each.isVisible()]
        hand = Hand(window)
        window.box.editor.setPlainText("AADSTS50076")
        at.wait(lambda: bool(window.model.explanations))
        assert not hand.can_press("Put its causes right…")
        window.box.editor.setPlainText("Key access failure, at 10:14 UTC")
        at.wait(lambda: hand.can_press("Put its causes right…"))
        at.wait(lambda: faults_of(window) == [])
        hand.press("Put its causes right…")
        assert shell.page_id == "repair"
        model = shell.page.model
        assert isinstance(model, RepairModel)
        assert model.alert is FAILURE
        at.wait(lambda: model.verified)
        window.close()


def test_a_failed_submission_leads_here_in_its_order(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "job-fails") as at:
        ready(at)
        review(at)
        create(at)
        consent(at)
        submit(at)
        status = at.keep(StatusModel(at.setup))
        page = at.keep(StatusPage(status))
        qtbot.addWidget(page)
        page.show()
        asked: list[str] = []
        status.page_chosen.connect(asked.append)
        status.begin()
        assert not Hand(page).can_press("Find and put right…")
        at.wait(lambda: status.status is Status.FAILED)
        Hand(page).press("Find and put right…")
        assert asked == ["repair"]
        model = at.keep(RepairModel(at.setup))
        model.enter()
        assert model.alert is GAVE_UP
        at.wait(lambda: model.repair is not None and model.busy is None)
        assert not model.sections
        assert "ask Adobe support to try again" in model.summary


def test_what_is_missing_is_said_and_the_warning_comes_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        shell, model, hand = opened(qtbot, at)
        at.wait(lambda: model.setup.restored)
        hand.press(DISABLED.code)
        assert "Call Adobe now" in said(shell)
        assert "First comes “Before you begin”" in said(shell) or "First comes “Sign in to Azure”" in said(shell)
        assert model.repair is None
        laid_out(at, shell)
        hand.press("Go on to what is missing")
        assert shell.page_id == model.lacks


def test_what_cannot_be_read_is_not_verified(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        at.cloud.world.faults.add(
            Fault.from_table({"service": "graph", "path": "servicePrincipals", "fault": "status", "code": 403})
        )
        shell, model, hand = opened(qtbot, at)
        hand.press(DISABLED.code)
        at.wait(lambda: model.repair is not None and model.busy is None)
        laid_out(at, shell)
        assert "What could not be read" in said(shell)
        assert "Verified" not in said(shell)
        assert model.heading == "No cause was found in what could be read"


def test_what_runs_is_not_left_for_an_alert(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        shell = open_shell(qtbot, at)
        Support(shell, at.tasks)
        Hand(shell).press("Paste any error…")
        (window,) = [each for each in shell.findChildren(ExplainWindow) if each.isVisible()]
        window.box.editor.setPlainText("Key access disabled")
        at.wait(lambda: Hand(window).can_press("Put its causes right…"))
        shell.show_page("check")
        at.wait(lambda: Hand(shell).can_press("Copy all findings"))
        at.cloud.world.faults.add(Fault.from_table({"service": "arm", "fault": "slow", "interval_s": 30}))
        Hand(shell).press("Check again")
        assert shell.page.model.busy is not None
        Hand(window).press("Put its causes right…")
        assert shell.page_id == "check"
        assert "Something is still running here" in said(shell)
        shell.page.model.cancel()
        Hand(window).press("Put its causes right…")
        assert shell.page_id == "repair"
        shell.page.model.cancel()
        at.cloud.world.faults.clear()
        window.close()


def test_a_repair_that_is_stopped_before_it_is_confirmed_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        finished(at)
        change(at, next(each.world for each in CAUSES if each.name == "role removed"))
        shell, model, hand = opened(qtbot, at)
        hand.press(DISABLED.code)
        at.wait(lambda: model.repair is not None and model.busy is None)
        laid_out(at, shell)
        press_fix(shell, "P05")
        at.wait(lambda: hand.can_press("Leave it as it is"))
        assert "Call Adobe now" in said(shell), "the warning stays on the page"
        hand.press("Leave it as it is")
        laid_out(at, shell)
        assert [row.finding.id for row in model.rows] == ["P05"]
        hand.press("Home")
        assert at.applied == {}
