"""The history as lanes over time: bars for what was seen, signs for what was done, few enough to be drawn at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_words import WORST_FIRST, PointState, action_said, said, title_of

MOST_POINTS = 2000
"""So many points are drawn at most; closer ones become one."""


class LaneKey(StrEnum):
    """Which lane it is; in the order from top to bottom."""

    STATUS = "status"
    KEY = "key"
    KEY_USE = "key-use"
    VAULT = "vault"
    REACH = "reach"
    ROLE = "role"
    APP = "app"
    FINDINGS = "findings"
    ALERTS = "alerts"
    ACTIONS = "actions"
    """What was done, and what was written down once: baseline, names of the set-up, the text for Adobe."""


LANE_TITLES: dict[LaneKey, str] = {
    LaneKey.STATUS: "Status at Adobe",
    LaneKey.KEY: "Key",
    LaneKey.KEY_USE: "Use of the key",
    LaneKey.VAULT: "Vault",
    LaneKey.REACH: "Network",
    LaneKey.ROLE: "Role of the app",
    LaneKey.APP: "Adobe's app",
    LaneKey.FINDINGS: "Findings",
    LaneKey.ALERTS: "Alerts",
    LaneKey.ACTIONS: "Actions",
}
_LANE_OF: dict[str, LaneKey] = {
    What.STATUS: LaneKey.STATUS,
    What.KEY: LaneKey.KEY,
    What.KEY_USE: LaneKey.KEY_USE,
    What.VAULT: LaneKey.VAULT,
    What.LOCKS: LaneKey.VAULT,
    What.LOGS: LaneKey.VAULT,
    What.REACH: LaneKey.REACH,
    What.ROLE: LaneKey.ROLE,
    What.APP: LaneKey.APP,
    What.FINDINGS: LaneKey.FINDINGS,
    What.ALERTS: LaneKey.ALERTS,
}
_BESIDE_A_BAR = frozenset({What.LOCKS, What.LOGS})
"""They share a lane with bars, so they are signs: where it was first seen so."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many entries of one kind there are in a slice of time: what is drawn where they are too many to be read."""

    kind: EntryKind
    what: str
    start: datetime
    end: datetime
    """Not part of the slice."""
    count: int
    """At least one."""
    first_number: int


@dataclass(frozen=True, slots=True)
class Point:
    """One bar or sign. Times are in UTC; texts are shown literally."""

    number: int
    """The entry's number; of several in one, the first's."""
    at: datetime
    until: datetime
    words: str
    """A word or two, to stand in or beside it."""
    state: PointState
    title: str
    """What it is about: "Vault"; of an action, what was to be done."""
    sentence: str
    times: int = 1
    """How often it was seen so."""
    count: int = 1
    """How many entries it stands for."""
    mark: bool = False
    """Whether it is a moment, drawn as a sign; else a time, drawn as a bar."""
    action: bool = False
    """Whether somebody did it; else it was seen."""

    @property
    def sign(self) -> bool:
        """Whether it is drawn as a sign: several in one take some time, so they are drawn as a bar."""
        return self.mark and self.count == 1

    @property
    def label(self) -> str:
        """What is written in or beside it."""
        return f"{self.title}: {self.words}" if self.action and self.count == 1 else self.words


@dataclass(frozen=True)
class Lane:
    """One line of the picture; the points are in the order of their times."""

    key: LaneKey
    title: str
    points: tuple[Point, ...] = ()

    @cached_property
    def seconds(self) -> tuple[tuple[float, float], ...]:
        """When each point begins and ends, in seconds since 1970: whoever draws them asks for all, again and again."""
        return tuple((point.at.timestamp(), point.until.timestamp()) for point in self.points)


def lanes_of(
    entries: Iterable[HistoryEntry], since: datetime, until: datetime, density: Iterable[Bucket] = ()
) -> tuple[Lane, ...]:
    """All lanes, in their order, with what touches the time from ``since`` to ``until``.

    An intent and its outcome become one sign. Together there are at most :data:`MOST_POINTS` points: in a lane that
    has more than its share, those that stand close become one, with the worst state of them.

    Args:
        entries: in any order; one that comes twice counts once.
        since: with a time zone.
        until: with a time zone, not before ``since``.
        density: counts of what is not among ``entries``.
    """
    points: dict[LaneKey, list[Point]] = {key: [] for key in LaneKey}
    for key, point in (*_points({entry.number: entry for entry in entries}.values()), *_counted(density)):
        if point.at <= until and point.until >= since:
            points[key].append(point)
    for found in points.values():
        found.sort(key=lambda point: (point.at, point.number))
    left = MOST_POINTS
    for done, key in enumerate(sorted(points, key=lambda key: len(points[key]))):
        share = left // (len(points) - done)
        points[key] = _condensed(points[key], share, since, until)
        left -= len(points[key])
    return tuple(Lane(key, LANE_TITLES[key], tuple(points[key])) for key in LaneKey)


