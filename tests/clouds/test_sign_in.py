"""Signing in to Azure, against the practice cloud and with a person in front of its pages."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from azure.mgmt.resource.subscriptions import SubscriptionClient

from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.azure.transport import GuardedTransport
from cmkwizard.clouds.profile import Service
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import (
    ARM,
    GRAPH,
    BrokenStore,
    CountingStore,
    MemoryStore,
    browser_visits,
    closed,
    redirect_port,
    signed_in,
)


def test_a_person_signs_in_and_the_second_start_is_silent(practice: Practice) -> None:
    store = CountingStore()
    _, account, _ = signed_in(practice, store)
    assert account.name == "alice@contoso.example"
    assert account.tenant_id == practice.ready["users"][0]["tenant"]
    assert account.home_id.startswith(account.object_id)
    [address] = practice.addresses
    assert address.startswith(f"{practice.profile.browser}/organizations/oauth2/v2.0/authorize?")
    assert closed(redirect_port(address))
    visits, saves = browser_visits(practice), store.saves

    second = SignIn(practice.profile, practice.guard(), store)
    assert second.restore() == account
    second.credential(account.tenant_id).get_token_info(ARM)
    assert browser_visits(practice) == visits
    assert store.saves == saves


def test_one_sign_in_serves_every_audience_without_a_second_prompt(practice: Practice) -> None:
    sign_in, account, guard = signed_in(practice)
    credential = sign_in.credential(account.tenant_id)
    tokens = {credential.get_token(scope).token for scope in (ARM, GRAPH, practice.profile.scope(Service.VAULT))}
    assert len(tokens) == 3
    with pytest.raises(Problem) as caught:
        credential.get_token("https://storage.azure.com/.default")
    assert caught.value.kind is Kind.UNTRUSTED
    client = SubscriptionClient(
        credential,
        base_url=practice.profile.resource_manager,
        credential_scopes=[ARM],
        transport=GuardedTransport(guard.session),
        retry_total=0,
    )
    assert list(client.subscriptions.list())
    assert browser_visits(practice) == 1


def test_the_directory_is_the_one_that_was_chosen(practice: Practice) -> None:
    tenant = practice.ready["users"][0]["tenant"]
    victor = "victor@contoso.example"
    _, account, _ = signed_in(practice, tenant=tenant, login_hint=victor, user=victor)
    assert (account.name, account.tenant_id) == (victor, tenant)
    query = parse_qs(urlsplit(practice.addresses[0]).query)
    assert urlsplit(practice.addresses[0]).path.startswith(f"/{tenant}/")
    assert query["login_hint"] == [victor]
    assert query["code_challenge_method"] == ["S256"]
    assert "xms_cc" in query["claims"][0]


FABRIKAM = "c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"


def test_a_guest_signs_in_to_the_directory_that_was_chosen(practice: Practice) -> None:
    sign_in, account, _ = signed_in(practice, tenant=FABRIKAM)
    assert account.tenant_id == FABRIKAM
    assert account.object_id.startswith("a11ce000-77c2")
    token = sign_in.credential(FABRIKAM).get_token(ARM).token
    assert jwt.decode(token, options={"verify_signature": False})["tid"] == FABRIKAM


def test_the_directory_can_be_changed_without_a_prompt(practice: Practice) -> None:
    store = CountingStore()
    sign_in, home, _ = signed_in(practice, store)
    there = sign_in.switch_directory(FABRIKAM)
    assert (there.tenant_id, there.home_id, there.name) == (FABRIKAM, home.home_id, home.name)
    assert there.object_id != home.object_id
    assert sign_in.account == there
    assert SignIn(practice.profile, practice.guard(), store).restore() == there
    assert browser_visits(practice) == 1


def test_a_directory_that_does_not_know_the_account_is_a_problem(practice: Practice) -> None:
    sign_in, home, _ = signed_in(practice, user="victor@contoso.example")
    with pytest.raises(Problem) as caught:
        sign_in.switch_directory(FABRIKAM)
    assert caught.value.kind is Kind.SIGN_IN
    assert sign_in.account == home


def test_a_directory_that_does_not_exist_is_named(practice: Practice) -> None:
    with pytest.raises(Problem) as caught:
        signed_in(practice, tenant="99999999-0000-4000-8000-000000000000")
    assert caught.value.kind is Kind.INVALID
    assert "99999999" in caught.value.message
    assert browser_visits(practice) == 0


def test_another_account_takes_the_place_of_the_first(practice: Practice) -> None:
    store = CountingStore()
    sign_in, _, _ = signed_in(practice, store)
    person = practice.person("victor@contoso.example")
    second = sign_in.interactive(opener=person.open, on_address=str, cancel=Cancel(), timeout_s=60)
    assert second.name == "victor@contoso.example"
    assert SignIn(practice.profile, practice.guard(), store).restore() == second
    assert "alice" not in str(store.load())


def test_sign_out_forgets_everything(practice: Practice) -> None:
    store = CountingStore()
    sign_in, account, guard = signed_in(practice, store)
    credential = sign_in.credential(account.tenant_id)
    token = credential.get_token(ARM).token
    sign_in.sign_out()
    assert store.load() is None
    assert sign_in.restore() is None
    with pytest.raises(Problem) as caught:
        credential.get_token(ARM)
    assert caught.value.kind is Kind.SIGN_IN
    with pytest.raises(requests.ConnectionError):
        guard.session.get(
            f"{practice.profile.resource_manager}/subscriptions?api-version=2022-12-01",
            headers={"Authorization": f"Bearer {token}"},
        )


def test_a_claims_challenge_is_answered_without_a_prompt(practice: Practice) -> None:
    sign_in, account, guard = signed_in(practice)
    client = SubscriptionClient(
        sign_in.credential(account.tenant_id),
        base_url=practice.profile.resource_manager,
        credential_scopes=[ARM],
        transport=GuardedTransport(guard.session),
        retry_total=0,
        enable_cae=True,
    )
    practice.fault(service="arm", method="GET", path="/subscriptions", fault="claims_challenge", times=1)
    assert list(client.subscriptions.list())
    assert browser_visits(practice) == 1
    statuses = [entry["status"] for entry in practice.log() if entry["path"].startswith("/subscriptions")]
    assert statuses == [401, 200]


def test_a_revoked_sign_in_is_a_problem_and_never_a_prompt(practice: Practice) -> None:
    store = CountingStore()
    sign_in, account, _ = signed_in(practice, store)
    practice.control("PATCH", "world", {"directory": {"revoke_refresh_tokens": True}})
    with pytest.raises(Problem) as caught:
        sign_in.credential(account.tenant_id).get_token(GRAPH)
    assert caught.value.kind is Kind.SIGN_IN
    assert caught.value.reference.code.startswith("AADSTS")
    practice.control("POST", "clock", {"advance_s": 7200 * 60})
    text = json.loads(str(store.load()))
    cache = json.loads(text["cache"])
    cache["AccessToken"] = {}
    store.save(json.dumps({**text, "cache": json.dumps(cache)}))
    assert SignIn(practice.profile, practice.guard(), store).restore() is None
    assert browser_visits(practice) == 1


def test_no_network_at_the_second_start_is_said_and_loses_nothing(practice: Practice) -> None:
    store = CountingStore()
    _, account, _ = signed_in(practice, store)
    practice.fault(service="entra", path=".*", fault="refuse", times=1)
    second = SignIn(practice.profile, practice.guard(), store)
    with pytest.raises(Problem) as caught:
        second.restore()
    assert caught.value.kind is Kind.UNREACHABLE
    assert second.restore() == account


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"way": "browser", "account": null}', '{"way":1}'])
def test_a_store_that_holds_something_else_means_signed_out(practice: Practice, text: str) -> None:
    store = MemoryStore()
    store.save(text)
    sign_in = SignIn(practice.profile, practice.guard(), store)
    assert sign_in.restore() is None


def test_a_store_that_fails_does_not_stop_the_sign_in(practice: Practice) -> None:
    sign_in, account, _ = signed_in(practice, BrokenStore())
    assert sign_in.account == account
    assert sign_in.unsaved is not None
    assert sign_in.unsaved.kind is Kind.STORAGE
    sign_in.sign_out()
    assert sign_in.unsaved is None


def test_many_workers_share_one_token(practice: Practice) -> None:
    sign_in, account, guard = signed_in(practice)
    before = guard.requests
    credential = sign_in.credential(account.tenant_id)
    tokens: list[str] = []
    workers = [threading.Thread(target=lambda: tokens.append(credential.get_token(GRAPH).token)) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1
    assert guard.requests == before + 1


def test_nothing_secret_is_logged(practice: Practice, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = CountingStore()
    sign_in, account, _ = signed_in(practice, store)
    token = sign_in.credential(account.tenant_id).get_token(ARM).token
    kept = json.loads(json.loads(str(store.load()))["cache"])
    secrets = [token, *(each["secret"] for each in kept["RefreshToken"].values())]
    assert not [secret for secret in secrets if secret in caplog.text]
    assert "code=" not in caplog.text


def test_importing_the_profile_loads_no_client() -> None:
    code = (
        "import sys; import cmkwizard.clouds.profile, cmkwizard.clouds.tokens; "
        "print([m for m in ('requests', 'azure', 'msal', 'urllib3') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"
