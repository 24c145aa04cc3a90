"""The CONNECT proxy: the real names reach the practice cloud, and nothing else is reached."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests

from cmkwizard.practice.proxy import HEAD_TIMEOUT_S
from tests.practice.client import Client


@pytest.fixture
def real(client: Client) -> Iterator[requests.Session]:
    """A session that knows the proxy and the authority, and otherwise nothing of practice."""
    session = requests.Session()
    session.trust_env = False
    session.proxies = {"https": client.ready["proxy"]}
    session.verify = str(client.cloud.ca_file)
    yield session
    session.close()


def ask(client: Client, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", urlsplit(client.ready["proxy"]).port or 0), timeout=60) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
            if b"\r\n\r\n" in received:
                break
        return received.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "address",
    [
        "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        "https://management.azure.com/metadata/endpoints?api-version=2022-09-01",
        "https://experience.adobe.com/",
    ],
)
def test_real_names_answer(real: requests.Session, address: str) -> None:
    assert real.get(address, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://management.azure.com/subscriptions?api-version=2022-12-01", "arm"),
        ("https://graph.microsoft.com/v1.0/me", "graph"),
        ("https://some-vault.vault.azure.net/keys?api-version=2025-07-01", "keyvault"),
        ("https://some-hsm.managedhsm.azure.net/keys?api-version=2025-07-01", "keyvault"),
        ("https://platform-nld2.adobe.io/data/infrastructure/manager/byok/app-registration", "platform"),
    ],
)
def test_real_names_reach_their_service(client: Client, real: requests.Session, address: str, service: str) -> None:
    assert real.get(address, timeout=60).status_code in (401, 403, 404)
    assert client.log()[-1]["service"] == service


def test_under_real_names_the_answers_carry_real_names(client: Client, real: requests.Session) -> None:
    found = real.get("https://login.microsoftonline.com/contoso/v2.0/.well-known/openid-configuration", timeout=60)
    assert found.json()["token_endpoint"].startswith("https://login.microsoftonline.com/")
    adobe = client.ready["adobe"]
    form = {
        "grant_type": "client_credentials",
        "client_id": adobe["client_id"],
        "client_secret": adobe["client_secret"],
        "scope": "openid",
    }
    token = real.post("https://ims-na1.adobelogin.com/ims/token/v3", data=form, timeout=60).json()["access_token"]
    registration = real.get(
        "https://platform.adobe.io/data/infrastructure/manager/byok/app-registration",
        headers=client.adobe_headers(Authorization=f"Bearer {token}"),
        timeout=60,
    ).json()
    address = registration["applicationRedirectUrl"]
    assert address.startswith("https://login.microsoftonline.com/common/oauth2/authorize?")
    assert "redirect_uri=https://experience.adobe.com&" in address
    assert "Pick an account" in real.get(address, timeout=60).text


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("CONNECT example.com:443", b"HTTP/1.1 403 Forbidden"),
        ("CONNECT vault.azure.net:443", b"HTTP/1.1 403 Forbidden"),
        ("CONNECT managedhsm.azure.net:443", b"HTTP/1.1 403 Forbidden"),
        ("CONNECT a.b.vault.azure.net:443", b"HTTP/1.1 403 Forbidden"),
        ("CONNECT management.azure.com:80", b"HTTP/1.1 403 Forbidden"),
        ("CONNECT localhost:443", b"HTTP/1.1 403 Forbidden"),
        ("GET http://management.azure.com/", b"HTTP/1.1 405 Method Not Allowed"),
        ("CONNECT MANAGEMENT.azure.com:443", b"HTTP/1.1 200 Connection established"),
    ],
)
def test_what_the_proxy_lets_through(client: Client, request_line: str, status: bytes) -> None:
    assert ask(client, f"{request_line} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == status


def test_an_unknown_host_inside_the_tunnel_is_refused_in_json(client: Client) -> None:
    reply = client.send("GET", client.profile["browser"] + "/", headers={"Host": "example.com"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (421, "MisdirectedRequest")


def test_open_tunnels_end_with_the_cloud(start_cloud: Callable[..., Client]) -> None:
    client = start_cloud()
    port = urlsplit(client.ready["proxy"]).port or 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as idle:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as tunnel:
            tunnel.sendall(b"CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n")
            assert tunnel.recv(4096).startswith(b"HTTP/1.1 200")
            stopping = threading.Thread(target=client.cloud.stop)
            stopping.start()
            stopping.join(HEAD_TIMEOUT_S / 2)  # it does not wait until the silent one is given up
            assert not stopping.is_alive()
            assert ends(tunnel)
        assert ends(idle)


def ends(connection: socket.socket) -> bool:
    try:
        return connection.recv(4096) == b""
    except ConnectionResetError:
        return True
