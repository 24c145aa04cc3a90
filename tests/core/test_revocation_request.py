"""What an organisation may add before a revocation: who is another person, when time counts, what a file says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.policy import RevocationRules
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_request import (
    FORMAT,
    LARGEST,
    VALID,
    VERSION,
    Arming,
    Requester,
    RevocationRequest,
    plain_address,
    read_request,
    request_refusals,
    same_person,
    sealed,
    write_request,
)

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = Requester("anna@contoso.example", "oid-1", "home-1", ("anna@contoso.example", "SMTP:a.archer@contoso.example"))
BOB = Requester("bob@contoso.example", "oid-2", "home-2", ("bob@contoso.example",))
TWO, WAIT = RevocationRules(two_persons=True), RevocationRules(cooling_off_minutes=60)


def request_of(by: Requester = ANNA, at: datetime = AT, **changes: Any) -> RevocationRequest:
    plain = RevocationRequest(
        FORMAT, VERSION, at, by, "azure", "tenant", "ORG@AdobeOrg", "/vault", "/assignment", "seen", "leak", "CHG-1"
    )
    return sealed(msgspec.structs.replace(plain, **changes))


def test_what_is_written_reads_back() -> None:
    request = request_of()
    assert read_request(write_request(request)) == request
    assert len(request.fingerprint) == 39


FIELDS = [each for each in RevocationRequest.__struct_fields__ if each not in ("by", "version", "format")]


@pytest.mark.parametrize("field", FIELDS)
def test_every_edited_value_is_refused(field: str) -> None:
    table = json.loads(write_request(request_of()))
    table[field] = "2026-11-24T13:00:00Z" if field == "made_at" else f"{table[field]}x"
    with pytest.raises(Problem, match="has been changed since it was written") as caught:
        read_request(json.dumps(table, indent=2).encode() + b"\n")
    assert caught.value.kind is Kind.INVALID


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b" " * (LARGEST + 1),
        write_request(request_of()) + b" ",
        write_request(request_of()).replace(b'"version": 1', b'"version": 2'),
        write_request(request_of()).replace(FORMAT.encode(), b"cmkwizard hand-off"),
        write_request(request_of()).replace(b'"ticket"', b'"more": 1, "ticket"'),
        write_request(request_of()).replace(b'"object_id": "oid-1"', b'"object_id": "oid-2"'),
    ],
)
def test_what_is_no_request_as_it_was_written_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as caught:
        read_request(content)
    assert caught.value.kind is Kind.INVALID
    assert "Nothing was removed." in caught.value.message


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with pytest.raises(Problem):
        read_request(content)


def test_without_a_rule_nothing_is_asked_for() -> None:
    assert request_refusals(RevocationRules(), None, request_of(BOB), AT) == ()
    assert request_refusals(RevocationRules(arming_delay_seconds=15), None, request_of(BOB), AT) == ()


@pytest.mark.parametrize("rules", [TWO, WAIT])
def test_a_rule_without_a_request_is_refused(rules: RevocationRules) -> None:
    (why,) = request_refusals(rules, None, request_of(BOB), AT)
    assert why.startswith("Your organisation requires")


@pytest.mark.parametrize(
    ("made", "now", "words"),
    [
        (AT, AT + timedelta(hours=23, minutes=59), ""),
        (AT, AT + VALID, "has expired"),
        (AT, AT + timedelta(days=400), "has expired"),
        (AT + timedelta(minutes=4), AT, ""),
        (AT + timedelta(minutes=6), AT, "is still to come"),
    ],
)
def test_a_request_is_good_for_a_day(made: datetime, now: datetime, words: str) -> None:
    found = request_refusals(TWO, request_of(at=made), request_of(BOB), now)
    assert [words in each for each in found] == ([True] if words else [])


@given(
    st.integers(1, 1440),
    st.timedeltas(timedelta(days=-30), timedelta(days=30)),
)
def test_a_cooling_off_time_is_never_shorter_and_leaves_a_day_to_act(minutes: int, passed: timedelta) -> None:
    rules = RevocationRules(cooling_off_minutes=minutes)
    found = request_refusals(rules, request_of(), request_of(), AT + passed)
    cooled = timedelta(minutes=minutes)
    assert (found == ()) == (cooled <= passed < cooled + VALID)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("profile", "other clouds"),
        ("tenant", "another directory"),
        ("organisation", "another organisation"),
        ("vault_id", "another vault"),
        ("assignment_id", "another assignment"),
        ("preview", "not as it was when the request was made"),
    ],
)
def test_a_request_for_anything_else_is_refused(field: str, words: str) -> None:
    (why,) = request_refusals(TWO, request_of(), _changed(request_of(BOB), field), AT)
    assert words in why


def _changed(request: RevocationRequest, field: str) -> RevocationRequest:
    return msgspec.structs.replace(request, **{field: "other"})


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (BOB, ""),
        (ANNA, "the account is the same"),
        (Requester("x@contoso.example", "OID-1", "home-9"), "the account is the same"),
        (Requester("x@fabrikam.example", "oid-9", "HOME-1"), "seen from another directory"),
        (Requester("Anna@Contoso.example", "oid-9", "home-9"), "Anna@Contoso.example"),
        (Requester("anna_contoso.example#EXT#@fabrikam.example", "oid-9", "home-9"), "#EXT#"),
        (Requester("bob@contoso.example", "oid-9", "home-9", ("smtp:A.Archer@contoso.example",)), "A.Archer"),
        (Requester("bob@contoso.example", "oid-9", "home-9", ("anna+admin@contoso.example",)), "anna+admin"),
        (Requester("ａnna@contoso.example", "oid-9", "home-9"), "both accounts"),
        (Requester("bob@contoso.example", "oid-9", "", ("",)), ""),
    ],
)
def test_one_person_with_two_accounts_is_no_second_person(second: Requester, words: str) -> None:
    found = request_refusals(TWO, request_of(), request_of(second), AT)
    assert [words in each for each in found] == ([True] if words else [])
    assert bool(same_person(second, ANNA)) == bool(words), "whoever comes first"


def test_addresses_that_could_not_be_read_are_not_taken_for_another_persons() -> None:
    unread = Requester("bob@contoso.example", "oid-2", "home-2", unread="Graph did not answer.")
    for first, second in ((ANNA, unread), (unread, ANNA)):
        (why,) = request_refusals(TWO, request_of(first), request_of(second), AT)
        assert why.endswith("cannot be told. Graph did not answer.")
    assert request_refusals(RevocationRules(cooling_off_minutes=1), request_of(unread), request_of(unread), AT) != ()


@given(st.emails())
def test_an_address_in_its_plain_form_stays_so(address: str) -> None:
    assert plain_address(plain_address(address)) == plain_address(address)


def test_only_time_in_sight_counts() -> None:
    arming = Arming(3.0)
    for at, visible in [(0, True), (1, True), (2, False), (50, False), (51, True), (52, True)]:
        arming = arming.look(float(at), visible=visible)
    assert arming.left_s == 1.0
    assert arming.refusal.endswith("for 3 seconds: 1 more.")
    assert arming.look(53.0, visible=True).refusal == ""


def test_a_computer_that_slept_has_shown_nothing() -> None:
    arming = Arming(15.0).look(0.0, visible=True).look(3600.0, visible=True)
    assert arming.seen_s == 0.0
    assert arming.look(3599.0, visible=True).seen_s == 0.0, "a clock that goes back counts as nothing"


def test_without_the_rule_the_button_is_armed_at_once() -> None:
    assert Arming(0.0).refusal == ""


@given(
    st.floats(0.0, 600.0),
    st.lists(st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.booleans()), max_size=30),
)
def test_the_button_never_works_before_its_time(needed_s: float, looks: list[tuple[float, bool]]) -> None:
    arming, in_sight, before = Arming(needed_s), 0.0, None
    for at, visible in looks:
        arming = arming.look(at, visible=visible)
        if visible and before is not None and before[1] and 0.0 < at - before[0] <= 2.0:
            in_sight += at - before[0]
        before = (at, visible)
    assert arming.seen_s == in_sight
    assert bool(arming.refusal) == (in_sight < needed_s)
