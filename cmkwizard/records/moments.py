"""Moments as they stand in the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from cmkwizard.records.schema import illegible

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def as_text(moment: datetime) -> str:
    """A moment as it stands in the records: ISO 8601, UTC, microseconds, ``Z``. Such texts sort by time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_moment(text: object) -> datetime:
    """Read :func:`as_text` back.

    Raises:
        Problem: of kind ``STORAGE``: somebody else wrote it.
    """
    moment = moment_or_none(text)
    if moment is None:
        raise illegible()
    return moment


def moment_or_none(text: object) -> datetime | None:
    """As :func:`as_moment`; None where somebody else wrote it."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
