"""What is expected when after a revocation: right for every two moments, whatever the computer's clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.after import (
    Countdown,
    Removal,
    Stage,
    both_times,
    clock_warning,
    countdowns,
    in_words,
    message_to_adobe,
    proven,
    report_text,
)
from cmkwizard.core.impact import Access
from cmkwizard.core.revocation_effects import PURGE_NOW, WINDOWS, Window
from cmkwizard.core.revocation_pack import RemovedAssignment, RevocationPack

ZONES = [
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
]
AT = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
"""Twenty-five hours around it have a clock change in most of Europe."""
BERLIN = ZoneInfo("Europe/Berlin")
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - that is what is refused
DAY = Window("Primary stores", timedelta(minutes=1), timedelta(hours=24), "minutes to 24 hours", "")
OPEN = Window("Edge projections", timedelta(minutes=1), None, "no end is named", "")
ORDER = list(Stage)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001
spans = st.timedeltas(timedelta(), timedelta(days=400))
windows = st.builds(
    lambda earliest, more: Window("A store", earliest, None if more is None else earliest + more, "", ""),
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.none() | st.timedeltas(timedelta(), timedelta(days=30)),
)


def one(sent_at: datetime, now: datetime, window: Window = DAY) -> Countdown:
    (found,) = countdowns(sent_at, now, (window,))
    return found


@given(moments, moments, windows)
def test_nothing_is_ever_negative_or_over_before_its_time(sent_at: datetime, now: datetime, window: Window) -> None:
    found = one(sent_at, now, window)
    passed = now.astimezone(UTC) - sent_at.astimezone(UTC)
    assert found.left >= timedelta()
    assert found.earliest_at - sent_at.astimezone(UTC) == window.earliest
    assert (found.latest_at is None) == (window.latest is None)
    if found.stage is Stage.STILL_THERE:
        assert passed < window.earliest
        assert found.left <= window.earliest
    if found.stage is Stage.GONE:
        assert window.latest is not None
        assert max(passed, timedelta()) >= window.latest
        assert found.left == timedelta()


@given(moments, spans, spans, windows)
def test_a_stage_is_never_left_backwards_while_time_goes_on(
    sent_at: datetime, first: timedelta, second: timedelta, window: Window
) -> None:
    start = sent_at.astimezone(UTC)
    early, late = sorted((first, second))
    stages = [ORDER.index(one(start, start + each, window).stage) for each in (early, late)]
    assert stages == sorted(stages)


@given(moments, spans, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_restart_in_another_time_zone_changes_nothing(
    sent_at: datetime, passed: timedelta, zone: ZoneInfo, other: ZoneInfo
) -> None:
    """Nothing counts on: asked anew, after a sleep or a restart, the answer depends on the two moments alone."""
    now = sent_at.astimezone(UTC) + passed
    expected = countdowns(sent_at.astimezone(UTC), now, WINDOWS)
    assert countdowns(sent_at.astimezone(zone), now.astimezone(other), WINDOWS) == expected


@given(moments, st.timedeltas(timedelta(seconds=1), timedelta(days=4000)), windows)
def test_a_clock_that_is_set_back_counts_as_the_moment_of_the_removal(
    sent_at: datetime, behind: timedelta, window: Window
) -> None:
    start = sent_at.astimezone(UTC)
    assert one(start, start - behind, window) == one(start, start, window)
    assert bool(clock_warning(start, start - behind)) == (behind > timedelta(minutes=2))


@given(moments, st.sampled_from(ZONES))
def test_both_times_name_one_moment_alone(moment: datetime, zone: ZoneInfo) -> None:
    """Local time and offset lead back to the very minute, also in the hour that a clock change brings twice."""
    utc = moment.astimezone(UTC).replace(second=0, microsecond=0)
    text = both_times(utc, zone)
    local, rest = text[:16], text[18:]
    sign, hours, minutes = rest[3], int(rest[4:6]), int(rest[7:9])
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    read = datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=timezone(offset))
    assert abs(read - utc) < timedelta(minutes=1), text  # old zones have offsets with seconds
    assert f"{utc:%H:%M} UTC)" in text


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """In Berlin, 02:30 comes twice on 25 October 2026."""
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert both_times(first, BERLIN) == "2026-10-25 02:30 (UTC+02:00; 00:30 UTC)"
    assert both_times(second, BERLIN) == "2026-10-25 02:30 (UTC+01:00; 01:30 UTC)"


def test_twenty_four_hours_stay_so_across_a_clock_change() -> None:
    found = one(AT, AT)
    assert found.latest_at == AT + timedelta(hours=24)
    assert both_times(AT, BERLIN) == "2026-10-25 01:30 (UTC+02:00; 2026-10-24 23:30 UTC)"
    assert "2026-10-26 00:30 (UTC+01:00; 2026-10-25 23:30 UTC)" in found.sentence(BERLIN), "a local day of 25 hours"
    local_noon = (AT + timedelta(hours=12)).astimezone(BERLIN)
    assert one(AT.astimezone(BERLIN), local_noon).left == timedelta(hours=12)


@pytest.mark.parametrize(
    ("passed", "stage", "words"),
    [
        (timedelta(0), Stage.STILL_THERE, "Adobe may still read it. The earliest end is at"),
        (timedelta(seconds=59), Stage.STILL_THERE, "in 1 min. The latest is at"),
        (timedelta(minutes=1), Stage.MAY_BE_GONE, "and may still read it. The latest end is at"),
        (timedelta(hours=20), Stage.MAY_BE_GONE, ", in 4 h."),
        (timedelta(hours=23, minutes=59, seconds=30), Stage.MAY_BE_GONE, ", in 1 min."),
        (timedelta(hours=24), Stage.GONE, "by Adobe's documentation, Adobe cannot read it any more since"),
        (timedelta(days=4000), Stage.GONE, "by Adobe's documentation"),
    ],
)
def test_each_stage_is_told_in_words(passed: timedelta, stage: Stage, words: str) -> None:
    found = one(AT, AT + passed)
    assert found.stage is stage
    assert words in found.sentence(BERLIN)


def test_a_store_without_a_documented_end_is_never_said_to_be_gone() -> None:
    found = one(AT, AT + timedelta(days=4000), OPEN)
    assert (found.stage, found.latest_at, found.left) == (Stage.MAY_BE_GONE, None, timedelta())
    assert found.sentence(BERLIN).endswith("No latest time is documented.")
    assert "2 exceptions" not in found.sentence(BERLIN)


def test_the_documented_windows_all_have_a_countdown() -> None:
    after_eight_days = countdowns(AT, AT + timedelta(days=8), WINDOWS)
    assert [each.store for each in after_eight_days] == [each.store for each in WINDOWS]
    assert {each.stage for each in after_eight_days if each.latest_at} == {Stage.GONE}
    assert sum(each.latest_at is None for each in after_eight_days) == 2


@pytest.mark.parametrize(("sent_at", "now"), [(AT, NAIVE), (NAIVE, AT)])
def test_a_moment_without_a_time_zone_is_refused(sent_at: datetime, now: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        countdowns(sent_at, now, WINDOWS)


def test_how_long_it_is_is_rounded_up_and_never_below_now() -> None:
    assert [in_words(timedelta(seconds=each)) for each in (-5, 0, 1, 60, 61, 3600, 3661, 86_400, 601_200)] == [
        "now",
        "now",
        "in 1 min",
        "in 1 min",
        "in 2 min",
        "in 1 h",
        "in 1 h 2 min",
        "in 1 day",
        "in 6 days 23 h",
    ]


REMOVAL = Removal(
    AT, "removed", "ORG@AdobeOrg", "/assignment", "object", "application", "/vault", "https://key", "req-1"
)
OTHER = Access("group-1", "role", "Key Vault Administrator", "/subscriptions/s", "inherited", adobe=False)


def test_a_gone_assignment_is_never_called_unreadable_data() -> None:
    told = proven(REMOVAL, (), AT)
    assert told[0].startswith("Azure does not show the assignment any more (read at ")
    assert "does not mean that Adobe cannot read the data yet" in told[-1]


def test_access_that_remains_is_named() -> None:
    told = " ".join(proven(REMOVAL, (OTHER.sentence,), AT))
    assert "Access to the key remains:" in told
    assert "Key Vault Administrator" in told
    assert "No other role" not in told


def test_what_could_not_be_read_is_not_known() -> None:
    unclear = Removal(AT, "not known", "", "", "", "", "", "")
    told = " ".join(proven(unclear, None, None))
    assert "Whether the assignment is gone is not known" in told
    assert "Who else still reaches the key is not known" in told


def test_a_refusal_is_told_with_what_to_do_and_nothing_else_is_said_of_a_role_that_is_there() -> None:
    refused = Removal(AT, "still there", "", "", "", "", "", "", said="A lock keeps it. Have it lifted. (an owner)")
    told = proven(refused, None, AT)
    assert "still there: Adobe keeps its access" in told[0]
    assert told[1].endswith("A lock keeps it. Have it lifted. (an owner)")
    assert "confirm anew" in told[2]
    assert len(told) == 3, "who else reaches the key was not read, and nothing is gone"
    unclear = Removal(AT, "not known", "", "", "", "", "", "", said="The connection broke off.")
    assert any("The connection broke off." in each for each in proven(unclear, None, None))
    assert "broke off" not in " ".join(proven(Removal(AT, "removed", "", "", "", "", "", "", said="broke off"), (), AT))


def test_after_the_way_back_adobe_is_asked_to_stop_a_purge_and_is_promised_nothing() -> None:
    given = AT + timedelta(hours=2)
    text = message_to_adobe(REMOVAL, given)
    assert "Adobe's app has its access back" in text.splitlines()[0]
    assert "has a purge begun" in text
    assert "01:30 UTC" in text
    report = report_text(REMOVAL, PACK, (), AT, given, given)
    assert f"Given back: {both_times(given)}" in report
    assert f"by {both_times(given + timedelta(days=7))}" in report
    assert "may still read it" not in report, "nothing runs out any more"
    assert PURGE_NOW in report


def test_adobe_is_told_the_ids_and_asked_what_only_adobe_knows() -> None:
    text = message_to_adobe(REMOVAL)
    for each in ("ORG@AdobeOrg", "/assignment", "object", "application", "/vault", "https://key", "req-1", "23:30 UTC"):
        assert each in text
    assert "Azure confirms that it is gone." in text
    assert "purge our organisation's data" in text
    assert "ticket" not in text, "what is not known has no line"
    unclear = Removal(AT, "not known", "ORG@AdobeOrg", "/a", "o", "a", "/v", "k", ticket="CHG-1")
    assert "No clear answer came." in message_to_adobe(unclear)
    assert "Our ticket: CHG-1" in message_to_adobe(unclear)


ASSIGNMENT = RemovedAssignment("/assignment", "name", "/vault", "role-1", "object", "ServicePrincipal")
PACK = RevocationPack(
    "f",
    AT,
    "alice",
    "t",
    "azure",
    "ORG@AdobeOrg",
    "c",
    "/vault",
    ASSIGNMENT,
    "application",
    "k",
    "a drill",
    "",
    "az role",
)


def test_the_report_holds_what_was_done_what_is_proven_and_what_is_expected_when() -> None:
    text = report_text(REMOVAL, PACK, (OTHER.sentence,), AT, AT + timedelta(hours=30))
    for each in ("Reason: a drill", "req-1", "Access to the key remains:", "cannot read it any more since", "az role"):
        assert each in text
    assert PURGE_NOW in text
    assert "before you do this" not in text, "it is done"
    assert text.count("No latest time is documented.") == 2
    assert "clock" not in text


def test_the_report_on_a_role_that_is_still_there_expects_nothing() -> None:
    kept = Removal(AT, "still there", "ORG@AdobeOrg", "/assignment", "object", "application", "/vault", "k")
    text = report_text(kept, PACK, None, AT, AT - timedelta(hours=1))
    assert "Adobe keeps its access" in text
    assert "What is expected" in text, "that the clock is wrong"
    assert "Data lake" not in text
    assert PURGE_NOW not in text
