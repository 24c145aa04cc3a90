"""Both palettes can be read: contrast of every text on every ground it stands on, and outlines that are seen."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.theme import DARK, LIGHT, Colours, Theme, colours, palette
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.inputs import CheckBox, ComboBox, LineEdit, RadioButton, SpinBox
from cmkwizard.desktop.widgets.text import Text
from tests.desktop.accessible import contrast

READABLE = 4.5
SEEN = 3.0
BOTH = pytest.mark.parametrize("of", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_texts_can_be_read(of: Colours) -> None:
    grounds = {name: getattr(of, name) for name in ("window", "rail", "surface", "base", "hover", "accent_soft")}
    soft = {name: getattr(of, f"{name}_soft") for name in ("success", "warning", "danger")}
    pairs = [
        ((text, getattr(of, text)), ground) for text, ground in product(("text", "muted", "link"), grounds.items())
    ]
    pairs += [(("text", of.text), ground) for ground in soft.items()]
    pairs += [(("muted", of.muted), ("danger_soft", of.danger_soft))]
    pairs += [((name, getattr(of, name)), (f"{name}_soft", ground)) for name, ground in soft.items()]
    pairs += [((name, getattr(of, name)), ("surface", of.surface)) for name in soft]
    pairs += [((name, getattr(of, name)), ("window", of.window)) for name in soft]
    pairs += [(("on_accent", of.on_accent), ("accent", of.accent)), (("on_danger", of.on_accent), ("fill", of.alarm))]
    pairs += [(("on_practice", of.on_practice), ("practice", of.practice))]
    weak = {
        f"{text} on {ground}": round(contrast(ink, fill), 2)
        for (text, ink), (ground, fill) in pairs
        if contrast(ink, fill) < READABLE
    }
    assert weak == {}


@BOTH
def test_outlines_and_marks_are_seen(of: Colours) -> None:
    weak = {
        f"{line} on {ground}": round(contrast(getattr(of, line), getattr(of, ground)), 2)
        for line, ground in product(("outline", "link"), ("window", "surface", "base", "rail"))
        if contrast(getattr(of, line), getattr(of, ground)) < SEEN
    }
    assert weak == {}
    assert contrast(of.accent, of.surface) >= SEEN


@BOTH
def test_the_palette_keeps_the_roles_readable(of: Colours) -> None:
    made = palette(of)
    role = QPalette.ColorRole
    pairs = (
        (role.WindowText, role.Window), (role.Text, role.Base), (role.ButtonText, role.Button), (role.Link, role.Base),
        (role.HighlightedText, role.Highlight), (role.ToolTipText, role.ToolTipBase), (role.PlaceholderText, role.Base),
    )  # fmt: skip
    assert [pair for pair in pairs if contrast(made.color(pair[0]), made.color(pair[1])) < READABLE] == []
    assert colours(made) is of


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_the_settings_override_the_system(qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        theme = Theme(qapp, "dark")
        assert qapp.palette().color(QPalette.ColorRole.Window) == DARK.window
        theme.choose("light")
        assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.window
    finally:
        qapp.setPalette(before)


def test_a_window_that_is_open_follows_a_new_palette(qtbot: QtBot, qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        theme = Theme(qapp, "light")
        widget = QWidget()
        texts = Text("What it means", "help", widget), Text("What is wrong", "error", widget)

        def shown() -> list[QColor]:
            return [text.palette().windowText().color() for text in texts]

        qtbot.addWidget(widget)
        with qtbot.waitExposed(widget):
            widget.show()
        theme.choose("dark")
        qtbot.waitUntil(lambda: colours(widget.palette()) is DARK)
        qtbot.waitUntil(lambda: shown() == [DARK.muted, DARK.danger])
        theme.choose("light")
        qtbot.waitUntil(lambda: shown() == [LIGHT.muted, LIGHT.danger])
    finally:
        qapp.setPalette(before)


def an_unchecked_box() -> QWidget:
    return CheckBox("I understand")


def an_unchecked_option() -> QWidget:
    return RadioButton("Use a key that exists")


def an_empty_field() -> QWidget:
    return LineEdit()


def a_choice() -> QWidget:
    box = ComboBox()
    box.addItem("RSA")
    return box


def a_number() -> QWidget:
    return SpinBox(7, 90)


def a_button() -> QWidget:
    return Button("Back")


@pytest.mark.parametrize(
    "make",
    [an_unchecked_box, an_unchecked_option, an_empty_field, a_choice, a_number, a_button],
    ids=lambda f: f.__name__,
)
def test_the_outline_of_an_input_is_painted_so_that_it_is_seen(qtbot: QtBot, themed: str, make: object) -> None:
    """What was painted, not what was meant: a pixel of the frame against the page's ground."""
    of = DARK if themed == "dark" else LIGHT
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(300, 80)
    page.setAutoFillBackground(True)
    widget: QWidget = make()  # type: ignore[operator]
    widget.setParent(page)
    widget.setGeometry(20, 20, 240, 36)
    with qtbot.waitExposed(page):
        page.show()
    page.setFocus()
    image = page.grab().toImage()
    middle = widget.geometry().center().y()
    row = [QColor(image.pixel(x, middle)) for x in range(14, 60)]
    assert max(contrast(pixel, of.window) for pixel in row[:20]) >= SEEN
