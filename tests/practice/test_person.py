"""The practice person walks the pages as a person with a browser would."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cmkwizard.practice.person import PracticePerson
from cmkwizard.practice.signin import s256
from tests.practice.azure_support import AZURE_CLI
from tests.practice.client import ARM_SCOPE, Client


class Listener:
    """A program's end of a sign-in: notes the first thing that the browser brings."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.brought: dict[str, str] = {}
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.take(urlsplit(self.path).query)

            def do_POST(self) -> None:
                self.take(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def take(self, brought: str) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                listener.brought = dict(parse_qsl(brought))
                listener.arrived.set()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def authorize_address(client: Client, listener: Listener, mode: str, origin: str) -> str:
    query = {
        "client_id": AZURE_CLI,
        "response_type": "code",
        "response_mode": mode,
        "redirect_uri": listener.address,
        "scope": ARM_SCOPE,
        "state": "the-state",
        "code_challenge": s256("v" * 43),
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }
    return f"{client.profile[origin]}/organizations/oauth2/v2.0/authorize?{urlencode(query)}"


@pytest.mark.parametrize("mode", ["form_post", "query"])
@pytest.mark.parametrize("origin", ["authority", "browser"])
def test_signs_in(client: Client, listener: Listener, mode: str, origin: str) -> None:
    person = PracticePerson("victor@contoso.example", True, client.cloud.ca_file)
    assert person.open(authorize_address(client, listener, mode, origin))
    assert listener.arrived.wait(60)
    assert listener.brought["state"] == "the-state"
    tokens = client.redeem(listener.brought["code"], "v" * 43, redirect_uri=listener.address)
    assert tokens.status_code == 200, tokens.text
    assert client.log()[-1]["principal"] == "victor@contoso.example"


def test_consents_in_the_session_of_the_sign_in(client: Client, listener: Listener) -> None:
    person = PracticePerson(None, True, client.cloud.ca_file)
    person.walk(authorize_address(client, listener, "query", "browser"))
    address = client.platform("GET", "/byok/app-registration").json()["applicationRedirectUrl"]
    landed = person.walk(address.replace(client.profile["authority"], client.profile["browser"], 1))
    assert landed.startswith(f"{client.profile['browser']}/experience?code=")
    assert client.state()["applied"] == {"consent.grant": 1}


def test_declines(start_cloud: Callable[..., Client]) -> None:
    client = start_cloud("consent-declined")
    person = PracticePerson(None, client.cloud.scenario.accepts, client.cloud.ca_file)
    landed = person.walk(client.platform("GET", "/byok/app-registration").json()["applicationRedirectUrl"])
    assert "error=access_denied" in landed
    assert client.state()["applied"] == {}


def test_never_leaves_this_machine(client: Client) -> None:
    person = PracticePerson(None, True, client.cloud.ca_file)
    assert not person.open("https://login.microsoftonline.com/common/oauth2/authorize")
    assert not person.open("file:///etc/passwd")
    client.fault("redirect", service="entra", times=1, location="https://elsewhere.invalid/")
    here = f"{client.profile['authority']}/common/oauth2/deviceauth"
    assert person.walk(here) == here


def walk_in_vain(person: PracticePerson, address: str) -> str:
    before = set(threading.enumerate())
    person.open(address)
    for walking in set(threading.enumerate()) - before:
        walking.join(60)
    return str(person.problem)


def test_says_where_it_got_stuck(client: Client, listener: Listener) -> None:
    address = authorize_address(client, listener, "query", "authority")
    nobody = PracticePerson("nobody@contoso.example", True, client.cloud.ca_file)
    assert "nobody@contoso.example is not offered" in walk_in_vain(nobody, address)
    assert "answered 400" in walk_in_vain(nobody, client.profile["authority"] + "/common/oauth2/authorize")
    client.cloud.stop()
    with socket.socket() as nobody_else:  # holds the port, so that no other practice cloud answers there
        nobody_else.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nobody_else.bind(("127.0.0.1", client.world.port))
        assert "refused" in walk_in_vain(nobody, address)
