"""The lanes of the history: its entries by profile, set-up, kind and what, each lane found and read through the index,
however many entries the file holds."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cmkwizard.records.moments import as_text


class Lane(NamedTuple):
    """The entries that are alike in all this."""

    profile: str
    setup: str
    kind: str
    what: str


def lanes(connection: sqlite3.Connection, profile: str | None = None, setup: str | None = None) -> list[Lane]:
    """The lanes that there are; of one profile, and of one set-up, when they are given."""
    profiles = _distinct(connection, ()) if profile is None else [profile]
    return [
        Lane(one, of, kind, what)
        for one in profiles
        for of in (_distinct(connection, (one,)) if setup is None else [setup])
        for kind in _distinct(connection, (one, of))
        for what in _distinct(connection, (one, of, kind))
    ]


def _distinct(connection: sqlite3.Connection, before: tuple[str, ...]) -> list[str]:
    """What follows ``before``, each once: one step down the index for each, not one for each entry."""
    first, following = _STEPS[len(before)]
    row = connection.execute(first, before).fetchone()
    found = []
    while row[0] is not None:
        found.append(str(row[0]))
        row = connection.execute(following, (*before, row[0])).fetchone()
    return found


_STEPS = (
    ("SELECT min(profile) FROM history", "SELECT min(profile) FROM history WHERE profile > ?"),
    (
        "SELECT min(setup) FROM history WHERE profile = ?",
        "SELECT min(setup) FROM history WHERE profile = ? AND setup > ?",
    ),
    (
        "SELECT min(kind) FROM history WHERE profile = ? AND setup = ?",
        "SELECT min(kind) FROM history WHERE profile = ? AND setup = ? AND kind > ?",
    ),
    (
        "SELECT min(what) FROM history WHERE profile = ? AND setup = ? AND kind = ?",
        "SELECT min(what) FROM history WHERE profile = ? AND setup = ? AND kind = ? AND what > ?",
    ),
)


def numbers(
    connection: sqlite3.Connection, lane: Lane, above: int, below: int, limit: int, *, newest: bool = True
) -> list[int]:
    """The numbers of the lane's entries between ``above`` and ``below`` (neither is meant), at most ``limit``."""
    query = _NUMBERS + (_NEWEST_FIRST if newest else _OLDEST_FIRST)
    return [row[0] for row in connection.execute(query, (*lane, above, below, limit))]


_NUMBERS = (
    "SELECT seq FROM history WHERE profile = ? AND setup = ? AND kind = ? AND what = ? AND seq > ? AND seq < ? "
    "ORDER BY seq "
)
_NEWEST_FIRST, _OLDEST_FIRST = "DESC LIMIT ?", "LIMIT ?"


def last(connection: sqlite3.Connection) -> int:
    """The number of the newest entry; 0 where there is none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM history").fetchone()[0])


class _Moments(Sequence[str]):
    """When each entry was written. They are numbered without gaps, in the order of writing; where a clock was set
    back, that order counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._length = last(connection)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: Any) -> Any:
        row = self._connection.execute("SELECT at FROM history WHERE seq = ?", (place + 1,)).fetchone()
        return row[0] if row else ""


def first_from(connection: sqlite3.Connection, moment: datetime) -> int:
    """The number of the first entry that was written at ``moment`` or later, by the clock of this computer."""
    return firsts_from(connection, [moment])[0]


def firsts_from(connection: sqlite3.Connection, moments: Iterable[datetime]) -> list[int]:
    """The same of several moments, each later than the one before it: no entry comes before that of an earlier one."""
    written, found = _Moments(connection), [1]
    for moment in moments:
        found.append(bisect_left(written, as_text(moment), lo=found[-1] - 1) + 1)
    return found[1:]


def first_after(connection: sqlite3.Connection, moment: datetime) -> int:
    """The number of the first entry that was written after ``moment``."""
    return bisect_right(_Moments(connection), as_text(moment)) + 1
