"""Lengths of time for people."""

from __future__ import annotations

from datetime import timedelta


def duration(time: timedelta) -> str:
    """The two largest units: "2 h 5 min", "1 min 12 s", "9 s"."""
    seconds = max(0, int(time.total_seconds()))
    for unit, size, smaller, small in (("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if seconds >= size:
            return f"{seconds // size} {unit} {seconds % size // small} {smaller}"
    return f"{seconds} s"
