"""The server itself: where requests go, what every answer carries, and how it behaves when things go wrong."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.server import BODY_LIMIT, Place, find_place
from tests.practice.client import Client

MOST_SOCKETS = 300
"""A slow computer must not run out of them; each counts twice, on both its ends."""


@pytest.mark.parametrize(
    ("host", "path", "place"),
    [
        ("localhost", "/subscriptions", Place("arm", "/subscriptions")),
        ("localhost", "/SUBSCRIPTIONS/x", Place("arm", "/SUBSCRIPTIONS/x")),
        ("127.0.0.1", "/metadata/endpoints", Place("metadata", "/metadata/endpoints")),
        ("localhost", "/graph/v1.0/me", Place("graph", "/v1.0/me")),
        ("localhost", "/ims/token/v3", Place("ims", "/token/v3")),
        ("localhost", "/platform/data", Place("platform", "/data", region="VA7")),
        ("localhost", "/platform-nld2/data", Place("platform", "/data", region="NLD2")),
        ("localhost", "/practice/state", Place("control", "/state")),
        ("localhost", "/common/oauth2/authorize", Place("entra", "/common/oauth2/authorize")),
        ("kv-one.vault.localhost", "/keys", Place("keyvault", "/keys")),
        ("login.microsoftonline.com", "/graph/x", Place("entra", "/graph/x", real_names=True)),
        ("management.azure.com", "/tenants", Place("arm", "/tenants", real_names=True)),
        ("graph.microsoft.com", "/v1.0/me", Place("graph", "/v1.0/me", real_names=True)),
        ("kv-one.vault.azure.net", "/keys", Place("keyvault", "/keys", real_names=True)),
        ("platform-aus5.adobe.io", "/data", Place("platform", "/data", real_names=True, region="AUS5")),
        ("ims-na1.adobelogin.com", "/ims/token/v3", Place("ims", "/ims/token/v3", real_names=True)),
        ("example.com", "/", None),
        ("localhost.example.com", "/", None),
    ],
)
def test_where_requests_go(host: str, path: str, place: Place | None) -> None:
    assert find_place(host, path) == place


def test_every_answer_can_be_traced(client: Client) -> None:
    reply = client.subscriptions("guess")
    for name in ("Date", "x-ms-request-id", "x-ms-correlation-request-id"):
        assert reply.headers[name]
    headers = {"x-ms-correlation-request-id": "mine", "x-ms-client-request-id": "also mine"}
    reply = client.send("GET", "/subscriptions?api-version=2022-12-01", headers=headers)
    assert reply.headers["x-ms-correlation-request-id"] == "mine"
    assert reply.headers["x-ms-client-request-id"] == "also mine"


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    reply = client.send("POST", "/ims/token/v3", data=b"x" * (BODY_LIMIT + 1))
    assert (reply.status_code, reply.json()["error"]) == (413, "RequestEntityTooLarge")


def test_a_wrong_body_is_told_in_the_services_shape(client: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = client.send("POST", "/common/oauth2/v2.0/token", data=b"\xff\xfe=1", headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


@pytest.mark.logs_errors
def test_a_defect_of_ours_is_a_500_in_the_services_shape(client: Client) -> None:
    client.world.adobe.scopes = None  # type: ignore[assignment]
    reply = client.ims()
    assert (reply.status_code, reply.json()["error"]) == (500, "InternalServerError")
    assert client.log()[-1]["status"] == 500


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "kv-one.vault.localhost", "kv-one.vault.azure.net"])
def test_the_certificate_covers_the_names(client: Client, name: str) -> None:
    context = ssl.create_default_context(cafile=str(client.cloud.ca_file))
    with (
        socket.create_connection(("127.0.0.1", client.world.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_the_certificate_covers_no_other_name(client: Client) -> None:
    context = ssl.create_default_context(cafile=str(client.cloud.ca_file))
    with (
        socket.create_connection(("127.0.0.1", client.world.port), timeout=60) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="example.com")


def test_nobody_else_trusts_the_authority(client: Client) -> None:
    with (
        socket.create_connection(("127.0.0.1", client.world.port), timeout=60) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_it_listens_on_loopback_alone(client: Client) -> None:
    others = {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        if not address.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, client.world.port), timeout=2)


def test_many_at_once(client: Client) -> None:
    token = client.sign_in()["access_token"]

    def ask(_: int) -> Any:
        return client.subscriptions(token).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(80))) == {200}
    numbers = [entry["n"] for entry in client.log()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_faults_are_not_spent_on_the_question_where_to_sign_in(client: Client) -> None:
    client.fault("status", service="keyvault", code=503, times=1)
    address = f"https://kv-one.vault.localhost:{client.world.port}/keys/k?api-version=2025-07-01"
    assert client.send("GET", address).status_code != 503
    assert client.send("GET", address, headers={"Authorization": "Bearer guess"}).status_code == 503


@pytest.mark.parametrize(
    ("listener", "said"),
    [
        ("secure", b""),
        ("secure", b"\x16\x03\x01\x02\x00\x01"),  # the beginning of a TLS greeting
        ("browser", b"GET / HT"),
        ("proxy", b""),
        ("proxy", b"CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n"),
    ],
)
def test_no_socket_is_left_open_when_the_cloud_stops(listener: str, said: bytes) -> None:
    """Connections come in without a pause until nobody listens any more, so that some are on their way at the end."""
    gc.collect()  # what others have left lying about is theirs
    clients: list[socket.socket] = []
    some = threading.Event()

    def connect(port: int) -> None:
        with contextlib.suppress(OSError):
            while len(clients) < MOST_SOCKETS:
                clients.append(socket.create_connection(("127.0.0.1", port)))
                clients[-1].sendall(said)
                if len(clients) == 10:
                    some.set()

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(2):
            cloud = PracticeCloud().start()
            proxy = urlsplit(cloud.ready["proxy"]).port or 0
            port = {"secure": cloud.world.port, "browser": cloud.world.browser_port, "proxy": proxy}[listener]
            connecting = threading.Thread(target=connect, args=(port,))
            connecting.start()
            assert some.wait(60)
            cloud.stop()
            connecting.join()
            del cloud
            gc.collect()
            while clients:
                clients.pop().close()
            some.clear()
    assert [str(each.message) for each in seen] == []
