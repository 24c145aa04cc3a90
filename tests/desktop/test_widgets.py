"""The parts: literal text, long lists, confirmations, addresses, and what they tell a screen reader."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.problems import Problem
from cmkwizard.desktop.open_address import allowed, open_address
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.revocation_parts import Sentences
from cmkwizard.desktop.widgets.action_list import ActionList, ActionRow, RowState
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.filter_list import PORTION, FilterList, ListWords, Row
from cmkwizard.desktop.widgets.inputs import LineEdit, SecretEdit
from cmkwizard.desktop.widgets.options import Options
from cmkwizard.desktop.widgets.scroll import ScrollArea, SlimScrollBar
from cmkwizard.desktop.widgets.text import OneLine, Text, plain, tooltip
from cmkwizard.desktop.widgets.typed_confirmation import TypedConfirmation

MANY = 10_000
PAGE = 500

PAYLOADS = (
    "<b>bold</b>",
    "<img src='file:///etc/passwd'>",
    "<a href='smb://host/share'>open</a>",
    "&lt;not decoded&gt;",
    "a\u202egnp.exe",
    "zero\u200bwidth",
    "bell\x07 and \x1b[31mred",
    "line\u2028separator",
)


def rows(count: int, start: int = 0) -> list[Row]:
    return [
        Row(f"/vaults/{n}", (f"kv-contoso-{n:05}", f"rg-{n % 97:02}", "westeurope" if n % 2 else "northeurope"))
        for n in range(start, start + count)
    ]


@pytest.fixture
def vaults(qtbot: QtBot) -> FilterList:
    made = FilterList("&Filter vaults", ("Name", "Group", "Location"), ListWords("vaults"))
    qtbot.addWidget(made)
    made.resize(700, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_comes_from_outside_is_shown_literally(qtbot: QtBot, payload: str) -> None:
    label = Text(payload)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == plain(payload)
    assert "<" not in tooltip(payload).removeprefix("<qt>").removesuffix("</qt>")


@given(st.text(max_size=300))
def test_no_character_that_reorders_or_hides_is_left(text: str) -> None:
    shown = plain(text)
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\x00\x07\x1b\ufeff"
    )
    assert plain(shown) == shown


def test_a_very_long_text_is_cut() -> None:
    assert len(plain("x" * 1_000_000)) == 2000


def test_a_line_without_room_is_cut_in_the_middle_and_whole_in_the_tooltip(qtbot: QtBot) -> None:
    label = OneLine("0123456789ABCDEF01234567@AdobeOrg <b>")
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    qtbot.waitUntil(lambda: "…" in label.text())
    assert "0123456789ABCDEF01234567@AdobeOrg &lt;b&gt;" in label.toolTip()


def test_a_list_says_in_words_how_it_stands(vaults: FilterList) -> None:
    assert vaults.status == "There are no vaults."
    vaults.begin()
    assert vaults.status == "Loading vaults…"
    vaults.append(rows(PAGE))
    assert vaults.status == "Loading vaults… 500 so far."
    vaults.finish()
    assert vaults.status == "500 vaults."
    QTest.keyClicks(vaults.filter.editor, "00007")
    assert (vaults.shown_count, vaults.status) == (1, "1 of 500 vaults.")
    QTest.keyClicks(vaults.filter.editor, "zzz")
    assert vaults.status == "No match for the filter among 500 vaults."
    vaults.finish("The list could not be loaded.")
    assert vaults.status == "The list could not be loaded."


def test_the_filter_looks_for_every_word_in_any_column(vaults: FilterList) -> None:
    vaults.append(rows(PAGE))
    QTest.keyClicks(vaults.filter.editor, "NORTH rg-04")
    model = vaults.table.model()
    shown = [[model.index(r, c).data() for c in range(3)] for r in range(vaults.shown_count)]
    assert shown
    assert all(group == "rg-04" and location == "northeurope" for _, group, location in shown)


def test_the_selection_is_kept_by_id(qtbot: QtBot, vaults: FilterList) -> None:
    for start in (0, PAGE):
        vaults.append(rows(PAGE, start))
    vaults.table.selectRow(700)
    with qtbot.assertNotEmitted(vaults.selected):
        vaults.begin()
        vaults.append(rows(PAGE))
        vaults.append(rows(PAGE, PAGE))
    assert vaults.table.currentIndex().row() == 700
    QTest.keyClicks(vaults.filter.editor, "00700")
    assert vaults.table.currentIndex().data() == "kv-contoso-00700"
    QTest.keyClicks(vaults.filter.editor, "x")
    assert vaults.selected_id == "/vaults/700"
    vaults.filter.editor.clear()
    assert vaults.table.currentIndex().row() == 700


def test_a_list_is_used_by_keyboard_alone(qtbot: QtBot, vaults: FilterList) -> None:
    vaults.append(rows(PAGE))
    vaults.filter.editor.setFocus()
    chosen: list[str] = []
    vaults.selected.connect(chosen.append)
    QTest.keyClick(vaults.filter.editor, Qt.Key.Key_Down)
    QTest.keyClick(vaults.table, Qt.Key.Key_Down)
    assert chosen == ["/vaults/0", "/vaults/1"]
    with qtbot.waitSignal(vaults.activated) as blocker:
        QTest.keyClick(vaults.table, Qt.Key.Key_Return)
    assert blocker.args == ["/vaults/1"]


def test_an_empty_list_says_in_itself_what_to_do(qtbot: QtBot) -> None:
    made = FilterList("&Filter vaults", ("Name",), ListWords("vaults", "There is none. Make a new one."))
    qtbot.addWidget(made)
    made.show()
    made.begin()
    assert made.status == "Loading vaults…"
    made.finish()
    words = next(label for label in made.findChildren(QLabel) if label.isVisible() and "Make a new" in label.text())
    assert made.table.geometry().contains(words.geometry())
    assert made.filter.isHidden()
    assert made.focus_target() is made.table
    made.append([Row("a", ("kv-a",))])
    assert made.status == "1 vault."
    assert made.filter.isVisible()
    made.append([Row("b", ("kv-b",))])
    assert made.status == "2 vaults."


def test_a_key_stroke_in_the_filter_is_one_change_of_the_table(vaults: FilterList) -> None:
    """A table that is told of each row by itself takes a frame and more for ten thousand of them."""
    for start in range(0, MANY, PAGE):
        vaults.append(rows(PAGE, start))
    vaults.table.selectRow(9999)
    model = vaults.table.model()
    resets = QSignalSpy(model.modelReset)
    single = [QSignalSpy(signal) for signal in (model.rowsInserted, model.rowsRemoved, model.layoutChanged)]
    QTest.keyClicks(vaults.filter.editor, "kv-contoso-0999")
    assert vaults.shown_count == 10
    assert resets.count() == len("kv-contoso-0999")
    assert [spy.count() for spy in single] == [0, 0, 0]


def test_pages_arrive_below_the_rows_that_are_there(vaults: FilterList) -> None:
    model = vaults.table.model()
    for start in range(0, MANY, PAGE):
        vaults.append(rows(PAGE, start))
    vaults.table.selectRow(9000)
    vaults.begin()
    inserted, resets = QSignalSpy(model.rowsInserted), QSignalSpy(model.modelReset)
    for start in range(0, MANY, PAGE):
        vaults.append(rows(PAGE, start))
    vaults.finish()
    assert vaults.shown_count == MANY
    assert [inserted.at(n)[1:] for n in range(inserted.count())] == [
        [start, start + PAGE - 1] for start in range(0, MANY, PAGE)
    ]
    assert resets.count() == 0
    assert vaults.table.currentIndex().row() == 9000


def test_a_huge_page_is_taken_in_portions(qtbot: QtBot, vaults: FilterList) -> None:
    """Other events have their turn between two portions."""
    everything = rows(MANY)
    counted, turns = list[int](), itertools.count()
    window = QTimer(interval=0)
    window.timeout.connect(lambda: next(turns))
    taken: list[int] = []
    vaults.begin()
    vaults.table.model().rowsInserted.connect(lambda _parent, first, last: counted.append(last - first + 1))
    vaults.table.model().rowsInserted.connect(lambda: taken.append(next(turns)))
    vaults.append(everything)
    vaults.finish()
    first = vaults.status
    window.start()
    qtbot.waitUntil(lambda: vaults.shown_count == MANY)
    assert counted == [PORTION] * (MANY // PORTION)
    # The first was taken at once, before the event loop ran.
    assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(taken[1:]))
    assert (first, vaults.status) == ("Loading vaults… 1,000 so far.", "10,000 vaults.")


def test_a_typed_confirmation_wants_the_very_text(qtbot: QtBot) -> None:
    confirmation = TypedConfirmation("Organisation &id", "0123@AdobeOrg")
    qtbot.addWidget(confirmation)
    seen: list[bool] = []
    confirmation.changed.connect(seen.append)
    QTest.keyClicks(confirmation.field.editor, "0123@adobeorg")
    assert seen[-1] is False
    confirmation.field.editor.clear()
    QTest.keyClicks(confirmation.field.editor, " 0123@AdobeOrg ")
    assert seen.pop() is True
    confirmation.ask_for("")
    assert not confirmation.confirmed


def test_a_field_tells_its_error_to_everybody(qtbot: QtBot) -> None:
    field = Field("Key &name", LineEdit(), "1 to 127 letters, digits and hyphens.")
    qtbot.addWidget(field)
    field.show()
    assert field.editor.accessibleName() == "Key name"
    assert field.label.buddy() is field.editor
    field.show_error("A key name has 1 to 127 letters.")
    shown = [label.text() for label in field.findChildren(QLabel) if label.isVisible()]
    assert "A key name has 1 to 127 letters." in shown
    assert field.editor.accessibleDescription() == "Error: A key name has 1 to 127 letters."
    field.show_error(None)
    assert field.editor.accessibleDescription() == "1 to 127 letters, digits and hyphens."


def test_a_secret_is_neither_shown_nor_copied(qtbot: QtBot, qapp: QApplication) -> None:
    secret = SecretEdit()
    qtbot.addWidget(secret)
    qapp.clipboard().clear()
    QTest.keyClicks(secret, "s3cret")
    secret.selectAll()
    secret.copy()
    QTest.keyClick(secret, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "s3cret" not in secret.displayText()
    assert qapp.clipboard().text() == ""


def test_options_say_what_they_mean(qtbot: QtBot) -> None:
    options = Options("Network", (("public", "&Public", "Anybody may knock."), ("restricted", "&Restricted", "")))
    qtbot.addWidget(options)
    options.choose("restricted")
    assert options.choice == "restricted"
    with qtbot.waitSignal(options.chosen) as blocker:
        options.button("public").click()
    assert blocker.args == ["public"]
    assert options.button("public").accessibleDescription() == "Anybody may knock."


def test_a_row_that_stays_is_updated_in_place(qtbot: QtBot) -> None:
    actions = ActionList("Plan")
    qtbot.addWidget(actions)
    actions.show_rows([ActionRow("vault", "Create the vault", RowState.RUNNING, note="3 s")])
    first = actions.findChild(QFrame)
    assert first is not None
    actions.show_rows([ActionRow("vault", "Create the vault", RowState.DONE, "It is ready.")])
    assert actions.findChild(QFrame) is first
    assert first.accessibleName() == "Create the vault: Done. It is ready."


def test_what_is_replaced_is_out_of_sight_at_once_and_what_replaces_it_is_seen(qtbot: QtBot) -> None:
    details, sentences, actions = Details(), Sentences("dot", "muted"), ActionList("Plan")
    for widget in (details, sentences, actions):
        qtbot.addWidget(widget)
        widget.show()

    def seen() -> list[str]:
        labels = [label for widget in (details, sentences, actions) for label in widget.findChildren(QLabel)]
        return [label.text() for label in labels if label.isVisible() and label.text()]

    details.show_pairs([("State", "The key is enabled")])
    sentences.show_sentences(["Nobody else."])
    actions.show_rows([ActionRow("key", "Create the key", RowState.RUNNING)])
    assert seen() == ["State", "The key is enabled", "Nobody else.", "Create the key", "Running"]
    details.show_pairs([("Vault", "kv-payments")])
    sentences.show_sentences([])
    actions.show_rows([ActionRow("vault", "Create the vault", RowState.DONE)])
    assert seen() == ["Vault", "kv-payments", "Create the vault", "Done"]


def test_an_address_is_opened_and_copied(qtbot: QtBot, qapp: QApplication) -> None:
    opened: list[str] = []

    def opener(address: str) -> bool:
        opened.append(address)
        return True

    link = AddressLink("Consent address", opener)
    qtbot.addWidget(link)
    assert link.isHidden()
    link.show_address("https://login.microsoftonline.com/contoso/adminconsent")
    with qtbot.waitSignal(link.opened):
        link.open_button.click()
    link.copy_button.click()
    assert opened == ["https://login.microsoftonline.com/contoso/adminconsent"] == [qapp.clipboard().text()]


@pytest.mark.parametrize(
    "address",
    [
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1",
        "https://LOGIN.microsoftonline.com:443/",
        "http://localhost:4711/authorize",
        "https://kv.vault.localhost:8443/",
        "http://127.0.0.1:4711/",
    ],
)
def test_addresses_that_may_be_opened(address: str) -> None:
    assert allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://login.microsoftonline.com/",
        "https://login.microsoftonline.com.evil.example/",
        "https://evil.example/login.microsoftonline.com",
        "https://login.microsoftonline.com@evil.example/",
        "https://login.microsoftonline.com:8443/",
        "https://localhost.evil.example/",
        "file:///etc/passwd",
        "smb://host/share",
        "javascript:alert(1)",
        "https://login.microsoftonline.com\\@evil.example/",
        "https://login.microsoftonline.com/\n@evil.example",
        "https://lоgin.microsoftonline.com/",
        "https://[::1",
        "",
    ],
)
def test_addresses_that_are_never_opened(address: str) -> None:
    with pytest.raises(Problem):
        open_address(address)


def test_an_area_that_scrolls_has_the_same_accessible_child_however_long_its_content_is(qtbot: QtBot) -> None:
    content = QWidget()
    area = ScrollArea(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    with qtbot.waitExposed(area):
        area.show()
    node = QAccessible.queryAccessibleInterface(area)

    def bar() -> bool:
        return any(each.isVisible() for each in area.findChildren(SlimScrollBar))

    assert (node.childCount(), bar()) == (1, False)
    content.setMinimumHeight(2000)
    qtbot.waitUntil(bar)
    assert node.childCount() == 1, "one that is gone a moment later is asked for all the same"
    shown = next(each for each in area.findChildren(SlimScrollBar) if each.isVisible())
    shown.setValue(shown.maximum())
    assert area.verticalScrollBar().value() == shown.maximum() > 1000
    area.verticalScrollBar().setValue(0)
    assert shown.value() == 0
    assert shown.geometry().right() == area.rect().right()
    area.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.waitUntil(lambda: shown.geometry().left() == 0)
    area.hide()
    assert node.childCount() == 1
