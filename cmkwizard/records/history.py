"""Reading what the records hold of the past. Nothing here writes, and nothing takes longer in a long history, but a
search for a text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.problems import Cancelled, Problem
from cmkwizard.records.database import Database
from cmkwizard.records.lanes import Lane, first_after, first_from, firsts_from, lanes, last, numbers
from cmkwizard.records.moments import as_moment, moment_or_none
from cmkwizard.records.schema import from_json, illegible
from cmkwizard.records.search import Reached, numbers_with

if TYPE_CHECKING:
    from cmkwizard.core.history_lanes import Bucket

_SELECT = (
    "SELECT seq, at, coalesce(until, at), coalesce(times, 1), kind, profile, setup, what, body, source, "
    "coalesce(s.request_id, h.request_id), h.request_id, verified, tenant, actor, op_id, outcome "
    "FROM history h LEFT JOIN span s USING (seq)"
)
_COUNT = (
    "SELECT count(*) FROM history WHERE profile = ? AND setup = ? AND kind = ? AND what = ? AND seq >= ? AND seq < ?"
)
_CHUNK = 1000
Progress = Callable[[datetime, list[HistoryEntry]], None]
"""Gets the moment of the entry that a search has got to, and what it found since it was called last."""


@dataclass(frozen=True)
class SetupKey:
    """A set-up that the history knows."""

    profile: str
    setup: str
    """The id of the Adobe organisation; empty for what was written before one was chosen."""
    last_at: datetime
    """When something of it was last seen or done."""


class History:
    """The history of one folder. The file is opened at the first use.

    Where a method takes ``profile`` and ``setup``, None stands for all, and an empty set-up for what belongs to none.
    All raise a Problem of kind ``STORAGE`` where the file cannot be read.
    """

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def setups(self) -> tuple[SetupKey, ...]:
        """The set-ups, the one last seen first."""
        with self._database().reading() as connection:
            newest = {
                key: max(
                    moment
                    for lane in group
                    for number in numbers(connection, lane, 0, last(connection) + 1, 1)
                    for moment in connection.execute(
                        "SELECT coalesce(until, at) FROM history LEFT JOIN span USING (seq) WHERE seq = ?", (number,)
                    )
                )[0]
                for key, group in groupby(lanes(connection), lambda lane: (lane.profile, lane.setup))
            }
        never = datetime.fromtimestamp(0, UTC)
        keys = [SetupKey(profile, setup, moment_or_none(at) or never) for (profile, setup), at in newest.items()]
        return tuple(sorted(keys, key=lambda key: key.last_at, reverse=True))

    def page(
        self,
        profile: str | None = None,
        setup: str | None = None,
        *,
        kinds: Collection[str] | None = None,
        whats: Collection[str] | None = None,
        text: str = "",
        before: int | None = None,
        after: int | None = None,
        limit: int = 200,
        since: datetime | None = None,
        until: datetime | None = None,
        stop: Callable[[], bool] | None = None,
        progress: Progress | None = None,
    ) -> list[HistoryEntry]:
        """Some entries: the newest first, or the oldest first where ``after`` is given.

        Args:
            profile: as for all methods.
            setup: as for all methods.
            kinds: only these, when given.
            whats: only these, when given.
            text: only entries with this text in what was seen or done, its source, ids or actor, whatever its case.
            before: only entries of a lower number.
            after: only entries of a higher number.
            limit: at most so many.
            since: only what was written then or later.
            until: only what was written then or before.
            stop: asked now and then; true ends a long search.
            progress: called now and then in a long search.

        Raises:
            Cancelled: ``stop`` said so.
        """
        with self._database().reading(stop) as connection:
            above = max(after or 0, first_from(connection, since) - 1 if since else 0)
            below = last(connection) + 1 if before is None else before
            if until is not None:
                below = min(below, first_after(connection, until))
            chosen = _chosen(connection, profile, setup, kinds, whats)
            newest = after is None
            if text:
                reached = _telling(connection, progress, newest=newest) if progress is not None else None
                found = numbers_with(connection, text, chosen, above, below, limit, newest=newest, reached=reached)
            else:
                found = _numbers(connection, chosen, above, below, limit, newest=newest)
            return _entries(connection, found, newest=newest)

    def few(
        self,
        profile: str | None,
        setup: str | None,
        since: datetime,
        until: datetime,
        most: int,
        *,
        kinds: Collection[str] | None = None,
        whats: Collection[str] | None = None,
    ) -> list[HistoryEntry] | None:
        """All entries of a time, as :meth:`page` says, or None where they are more than ``most``: none is read then."""
        with self._database().reading() as connection:
            chosen = _chosen(connection, profile, setup, kinds, whats)
            above, below = first_from(connection, since) - 1, first_after(connection, until)
            found = _numbers(connection, chosen, above, below, most + 1, newest=True)
            return _entries(connection, found, newest=True) if len(found) <= most else None

    def iterate(self, profile: str | None = None, setup: str | None = None) -> Iterator[HistoryEntry]:
        """All entries, oldest first, without ever holding many of them."""
        done = 0
        while some := self.page(profile, setup, after=done, limit=_CHUNK):
            yield from some
            done = some[-1].number

    def count(self, profile: str | None = None, setup: str | None = None) -> int:
        """How many entries there are."""
        with self._database().reading() as connection:
            if profile is None and setup is None:
                return last(connection)
            query = "SELECT count(*) FROM history WHERE profile = ? AND setup = ? AND kind = ? AND what = ?"
            return sum(connection.execute(query, lane).fetchone()[0] for lane in lanes(connection, profile, setup))

    def entry(self, number: int) -> HistoryEntry | None:
        """The entry of this number, or None."""
        with self._database().reading() as connection:
            return next(iter(_entries(connection, [number], newest=True)), None)

    def state(self, profile: str, setup: str, at: datetime | None = None) -> dict[str, HistoryEntry]:
        """How things stood: the newest observation of each :class:`What` that there was. Where that one cannot be read,
        it is left out, and nothing older stands in for it.

        Args:
            profile: the cloud profile.
            setup: the set-up.
            at: the moment that is meant; None: now. An entry's ``until`` may be later than this: it held on.
        """
        with self._database().reading() as connection:
            below = last(connection) + 1 if at is None else first_after(connection, at)
            seen = [lane for lane in lanes(connection, profile, setup) if lane.kind == EntryKind.OBSERVATION]
            found = [number for lane in seen for number in numbers(connection, lane, 0, below, 1)]
            return {entry.what: entry for entry in _entries(connection, found, newest=False) if entry.legible}

    def baseline(self, profile: str, setup: str) -> HistoryEntry | None:
        """How things stood when Adobe completed, as it was written down last; None when it never was."""
        return next(iter(self.page(profile, setup, whats=(What.BASELINE,), limit=1)), None)

    def density(
        self,
        profile: str | None,
        setup: str | None,
        since: datetime,
        until: datetime,
        buckets: int,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> list[Bucket]:
        """How many entries of each kind and what were written in each of ``buckets`` equal parts of a time; parts
        without any are left out. May take half a second in a history of a million entries: call it on a worker.

        Raises:
            Cancelled: ``stop`` said so.
        """
        step = (until - since) / buckets
        found: list[Bucket] = []
        with self._database().reading(stop) as connection:
            edges = [since + step * number for number in range(buckets)] + [until + timedelta(microseconds=1)]
            starts = firsts_from(connection, edges)
            chosen = lanes(connection, profile, setup)
            for part in range(buckets):
                if stop is not None and stop():
                    raise Cancelled
                if starts[part] < starts[part + 1]:
                    found += _counted(connection, chosen, edges[part : part + 2], starts[part : part + 2])
        return found


def _chosen(
    connection: sqlite3.Connection,
    profile: str | None,
    setup: str | None,
    kinds: Collection[str] | None,
    whats: Collection[str] | None,
) -> list[Lane]:
    return [
        lane
        for lane in lanes(connection, profile, setup)
        if (kinds is None or lane.kind in kinds) and (whats is None or lane.what in whats)
    ]


def _numbers(
    connection: sqlite3.Connection, chosen: list[Lane], above: int, below: int, limit: int, *, newest: bool
) -> list[int]:
    each = (numbers(connection, lane, above, below, limit, newest=newest) for lane in chosen)
    return sorted((number for some in each for number in some), reverse=newest)[:limit]


def _counted(
    connection: sqlite3.Connection, chosen: list[Lane], edges: list[datetime], starts: list[int]
) -> list[Bucket]:
    from cmkwizard.core.history_lanes import Bucket  # here: who only asks for the status does without its words

    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for lane in chosen:
        first, *_none = numbers(connection, lane, starts[0] - 1, starts[1], 1, newest=False) or [0]
        if first:
            (count,) = connection.execute(_COUNT, (*lane, first, starts[1])).fetchone()
            so_far, earliest = counts.get(lane[2:], (0, first))
            counts[lane[2:]] = (so_far + count, min(earliest, first))
    return [
        Bucket(EntryKind(kind), what, edges[0], edges[1], count, first)
        for (kind, what), (count, first) in counts.items()
    ]


def _telling(connection: sqlite3.Connection, progress: Progress, *, newest: bool) -> Reached:
    told = 0

    def reached(number: int, found: Sequence[int]) -> None:
        nonlocal told
        some, told = list(found[told:]), len(found)
        progress(_moment_before(connection, number), _entries(connection, some, newest=newest))

    return reached


def _entries(connection: sqlite3.Connection, found: list[int], *, newest: bool) -> list[HistoryEntry]:
    entries = []
    for start in range(0, len(found), _CHUNK):
        some = found[start : start + _CHUNK]
        for row in connection.execute(f"{_SELECT} WHERE seq IN ({','.join('?' * len(some))})", some):
            try:
                entries.append(_entry(row))
            except (Problem, ValueError):
                entries.append(_illegible(row, _moment_before(connection, row[0])))
    entries = _with_actions(connection, entries)
    return sorted(entries, key=lambda entry: entry.number, reverse=newest)


def _with_actions(connection: sqlite3.Connection, entries: list[HistoryEntry]) -> list[HistoryEntry]:
    """The same, each outcome with the action that its intent names."""
    ended = list({entry.op_id for entry in entries if entry.kind is EntryKind.OUTCOME and entry.op_id})
    bodies: dict[str, str] = {}
    for start in range(0, len(ended), _CHUNK):
        some = ended[start : start + _CHUNK]
        bodies.update(connection.execute(_INTENTS.format(",".join("?" * len(some))), some))
    return [
        replace(entry, action=_action(bodies[entry.op_id])) if entry.op_id in bodies else entry for entry in entries
    ]


_INTENTS = "SELECT op_id, body FROM history WHERE op_id IN ({}) AND op_id <> '' AND kind = 'intent'"


def _action(body: str) -> str:
    try:
        return str(from_json(body).get("action", ""))
    except Problem:
        return ""


def _moment_before(connection: sqlite3.Connection, number: int) -> datetime:
    """When the last entry before this one was written whose moment can be read."""
    rows = connection.execute("SELECT at FROM history WHERE seq <= ? ORDER BY seq DESC", (number,))
    return next((moment for (at,) in rows if (moment := moment_or_none(at))), datetime.fromtimestamp(0, UTC))


def _illegible(row: tuple[Any, ...], before: datetime) -> HistoryEntry:
    """What can be told of an entry that is not as any program of this kind writes it."""
    number, at, until, times, kind, profile, setup, what, *_rest = row
    first = moment_or_none(at) or before
    return HistoryEntry(
        number=number,
        at=first,
        until=moment_or_none(until) or first,
        times=times,
        kind=EntryKind(kind) if kind in list(EntryKind) else EntryKind.OBSERVATION,
        profile=profile,
        setup=setup,
        what=what,
        legible=False,
    )


def _entry(row: tuple[Any, ...]) -> HistoryEntry:
    number, at, until, times, kind, profile, setup, what, body, *rest = row
    source, request_id, first_request_id, verified, tenant, actor, op_id, outcome = rest
    content = from_json(body)
    value = content.get("value") or content.get("desired") or content.get("evidence") or {}
    if not isinstance(value, dict):
        raise illegible()
    return HistoryEntry(
        number=number,
        at=as_moment(at),
        until=as_moment(until),
        times=times,
        kind=EntryKind(kind),
        profile=profile,
        setup=setup,
        what=what,
        value=value,
        source=source,
        request_id=request_id,
        first_request_id=first_request_id,
        verified=bool(verified),
        tenant=tenant,
        actor=actor,
        op_id=op_id,
        action=str(content.get("action", "")),
        outcome=outcome,
    )
