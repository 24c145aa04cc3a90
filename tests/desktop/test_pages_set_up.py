"""Every page of the set-up as it is shown on the way: named, reachable by keyboard, nothing clipped."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.tour import Tour
from cmkwizard.desktop.window import Window
from tests.desktop.accessible import mnemonics, unnamed
from tests.desktop.rehearsal import Rehearsal, rehearsal

TOUR_MS = 600_000
"""How long a whole tour is waited for: a shared machine can be many times slower than a quiet one."""
LEVELS = 8
"""So deep are layouts within layouts, at most."""

pytestmark = pytest.mark.qt_log_ignore(
    # The list of names below a field is a window of its own.
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))",
    extend=True,
)


def faults_of(window: QWidget) -> list[str]:
    """What is wrong with what is shown now."""
    found = [f"no name: {type(widget).__name__} {widget.objectName()}" for widget in unnamed(window)]
    found += [f"mute: {role}" for role in mute(QAccessible.queryAccessibleInterface(window))]
    found += [f"mnemonic twice: {key}" for key, count in Counter(mnemonics(window)).items() if count > 1]
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text() and clipped(label):
            found.append(f"clipped: {label.text()!r} in {label.size().toTuple()}")
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.width() < button.sizeHint().width():
            found.append(f"clipped: {button.text()!r}")
    for label in window.findChildren(QLabel):
        if label.textFormat() is not Qt.TextFormat.PlainText:
            found.append(f"not plain: {label.text()!r}")
    return found


def mute(node: QAccessibleInterface) -> Iterator[str]:
    """Focusable nodes of the accessibility tree without a name."""
    state: Any = node.state()
    if not node.isValid() or state.invisible:
        return
    if state.focusable and not node.text(QAccessible.Text.Name):
        yield node.role().name
    if node.role() in (QAccessible.Role.Table, QAccessible.Role.List):
        return  # their cells speak their own text; a long list is not walked
    for number in range(node.childCount()):
        yield from mute(node.child(number))


def clipped(label: QLabel) -> bool:
    """Whether a label's text needs more room than it has, or leaves its page."""
    if label.wordWrap():
        too_low = label.height() < label.heightForWidth(label.width())
    else:
        too_low = label.width() < label.sizeHint().width() - 1
    holder = label.parentWidget()
    while holder is not None and not isinstance(holder, QScrollArea):
        holder = holder.parentWidget()
    if holder is None:
        return too_low
    right = label.mapTo(holder, QPoint(label.width(), 0)).x()
    return too_low or right > holder.viewport().width()


def open_shell(qtbot: QtBot, at: Rehearsal) -> Shell:
    """The window's shell at home."""
    window = Window()
    qtbot.addWidget(window)
    at.services.opener = at.open
    pages = SetupPages(at.services, at.tasks, at.banner)
    shell = Shell(at.banner, pages, lambda: HomePage(HomeModel(at.services, at.tasks, pages)))
    window.setCentralWidget(shell)
    at.kept.append(window)
    with qtbot.waitExposed(window):
        window.show()
    shell.show_page(HOME)
    return shell


def walk(qtbot: QtBot, at: Rehearsal, shell: Shell, seen: dict[str, list[str]]) -> list[dict[str, object]]:
    """Tour the window and look at every state."""

    def look(page: str, state: str) -> None:
        # What has just changed is laid out in the next turns of the event loop, a level of it in each; here at once.
        for _ in range(LEVELS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        seen[f"{page} {state}".strip()] = faults_of(shell.window())

    out = io.StringIO()
    ended: list[int] = []
    tour = Tour(shell, at.services, out=out, look=look, finish=ended.append)
    tour.start()
    qtbot.waitUntil(lambda: bool(ended), timeout=TOUR_MS)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return [*lines, {"exit": ended[0]}]


@pytest.mark.parametrize("scenario", ["happy", "existing-vault", "big-tenant"])
def test_nothing_is_unnamed_clipped_or_ambiguous_on_the_way(qtbot: QtBot, tmp_path: Path, scenario: str) -> None:
    seen: dict[str, list[str]] = {}
    with rehearsal(qtbot, tmp_path, scenario) as at:
        lines = walk(qtbot, at, open_shell(qtbot, at), seen)
    assert (lines[-2]["result"], lines[-1]["exit"]) == ("COMPLETED", 0), lines
    assert {state: faults for state, faults in seen.items() if faults} == {}
    pages = {state.partition(" ")[0] for state in seen}
    expected = "home before azure adobe vault key check review create consent submit status"
    assert pages == set(expected.split())


def test_leaving_in_the_middle_goes_on_at_the_right_page(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        first = open_shell(qtbot, at)
        tour = Tour(first, at.services, out=io.StringIO(), look=lambda _page, _state: None, finish=lambda _status: None)
        tour.start()
        at.wait(lambda: first.page_id == "create")
        tour._timer.stop()
        at.wait(lambda: (left := at.services.drafts.load("practice")) is not None and left.page == "create")
        second = open_shell(qtbot, at)
        hand = Hand(second)
        at.wait(lambda: hand.can_press("Continue set-up"))
        hand.press("Continue set-up")
        # What the first start read does not hold any more: it is read anew, everything chosen is still there.
        at.wait(lambda: second.page_id == "check" and second.page.model.valid)
        assert at.banner.account == "alice@contoso.example"


@pytest.mark.parametrize(
    ("scenario", "page", "outcome", "result", "status", "words"),
    [
        ("no-rights", "check", "blocked", "BLOCKED", 1, "Your account may not create the vault"),
        ("adobe-no-permission", "adobe", "blocked", "BLOCKED", 1, "may not manage customer-managed keys"),
        ("consent-declined", "consent", "pending", "PENDING", 3, "declined in the browser"),
        ("job-fails", "status", "failed", "FAILED", 1, "FAILED"),
    ],
)
def test_the_tour_says_which_page_stopped_it(
    qtbot: QtBot, tmp_path: Path, scenario: str, page: str, outcome: str, result: str, status: int, words: str
) -> None:
    seen: dict[str, list[str]] = {}
    with rehearsal(qtbot, tmp_path, scenario) as at:
        lines = walk(qtbot, at, open_shell(qtbot, at), seen)
    assert (lines[-3]["page"], lines[-3]["outcome"]) == (page, outcome)
    assert words in str(lines[-3]["detail"])
    assert (lines[-2]["result"], lines[-1]["exit"]) == (result, status)
    assert {state: faults for state, faults in seen.items() if faults} == {}


def test_the_client_secret_cannot_be_seen(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        shell = open_shell(qtbot, at)
        at.sign_in()
        secret = at.services.given.secret
        shell.show_page("azure")
        at.wait(lambda: shell.page.model.valid)
        shell.show_page("adobe")
        at.wait(lambda: any(f.text() == secret for f in shell.findChildren(QLineEdit)))
        for field in shell.findChildren(QLineEdit):
            assert secret not in field.displayText()
        for button in shell.findChildren(QAbstractButton):
            assert "reveal" not in button.text().lower()
