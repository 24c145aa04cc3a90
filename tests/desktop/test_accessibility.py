"""Every page in every state that the tour reaches: all named, no key twice, everything announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.__main__ import main
from cmkwizard.desktop.accessibility import mnemonics, name, unnamed, without_mnemonic
from cmkwizard.desktop.shell import Shell

LOOK_MS = 40


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    yield made
    made.close()


def add(form: QWidget, widget: QWidget) -> None:
    layout = form.layout()
    assert layout is not None
    layout.addWidget(widget)


def test_a_nameless_field_is_found(form: QWidget) -> None:
    nameless, named = QLineEdit(), QLineEdit()
    name(named, "&Vault name", "3 to 24 characters.")
    for widget in (nameless, named, QCheckBox("I &understand"), QPushButton("&Next")):
        add(form, widget)
    form.show()
    assert unnamed(form) == [nameless]
    assert named.accessibleName() == "Vault name"


def test_a_key_that_two_buttons_want_is_found(form: QWidget) -> None:
    for text in ("&Next", "&Name", "Save && &close"):
        add(form, QPushButton(text))
    form.show()
    assert Counter(mnemonics(form)) == {"Alt+N": 2, "Alt+C": 1}
    assert without_mnemonic("Save && &close") == "Save & close"


class Watch(QObject):
    """Looks at the window again and again while it walks."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: set[str] = set()
        self.nameless: set[str] = set()
        self.twice: set[str] = set()
        self.mute: set[str] = set()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        for shell in (w for w in QApplication.allWidgets() if isinstance(w, Shell) and w.page_id):
            page = shell.page_id
            self.pages.add(page)
            window = shell.window()
            self.nameless |= {f"{page}: {type(w).__name__} {w.objectName()}" for w in unnamed(window)}
            self.twice |= {f"{page}: {key}" for key, count in Counter(mnemonics(window)).items() if count > 1}
            self.mute |= {f"{page}: {what}" for what in _mute(QAccessible.queryAccessibleInterface(shell))}


def _mute(node: QAccessibleInterface) -> Iterator[str]:
    """Focusable nodes of the accessibility tree without a name."""
    state: Any = node.state()
    if not node.isValid() or state.invisible:
        return
    if state.focusable and not node.text(QAccessible.Text.Name):
        yield node.role().name
    if node.role() in (QAccessible.Role.Table, QAccessible.Role.List):
        return  # their cells speak their own text; a long list is not walked
    for number in range(node.childCount()):
        yield from _mute(node.child(number))


@pytest.mark.slow
@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)", extend=True)
def test_every_page_is_named_and_keyed_in_every_state(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    watch = Watch()
    status = main(["--practice", "--tour"])
    assert (status, watch.twice, watch.nameless, watch.mute) == (0, set(), set(), set()), capsys.readouterr().out
    assert watch.pages >= {"home", "vault", "key", "review", "consent", "submit", "status"}
