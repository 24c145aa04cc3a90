"""The shell: which button can be pressed when, what Enter and Esc do, and what is told about a page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.desktop.page_model import BannerModel, Busy, RailStep, StepState
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.widgets.banner import PRACTICE_TEXT, Chip, PracticeMark
from cmkwizard.desktop.window import Window
from tests.desktop.conftest import PlainJourney, PlainPage, model_of, press, type_into

REFUSED = Problem(
    Kind.PERMISSION,
    "Your account may not create vaults.",
    "Ask for the role Contributor.",
    who="an owner of the subscription",
    reference=Reference("Azure", "AuthorizationFailed", "0f3a-11"),
)


def questions(shell: Shell) -> list[QMessageBox]:
    return [box for box in shell.findChildren(QMessageBox) if box.isVisible()]


def the_button(box: QMessageBox, text: str) -> None:
    next(b for b in box.buttons() if b.text() == text).click()


def test_next_goes_on_and_back_returns_to_what_was_typed(shell: Shell) -> None:
    assert isinstance(shell.page, PlainPage)
    type_into(shell.page.name.editor, "kv-contoso")
    press(shell.frame.next_button)
    assert shell.page_id == "two"
    press(shell.frame.back_button)
    assert shell.page_id == "one"
    assert shell.page.name.editor.text() == "kv-contoso"
    assert model_of(shell).asked == ["enter", "proceed", "leave", "enter"]


def test_a_page_is_built_when_it_is_first_shown_and_kept(shell: Shell, journey: PlainJourney) -> None:
    assert journey.built == ["one"]
    first = shell.page
    shell.show_page("two")
    shell.show_page("one")
    assert journey.built == ["one", "two"]
    assert shell.page is first


def test_an_invalid_page_cannot_be_left_forwards(shell: Shell) -> None:
    model_of(shell).valid = False
    assert not shell.frame.next_button.isEnabled()
    assert shell.frame.back_button.isEnabled()
    QTest.keyClick(shell.focusWidget(), Qt.Key.Key_Return)
    assert shell.page_id == "one"


def test_work_that_next_starts_ends_on_the_next_page(qtbot: QtBot, shell: Shell) -> None:
    model = model_of(shell)
    model.goes_on = False
    press(shell.frame.next_button)
    model.busy = Busy("Creating the vault kv-contoso…")
    assert shell.page_id == "one"
    assert not shell.frame.next_button.isEnabled()
    assert not shell.frame.back_button.isEnabled()
    qtbot.waitUntil(lambda: shell.frame.busy.text == "Creating the vault kv-contoso…")
    model.busy = None
    model.finished.emit()
    assert shell.page_id == "two"


def test_a_page_that_is_not_shown_does_not_move_the_window(shell: Shell) -> None:
    first = shell.page.model
    shell.show_page("two")
    first.finished.emit()
    first.page_chosen.emit("three")
    assert shell.page_id == "two"


def test_cancel_reaches_the_page_at_once(qtbot: QtBot, shell: Shell) -> None:
    model = model_of(shell)
    model.busy = Busy("Waiting for the browser…")
    qtbot.waitUntil(shell.frame.busy.cancel_button.isVisible)
    press(shell.frame.busy.cancel_button)
    assert model.asked[-1] == "cancel"
    assert shell.frame.next_button.isEnabled()
    qtbot.waitUntil(lambda: shell.frame.busy.text == "")


def test_short_work_shows_no_progress(qtbot: QtBot, shell: Shell) -> None:
    model = model_of(shell)
    model.busy = Busy("Quick…")
    model.busy = None
    with qtbot.assertNotEmitted(model.finished, wait=700):
        pass
    assert shell.frame.busy.text == ""


def test_enter_in_a_field_is_next(shell: Shell) -> None:
    assert isinstance(shell.page, PlainPage)
    QTest.keyClick(shell.page.name.editor, Qt.Key.Key_Return)
    assert shell.page_id == "two"


def test_enter_on_back_is_back(shell: Shell) -> None:
    shell.show_page("two")
    shell.frame.back_button.setFocus()
    QTest.keyClick(shell.frame.back_button, Qt.Key.Key_Return)
    assert shell.page_id == "one"


def test_the_point_of_no_return_needs_more_than_enter(shell: Shell, journey: PlainJourney) -> None:
    shell.show_page("two")
    model_of(shell).irreversible = True
    shell.show_page("one")
    shell.show_page("two")
    assert isinstance(shell.page, PlainPage)
    assert shell.window().focusWidget() is shell.frame.back_button
    QTest.keyClick(shell.page.name.editor, Qt.Key.Key_Return)
    QTest.keyClick(shell.frame.next_button, Qt.Key.Key_Return)
    assert shell.page_id == "two"
    press(shell.frame.next_button)
    assert shell.page_id == "three"


def test_esc_asks_and_staying_is_the_default(shell: Shell) -> None:
    model_of(shell).busy = Busy("Creating the vault kv-contoso…")
    QTest.keyClick(shell.frame, Qt.Key.Key_Escape)
    (question,) = questions(shell)
    assert "Creating the vault kv-contoso…" in question.text()
    assert question.defaultButton().text() == "Keep it open"
    the_button(question, "Keep it open")
    assert shell.window().isVisible()
    assert model_of(shell).busy is not None


def test_closing_while_work_runs_asks_and_then_cancels(qtbot: QtBot, shell: Shell) -> None:
    model_of(shell).busy = Busy("Creating the vault kv-contoso…")
    assert not shell.window().close()
    (question,) = questions(shell)
    with qtbot.waitSignal(shell.closed):
        the_button(question, "Close")
    assert "cancel" in model_of(shell).asked
    assert not shell.window().isVisible()


def test_closing_without_work_asks_nothing_and_leaves_the_page(qtbot: QtBot, shell: Shell) -> None:
    with qtbot.waitSignal(shell.closed):
        assert shell.window().close()
    assert model_of(shell).asked[-1] == "leave"


def test_a_problem_is_shown_with_its_remedy_and_its_ids_can_be_copied(
    shell: Shell, tasks: Tasks, qapp: QApplication
) -> None:
    Support(shell, tasks)
    model = model_of(shell)
    model.error = REFUSED
    panel = shell.frame.errors
    assert panel.isVisible()
    shown = " ".join(label.text() for label in (panel._message, panel._remedy, panel._who) if label.isVisible())
    assert REFUSED.message in shown
    assert REFUSED.remedy in shown
    assert "an owner of the subscription" in shown
    assert not panel._details.isVisible()
    press(panel.details_button)
    assert panel._details.isVisible()
    assert "AuthorizationFailed" in panel._details.text()
    press(panel.copy_button)
    assert "0f3a-11" in qapp.clipboard().text()
    press(panel.again_button)
    assert model.asked[-1] == "retry"
    assert panel.isHidden()


def test_the_rail_says_in_words_how_each_step_stands(shell: Shell, journey: PlainJourney) -> None:
    shell.show_page("two")
    journey.states["one"] = StepState.DONE
    journey.states["three"] = StepState.ATTENTION
    journey.changed.emit()
    rail = shell.frame.rail
    said = [rail.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said == ["Step 1, First: Done", "Step 2, Second: Current", "Step 3, Third: Needs attention"]


def test_a_click_in_the_rail_goes_where_one_may_go(shell: Shell) -> None:
    rail = shell.frame.rail

    def click(row: int) -> None:
        where = rail.visualRect(rail.model().index(row, 0)).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=where)

    click(2)
    assert shell.page_id == "one"
    click(1)
    assert shell.page_id == "two"
    model_of(shell).busy = Busy("Working…")
    click(0)
    assert shell.page_id == "two"


def test_the_title_says_which_step_this_is(shell: Shell) -> None:
    assert shell.window().windowTitle() == "Step 1 of 3 · First — cmkwizard"
    shell.show_page("home")
    assert shell.window().windowTitle() == "Welcome — cmkwizard"
    assert shell.frame.back_button.isHidden()


def test_the_first_field_has_the_focus(shell: Shell) -> None:
    assert isinstance(shell.page, PlainPage)
    assert shell.window().focusWidget() is shell.page.name.editor


def test_the_last_page_leads_home(shell: Shell) -> None:
    shell.show_page("three")
    press(shell.frame.next_button)
    assert shell.page_id == "home"


def test_the_banner_says_who_and_where_and_that_this_is_practice(shell: Shell, banner: BannerModel) -> None:
    chips = shell.frame.banner.findChildren(Chip)
    assert chips[0].accessibleName() == "Account: Not signed in"
    (mark,) = shell.frame.banner.findChildren(PracticeMark)
    assert mark.isVisible()
    assert mark.accessibleName() == PRACTICE_TEXT
    assert "PRACTICE" in PRACTICE_TEXT
    banner.update(account="avery@contoso.example", tenant="Contoso", subscription="Production")
    assert [chip.accessibleName() for chip in chips] == [
        "Account: avery@contoso.example",
        "Tenant: Contoso",
        "Subscription: Production",
        "Adobe organisation: Not connected",
    ]


def test_the_real_clouds_have_no_practice_mark(qtbot: QtBot, journey: PlainJourney) -> None:
    shell = Shell(BannerModel(practice=False), journey, lambda: journey.build("one"))
    qtbot.addWidget(shell)
    assert shell.frame.banner.findChildren(PracticeMark) == []


def test_an_end_is_told_in_the_window_too(shell: Shell) -> None:
    first = model_of(shell)
    first.notified.emit("Adobe uses your key", "The submission has been completed.")
    assert shell.frame.message.isHidden()  # the page that is shown says it itself
    shell.show_page("two")
    first.notified.emit("Adobe uses your key", "The submission has been completed.")
    assert shell.frame.message.isVisible()
    assert shell.frame.message.accessibleName() == "Note: Adobe uses your key. The submission has been completed."


def test_what_a_person_should_know_stands_quietly_below_the_steps(shell: Shell, journey: PlainJourney) -> None:
    assert shell.frame.remark.isHidden()
    journey.remark = "Not saved: the disk is full."
    journey.changed.emit()
    assert shell.frame.remark.isVisible()
    assert shell.frame.remark.text() == "Not saved: the disk is full."


def test_closing_while_something_is_written_says_what_is_done(shell: Shell) -> None:
    model = model_of(shell)
    model.done = "Done so far: Resource group."
    model.busy = Busy("Creating what is missing…")
    assert not shell.window().close()
    (question,) = shell.findChildren(QMessageBox)
    assert question.text() == "Creating what is missing…\nClose while this runs?"
    assert question.informativeText().startswith("Done so far: Resource group. What has been done stays done")
    question.reject()
    assert shell.window().isVisible()


@pytest.mark.parametrize("size", [(900, 600), (1080, 720)])
def test_ten_steps_fit_into_the_rail(qtbot: QtBot, banner: BannerModel, size: tuple[int, int]) -> None:
    window = Window()
    qtbot.addWidget(window)
    journey = PlainJourney()
    journey.steps = lambda: [RailStep(str(n), f"Step {n}", reachable=True) for n in range(10)]  # type: ignore[method-assign]
    shell = Shell(banner, journey, lambda: journey.build("one"))
    window.setCentralWidget(shell)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    shell.show_page("home")
    rail = shell.frame.rail
    qtbot.waitUntil(lambda: rail.visualRect(rail.model().index(9, 0)).height() > 0)
    qtbot.waitUntil(lambda: rail.visualRect(rail.model().index(9, 0)).bottom() <= rail.viewport().rect().bottom())


@pytest.mark.parametrize("factor", [1.0, 1.6])
def test_nothing_of_the_frame_is_clipped_at_the_least_size(
    qtbot: QtBot, shell: Shell, qapp: QApplication, factor: float
) -> None:
    """At the least window size, with fonts up to 160 percent, every button is shown whole."""
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(before.pointSizeF() * factor)
    try:
        qapp.setFont(larger)
        window = shell.window()
        window.resize(window.minimumSize())
        shell.page.model.next_text = "Submit the key to Adobe"
        frame = shell.frame
        buttons = (frame.back_button, frame.next_button, frame.home_button)
        qtbot.waitUntil(lambda: all(b.width() >= b.minimumSizeHint().width() for b in buttons))
    finally:
        qapp.setFont(before)
