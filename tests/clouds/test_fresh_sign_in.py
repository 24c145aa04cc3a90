"""A sign-in of its own, for what must not be done on an older one, with a person in front of the practice pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import jwt
import pytest

from cmkwizard.clouds.azure.fresh_sign_in import FreshSignIn
from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.wire import Reason, WireError
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.practice.person import PracticePerson
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import ARM, GRAPH, CountingStore, browser_visits, closed, redirect_port, signed_in

CONTOSO = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
FABRIKAM = "c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"
ALICE, VICTOR = "alice@contoso.example", "victor@contoso.example"


def fresh(sign_in: SignIn, practice: Practice, **wishes: Any) -> FreshSignIn:
    wishes = {"tenant": CONTOSO, "login_hint": ALICE, "timeout_s": 60, "cancel": practice.cancel, **wishes}
    opener = wishes.pop("opener", None) or practice.person(wishes.pop("user", ALICE)).open
    return sign_in.fresh(opener=opener, on_address=practice.addresses.append, **wishes)


class Since:
    """How long the test has been at it: by so much may be off what was measured meanwhile, on a slow computer."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)

    @property
    def passed(self) -> timedelta:
        return datetime.now(UTC) - self.began


def directory(practice: Practice, **changes: Any) -> None:
    practice.control("PATCH", "world", {"directory": changes})


def advance(practice: Practice, seconds: float) -> None:
    practice.control("POST", "clock", {"advance_s": seconds})


def without(*names: str, person: PracticePerson) -> Callable[[str], bool]:
    """A browser in which somebody takes parameters out of the address before following it."""

    def opener(address: str) -> bool:
        parts = urlsplit(address)
        query = {name: value for name, [value] in parse_qs(parts.query).items() if name not in names}
        return person.open(urlunsplit(parts._replace(query=urlencode(query))))

    return opener


def test_it_asks_for_a_new_sign_in_in_this_directory_and_suggests_the_account(practice: Practice) -> None:
    sign_in, account, _ = signed_in(practice)
    since = Since()
    found = fresh(sign_in, practice, login_hint=account.name)
    address = urlsplit(practice.addresses[-1])
    query = parse_qs(address.query)
    assert address.path == f"/{CONTOSO}/oauth2/v2.0/authorize"
    assert (query["prompt"], query["max_age"], query["login_hint"]) == (["login"], ["600"], [ALICE])
    assert found.account == account
    assert since.began - timedelta(seconds=3) <= found.signed_in_at <= datetime.now(UTC)
    assert abs(found.auth_time - found.signed_in_at) < timedelta(seconds=3) + since.passed
    assert closed(redirect_port(practice.addresses[-1]))
    token = jwt.decode(found.credential().get_token(ARM).token, options={"verify_signature": False})
    assert (token["tid"], token["upn"]) == (CONTOSO, ALICE)


def test_the_person_signs_in_again_although_the_browser_still_knows_them(practice: Practice) -> None:
    person = practice.person(ALICE)
    sign_in, _, _ = signed_in(practice)
    fresh(sign_in, practice, opener=person.open)
    advance(practice, 3600)
    since = Since()
    again = fresh(sign_in, practice, opener=person.open)
    # The practice cloud's clock is an hour ahead of ours by now, and the age is right all the same.
    assert abs(again.signed_in_at - datetime.now(UTC)) < timedelta(seconds=3) + since.passed
    assert again.auth_time - again.signed_in_at > timedelta(minutes=59) - since.passed


def test_it_is_stored_nowhere_and_leaves_the_other_sign_in_alone(practice: Practice) -> None:
    store = CountingStore()
    sign_in, account, _ = signed_in(practice, store)
    kept, saves, visits = store.load(), store.saves, browser_visits(practice)
    found = fresh(sign_in, practice, user=VICTOR)
    found.credential().get_token(GRAPH)
    assert found.account.name == VICTOR
    assert sign_in.account == account
    assert (store.load(), store.saves, browser_visits(practice)) == (kept, saves, visits + 1)
    theirs = jwt.decode(sign_in.credential(CONTOSO).get_token(ARM).token, options={"verify_signature": False})
    assert theirs["upn"] == ALICE
    assert SignIn(practice.profile, practice.guard(), store).restore() == account


