"""Help with an error in the window: what is pasted is explained, and what support needs can be copied and saved."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from cmkwizard import __version__
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.support_ids import SupportId
from cmkwizard.desktop.explain_window import ExplainWindow
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.practice.faults import Fault
from tests.catalogue_cases import CORRELATION, TRACE, answers
from tests.desktop.accessible import mnemonics, unnamed
from tests.desktop.conftest import model_of, press
from tests.desktop.rehearsal import rehearsal
from tests.desktop.test_pages_set_up import faults_of, open_shell

CANARY = "canary-7Qx81Zm-canary"
BLOCKED = f"AADSTS53003: Access has been blocked by Conditional Access policies. Correlation ID: {CORRELATION}"
REFUSED = Problem(
    Kind.PERMISSION,
    "A policy of your organisation forbids this setting.",
    "Ask for an exemption.",
    who="the owner of the Azure Policy",
    reference=Reference(
        "Azure Resource Manager",
        "RequestDisallowedByPolicy",
        "request-7",
        f"Resource 'kv' was disallowed by policy. client_secret={CANARY}",
        (SupportId("Policy", "Allowed locations"), SupportId("Correlation id", CORRELATION)),
    ),
)


@pytest.fixture
def helped(shell: Shell, tasks: Tasks) -> Shell:
    """A shell whose calls for help are answered."""
    Support(shell, tasks)
    return shell


@pytest.fixture
def opened(helped: Shell, qtbot: QtBot) -> Iterator[ExplainWindow]:
    """The window, opened from a page as home does it."""
    model_of(helped).explanation_asked.emit()
    window = the_window(helped)
    yield window
    window.close()


def the_window(shell: Shell) -> ExplainWindow:
    (window,) = [each for each in shell.findChildren(ExplainWindow) if each.isVisible()]
    return window


def shown(window: ExplainWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def explained(qtbot: QtBot, window: ExplainWindow, code: str) -> str:
    qtbot.waitUntil(lambda: code in [each.code for each in window.model.explanations])
    return shown(window)


def test_what_is_typed_is_explained_without_a_button(qtbot: QtBot, opened: ExplainWindow) -> None:
    qtbot.waitUntil(opened.box.editor.hasFocus)
    QTest.keyClicks(opened.box.editor, BLOCKED)
    # What is typed is looked at whenever there is a pause: a busy machine shows parts of it before the whole.
    parts = ("One error is known", "Conditional Access policy", "Who can do it: an Entra administrator", CORRELATION)
    qtbot.waitUntil(lambda: all(part in shown(opened) for part in parts))
    opened.box.editor.setPlainText("ScopeLocked and also AADSTS50076")
    qtbot.waitUntil(lambda: "2 errors are known in this text." in shown(opened))
    assert "Conditional Access" not in explained(qtbot, opened, "ScopeLocked")
    opened.box.editor.setPlainText("It does not work.")
    qtbot.waitUntil(lambda: "This program does not know this error." in shown(opened))


def test_the_other_window_can_be_used_beside_it(opened: ExplainWindow, helped: Shell) -> None:
    assert not opened.isModal()
    assert opened.windowModality() is Qt.WindowModality.NonModal
    press(helped.frame.next_button)
    assert helped.page_id == "two"
    assert opened.isVisible()


def test_there_is_one_window_and_it_keeps_what_was_pasted(opened: ExplainWindow, helped: Shell) -> None:
    opened.box.editor.setPlainText("429")
    opened.close()
    model_of(helped).explanation_asked.emit()
    assert the_window(helped) is opened
    assert opened.box.text == "429"


def test_the_explanation_is_copied(qtbot: QtBot, opened: ExplainWindow, qapp: QApplication) -> None:
    opened.box.editor.setPlainText(f"{BLOCKED} client_secret={CANARY}")
    explained(qtbot, opened, "AADSTS53003")
    press(opened.copy_button)
    copied = qapp.clipboard().text()
    assert copied.startswith("AADSTS53003: A Conditional Access policy")
    assert CORRELATION in copied
    assert CANARY not in copied
    press(opened.support_button)
    copied = qapp.clipboard().text()
    assert f"Program: cmkwizard {__version__}" in copied
    assert "client_secret=(removed)" in copied
    assert CANARY not in copied


def test_nothing_can_be_copied_while_there_is_nothing(opened: ExplainWindow) -> None:
    for button in (opened.copy_button, opened.support_button, opened.bundle_button):
        assert not button.isEnabled()


def test_everything_has_a_name_and_is_reached_by_keys(qtbot: QtBot, opened: ExplainWindow) -> None:
    opened.box.editor.setPlainText(BLOCKED)
    explained(qtbot, opened, "AADSTS53003")
    assert unnamed(opened) == []
    keys = mnemonics(opened)
    assert len(keys) == len(set(keys))
    qtbot.waitUntil(opened.box.editor.hasFocus)
    QTest.keyClick(opened.box.editor, Qt.Key.Key_Tab)
    assert not opened.box.editor.hasFocus()
    assert opened.box.text == BLOCKED
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()


@pytest.mark.parametrize("size", [10.0, 16.0])
def test_no_button_is_clipped(qtbot: QtBot, opened: ExplainWindow, qapp: QApplication, size: float) -> None:
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(size)
    try:
        qapp.setFont(larger)
        opened.resize(opened.minimumSizeHint())
        buttons = (opened.copy_button, opened.support_button, opened.bundle_button, opened.close_button)
        qtbot.waitUntil(lambda: all(b.width() >= b.minimumSizeHint().width() for b in buttons))
    finally:
        qapp.setFont(before)


def test_what_others_wrote_is_shown_literally(qtbot: QtBot, opened: ExplainWindow) -> None:
    opened.box.editor.setPlainText("Error: <b>BrandNewError</b> code: <img/src=x> code: a\u202eb.Brand")
    qtbot.waitUntil(lambda: bool(opened.model.explanations))
    for label in opened.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    assert "\u202e" not in shown(opened)


def test_a_huge_paste_is_taken_and_explained(qtbot: QtBot, opened: ExplainWindow) -> None:
    QGuiApplication.clipboard().setText("all is well. " * 80_000 + "ScopeLocked")
    opened.box.editor.paste()
    explained(qtbot, opened, "ScopeLocked")


def test_the_ids_of_a_problem_are_one_press_away(helped: Shell, qapp: QApplication) -> None:
    model_of(helped).error = REFUSED
    panel = helped.frame.errors
    press(panel.copy_button)
    copied = qapp.clipboard().text()
    for part in ("RequestDisallowedByPolicy", "Request id: request-7", f"Correlation id: {CORRELATION}",
                 "Policy: Allowed locations", "disallowed by policy", __version__, "Time: 20"):  # fmt: skip
        assert part in copied
    assert CANARY not in copied
    press(panel.details_button)
    details = panel._details.text()
    for part in ("Policy: Allowed locations", f"Correlation id: {CORRELATION}", "Request id: request-7"):
        assert part in details


def test_a_problem_leads_to_the_window_with_its_text(qtbot: QtBot, helped: Shell) -> None:
    model_of(helped).error = REFUSED
    press(helped.frame.errors.details_button)
    press(helped.frame.errors.explain_button)
    window = the_window(helped)
    text = explained(qtbot, window, "RequestDisallowedByPolicy")
    assert "Resource 'kv' was disallowed by policy." in window.box.text
    assert "One error is known" in text
    window.close()


def test_the_bundle_is_saved_where_the_person_says(qtbot: QtBot, helped: Shell, tmp_path: Path) -> None:
    model_of(helped).error = REFUSED
    press(helped.frame.errors.details_button)
    press(helped.frame.errors.bundle_button)
    (question,) = helped.findChildren(QFileDialog)
    assert question.isVisible()
    question.fileSelected.emit(str(tmp_path / "support.zip"))
    question.reject()
    qtbot.waitUntil(lambda: "support.zip" in shown_message(helped))
    assert "No secret is in it" in shown_message(helped)
    with zipfile.ZipFile(tmp_path / "support.zip") as bundle:
        assert CORRELATION in bundle.read("support.txt").decode()


def test_a_bundle_that_cannot_be_saved_is_said(qtbot: QtBot, helped: Shell, tmp_path: Path) -> None:
    model_of(helped).error = REFUSED
    helped.frame.errors.bundle_asked.emit()
    (question,) = helped.findChildren(QFileDialog)
    question.fileSelected.emit(str(tmp_path / "nowhere" / "support.zip"))
    question.reject()
    qtbot.waitUntil(lambda: "Choose another place for the bundle." in shown_message(helped))


def shown_message(shell: Shell) -> str:
    return " ".join(label.text() for label in shell.frame.message.findChildren(QLabel) if label.isVisible())


@pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|propagateSizeHints\(\))", extend=True)
def test_home_leads_to_it_before_anybody_signs_in(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path / "records") as at:
        shell = open_shell(qtbot, at)
        Support(shell, at.tasks)
        Hand(shell).press("Paste any error…")
        window = the_window(shell)
        window.box.editor.setPlainText(f"{BLOCKED}\nKey access disabled")
        parts = ("purges all data", "Conditional Access")
        qtbot.waitUntil(lambda: all(part in shown(window) for part in parts))
        text = shown(window)
        assert text.index("purges all data") < text.index("Conditional Access")
        qtbot.waitUntil(lambda: faults_of(window) == [])
        assert at.cloud.world.log.since(0) == []
        window.close()


@pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|propagateSizeHints\(\))", extend=True)
def test_a_sign_in_that_conditional_access_refuses_shows_what_an_administrator_asks_for(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with rehearsal(qtbot, tmp_path / "records") as at:
        shell = open_shell(qtbot, at)
        Support(shell, at.tasks)
        _, status, body = answers()["AADSTS53003"]
        told = {"fault": "status", "service": "entra", "path": "oauth2/v2.0/token", "code": status, "body": body}
        at.cloud.world.faults.add(Fault.from_table(told))
        shell.show_page("azure")
        at.wait(lambda: Hand(shell).can_press("Sign in with the browser"))
        Hand(shell).press("Sign in with the browser")
        at.wait(shell.frame.errors.isVisible)
        Hand(shell).press("Copy for support")
        copied = qapp.clipboard().text()
        for part in (
            "Code: AADSTS53003",
            f"Correlation id: {CORRELATION}",
            f"Trace id: {TRACE}",
            "an Entra administrator",
        ):
            assert part in copied
