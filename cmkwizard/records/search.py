"""Finding a text in the history: every entry is looked at, in strides, so that it can be told how far it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence

from cmkwizard.records.lanes import Lane

_LIKE = r"LIKE ?3 ESCAPE '\'"
_EVERYWHERE = " OR ".join(f"{column} {_LIKE}" for column in ("body", "what", "source", "request_id"))
_OF_ACTIONS = " OR ".join(f"{column} {_LIKE}" for column in ("actor", "op_id", "outcome"))
"""Observations have none of these: asking them as well would take a quarter of the time."""
_SEARCH = (
    "SELECT profile, setup, kind, what, seq FROM history NOT INDEXED WHERE seq > ?1 AND seq < ?2 "  # noqa: S608
    f"AND ({_EVERYWHERE} OR (kind <> 'observation' AND ({_OF_ACTIONS}))) ORDER BY seq "
)
_FIRST_STRIDE = 1_000
"""Entries: the nearest ones come at once."""
_LONGEST_STRIDE = 64_000

Reached = Callable[[int, Sequence[int]], None]
"""Gets the number up to which all were looked at, and all numbers that were found until then."""


def numbers_with(
    connection: sqlite3.Connection,
    text: str,
    chosen: Sequence[Lane],
    above: int,
    below: int,
    limit: int,
    *,
    newest: bool,
    reached: Reached | None = None,
) -> list[int]:
    """The numbers of the entries with a text in them, whatever its case, in the order in which they are looked at.

    Args:
        connection: where to read.
        text: as a person writes it.
        chosen: only entries of these lanes.
        above: only entries of a higher number.
        below: only entries of a lower number.
        limit: at most so many; then it ends.
        newest: whether the newest are looked at first; else the oldest.
        reached: called after each stride but the last.
    """
    inside = json.dumps(text, ensure_ascii=False)[1:-1]  # as it stands in a body
    like = inside.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    wanted, query = set(chosen), _SEARCH + ("DESC" if newest else "ASC")
    found: list[int] = []
    for over, under in _strides(above, below, newest=newest):
        for *lane, number in connection.execute(query, (over, under, f"%{like}%")):
            if tuple(lane) in wanted:
                found.append(number)
                if len(found) == limit:
                    return found
        end = over + 1 if newest else under - 1
        if reached is not None and end not in (above + 1, below - 1):
            reached(end, found)
    return found


def _strides(above: int, below: int, *, newest: bool) -> Iterator[tuple[int, int]]:
    """Between which numbers to look at a time, neither of them meant: few at first, then more and more."""
    length = _FIRST_STRIDE
    while above + 1 < below:
        if newest:
            over, under = max(above, below - 1 - length), below
            below = over + 1
        else:
            over, under = above, min(below, above + 1 + length)
            above = under - 1
        yield over, under
        length = min(2 * length, _LONGEST_STRIDE)
