"""Two moments of the history compared: what is told, in which words, and what is no difference."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cmkwizard.core.comparison import baseline_state, compare
from cmkwizard.core.history import EntryKind, HistoryEntry, What

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
STATUS = {"word": "COMPLETED", "configuration": "experience-platform", "key_identifier": "https://v/keys/k/1"}
VAULT = {"id": "/v", "purge_protection": True, "default_action": "Allow", "ip_rules": []}
KEY = {"identifier": "https://v/keys/k/1", "enabled": True, "operations": ["unwrapKey", "wrapKey"], "expires": ""}
APP = {"object_id": "o", "enabled": True}
ROLE = {"id": "/r", "principal_id": "o"}
STATE: dict[str, dict[str, Any]] = {
    What.STATUS: STATUS,
    What.VAULT: VAULT,
    What.KEY: KEY,
    What.APP: APP,
    What.ROLE: ROLE,
}


def entry(what: str, value: dict[str, Any]) -> HistoryEntry:
    return HistoryEntry(1, AT, AT, 1, EntryKind.OBSERVATION, "practice", "O@AdobeOrg", what, value)


def state(**changes: Any) -> dict[str, HistoryEntry]:
    """The state with changed values; None: nothing was seen of it."""
    values = {**STATE, **changes}
    return {what: entry(what, value) for what, value in values.items() if value is not None}


def told(**changes: Any) -> list[str]:
    return [each.sentence for each in compare(state(), state(**changes))]


def test_nothing_differs() -> None:
    assert compare(state(), state()) == ()


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"key": {**KEY, "enabled": False}}, "The key, enabled: on before, off now."),
    ({"key": {**KEY, "operations": []}}, "The key, operations: unwrapKey, wrapKey before, none now."),
    (
        {"key": {**KEY, "expires": "2026-12-01T00:00:00+00:00"}},
        "The key, end: none before, 2026-12-01T00:00:00+00:00 now.",
    ),
    ({"vault": {**VAULT, "default_action": "Deny"}}, "The vault, firewall's default: Allow before, Deny now."),
    ({"vault": {"there": False}}, "The vault is not there any more."),
    ({"app": {"there": False}}, "Adobe's app in the directory is not there any more."),
    ({"role": {"there": False}}, "The role of Adobe's app is not there any more."),
    ({"status": {**STATUS, "word": "FAILED"}}, "Adobe's answer, status: COMPLETED before, FAILED now."),
]


@pytest.mark.parametrize(("changes", "says"), CHANGES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_change_is_told(changes: dict[str, Any], says: str) -> None:
    (sentence,) = told(**changes)
    assert sentence.startswith(says)


def test_what_came_back_is_told() -> None:
    (difference,) = compare(state(role={"there": False}), state())
    assert (difference.thing, difference.field, difference.before, difference.after) == (
        "the role of Adobe's app",
        "",
        "not there",
        "there",
    )
    assert difference.sentence == "The role of Adobe's app is there, and was not."


@pytest.mark.parametrize("what", list(STATE))
def test_what_was_not_seen_is_no_difference(what: str) -> None:
    assert told(**{what: None}) == []
    assert compare(state(**{what: None}), state()) == ()


def test_absent_on_both_sides_is_no_difference() -> None:
    gone = {"key": {"there": False}}
    assert compare(state(**gone), state(**gone)) == ()


def test_a_field_that_was_not_written_down_is_no_difference() -> None:
    assert told(vault={**VAULT, "retention_days": 90}) == []


def test_the_order_is_the_same_whatever_the_order_of_the_states() -> None:
    changed = {"role": {"there": False}, "key": {**KEY, "enabled": False}, "status": {**STATUS, "word": "FAILED"}}
    backwards = dict(reversed(state(**changed).items()))
    assert [each.thing for each in compare(state(), backwards)] == [
        "Adobe's answer",
        "the key",
        "the role of Adobe's app",
    ]


def test_a_baseline_is_a_state() -> None:
    taken = entry(What.BASELINE, {str(what): value for what, value in STATE.items()})
    assert compare(baseline_state(taken), state()) == ()
    (difference,) = compare(baseline_state(taken), state(key={**KEY, "enabled": False}))
    assert difference.field == "enabled"
    assert {each.at for each in baseline_state(taken).values()} == {AT}
