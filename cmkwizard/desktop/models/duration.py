"""Lengths of time and moments for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def duration(time: timedelta) -> str:
    """The two largest units: "2 h 5 min", "1 min 12 s", "9 s"."""
    seconds = max(0, int(time.total_seconds()))
    for unit, size, smaller, small in (("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            return f"{seconds // size} {unit} {seconds % size // small} {smaller}"
    return f"{seconds} s"


def moment(at: datetime) -> str:
    """A moment for people: local day and time, and how long ago."""
    minutes = max(0, int((datetime.now(UTC) - at).total_seconds() // 60))
    for unit, length in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= length:
            count = minutes // length
            return f"{at.astimezone():%Y-%m-%d %H:%M}, {count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