def test_it_does_not_need_another_sign_in(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), CountingStore())
    found = fresh(sign_in, practice)
    assert sign_in.account is None
    guard = sign_in._guard
    session = AzureSession(practice.profile, guard, found.credential(), found.account)
    assert [each for page in session.subscriptions.list_subscriptions() for each in page]


def test_one_that_does_not_say_when_is_not_taken(practice: Practice) -> None:
    directory(practice, auth_time={"told": False})
    sign_in, _, _ = signed_in(practice)
    with pytest.raises(Problem) as caught:
        fresh(sign_in, practice)
    problem = caught.value
    assert (problem.kind, problem.reference.code) == (Kind.SIGN_IN, "auth_time")
    assert "did not say when you signed in" in problem.message
    assert "auth_time" in problem.remedy
    directory(practice, auth_time=None)
    assert fresh(sign_in, practice).account.name == ALICE


@pytest.mark.parametrize(("aged_s", "taken"), [(0, True), (570, True), (630, False), (86_400, False), (-600, False)])
def test_one_of_ten_minutes_is_taken_and_an_older_one_is_not(practice: Practice, aged_s: float, taken: bool) -> None:
    directory(practice, auth_time={"aged_s": aged_s})
    sign_in, _, _ = signed_in(practice)
    if taken:
        since = Since()
        found = fresh(sign_in, practice)
        off = abs(datetime.now(UTC) - timedelta(seconds=aged_s) - found.signed_in_at)
        assert off < timedelta(seconds=3) + since.passed
        return
    with pytest.raises(Problem) as caught:
        fresh(sign_in, practice)
    assert caught.value.kind is Kind.SIGN_IN
    assert "It was not used." in caught.value.message
    assert caught.value.remedy
    if aged_s > 0:
        assert "at most 10 minutes" in caught.value.message


def test_parameters_taken_out_on_the_way_do_not_make_an_old_sign_in_a_new_one(practice: Practice) -> None:
    person = practice.person(ALICE)
    sign_in, _, _ = signed_in(practice)
    fresh(sign_in, practice, opener=person.open)
    advance(practice, 700)
    with pytest.raises(Problem, match="did not say when"):
        fresh(sign_in, practice, opener=without("prompt", "max_age", person=person))
    # With the age still asked for, the sign-in page comes again.
    assert fresh(sign_in, practice, opener=without("prompt", person=person)).account.name == ALICE


def test_an_earlier_sign_in_that_the_browser_takes_counts_with_its_age(practice: Practice) -> None:
    person = practice.person(ALICE)
    sign_in, _, _ = signed_in(practice)
    since = Since()
    fresh(sign_in, practice, opener=person.open)
    advance(practice, 400)
    found = fresh(sign_in, practice, opener=without("prompt", person=person))
    age = datetime.now(UTC) - found.signed_in_at
    assert timedelta(seconds=398) < age < timedelta(seconds=403) + since.passed


def test_another_directory_is_refused(practice: Practice) -> None:
    sign_in, _, _ = signed_in(practice)
    with pytest.raises(Problem) as caught:
        fresh(sign_in, practice, tenant="organizations")
    assert caught.value.kind is Kind.SIGN_IN
    assert CONTOSO in caught.value.message
    found = fresh(sign_in, practice)
    sent = len(practice.log())
    with pytest.raises(Problem) as caught:
        found.credential().get_token(ARM, tenant_id=FABRIKAM)
    assert caught.value.kind is Kind.SIGN_IN
    assert len(practice.log()) == sent


def test_a_guest_signs_in_anew_in_the_directory_of_the_set_up(practice: Practice) -> None:
    sign_in, _, _ = signed_in(practice)
    found = fresh(sign_in, practice, tenant=FABRIKAM)
    assert (found.account.tenant_id, found.account.guest) == (FABRIKAM, True)


