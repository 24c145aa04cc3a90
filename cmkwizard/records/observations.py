"""What was seen in the clouds, when, and by which call: evidence about the past, never the state of the clouds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmkwizard.core.history import EntryKind
from cmkwizard.core.problems import Problem
from cmkwizard.records.database import Database
from cmkwizard.records.lanes import lanes, last, numbers
from cmkwizard.records.moments import Clock, as_moment, as_text, utc_now
from cmkwizard.records.schema import from_json, illegible, setup_of


@dataclass(frozen=True)
class Observation:
    """One thing that was seen."""

    at: datetime
    """When it was first seen so."""
    until: datetime
    """When it was last seen so."""
    profile: str
    setup: str
    """The id of the Adobe organisation; empty where that was not known."""
    what: str
    """What was seen: a ``core.history.What``."""
    value: dict[str, Any]
    source: str
    """The call that answered, such as ``GET /customer/config``."""
    request_id: str
    """The service's own name for the last such call."""
    verified: bool
    """Whether a service answered so."""


class Observations:
    """The observations of one folder. They are added, never changed or removed. The file is opened at the first use."""

    def __init__(self, database: Callable[[], Database], clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        profile: str,
        what: str,
        value: Mapping[str, Any],
        source: str,
        request_id: str = "",
        *,
        setup: str = "",
        verified: bool = False,
    ) -> None:
        """Record what was seen just now. Where it is what was seen last time, from the same source, nothing is added:
        the time for which it held grows.

        Args:
            profile: the name of the cloud profile.
            what: a ``core.history.What``.
            value: plain JSON without secrets.
            source: the call that answered, without what differs from one time to the next.
            request_id: the service's own name for that call.
            setup: the id of the Adobe organisation; empty for the ``organisation`` of ``value``, if it has one.
            verified: whether a service answered so.

        Raises:
            Problem: of kind ``STORAGE``; nothing was written.
        """
        at = as_text(self._clock())
        self._database().write(
            lambda ledger: ledger.observe(
                what,
                value,
                at=at,
                profile=profile,
                setup=setup or setup_of(value),
                source=source,
                request_id=request_id,
                verified=verified,
            )
        )

    def latest(self, profile: str, what: str, setup: str | None = None) -> Observation | None:
        """The newest observation of ``what``, of one set-up when it is given, or None: also where it cannot be read."""
        with self._database().reading() as connection:
            found = [
                number
                for lane in lanes(connection, profile, setup)
                if lane.kind == EntryKind.OBSERVATION and lane.what == what
                for number in numbers(connection, lane, 0, last(connection) + 1, 1)
            ]
            row = connection.execute(f"{_SELECT} WHERE seq = ?", (max(found, default=0),)).fetchone()
        try:
            return _observation(row) if row else None
        except Problem:
            return None

    def entries(self, profile: str | None = None) -> list[Observation]:
        """All observations, oldest first; of one profile when it is given."""
        rows = self._database().rows(
            f"{_SELECT} WHERE kind = 'observation' AND (?1 IS NULL OR profile = ?1) ORDER BY seq", (profile,)
        )
        return [_observation(row) for row in rows]

    def profiles(self) -> list[str]:
        """The profiles that something was seen in, the most recent first."""
        with self._database().reading() as connection:
            newest = [
                (number, lane.profile)
                for lane in lanes(connection)
                if lane.kind == EntryKind.OBSERVATION
                for number in numbers(connection, lane, 0, last(connection) + 1, 1)
            ]
        return list(dict.fromkeys(profile for _, profile in sorted(newest, reverse=True)))


_SELECT = (
    "SELECT at, coalesce(until, at), profile, setup, what, body, source, "
    "coalesce(s.request_id, h.request_id), verified FROM history h LEFT JOIN span s USING (seq)"
)


def _observation(row: tuple[Any, ...]) -> Observation:
    at, until, profile, setup, what, body, source, request_id, verified = row
    value = from_json(body).get("value")
    if not isinstance(value, dict):
        raise illegible()
    return Observation(as_moment(at), as_moment(until), profile, setup, what, value, source, request_id, bool(verified))
