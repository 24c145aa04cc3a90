"""What the vault's log says of Adobe's use of the key, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.history_words import PointState, said, sentence_of
from cmkwizard.core.key_use import Gap, KeyUse, LoggedUses, Uses, use_words, with_counts

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
ASKED = KeyUse("kv-one", "cmk", "app-id", "/subscriptions/s/resourceGroups/g/providers/x/workspaces/log-one")


def ago(**span: int) -> datetime:
    return NOW - timedelta(**span)


def row(operation: str, status: int = 200, hours: int = 1, week: int = 2, month: int = 5) -> LoggedUses:
    return LoggedUses(operation, status, ago(hours=hours), week, month)


def test_a_use_is_told_with_its_age_and_its_counts() -> None:
    use = with_counts(ASKED, [row("KeyUnwrap", hours=2), row("KeyWrap", hours=30, week=1, month=1), row("KeyGet")])
    words = use_words(use, NOW)
    assert words.good is True
    assert words.title == "Adobe uses the key"
    assert words.sentence == (
        "With this key Adobe's app last unwrapped 2 hours ago and last wrapped 1 day ago: "
        "3 times in 7 days, 6 times in 30."
    )
    assert dict(words.particulars) == {
        "Unwrapped": "last 2026-11-24 14:00 UTC (2 hours ago), 2 in 7 days, 5 in 30",
        "Wrapped": "last 2026-11-23 10:00 UTC (1 day ago), 1 in 7 days, 1 in 30",
        "Read": "last 2026-11-24 15:00 UTC (1 hour ago), 2 in 7 days, 5 in 30",
        "Refused by the vault": "not in the last 30 days",
        "Workspace": "log-one",
    }


def test_reading_the_key_alone_is_no_use_of_it() -> None:
    words = use_words(with_counts(ASKED, [row("KeyGet")]), NOW)
    assert words.good is None
    assert "does not prove that Adobe does not use the key" in words.sentence


def test_a_refusal_after_the_last_use_is_what_counts() -> None:
    rows = [row("KeyUnwrap", hours=5), row("KeyUnwrap", 403, hours=1, week=4), row("KeyWrap", 404, hours=2, week=1)]
    words = use_words(with_counts(ASKED, rows), NOW)
    assert words.good is False
    assert "refused Adobe's app 5 times in the last 7 days, last 1 hour ago" in words.sentence


def test_a_use_after_the_last_refusal_is_good() -> None:
    words = use_words(with_counts(ASKED, [row("KeyUnwrap", hours=1), row("KeyUnwrap", 403, hours=5)]), NOW)
    assert words.good is True


@pytest.mark.parametrize("status", [0, 401])
def test_what_has_no_outcome_counts_for_nothing(status: int) -> None:
    assert with_counts(ASKED, [row("KeyUnwrap", status)]) == ASKED


def test_a_clock_that_is_behind_makes_no_age_below_nothing() -> None:
    use = with_counts(ASKED, [LoggedUses("KeyUnwrap", 200, NOW + timedelta(minutes=3), 1, 1)])
    assert "last unwrapped just now: once in 7 days" in use_words(use, NOW).sentence
    assert "last unwrapped an unknown time ago" in use_words(use, NOW - timedelta(days=2)).sentence


def test_what_is_recorded_reads_back_as_it_was() -> None:
    use = with_counts(ASKED, [row("KeyUnwrap"), row("KeyUnwrap", 403)])
    assert KeyUse.of(use.value()) == use
    gap = KeyUse("kv-one", "cmk", "app-id", gap=Gap.NO_LOG, why="Nothing is kept.")
    assert KeyUse.of(gap.value()) == gap
    assert use_words(gap, NOW).sentence == "Nothing is kept."


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"wraps": 5, "unwraps": [], "refused": {"last": "soon"}},
        {"unwraps": {"last": "2026-11-24T10:00:00", "week": 1, "month": 1}},
        {"vault": None, "key": 3},
    ],
)
def test_a_record_that_somebody_changed_proves_nothing(value: dict[str, object]) -> None:
    use = KeyUse.of(value)
    assert use.counted == (Uses(),) * 4
    assert use_words(use, NOW).good is None


def test_a_gap_of_a_name_that_is_not_known_stays_one() -> None:
    assert KeyUse.of({"gap": "something new", "why": "x"}).gap is Gap.NOT_READ


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([row("KeyUnwrap")], PointState.GOOD),
        ([row("KeyUnwrap", 403)], PointState.BAD),
        ([], PointState.NEUTRAL),
    ],
)
def test_the_history_tells_it_as_of_when_it_was_asked(rows: list[LoggedUses], state: PointState) -> None:
    value = with_counts(ASKED, rows).value()
    entry = HistoryEntry(1, NOW, NOW, 1, EntryKind.OBSERVATION, "public", "org", What.KEY_USE, value)
    assert said(entry)[1] is state
    assert sentence_of(entry).startswith("What the vault's own log said: ")
    assert ("1 hour ago" in sentence_of(entry)) is bool(rows)
