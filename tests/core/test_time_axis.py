"""The marks of a time axis: round local times, also on the days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmkwizard.core.time_axis import axis_marks, range_words

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "UTC")]
DAY = timedelta(days=1)


def at(*wall: int, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(*wall, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("span", [timedelta(minutes=1), timedelta(hours=2), DAY, 9 * DAY, 80 * DAY, 3650 * DAY])
@pytest.mark.parametrize("start", [(2026, 3, 28, 20), (2026, 10, 24, 20), (2026, 4, 4, 20), (2026, 10, 3, 20)])
def test_marks_are_in_order_within_the_time_and_not_too_many(
    zone: ZoneInfo, span: timedelta, start: tuple[int, ...]
) -> None:
    since = at(*start, 7, 13, zone=zone)
    marks = axis_marks(since, since + span, 8, zone)
    moments = [mark.at for mark in marks]
    assert moments == sorted(set(moments))
    assert all(since <= moment <= since + span for moment in moments)
    assert 1 <= len(marks) <= 11 or span < timedelta(minutes=2)
    assert all(mark.words for mark in marks)


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (30, 24)])
def test_a_day_of_23_hours_has_its_marks_at_round_times(day: int, hours: int) -> None:
    since, until = at(2026, 3, day), at(2026, 3, day + 1)
    assert until - since == timedelta(hours=hours)
    words = [mark.words for mark in axis_marks(since, until, 8, BERLIN)]
    assert words == ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "00:00"]


def test_the_hour_that_comes_twice_is_marked_twice() -> None:
    marks = axis_marks(at(2026, 10, 25), at(2026, 10, 25, 5), 8, BERLIN)
    assert [mark.words for mark in marks] == ["00:00", "01:00", "02:00", "02:00", "03:00", "04:00", "05:00"]
    assert len({mark.at for mark in marks}) == 7


def test_days_begin_at_local_midnight_on_both_sides_of_a_change() -> None:
    marks = axis_marks(at(2026, 3, 27), at(2026, 3, 31), 8, BERLIN)
    local = [mark.at.astimezone(BERLIN) for mark in marks if mark.words == "00:00"]
    assert [(each.day, each.hour) for each in local] == [(27, 0), (28, 0), (29, 0), (30, 0), (31, 0)]


def test_what_the_words_leave_out_stands_above_once() -> None:
    marks = axis_marks(at(2025, 11, 20), at(2026, 2, 20), 4, BERLIN)
    assert [(mark.words, mark.above) for mark in marks] == [("Dec", "2025"), ("Jan", "2026"), ("Feb", "")]
    hours = axis_marks(at(2026, 11, 23, 20), at(2026, 11, 24, 3), 8, BERLIN)
    assert [mark.above for mark in hours if mark.above] == ["23 Nov 2026", "24 Nov 2026"]


def test_no_time_has_no_marks() -> None:
    now = at(2026, 1, 1)
    assert axis_marks(now, now, 8) == ()


def test_a_range_within_a_day_names_the_day_once() -> None:
    assert range_words(at(2026, 11, 24, 9), at(2026, 11, 24, 14, 30), BERLIN) == "24 Nov 2026 09:00 to 14:30"
    assert range_words(at(2026, 11, 24, 9), at(2026, 12, 1), BERLIN) == "24 Nov 2026 09:00 to 1 Dec 2026 00:00"
