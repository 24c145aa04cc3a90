"""The state card: each thing with its moment, its age and its source, and nothing stale that looks current."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.core.state_card import age, state_card
from cmkwizard.core.state_words import Thing
from cmkwizard.core.status import Status

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = {
    "identifier": "https://kv-contoso.vault.azure.net/keys/experience-cmk/0a1b",
    "type": "RSA",
    "size": 3072,
    "operations": ["unwrapKey", "wrapKey"],
    "enabled": True,
    "expires": "2026-11-20T00:00:00+00:00",
}
VAULT = {
    "id": "/subscriptions/s/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv-contoso",
    "uri": "https://kv-contoso.vault.azure.net/",
    "location": "westeurope",
    "sku": "premium",
    "rbac": True,
    "soft_delete": True,
    "purge_protection": True,
    "retention_days": 90,
    "public_access": True,
    "default_action": "Deny",
    "bypass": "AzureServices",
    "ip_rules": ["20.1.2.3/32"],
}


def entry(what: What, value: dict[str, Any], number: int = 1, **other: Any) -> HistoryEntry:
    """Seen from ten days ago until three hours ago, where nothing else is said."""
    given: dict[str, Any] = {
        "at": NOW - timedelta(days=10),
        "until": NOW - timedelta(hours=3),
        "source": "GET /x",
        "request_id": "r-1",
        "verified": True,
        **other,
    }
    at, until = given.pop("at"), given.pop("until")
    return HistoryEntry(number, at, until, 2, EntryKind.OBSERVATION, "public", "ORG", what, value, **given)


def state(*entries: HistoryEntry) -> dict[str, HistoryEntry]:
    return {each.what: each for each in entries}


def test_every_row_says_when_by_which_call_and_what_may_have_changed() -> None:
    seen = entry(What.STATUS, {"word": "COMPLETED", "organisation": "ORG"}, source="GET /customer/config")
    card = state_card(state(seen, entry(What.VAULT, VAULT, 2, until=NOW - timedelta(days=2))), NOW)
    row = card.row(Thing.CONFIGURATION)
    assert row.word == "COMPLETED"
    assert row.seen == "Seen 3 hours ago by GET /customer/config, request id r-1."
    assert "disabled or ended key" in row.since
    assert card.sentence == (
        "COMPLETED, seen 3 hours ago, by GET /customer/config, request id r-1; vault last seen 2 days ago."
    )
    assert card.row(Thing.VAULT).value.startswith("kv-contoso in westeurope. Soft delete, purge protection")
    assert card.row(Thing.NETWORK).value == (
        "The firewall let in 20.1.2.3/32. Trusted Microsoft services were let through."
    )
    assert card.row(Thing.NETWORK).age == "2 days ago"
    assert all(each.since for each in card.rows if each.known)


def test_what_was_never_seen_is_said_and_nothing_recorded_is_never_well() -> None:
    card = state_card({}, NOW)
    assert not card.known
    assert [row.seen for row in card.rows] == ["Never seen."] * len(Thing)
    assert card.sentence == "Nothing is recorded of this set-up. That says nothing about how it stands."


def test_an_end_that_passed_since_is_said() -> None:
    seen = entry(What.KEY, KEY, until=datetime(2026, 11, 19, tzinfo=UTC))
    row = state_card(state(seen), NOW).row(Thing.KEY)
    assert row.trouble
    assert row.since.startswith("Its end, 2026-11-20, has passed since")
    then = state_card(state(seen), NOW, datetime(2026, 11, 19, 12, tzinfo=UTC)).row(Thing.KEY)
    assert not then.trouble
    assert "ends on 2026-11-20" in then.value
    assert then.since == ""


def test_a_clock_that_was_set_back_makes_nothing_new() -> None:
    seen = entry(What.STATUS, {"word": "COMPLETED"}, until=NOW + timedelta(days=3), at=NOW - timedelta(days=1))
    row = state_card(state(seen), NOW).row(Thing.CONFIGURATION)
    assert (row.as_of, row.age_s, row.age) == (NOW + timedelta(days=3), None, "an unknown time ago")
    assert row.since.startswith("This computer's clock says an earlier time than that")
    assert "less than a minute" not in row.seen
    a_little = replace(seen, until=NOW + timedelta(seconds=5))
    row = state_card(state(a_little), NOW).row(Thing.CONFIGURATION)
    assert (row.age_s, row.age) == (0, "less than a minute ago")


def test_a_moment_of_the_past_shows_nothing_that_was_seen_later() -> None:
    moment = NOW - timedelta(days=5)
    card = state_card(state(entry(What.STATUS, {"word": "RUNNING"})), NOW, moment)
    row = card.row(Thing.CONFIGURATION)
    assert card.past
    assert row.as_of == moment
    assert row.age == "less than a minute before that"


def test_what_was_only_chosen_is_not_told_as_seen() -> None:
    chosen = entry(What.DEPLOYMENT, {"vault": "kv-contoso", "key": "cmk"}, source="set-up", verified=False)
    card = state_card(state(chosen), NOW)
    assert card.row(Thing.VAULT).value == "kv-contoso was chosen. No service was asked about it."
    assert "No service confirmed it" in card.row(Thing.VAULT).seen
    assert not card.row(Thing.ROLE).known


@pytest.mark.parametrize("what", [What.VAULT, What.KEY, What.ROLE, What.APP])
def test_what_was_looked_for_and_is_not_there_is_trouble(what: What) -> None:
    row = next(row for row in state_card(state(entry(what, {"there": False})), NOW).rows if row.known)
    assert row.trouble
    assert "not found" in row.value


@pytest.mark.parametrize(
    ("thing", "what", "value", "said"),
    [
        (Thing.KEY, What.KEY, {**KEY, "enabled": False}, "disabled"),
        (Thing.VAULT, What.VAULT, {**VAULT, "purge_protection": False}, "Adobe needs purge protection, and it is off."),
        (Thing.APP, What.APP, {"enabled": False}, "disabled"),
        (Thing.CONFIGURATION, What.STATUS, {"word": "FAILED"}, "could not use the key"),
        (Thing.ROLE, What.ROLE, {"role": "e147488a-f6f5-4113-8e2d-b22465e65bf6"}, "Service Encryption User"),
        (Thing.NETWORK, What.VAULT, {**VAULT, "public_access": False}, "only private endpoints"),
        (Thing.NETWORK, What.VAULT, {}, "was not read"),
        (Thing.CONFIGURATION, What.STATUS, {"word": "ODD"}, "does not know"),
    ],
)
def test_each_thing_is_told_in_words(thing: Thing, what: What, value: dict[str, Any], said: str) -> None:
    row = state_card(state(entry(what, value)), NOW).row(thing)
    assert said in row.value
    assert row.trouble is (thing in (Thing.KEY, Thing.VAULT, Thing.APP) or value.get("word") == "FAILED")


@pytest.mark.parametrize("status", list(Status))
def test_each_status_says_what_may_have_changed(status: Status) -> None:
    row = state_card(state(entry(What.STATUS, {"word": status.value})), NOW).row(Thing.CONFIGURATION)
    assert row.since.endswith(".")


def test_a_look_that_failed_is_said_until_a_later_one_worked() -> None:
    failed = entry(What.REACH, {"service": "Azure", "problem": "No answer."}, 9, at=NOW - timedelta(hours=1))
    old = entry(What.STATUS, {"word": "RUNNING"}, until=NOW - timedelta(hours=5))
    assert "The last look at Azure failed" in state_card(state(failed, old), NOW).reach
    later = entry(What.STATUS, {"word": "RUNNING"}, until=NOW)
    failed = entry(What.REACH, {"service": "Azure", "problem": "No answer."}, 9, until=NOW - timedelta(hours=1))
    assert state_card(state(failed, later), NOW).reach == ""
    well = entry(What.REACH, {"service": "Azure", "problem": ""}, 10)
    assert state_card(state(well, old), NOW).reach == ""


@pytest.mark.parametrize("value", [{"ip_rules": 5}, {"operations": {"a": 1}}, {"expires": 7}, {"identifier": None}])
def test_a_value_of_an_odd_shape_is_told_all_the_same(value: dict[str, Any]) -> None:
    card = state_card(state(entry(What.VAULT, value), entry(What.KEY, value, 2)), NOW)
    assert all(row.value for row in card.rows if row.known)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than a minute"), (60, "1 minute"), (7200, "2 hours"), (86_400 * 1200, "1,200 days")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert age(seconds) == words
