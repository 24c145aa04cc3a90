"""The history's timeline: what is drawn where, how it is walked, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cmkwizard.core.history_lanes import LANE_TITLES, Lane, LaneKey, Point
from cmkwizard.core.history_words import PointState
from cmkwizard.core.time_axis import range_words
from cmkwizard.desktop.theme import DARK, LIGHT
from cmkwizard.desktop.widgets.history_timeline import HistoryTimeline
from tests.desktop.accessible import contrast, unnamed

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = START + 20 * DAY
KEYS = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def bar(number: int, start: float, end: float, words: str = "seen", state: PointState = PointState.GOOD) -> Point:
    return Point(number, START + start * DAY, START + end * DAY, words, state, "Thing", f"It was {words}.", times=3)


def sign(number: int, at: float, title: str, state: PointState = PointState.GOOD) -> Point:
    moment = START + at * DAY
    return Point(number, moment, moment, "done", state, title, f"{title}. It was done.", mark=True, action=True)


def lane(key: LaneKey, *points: Point) -> Lane:
    return Lane(key, LANE_TITLES[key], points)


LANES = (
    lane(LaneKey.STATUS, bar(2, 1, 5, "RUNNING", PointState.WORKING), bar(5, 5, 12, "COMPLETED")),
    lane(LaneKey.KEY),
    lane(LaneKey.VAULT, bar(3, 2, 9, "firewall on"), bar(7, 9, 9.5, "not there", PointState.BAD)),
    lane(LaneKey.ACTIONS, sign(1, 0.5, "Create the vault"), sign(4, 4, "Create the key"), sign(8, 15, "Lock it")),
)


def shown(qtbot: QtBot, lanes: Sequence[Lane] = LANES, width: int = 900) -> HistoryTimeline:
    made = HistoryTimeline("History of the set-up")
    qtbot.addWidget(made)
    made.show_lanes(lanes, START, NOW)
    made.resize(width, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    made.plot.setFocus()
    return made


def press(made: HistoryTimeline, *keys: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    for key in keys:
        QTest.keyClick(made.plot, key, modifier or Qt.KeyboardModifier.NoModifier)


def click(made: HistoryTimeline, number: int) -> None:
    where = made.plot.area(number).center().toPoint()
    QTest.mouseClick(made.plot, Qt.MouseButton.LeftButton, pos=where)


def colour_in(made: HistoryTimeline, area: QRectF) -> QColor:
    image: QImage = made.plot.grab().toImage()
    ratio = image.devicePixelRatio()
    # Above the words and clear of the drawing at the bar's beginning.
    return image.pixelColor(QPoint(int((area.right() - 8) * ratio), int((area.top() + 4) * ratio)))


def range_of(made: HistoryTimeline) -> tuple[datetime, datetime]:
    assert made.range is not None
    return made.range


def length(made: HistoryTimeline) -> timedelta:
    since, until = range_of(made)
    return until - since


def test_at_first_everything_is_shown_and_bars_are_as_long_as_their_times(qtbot: QtBot) -> None:
    made = shown(qtbot)
    assert range_of(made) == (START, NOW)
    running, completed = made.plot.area(2), made.plot.area(5)
    assert completed.width() / running.width() == pytest.approx(7 / 4, rel=0.02)
    assert running.right() == pytest.approx(completed.left(), abs=1)
    assert running.bottom() < made.plot.area(3).top() < made.plot.area(1).top()
    assert made.plot.area(8).bottom() < made.plot.height()


def test_light_and_dark_show_good_and_bad_apart_and_to_be_seen(qtbot: QtBot, themed: str) -> None:
    of = DARK if themed == "dark" else LIGHT
    made = shown(qtbot)
    assert colour_in(made, made.plot.area(5)) == of.success_soft
    assert colour_in(made, made.plot.area(2)) == of.accent_soft
    for colour in (of.success, of.danger, of.warning, of.link, of.outline):
        assert contrast(colour, of.base) >= 3
    for ground in (of.success_soft, of.accent_soft, of.warning_soft, of.danger_soft, of.hover):
        assert contrast(of.text, ground) >= 4.5


def test_a_narrow_bad_bar_is_filled_and_higher_than_a_good_one(qtbot: QtBot, themed: str) -> None:
    of = DARK if themed == "dark" else LIGHT
    made = shown(qtbot, [lane(LaneKey.ROLE, bar(1, 1, 1.1), bar(2, 5, 5.1, "not there", PointState.BAD))])
    image = made.plot.grab().toImage()
    good, bad = (made.plot.area(number) for number in (1, 2))

    def at(area: QRectF, up: float) -> QColor:
        return image.pixelColor(QPoint(int(area.center().x()), int(area.top() - up)))

    assert image.pixelColor(bad.center().toPoint()) == of.danger
    assert at(bad, 2) == of.danger
    assert at(good, 2) != of.success


def test_a_screen_reader_is_told_what_there_is_and_what_is_selected(qtbot: QtBot) -> None:
    made = shown(qtbot)
    assert made.plot.accessibleName() == "History of the set-up"
    assert "Status at Adobe: 2, Vault: 2, Actions: 3." in made.plot.accessibleDescription()
    assert range_words(START, NOW) in made.plot.accessibleDescription()
    made.select(7)
    words = (
        f"Vault, {range_words(START + 9 * DAY, START + 9.5 * DAY)}: not there (bad). It was not there. Seen so 3 times."
    )
    assert made.plot.accessibleDescription().startswith(words)
    assert made.point_line.text() == words
    assert unnamed(made) == []


def test_keys_walk_from_point_to_point_and_from_lane_to_lane(qtbot: QtBot) -> None:
    made = shown(qtbot)
    went: list[int] = []
    made.point_selected.connect(went.append)
    press(made, KEYS.Key_Right)  # into the first lane, at its last point
    press(made, KEYS.Key_Left, KEYS.Key_Down, KEYS.Key_Right, KEYS.Key_Down, KEYS.Key_Home, KEYS.Key_End, KEYS.Key_Up)
    assert went == [5, 2, 3, 7, 4, 1, 8, 7]
    assert made.selected == 7


def test_right_to_left_the_keys_and_the_drawing_are_mirrored(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert made.plot.area(5).right() == pytest.approx(made.plot.area(2).left(), abs=1)
    made.select(2)
    press(made, KEYS.Key_Left)
    assert made.selected == 5


def test_enter_and_a_click_choose_a_point(qtbot: QtBot) -> None:
    made = shown(qtbot)
    chosen: list[int] = []
    made.point_chosen.connect(chosen.append)
    click(made, 3)
    press(made, KEYS.Key_Right, KEYS.Key_Return)
    click(made, 8)
    assert chosen == [3, 7, 8]
    QTest.mouseClick(made.plot, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert chosen == [3, 7, 8]


def test_a_sign_on_a_bar_can_be_clicked(qtbot: QtBot) -> None:
    made = shown(qtbot, [lane(LaneKey.VAULT, bar(1, 1, 19), sign(2, 6, "Locks of the vault"))])
    chosen: list[int] = []
    made.point_chosen.connect(chosen.append)
    click(made, 2)
    QTest.mouseClick(made.plot, Qt.MouseButton.LeftButton, pos=made.plot.area(2).center().toPoint() + QPoint(60, 0))
    assert chosen == [2, 1]


def test_several_in_one_are_drawn_larger_before_one_can_be_chosen(qtbot: QtBot) -> None:
    many = Point(1, START + DAY, START + 3 * DAY, "40 entries", PointState.NEUTRAL, "Several", "40 entries.", count=40)
    made = shown(qtbot, [lane(LaneKey.ACTIONS, many)])
    chosen: list[int] = []
    made.point_chosen.connect(chosen.append)
    with qtbot.waitSignal(made.range_wanted) as told:
        click(made, 1)
    assert chosen == []
    since, until = range_of(made)
    assert told.args == [since, until]
    assert since <= many.at < many.until <= until
    assert until - since < 3 * DAY
    press(made, KEYS.Key_Return)
    assert chosen == [1], "where it cannot be drawn larger, the first of them is chosen"


@pytest.mark.parametrize("way", ["keys", "buttons"])
def test_zooming_keeps_the_selected_point_where_it_is(qtbot: QtBot, way: str) -> None:
    made = shown(qtbot)
    made.select(4)
    before = made.plot.area(4).center().x()
    for _ in range(3):
        if way == "keys":
            press(made, KEYS.Key_Plus)
        else:
            QTest.mouseClick(made.in_button, Qt.MouseButton.LeftButton)
    assert length(made) / (20 * DAY) == pytest.approx(1.5**-3)
    assert made.plot.area(4).center().x() == pytest.approx(before, abs=1.5)
    if way == "keys":
        press(made, KEYS.Key_Minus, KEYS.Key_0)
    else:
        QTest.mouseClick(made.out_button, Qt.MouseButton.LeftButton)
        QTest.mouseClick(made.all_button, Qt.MouseButton.LeftButton)
    assert range_of(made) == (START, NOW)
    assert made.range_line.text() == range_words(START, NOW)


def test_no_zoom_and_no_move_leaves_what_there_is(qtbot: QtBot) -> None:
    made = shown(qtbot)
    press(made, *[KEYS.Key_Plus] * 40)
    assert length(made) == timedelta(minutes=1)
    press(made, *[KEYS.Key_Right] * 3, modifier=CONTROL)
    press(made, *[KEYS.Key_Minus] * 60)
    assert range_of(made) == (START, NOW)
    made.show_range(START - 90 * DAY, START - 80 * DAY)
    assert range_of(made) == (START, START + 10 * DAY)


def wheel(made: HistoryTimeline, at: QPointF, delta: QPoint, modifier: Qt.KeyboardModifier) -> QWheelEvent:
    event = QWheelEvent(
        at,
        made.plot.mapToGlobal(at),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(made.plot, event)
    return event


def test_the_wheel_zooms_at_the_pointer_with_ctrl_and_scrolls_the_page_without(qtbot: QtBot) -> None:
    made = shown(qtbot)
    at = made.plot.area(4).center()
    assert not wheel(made, at, QPoint(0, 120), Qt.KeyboardModifier.NoModifier).isAccepted()
    assert range_of(made) == (START, NOW)
    assert wheel(made, at, QPoint(0, 120), CONTROL).isAccepted()
    assert length(made) < 20 * DAY
    assert made.plot.area(4).center().x() == pytest.approx(at.x(), abs=1.5)
    before = range_of(made)
    assert wheel(made, at, QPoint(-120, 0), Qt.KeyboardModifier.NoModifier).isAccepted()
    assert range_of(made)[0] > before[0]


def test_dragging_moves_and_chooses_nothing(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.show_range(START + 2 * DAY, START + 8 * DAY)
    chosen: list[int] = []
    made.point_chosen.connect(chosen.append)
    before = made.plot.area(4).center()
    start, end = before.toPoint(), before.toPoint() + QPoint(90, 0)
    QTest.mousePress(made.plot, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(made.plot, end)
    QTest.mouseRelease(made.plot, Qt.MouseButton.LeftButton, pos=end)
    assert made.plot.area(4).center().x() == pytest.approx(before.x() + 90, abs=1.5)
    assert chosen == []


def test_another_time_is_asked_for_once_and_the_last_one_counts(qtbot: QtBot) -> None:
    made = shown(qtbot)
    asked: list[tuple[datetime, datetime]] = []
    made.range_wanted.connect(lambda since, until: asked.append((since, until)))
    with qtbot.waitSignal(made.range_wanted):
        for day in range(1, 8):
            made.show_range(START + day * DAY, START + (day + 2) * DAY)
    assert asked == [(START + 7 * DAY, START + 9 * DAY)]


def test_new_lanes_leave_the_time_and_the_selection_as_they_are(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.show_lanes(LANES, START, NOW + DAY)
    assert range_of(made) == (START, NOW + DAY), "all stays all, with what has come"
    made.select(7)
    made.show_range(START + 8 * DAY, START + 10 * DAY)
    made.show_lanes([lane(LaneKey.VAULT, bar(6, 1, 9), bar(7, 9, 9.5, "not there"))], START, NOW + 2 * DAY)
    assert range_of(made) == (START + 8 * DAY, START + 10 * DAY)
    assert "not there" in made.point_line.text()
    made.show_lanes([lane(LaneKey.VAULT)], START, NOW + 2 * DAY)
    assert made.selected == 7
    assert "not there" not in made.point_line.text()


def test_where_nothing_is_left_the_arrow_moves_the_time(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.show_range(START + 4 * DAY, START + 12 * DAY)
    made.select(5)
    press(made, KEYS.Key_Right)
    assert made.selected == 5
    assert range_of(made) == (START + 6 * DAY, START + 14 * DAY)


def test_a_step_to_a_point_outside_brings_it_into_view(qtbot: QtBot) -> None:
    made = shown(qtbot)
    made.show_range(START, START + 5 * DAY)
    made.select(4)
    press(made, KEYS.Key_Right)
    since, until = range_of(made)
    assert made.selected == 8
    assert since < START + 15 * DAY < until


def test_moments_are_marked_and_can_be_taken_away(qtbot: QtBot) -> None:
    made = shown(qtbot)
    assert [flag.words for flag in made.plot.flags] == ["now"]
    made.as_of(START + 3 * DAY)
    made.show_compared(START + 9 * DAY)
    assert [flag.words for flag in made.plot.flags] == ["as of", "compared with", "now"]
    marked = made.plot.grab().toImage()
    made.as_of(None)
    made.show_compared(None)
    assert [flag.words for flag in made.plot.flags] == ["now"]
    assert made.plot.grab().toImage() != marked


@pytest.mark.parametrize("lanes", [[], [lane(LaneKey.KEY)], [lane(LaneKey.KEY, bar(1, 0, 0))]])
@pytest.mark.parametrize("width", [320, 900])
def test_nothing_and_next_to_nothing_are_drawn(qtbot: QtBot, lanes: list[Lane], width: int) -> None:
    made = shown(qtbot, lanes, width)
    press(made, KEYS.Key_Left, KEYS.Key_Down, KEYS.Key_End, KEYS.Key_Return, KEYS.Key_Plus)
    assert not made.plot.grab().isNull()


def test_no_time_at_all_is_a_minute(qtbot: QtBot) -> None:
    made = HistoryTimeline("History of the set-up")
    qtbot.addWidget(made)
    press(made, KEYS.Key_Right, KEYS.Key_Plus)  # before there is anything
    made.show_lanes([], START, START)
    assert length(made) == timedelta(minutes=1)


def test_texts_of_others_are_shown_literally_and_without_what_is_unseen(qtbot: QtBot) -> None:
    nasty = "<b>bold</b>\u202etxt\u200b"
    made = shown(qtbot, [lane(LaneKey.KEY, bar(1, 1, 9, nasty))])
    made.select(1)
    assert "<b>bold</b>txt" in made.point_line.text()
    assert "\u202e" not in made.plot.accessibleDescription()
    assert not made.plot.grab().isNull()
