"""The set-up as code, from what the records hold: complete or refused, and safe to run whatever the names are."""

from __future__ import annotations

import pytest

from cmkwizard.core.problems import Problem
from cmkwizard.journeys.as_code.az import az_script
from cmkwizard.journeys.as_code.seen import as_seen
from tests.journeys.as_code_support import state

PLATFORM = "https://platform-nld2.adobe.io"


@pytest.mark.parametrize(
    ("without", "named"),
    [
        (("vault",), "the vault"),
        (("key", "role"), "the key and the role of Adobe's app"),
        (("deployment",), "what the set-up is about (organisation, region, configuration)"),
        (("vault", "key", "app", "role"), "the vault, the key, Adobe's app and the role of Adobe's app"),
    ],
)
def test_what_the_records_lack_is_named(without: tuple[str, ...], named: str) -> None:
    with pytest.raises(Problem) as caught:
        as_seen(state(without))
    assert caught.value.message.endswith(f"the records do not hold {named}.")
    assert "signed in" in caught.value.remedy


def test_a_thing_that_was_gone_is_not_written_as_code() -> None:
    with pytest.raises(Problem, match=r"the key \(it was not there when it was last looked for\)"):
        as_seen(state(key={"there": False}))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"vault": {"rbac": False}}, "access policies"),
        ({"key": {"type": "EC"}}, "type EC"),
        ({"role": {"principal_id": "somebody else"}}, "not held by Adobe's app"),
        ({"vault": {"retention_days": "many"}}, "the vault in a form that this program can read"),
    ],
)
def test_what_cannot_be_written_exactly_is_refused(changes: dict[str, dict[str, object]], named: str) -> None:
    with pytest.raises(Problem, match=named):
        as_seen(state(**changes))


def test_the_heading_says_as_of_when_and_what_is_missing() -> None:
    script = az_script(as_seen(state(without=("locks", "logs"))), PLATFORM)
    heading = script.partition("set -eu")[0]
    assert "the vault: 2026-11-20 10:00, by GET /somewhere" in heading
    assert "what the set-up is about: 2026-11-20 09:00, by GET /somewhere, not verified" in heading
    assert "Adobe's status was then COMPLETED." in heading
    for missing in ("consent to Adobe's app", "tags;", "locks on the vault:", "where the vault's logs go:"):
        assert missing in heading
    assert "There is no way back" in heading
    assert all(each.startswith("#") for each in heading.splitlines())
