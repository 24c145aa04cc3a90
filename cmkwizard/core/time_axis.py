"""Moments to mark along an axis of time: round ones in local time, and right on the days on which clocks change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_CLOCK_STEPS = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR)
_DAY_STEPS = (_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY)
_MONTH_STEPS = (1, 3, 12, 60, 240)
_MONTH = timedelta(days=30)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class AxisMark:
    """One mark of the axis."""

    at: datetime
    """In UTC."""
    words: str
    """What changes from mark to mark: "14:00", "24 Nov", "Nov", "2026"."""
    above: str = ""
    """What the words leave out, where it is another than at the mark before: "24 Nov 2026", "2026"."""


def fitting_step(total: timedelta, most: float, steps: Sequence[timedelta]) -> timedelta:
    """The smallest of ``steps`` of which no more than ``most`` fit into ``total``; the last where none does."""
    return next((step for step in steps if total / step <= most), steps[-1])


def axis_marks(since: datetime, until: datetime, most: float, zone: tzinfo | None = None) -> tuple[AxisMark, ...]:
    """Round local moments from ``since`` to ``until``, about ``most`` of them at the most.

    Args:
        since: with a time zone.
        until: with a time zone; nothing is marked where it is not after ``since``.
        most: for how many there is room.
        zone: the local time zone; None: this computer's.
    """
    total = until - since
    if total <= timedelta():
        return ()
    steps = (*_CLOCK_STEPS, *_DAY_STEPS, *(_MONTH * months for months in _MONTH_STEPS))
    step = fitting_step(total, max(1.0, most), steps)
    if step < _DAY:
        moments = _by_clock(since, until, step, zone)
    elif step < _MONTH:
        moments = _by_day(since, until, step.days, zone)
    else:
        moments = _by_month(since, until, round(step / _MONTH), zone)
    return tuple(_worded(moments, step, zone))


def range_words(since: datetime, until: datetime, zone: tzinfo | None = None) -> str:
    """From when to when, in local time: "24 Nov 2026 14:00 to 25 Nov 2026 09:30"; on one day that is said once."""
    one, other = since.astimezone(zone), until.astimezone(zone)
    end = f"{other:%H:%M}" if one.date() == other.date() else f"{_date(other.date())} {other:%H:%M}"
    return f"{_date(one.date())} {one:%H:%M} to {end}"


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _utc(wall: datetime, zone: tzinfo | None) -> datetime:
    """A time on the wall as a moment; one that the clocks jump over is the moment at which they do."""
    return (wall.replace(tzinfo=zone) if zone else wall).astimezone(UTC)


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return _utc(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - a time on the wall


def _by_clock(since: datetime, until: datetime, step: timedelta, zone: tzinfo | None) -> Iterator[datetime]:
    """Each day's marks count from its midnight, by the clock on the wall."""
    day, before = since.astimezone(zone).date(), None
    while (start := _midnight(day, zone)) <= until:
        day += _DAY
        end = _midnight(day, zone)
        at = start
        while at < min(end, until + step):
            shown = _rounded(at, step, zone)
            if since <= shown <= until and (before is None or shown > before):
                yield shown
                before = shown
            at += step


def _rounded(at: datetime, step: timedelta, zone: tzinfo | None) -> datetime:
    """Where the clocks have changed since midnight, the steps from there go on at round times again."""
    if step <= _HOUR:
        return at
    local = at.astimezone(zone)
    off = timedelta(hours=local.hour, minutes=local.minute) % step
    return at - off if off <= step / 2 else at + (step - off)


def _by_day(since: datetime, until: datetime, days: int, zone: tzinfo | None) -> Iterator[datetime]:
    day = since.astimezone(zone).date()
    day -= timedelta(days=(day.toordinal() - 1) % days)  # the first day of all was a Monday
    while (at := _midnight(day, zone)) <= until:
        if at >= since:
            yield at
        day += timedelta(days=days)


def _by_month(since: datetime, until: datetime, months: int, zone: tzinfo | None) -> Iterator[datetime]:
    first = since.astimezone(zone)
    month = (first.year * 12 + first.month - 1) // months * months
    while (at := _midnight(date(month // 12, month % 12 + 1, 1), zone)) <= until:
        if at >= since:
            yield at
        month += months


def _worded(moments: Iterator[datetime], step: timedelta, zone: tzinfo | None) -> Iterator[AxisMark]:
    before = ""
    for at in moments:
        local = at.astimezone(zone)
        if step < _DAY:
            words, above = f"{local:%H:%M}", _date(local.date())
        elif step < _MONTH:
            words, above = f"{local.day} {MONTHS[local.month - 1]}", str(local.year)
        elif step < 12 * _MONTH:
            words, above = MONTHS[local.month - 1], str(local.year)
        else:
            words, above = str(local.year), ""
        yield AxisMark(at, words, above if above != before else "")
        before = above