def _points(entries: Iterable[HistoryEntry]) -> Iterator[tuple[LaneKey, Point]]:
    intents: dict[str, HistoryEntry] = {}
    outcomes: dict[str, HistoryEntry] = {}
    for entry in entries:
        if entry.kind is EntryKind.INTENT:
            intents[entry.op_id] = entry
        elif entry.kind is EntryKind.OUTCOME:
            outcomes[entry.op_id] = entry
        else:
            yield _LANE_OF.get(entry.what, LaneKey.ACTIONS), _seen(entry)
    for op_id, intent in intents.items():
        yield LaneKey.ACTIONS, _action(intent, outcomes.pop(op_id, None))
    for outcome in outcomes.values():  # begun before the first of these entries
        yield LaneKey.ACTIONS, _action(outcome, outcome)


def _seen(entry: HistoryEntry) -> Point:
    words, state, sentence = said(entry)
    mark = entry.what not in _LANE_OF or entry.what in _BESIDE_A_BAR
    until = entry.at if mark else max(entry.at, entry.until)
    return Point(entry.number, entry.at, until, words, state, title_of(entry), sentence, entry.times, mark=mark)


def _action(first: HistoryEntry, outcome: HistoryEntry | None) -> Point:
    title = title_of(first)
    words, state, sentence = action_said(title, outcome.outcome if outcome else "")
    until = max(first.at, outcome.at) if outcome else first.at
    return Point(first.number, first.at, until, words, state, title, sentence, mark=True, action=True)


def _counted(density: Iterable[Bucket]) -> Iterator[tuple[LaneKey, Point]]:
    for each in density:
        if each.kind is EntryKind.OUTCOME:
            continue  # its intent is counted
        words = _entries(each.count)
        key = _LANE_OF.get(each.what, LaneKey.ACTIONS) if each.kind is EntryKind.OBSERVATION else LaneKey.ACTIONS
        yield (
            key,
            Point(
                each.first_number,
                each.start,
                max(each.start, each.end),
                words,
                PointState.NEUTRAL,
                LANE_TITLES[key],
                f"{words}, too close together to be told apart here.",
                count=each.count,
            ),
        )


def _entries(count: int) -> str:
    return f"{count:,} entries" if count > 1 else "1 entry"


def _condensed(points: list[Point], share: int, since: datetime, until: datetime) -> list[Point]:
    """At most ``share`` points: the long ones as they are, the short ones of each slice of time as one."""
    width = max((until - since) / max(1, share // 2), timedelta.resolution)
    made = points
    while len(made) > max(1, share):
        made = _sliced(points, width, since, until)
        width *= 2
    return made


def _sliced(points: Sequence[Point], width: timedelta, since: datetime, until: datetime) -> list[Point]:
    made: list[Point] = []
    slices: dict[int, list[Point]] = {}
    for point in points:
        if min(point.until, until) - max(point.at, since) >= width:
            made.append(point)
        else:
            slices.setdefault((max(point.at, since) - since) // width, []).append(point)
    made += (_as_one(each) for each in slices.values())
    return sorted(made, key=lambda point: (point.at, point.number))


def _as_one(points: Sequence[Point]) -> Point:
    if len(points) == 1:
        return points[0]
    first = points[0]
    count = sum(point.count for point in points)
    said_so = Counter[str]()
    for point in points:
        said_so[point.words if point.count == 1 else "several"] += point.count
    told = ", ".join(f"{words} ({number:,})" for words, number in said_so.most_common(_MOST_TOLD))
    more = ", …" if len(said_so) > _MOST_TOLD else ""
    return replace(
        first,
        until=max(point.until for point in points),
        words=_entries(count),
        state=min((point.state for point in points), key=WORST_FIRST.index),
        title=first.title if len({point.title for point in points}) == 1 else "Several",
        sentence=f"{_entries(count)}, drawn as one: {told}{more}.",
        times=sum(point.times for point in points),
        count=count,
    )


_MOST_TOLD = 4