def test_what_was_forgotten_goes_nowhere_any_more(practice: Practice) -> None:
    sign_in, account, guard = signed_in(practice)
    found = fresh(sign_in, practice)
    session = AzureSession(practice.profile, guard, found.credential(), found.account)
    assert [each for page in session.subscriptions.list_subscriptions() for each in page]
    held = found.credential().get_token(ARM).token
    found.forget()
    found.forget()
    sent = len(practice.log())
    with pytest.raises(Problem):
        list(session.subscriptions.list_subscriptions())
    with pytest.raises(WireError) as stopped:
        guard.session.get(
            f"{practice.profile.resource_manager}/subscriptions?api-version=2022-12-01",
            headers={"Authorization": f"Bearer {held}"},
        )
    assert stopped.value.reason is Reason.FOREIGN_TOKEN
    assert len(practice.log()) == sent
    others = AzureSession(practice.profile, guard, sign_in.credential(account.tenant_id), account)
    assert [each for page in others.subscriptions.list_subscriptions() for each in page]


def test_signing_out_ends_it_too(practice: Practice) -> None:
    sign_in, _, _ = signed_in(practice)
    found = fresh(sign_in, practice)
    sign_in.sign_out()
    with pytest.raises(Problem) as caught:
        found.credential().get_token(ARM)
    assert caught.value.kind is Kind.SIGN_IN


def test_it_serves_longer_than_its_first_tokens(practice: Practice) -> None:
    sign_in, _, guard = signed_in(practice)
    first = fresh(sign_in, practice).credential().get_token_info(ARM)
    assert 500 < first.expires_on - time.time() <= 601  # they end when the age that was asked for is reached
    visits = browser_visits(practice)
    found = fresh(sign_in, practice, longest_age_s=60)
    assert found.credential().get_token_info(ARM).expires_on - time.time() > 3000
    session = AzureSession(practice.profile, guard, found.credential(), found.account)
    assert [each for page in session.subscriptions.list_subscriptions() for each in page]
    assert browser_visits(practice) == visits + 1


@pytest.mark.parametrize("code", [53003, 50076])
def test_a_refusal_of_the_directory_says_why(practice: Practice, code: int) -> None:
    sign_in, account, _ = signed_in(practice)
    directory(practice, refusals=[{"code": code, "at": "sign_in"}])
    with pytest.raises(Problem) as caught:
        fresh(sign_in, practice)
    assert caught.value.reference.code == f"AADSTS{code}"
    assert sign_in.account == account


def test_it_can_be_stopped_at_once(practice: Practice) -> None:
    sign_in, account, _ = signed_in(practice)
    cancel, waiting, far_s = Cancel(), threading.Event(), 200.0
    stopped: list[float] = []

    def opener(_: str) -> bool:
        waiting.set()
        return True

    def ask() -> None:
        with pytest.raises(Cancelled):
            fresh(sign_in, practice, cancel=cancel, opener=opener, timeout_s=far_s)
        stopped.append(time.monotonic())

    thread = threading.Thread(target=ask)
    thread.start()
    assert waiting.wait(60)
    asked = time.monotonic()
    cancel.request()
    thread.join()
    assert stopped[0] - asked < far_s / 20
    assert closed(redirect_port(practice.addresses[-1]))
    assert sign_in.account == account


def test_nobody_comes(practice: Practice) -> None:
    sign_in, _, _ = signed_in(practice)
    with pytest.raises(Problem) as caught:
        fresh(sign_in, practice, opener=lambda _: True, timeout_s=0.2)
    assert caught.value.kind is Kind.SIGN_IN


def test_its_tokens_are_for_their_service_alone(practice: Practice) -> None:
    sign_in, _, _ = signed_in(practice)
    credential = fresh(sign_in, practice).credential()
    scopes = (ARM, GRAPH, practice.profile.scope(Service.VAULT))
    assert len({credential.get_token(scope).token for scope in scopes}) == 3
    with pytest.raises(Problem) as caught:
        credential.get_token("https://storage.azure.com/.default")
    assert caught.value.kind is Kind.UNTRUSTED
