"""What was seen in the clouds, when, and by which call: evidence about the past, never the state of the clouds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmkwizard.records.database import Clock, Database, as_moment, as_text, utc_now
from cmkwizard.records.journal import as_json, from_json

DEPLOYMENT = "deployment"
"""What the set-up is about. Value, each optional: ``tenant`` (id), ``tenant_name``, ``subscription``, ``vault``,
``vault_uri``, ``key``, ``key_identifier``, ``organisation``, ``region``, ``configuration``."""

STATUS = "status"
"""Adobe's answer. Value: ``word`` (Adobe's own), ``configuration``; if known ``organisation``, ``key_identifier``."""


TICKET = "ticket"
"""What Adobe Customer Care has to be told for Customer Journey Analytics. Value: ``organisation``, ``key_identifier``,
``text``."""


@dataclass(frozen=True)
class Observation:
    """One thing that was seen."""

    at: datetime
    profile: str
    what: str
    value: dict[str, Any]
    source: str
    """The call that answered, such as ``GET /customer/config``."""
    request_id: str


class Observations:
    """The observations of one folder. They are added, never changed or removed. The file is opened at the first use."""

    def __init__(self, database: Callable[[], Database], clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def add(self, profile: str, what: str, value: Mapping[str, Any], source: str, request_id: str = "") -> None:
        """Record what was seen just now. ``value`` is plain JSON without secrets.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        self._database().add(
            "INSERT INTO observation (at, profile, what, value, source, request_id) VALUES (?,?,?,?,?,?)",
            (as_text(self._clock()), profile, what, as_json(value), source, request_id),
        )

    def latest(self, profile: str, what: str) -> Observation | None:
        """The newest observation of ``what``, or None."""
        rows = self._database().rows(
            f"{_SELECT} WHERE profile = ? AND what = ? ORDER BY number DESC LIMIT 1", (profile, what)
        )
        return _observation(rows[0]) if rows else None

    def entries(self, profile: str | None = None) -> list[Observation]:
        """All observations, oldest first; of one profile when it is given."""
        rows = self._database().rows(f"{_SELECT} WHERE ?1 IS NULL OR profile = ?1 ORDER BY number", (profile,))
        return [_observation(row) for row in rows]

    def profiles(self) -> list[str]:
        """The profiles that something was seen in, the most recent first."""
        rows = self._database().rows("SELECT profile FROM observation GROUP BY profile ORDER BY max(number) DESC")
        return [str(row[0]) for row in rows]


_SELECT = "SELECT at, profile, what, value, source, request_id FROM observation"


def _observation(row: tuple[Any, ...]) -> Observation:
    return Observation(as_moment(row[0]), row[1], row[2], from_json(row[3]), row[4], row[5])
