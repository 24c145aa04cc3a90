"""The lanes of the history: what each entry says, what becomes one sign, and that they never become too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_lanes import MOST_POINTS, Bucket, Lane, LaneKey, Point, lanes_of
from cmkwizard.core.history_words import PointState, said, sentence_of, title_of, words_of
from cmkwizard.core.status import SENTENCES, STAGES, Status

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = "https://kv-contoso.vault.azure.net/keys/cmk/3f2a07c19b6e4d5f8a7b6c5d4e3f2a1b"
OPEN = {"public_access": True, "default_action": "Allow", "bypass": "None"}
FIREWALL = {"public_access": True, "default_action": "Deny", "bypass": "AzureServices"}


def seen(number: int, what: str, value: dict[str, Any], at: datetime = START, long: timedelta = HOUR) -> HistoryEntry:
    return HistoryEntry(number, at, at + long, 3, EntryKind.OBSERVATION, "public", "org", what, value)


def act(number: int, kind: EntryKind, at: datetime, outcome: str = "", op_id: str = "one") -> HistoryEntry:
    action = "Create the key" if kind is EntryKind.INTENT else ""
    return HistoryEntry(
        number, at, at, 1, kind, "public", "org", "make-key", op_id=op_id, action=action, outcome=outcome
    )


def lane(lanes: tuple[Lane, ...], key: LaneKey) -> tuple[Point, ...]:
    return next(each.points for each in lanes if each.key is key)


@pytest.mark.parametrize("status", STAGES)
def test_a_status_is_told_in_the_words_that_are_used_everywhere(status: Status) -> None:
    entry = seen(1, What.STATUS, {"word": status.value})
    assert (words_of(entry), sentence_of(entry)) == (status.value, SENTENCES[status])
    assert said(entry)[1] is (PointState.GOOD if status is Status.COMPLETED else PointState.WORKING)


@pytest.mark.parametrize(
    ("what", "value", "words", "state"),
    [
        (What.STATUS, {"word": "FAILED"}, "FAILED", PointState.BAD),
        (What.STATUS, {"word": "PAUSED"}, "PAUSED", PointState.WARNING),
        (What.STATUS, {"word": "", "there": False}, "not submitted", PointState.NEUTRAL),
        (What.KEY, {"identifier": KEY, "enabled": True, "expires": ""}, "version 3f2a07c1", PointState.GOOD),
        (What.KEY, {"identifier": KEY, "enabled": False}, "version 3f2a07c1, disabled", PointState.BAD),
        (
            What.KEY,
            {"identifier": KEY, "enabled": True, "expires": "2026-03-01T12:30:00+00:00"},
            "version 3f2a07c1, ended",
            PointState.BAD,
        ),
        (What.KEY, {"there": False}, "not there", PointState.BAD),
        (What.VAULT, OPEN, "open to all networks", PointState.GOOD),
        (What.VAULT, FIREWALL, "firewall on", PointState.GOOD),
        (What.VAULT, {**FIREWALL, "bypass": "None"}, "firewall on, trusted services shut out", PointState.BAD),
        (What.VAULT, {**FIREWALL, "public_access": False}, "public access off", PointState.WARNING),
        (What.VAULT, {**OPEN, "purge_protection": False}, "open to all networks, no purge protection", PointState.BAD),
        (What.ROLE, {"scope": "/subscriptions/s/vaults/kv"}, "given", PointState.GOOD),
        (What.APP, {"enabled": False}, "disabled", PointState.BAD),
        (What.FINDINGS, {"findings": []}, "none judged", PointState.NEUTRAL),
        (What.REACH, {"service": "Adobe", "problem": "No answer came."}, "no answer", PointState.WARNING),
        (What.ALERTS, {"alerts": [{"urgency": "critical", "title": "Access is broken"}]}, "1 alert", PointState.BAD),
        (What.ALERTS, {"alerts": []}, "none", PointState.GOOD),
        (What.REACH, {"service": "Adobe", "problem": ""}, "answers", PointState.GOOD),
    ],
)
def test_what_was_seen_is_told_in_a_word_or_two(
    what: What, value: dict[str, Any], words: str, state: PointState
) -> None:
    entry = seen(1, what, value)
    assert (words_of(entry), said(entry)[1]) == (words, state)
    assert sentence_of(entry).endswith(".")


def test_findings_are_counted_and_the_worst_decides() -> None:
    rows = [
        {"id": "V01", "verdict": "met", "severity": "blocker", "sentence": "It is on."},
        {"id": "W02", "verdict": "not met", "severity": "blocker", "sentence": "The firewall shuts Adobe out."},
        {"id": "W03", "verdict": "not met", "severity": "warning", "sentence": "Adobe's address is not named."},
        {"id": "K05", "verdict": "not known", "severity": "note", "sentence": "It was not read."},
    ]
    entry = seen(1, What.FINDINGS, {"findings": rows})
    assert words_of(entry) == "1 blocker, 1 warning, 1 not known"
    assert said(entry)[1] is PointState.BAD
    assert "The firewall shuts Adobe out." in sentence_of(entry)
    assert said(seen(2, What.FINDINGS, {"findings": rows[:1]}))[1] is PointState.GOOD
    assert said(seen(3, What.FINDINGS, {"findings": rows[3:]}))[1] is PointState.WARNING


@pytest.mark.parametrize("what", [*What, "of-a-later-version"])
@pytest.mark.parametrize(
    "value",
    [{}, {"word": 7, "findings": 3, "identifier": None, "expires": 5, "service": [], "scope": {}}, {"findings": [1]}],
)
def test_values_of_any_shape_can_be_told(what: str, value: dict[str, Any]) -> None:
    (only,) = [point for each in lanes_of([seen(1, what, value)], START, START + DAY) for point in each.points]
    assert only.words
    assert only.sentence
    assert only.title == title_of(seen(1, what, value))


def test_an_intent_and_its_outcome_are_one_sign() -> None:
    entries = [
        act(5, EntryKind.OUTCOME, START + HOUR, "done"),
        act(3, EntryKind.INTENT, START),
        act(7, EntryKind.INTENT, START + 2 * HOUR, op_id="two"),
        act(9, EntryKind.OUTCOME, START + 3 * HOUR, "failed", op_id="three"),
    ]
    points = lane(lanes_of(entries, START, START + DAY), LaneKey.ACTIONS)
    assert [(p.number, p.title, p.words, p.state, p.mark) for p in points] == [
        (3, "Create the key", "done", PointState.GOOD, True),
        (7, "Create the key", "end not known", PointState.OPEN, True),
        (9, "make-key", "failed", PointState.BAD, True),
    ]
    assert (points[0].at, points[0].until) == (START, START + HOUR)


def test_what_is_outside_the_time_is_left_out_and_every_lane_is_there() -> None:
    entries = [seen(n, What.STATUS, {"word": "RUNNING"}, START + n * DAY) for n in range(10)]
    lanes = lanes_of(entries, START + 3 * DAY, START + 5 * DAY)
    assert [each.key for each in lanes] == list(LaneKey)
    assert [point.number for point in lane(lanes, LaneKey.STATUS)] == [3, 4, 5]


@pytest.mark.parametrize("count", [MOST_POINTS + 1, 9 * MOST_POINTS])
def test_there_are_never_more_than_can_be_drawn_and_none_is_lost(count: int) -> None:
    step = 365 * DAY / count
    whats = [What.STATUS, What.KEY, What.VAULT]
    entries = [
        seen(n, whats[n % 3], {"word": "FAILED" if n == 600 else "RUNNING"}, START + n * step, step)
        for n in range(count)
    ]
    rare = [seen(count + n, What.FINDINGS, {}, START + n * DAY) for n in range(20)]
    lanes = lanes_of(entries + rare, START, START + 365 * DAY)
    points = [point for each in lanes for point in each.points]
    assert MOST_POINTS / 3 < len(points) <= MOST_POINTS
    assert sum(point.count for point in points) == count + 20
    assert len(lane(lanes, LaneKey.FINDINGS)) == 20, "a lane with few keeps them all"
    (bad,) = [point for point in lane(lanes, LaneKey.STATUS) if point.state is PointState.BAD]
    assert bad.count == 1 or "FAILED" in bad.sentence
    assert all([p.at for p in each.points] == sorted(p.at for p in each.points) for each in lanes)


def test_counts_stand_for_what_is_too_much_to_be_read() -> None:
    density = [
        Bucket(EntryKind.OBSERVATION, What.VAULT, START, START + HOUR, 40_000, 17),
        Bucket(EntryKind.INTENT, "make-key", START, START + HOUR, 2, 18),
        Bucket(EntryKind.OUTCOME, "make-key", START, START + HOUR, 2, 19),
    ]
    lanes = lanes_of([], START, START + DAY, density)
    (vault,) = lane(lanes, LaneKey.VAULT)
    assert (vault.number, vault.count, vault.words) == (17, 40_000, "40,000 entries")
    assert [point.count for point in lane(lanes, LaneKey.ACTIONS)] == [2]


def test_no_time_at_all_is_drawn_too() -> None:
    entries = [seen(n, What.STATUS, {"word": "NEW"}, long=timedelta()) for n in range(MOST_POINTS * 2)]
    (one,) = lane(lanes_of(entries, START, START), LaneKey.STATUS)
    assert one.count == MOST_POINTS * 2
