"""Signing in to Azure, against the practice cloud and with a person in front of its pages."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from azure.mgmt.resource.subscriptions import SubscriptionClient
from cryptography.hazmat.primitives.asymmetric import rsa

from cmkwizard.clouds.azure.listener import Listener
from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.tokens import SessionTokenStore
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Cancelled, Kind, Problem
from tests.clouds.conftest import Practice

ARM = "https://management.azure.com/.default"
GRAPH = "https://graph.microsoft.com/.default"


class CountingStore(SessionTokenStore):
    def __init__(self) -> None:
        super().__init__()
        self.saves = 0

    def save(self, text: str) -> None:
        self.saves += 1
        super().save(text)


class BrokenStore:
    def load(self) -> str | None:
        raise Problem(Kind.STORAGE, "no keyring")

    def save(self, _: str) -> None:
        raise Problem(Kind.STORAGE, "no keyring")

    def clear(self) -> None:
        """Nothing to forget."""


def no_opener(address: str) -> bool:
    raise AssertionError(f"a browser was opened: {address}")


def signed_in(practice: Practice, store: Any = None, **wishes: Any) -> tuple[SignIn, Account, Guard]:
    guard = practice.guard()
    sign_in = SignIn(practice.profile, guard, SessionTokenStore() if store is None else store)
    person = practice.person(wishes.pop("user", None))
    account = sign_in.interactive(
        opener=person.open, on_address=practice.addresses.append, cancel=practice.cancel, timeout_s=15, **wishes
    )
    return sign_in, account, guard


def browser_visits(practice: Practice) -> int:
    return sum(entry["path"].endswith("/authorize") for entry in practice.log())


def closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def redirect_port(address: str) -> int:
    port = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0]).port
    assert port is not None
    return port


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
    assert second.accounts() == [account]
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
        transport=guard.transport(),
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
    second = sign_in.interactive(opener=person.open, on_address=str, cancel=Cancel(), timeout_s=15)
    assert second.name == "victor@contoso.example"
    assert sign_in.accounts() == [second]
    assert "alice" not in str(store.load())


@pytest.mark.parametrize("opened", [True, False])
def test_cancel_answers_within_100_ms_and_leaves_nothing_behind(practice: Practice, opened: bool) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), SessionTokenStore())
    before = set(threading.enumerate())
    cancel, waiting = Cancel(), threading.Event()
    addresses: list[str] = []
    asked: list[float] = []

    def ask_to_stop() -> None:
        waiting.wait()
        asked.append(time.monotonic())
        cancel.request()

    asker = threading.Thread(target=ask_to_stop)
    asker.start()

    def opener(_: str) -> bool:
        waiting.set()
        return opened

    with pytest.raises(Cancelled):
        sign_in.interactive(opener=opener, on_address=addresses.append, cancel=cancel)
    assert time.monotonic() - asked[0] < 0.1
    asker.join()
    assert set(threading.enumerate()) <= before
    assert closed(redirect_port(addresses[0]))
    assert sign_in.accounts() == []


def test_nobody_coming_in_time_is_said(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), SessionTokenStore())
    with pytest.raises(Problem) as caught:
        sign_in.interactive(opener=lambda _: True, on_address=str, cancel=Cancel(), timeout_s=0.05)
    assert caught.value.kind is Kind.SIGN_IN


def knock(port: int, method: str, fields: dict[str, str], host: str = "localhost") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    form = urlencode(fields)
    if method == "GET":
        connection.request("GET", f"/?{form}", headers={"Host": host})
    else:
        connection.request("POST", "/", form, {"Content-Type": "application/x-www-form-urlencoded", "Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def test_forged_answers_and_silent_visitors_change_nothing(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), SessionTokenStore())
    person = practice.person()
    silent: list[socket.socket] = []
    refused: list[int] = []

    def opener(address: str) -> bool:
        port = redirect_port(address)
        silent.extend(socket.create_connection(("127.0.0.1", port)) for _ in range(5))
        state = parse_qs(urlsplit(address).query)["state"][0]
        for n in range(100):
            wrong = {0: "", 1: state[:-1], 2: state + "x", 3: state.swapcase()}.get(n % 5, f"forged-{n}")
            fields = {"code": f"stolen-{n}", "state": wrong}
            refused.append(knock(port, "POST", fields))
            refused.append(knock(port, "GET", fields))
        refused.append(knock(port, "POST", {"state": state}))
        refused.append(knock(port, "POST", {"code": "x" * 70_000, "state": state}))
        return person.open(address)

    account = sign_in.interactive(opener=opener, on_address=practice.addresses.append, cancel=Cancel(), timeout_s=15)
    assert account.name == "alice@contoso.example"
    assert len(refused) == 202
    assert set(refused) == {400, 413}
    assert closed(redirect_port(practice.addresses[0]))
    for each in silent:
        each.close()


def test_the_listener_takes_one_answer_and_says_what_to_do_next() -> None:
    with Listener() as listener:
        listener.expect("the-state")
        port = urlsplit(listener.redirect_uri).port
        assert port is not None
        with socket.socket() as other:
            # bound to 127.0.0.1 alone: another address of this computer does not answer
            assert other.connect_ex(("127.0.0.2", port)) != 0
        page = requests.post(
            f"http://127.0.0.1:{port}/", data={"code": "c", "state": "the-state"}, timeout=5, proxies={"http": ""}
        )
        assert "You can close this page now and go back to cmkwizard." in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert knock(port, "POST", {"code": "again", "state": "the-state"}) == 400
        assert listener.wait(Cancel(), 5) == {"code": "c", "state": "the-state"}


def test_declined_in_the_browser(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), SessionTokenStore())

    def opener(address: str) -> bool:
        query = parse_qs(urlsplit(address).query)
        fields = {"error": "access_denied", "error_description": "AADSTS65004: no", "state": query["state"][0]}
        return knock(redirect_port(address), "POST", fields) == 200

    with pytest.raises(Problem) as caught:
        sign_in.interactive(opener=opener, on_address=str, cancel=Cancel(), timeout_s=5)
    assert caught.value.kind is Kind.DECLINED
    assert caught.value.reference.code == "AADSTS65004"


def test_sign_out_forgets_everything(practice: Practice) -> None:
    store = CountingStore()
    sign_in, account, guard = signed_in(practice, store)
    credential = sign_in.credential(account.tenant_id)
    token = credential.get_token(ARM).token
    sign_in.sign_out()
    assert store.load() is None
    assert sign_in.accounts() == []
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
        transport=guard.transport(),
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
    store = SessionTokenStore()
    store.save(text)
    sign_in = SignIn(practice.profile, practice.guard(), store)
    assert sign_in.accounts() == []
    assert sign_in.restore() is None


def test_a_store_that_fails_does_not_stop_the_sign_in(practice: Practice) -> None:
    sign_in, account, _ = signed_in(practice, BrokenStore())
    assert sign_in.account == account
    assert sign_in.unsaved is not None
    assert sign_in.unsaved.kind is Kind.STORAGE


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


def write_az(folder: Path, script: str) -> None:
    az = folder / "az"
    az.write_text(f"#!/bin/sh\n{script}\n")
    az.chmod(0o755)


def test_an_azure_cli_sign_in_is_used(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, account, _ = signed_in(practice)
    token = browser.credential(account.tenant_id).get_token(ARM).token
    answer = {"accessToken": token, "expires_on": int(time.time()) + 3000, "tokenType": "Bearer"}
    (tmp_path / "token.json").write_text(json.dumps(answer))
    write_az(tmp_path, f'echo "$@" >> {tmp_path}/calls\ncat {tmp_path}/token.json')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    store, guard = CountingStore(), practice.guard()
    sign_in = SignIn(practice.profile, guard, store)
    found = sign_in.use_azure_cli()
    assert (found.name, found.tenant_id, found.object_id) == (account.name, account.tenant_id, account.object_id)
    credential = sign_in.credential(account.tenant_id)
    for _ in range(3):
        credential.get_token(ARM)
    assert len((tmp_path / "calls").read_text().splitlines()) == 2  # of the CLI's own directory, and of this one
    answer_of_arm = guard.session.get(
        f"{practice.profile.resource_manager}/subscriptions?api-version=2022-12-01",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer_of_arm.ok
    assert token not in str(store.load())
    assert SignIn(practice.profile, practice.guard(), store).restore() == found


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (None, "cannot be started"),
        ("echo 'Please run az login' >&2; exit 1", "no sign-in"),
        ("echo 'AADSTS50076: do more' >&2; exit 1", "multi-factor"),
        ("echo 'not json'", "no sign-in"),
    ],
)
def test_an_azure_cli_that_does_not_serve_is_explained(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, says: str
) -> None:
    if script is not None:
        write_az(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}" if script is None else f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Problem) as caught:
        SignIn(practice.profile, practice.guard(), SessionTokenStore()).use_azure_cli()
    assert caught.value.kind is Kind.SIGN_IN
    assert says in caught.value.message
    assert caught.value.remedy


def test_a_device_code_signs_in(practice: Practice) -> None:
    guard, person = practice.guard(), practice.person()
    sign_in = SignIn(practice.profile, guard, SessionTokenStore())
    shown: list[tuple[str, str]] = []

    def on_code(address: str, code: str) -> None:
        shown.append((address, code))
        enter_device_code(practice, person, address, code)

    account = sign_in.use_device_code(on_code, Cancel())
    assert account.name == "alice@contoso.example"
    assert len(shown) == 1
    credential = sign_in.credential(account.tenant_id)
    assert credential.get_token(ARM).token != credential.get_token(GRAPH).token
    sign_in.sign_out()
    with pytest.raises(Problem):
        credential.get_token(ARM)


def test_a_real_sign_in_never_goes_to_a_practice_cloud(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    token = jwt.encode({"tid": "t", "oid": "o", "iss": "https://sts.windows.net/t/"}, key, algorithm="RS256")
    answer = {"accessToken": token, "expires_on": int(time.time()) + 3000, "tokenType": "Bearer"}
    (tmp_path / "token.json").write_text(json.dumps(answer))
    write_az(tmp_path, f"cat {tmp_path}/token.json")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    guard = practice.guard()
    with pytest.raises(Problem) as caught:
        SignIn(practice.profile, guard, SessionTokenStore()).use_azure_cli()
    assert caught.value.kind is Kind.UNTRUSTED
    assert guard.requests == 0


def enter_device_code(practice: Practice, person: Any, address: str, code: str) -> None:
    assert address.startswith(str(practice.profile.browser))
    separator = "&" if "?" in address else "?"
    person.walk(f"{address}{separator}{urlencode({'otc': code})}")


def test_a_device_code_can_be_given_up_at_once(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), SessionTokenStore())
    cancel = Cancel()
    asked: list[float] = []

    def on_code(_: str, __: str) -> None:
        asked.append(time.monotonic())
        cancel.request()

    with pytest.raises(Cancelled):
        sign_in.use_device_code(on_code, cancel)
    assert time.monotonic() - asked[0] < 0.1
    assert sign_in.account is None


def test_importing_the_profile_loads_no_client() -> None:
    code = (
        "import sys; import cmkwizard.clouds.profile, cmkwizard.clouds.tokens; "
        "print([m for m in ('requests', 'azure', 'msal', 'urllib3') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert out.stdout.strip() == "[]"
