"""The timeline's bars, and the line that is typed: what they show, and what they let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.desktop.theme import DARK, LIGHT
from cmkwizard.desktop.widgets.timeline import Span, Timeline
from cmkwizard.desktop.widgets.typed_line import TypedLine
from tests.desktop.accessible import contrast

DAY = timedelta(days=1)
SPANS = (
    Span("Primary stores", timedelta(minutes=5), DAY, "minutes to 24 hours"),
    Span("Caches", timedelta(minutes=5), 7 * DAY, "up to 7 days"),
    Span("URL shortener", timedelta(), None, "longer than 7 days, no time is given"),
)


def shown(qtbot: QtBot, spans: tuple[Span, ...] = SPANS, passed: timedelta | None = None) -> Timeline:
    made = Timeline("What stops when")
    qtbot.addWidget(made)
    made.show_spans(spans, passed)
    made.resize(600, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    return made


def painted(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def colour_in(image: QImage, area: QRectF) -> QColor:
    return image.pixelColor(QPoint(int(area.center().x()), int(area.center().y())))


def test_bars_are_as_long_as_their_times(qtbot: QtBot) -> None:
    made = shown(qtbot)
    first, second, third = (made.bar(n) for n in range(3))
    assert first.left() == pytest.approx(second.left(), abs=1)
    assert second.width() / first.width() == pytest.approx(7, rel=0.05)
    assert third.right() == pytest.approx(second.right())
    assert first.bottom() < second.top() < third.top()
    assert third.bottom() < made.height()


def test_a_short_time_can_still_be_seen(qtbot: QtBot) -> None:
    made = shown(qtbot, (Span("Soon", timedelta(), timedelta(minutes=1), "a minute"), SPANS[1]))
    assert made.bar(0).width() >= 10
    assert made.bar(0).left() >= 0


@pytest.mark.parametrize("spans", [(), (Span("Now", timedelta(), timedelta(), "at once"),), (SPANS[2],)])
def test_nothing_to_measure_is_drawn_without_an_axis_of_no_length(qtbot: QtBot, spans: tuple[Span, ...]) -> None:
    made = shown(qtbot, spans)
    assert made.total > timedelta()
    assert not painted(made).isNull()


@pytest.mark.parametrize("width", [280, 420, 900, 2000])
def test_the_marks_of_the_axis_keep_their_distance(qtbot: QtBot, width: int) -> None:
    made = shown(qtbot)
    made.resize(width, made.height())
    ticks = made.ticks()
    assert ticks[0] == timedelta()
    assert len(ticks) <= width / 44 + 1
    assert len(set(ticks)) == len(ticks)


def test_a_screen_reader_is_told_what_is_drawn(qtbot: QtBot) -> None:
    made = shown(qtbot)
    assert made.accessibleName() == "What stops when"
    for span in SPANS:
        assert f"{span.name}: {span.words}." in made.accessibleDescription()
    assert made.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_light_and_dark_show_bars_that_stand_out(qtbot: QtBot, themed: str) -> None:
    of = DARK if themed == "dark" else LIGHT
    made = shown(qtbot)
    image = painted(made)
    assert colour_in(image, made.bar(0)) == of.danger_soft
    assert colour_in(image, made.bar(2)) == of.warning_soft
    ground = image.pixelColor(2, made.height() - 2)
    assert contrast(of.danger, ground) >= 3
    assert contrast(of.muted, ground) >= 4.5


def test_right_to_left_the_time_runs_to_the_left(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert made.bar(0).right() == pytest.approx(made.bar(1).right(), abs=1)
    assert made.bar(0).left() > made.bar(1).left()


def test_now_moves_along_and_stays_at_the_end(qtbot: QtBot, themed: str) -> None:
    link = (DARK if themed == "dark" else LIGHT).link
    columns = []
    for passed in (timedelta(), DAY, 400 * DAY):
        image = painted(shown(qtbot, SPANS, passed))
        columns.append(next(x for x in range(4, image.width()) if image.pixelColor(x, image.height() - 6) == link))
    assert columns == sorted(columns)
    assert columns[0] < columns[1] < columns[2] < 600


def test_only_keys_get_into_a_typed_line(qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("kv-contoso-cmk")
    line = TypedLine()
    qtbot.addWidget(line)
    line.show()
    QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseClick(line, Qt.MouseButton.MiddleButton)
    assert line.text() == ""
    assert not line.acceptDrops()
    assert line.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    QTest.keyClicks(line, "kv-contoso-cmk")
    assert line.text() == "kv-contoso-cmk"
