"""What the tests of the pages use to find a widget without a name, and a key that two buttons want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.accessibility import mnemonics, name, unnamed, without_mnemonic


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
