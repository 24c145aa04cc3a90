"""What the tests of the pages use to find a widget without a name, and a key that two buttons want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.requirements.finding import Finding, Severity, Verdict
from cmkwizard.desktop.accessibility import name, without_mnemonic
from cmkwizard.desktop.finding_rows import FindingRow, HowTo, RowState
from cmkwizard.desktop.widgets.finding_item import FindingItem
from cmkwizard.desktop.widgets.finding_list import FindingList
from tests.desktop.accessible import mnemonics, unnamed


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


FINDINGS = {
    RowState.BLOCKS: Finding("V07", Severity.BLOCKER, "It is off.", "Turn it on.", required="It is on"),
    RowState.WARNING: Finding("W03", Severity.WARNING, "It is off.", "Turn it on.", required="It is on"),
    RowState.NOTE: Finding("V11", Severity.NOTE, "It is off.", "Turn it on.", required="It is on"),
    RowState.NOT_KNOWN: Finding("K08", Severity.BLOCKER, "Nobody can say.", "", verdict=Verdict.NOT_KNOWN),
    RowState.MET: Finding("K04", Severity.BLOCKER, "It is on.", "", verdict=Verdict.MET),
    RowState.NOT_NEEDED: Finding("H01", Severity.BLOCKER, "There is none.", "", verdict=Verdict.NOT_NEEDED),
}


def test_a_finding_says_in_words_how_grave_it_is(qtbot: QtBot, themed: str) -> None:
    shown = FindingList("Findings", lambda _address: True)
    qtbot.addWidget(shown)
    how_to = HowTo("Portal > Vault", "https://portal.azure.com/", "az keyvault update")
    shown.show_rows([FindingRow(id_, each, True, how_to, "Please …") for id_, each in FINDINGS.items()])
    shown.show()
    qtbot.waitUntil(
        lambda: len([each for each in shown.findChildren(FindingItem) if each.isVisible()]) == len(FINDINGS)
    )
    items = shown.findChildren(FindingItem)
    for state, item in zip(FINDINGS, items, strict=True):
        assert item.accessibleName().startswith(f"{state.value}, {FINDINGS[state].id}: ")
        assert any(label.text().startswith(state.value) for label in item.findChildren(QLabel))
    buttons = [each for each in shown.findChildren(QAbstractButton) if each.isVisible()]
    names = [each.accessibleName() for each in buttons]
    assert len(names) == len(set(names)) > 9  # each says which finding it is for
    assert all(each.accessibleName().startswith(each.text()) for each in buttons)
    assert unnamed(shown) == []
    assert mnemonics(shown) == []
