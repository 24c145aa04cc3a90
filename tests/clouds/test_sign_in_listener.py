"""The browser's way back: what ends the wait for a person, and what must not."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from cmkwizard.clouds.azure.listener import Listener
from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import (
    MemoryStore,
    closed,
    redirect_port,
)

FAR_S = 100.0
"""When the wait would end by itself."""


@pytest.mark.parametrize("opened", [True, False])
def test_cancel_ends_the_wait_at_once_and_leaves_nothing_behind(practice: Practice, opened: bool) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), MemoryStore())
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
        sign_in.interactive(opener=opener, on_address=addresses.append, cancel=cancel, timeout_s=FAR_S)
    assert time.monotonic() - asked[0] < FAR_S / 20
    asker.join()
    assert set(threading.enumerate()) <= before
    assert closed(redirect_port(addresses[0]))
    assert sign_in.account is None


def test_nobody_coming_in_time_is_said(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), MemoryStore())
    with pytest.raises(Problem) as caught:
        sign_in.interactive(opener=lambda _: True, on_address=str, cancel=Cancel(), timeout_s=0.05)
    assert caught.value.kind is Kind.SIGN_IN


def knock(port: int, method: str, fields: dict[str, str], host: str = "localhost") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form = urlencode(fields)
    if method == "GET":
        connection.request("GET", f"/?{form}", headers={"Host": host})
    else:
        connection.request("POST", "/", form, {"Content-Type": "application/x-www-form-urlencoded", "Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def test_forged_answers_and_silent_visitors_change_nothing(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), MemoryStore())
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

    account = sign_in.interactive(opener=opener, on_address=practice.addresses.append, cancel=Cancel(), timeout_s=120)
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
            f"http://127.0.0.1:{port}/", data={"code": "c", "state": "the-state"}, timeout=60, proxies={"http": ""}
        )
        assert "You can close this page now and go back to cmkwizard." in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert knock(port, "POST", {"code": "again", "state": "the-state"}) == 400
        assert listener.wait(Cancel(), 60) == {"code": "c", "state": "the-state"}


def test_declined_in_the_browser(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), MemoryStore())

    def opener(address: str) -> bool:
        query = parse_qs(urlsplit(address).query)
        fields = {"error": "access_denied", "error_description": "AADSTS65004: no", "state": query["state"][0]}
        return knock(redirect_port(address), "POST", fields) == 200

    with pytest.raises(Problem) as caught:
        sign_in.interactive(opener=opener, on_address=str, cancel=Cancel(), timeout_s=60)
    assert caught.value.kind is Kind.DECLINED
    assert caught.value.reference.code == "AADSTS65004"
