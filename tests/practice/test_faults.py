"""Every fault by name, as it arrives on the wire."""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import requests

from cmkwizard.practice.faults import APPLIES
from tests.practice.client import Client

GROUP_BODY = {"location": "westeurope"}
StartCloud = Callable[..., Client]


@pytest.fixture
def token(client: Client) -> str:
    return str(client.sign_in()["access_token"])


def group_path(client: Client, name: str = "rg-new") -> str:
    subscription = next(iter(client.world.estate.subscriptions))
    return f"/subscriptions/{subscription}/resourcegroups/{name}?api-version=2025-04-01"


def create_group(client: Client, token: str, **options: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    address = client.profile["resource_manager"] + group_path(client)
    return client.session.put(
        address, json=GROUP_BODY, headers=headers, **{"timeout": 60, "allow_redirects": False, **options}
    )


def created(client: Client) -> int:
    return sum(client.state()["applied"].values())


def raw_request(
    client: Client, request: bytes, *, limit: int = 10_000_000, parts: list[bytes] | None = None
) -> tuple[bytes, BaseException | None]:
    """Everything the server sends to one request on a fresh connection, and how the connection broke, if it did.

    ``parts`` gets it in the portions in which the server wrote it: TLS reads no more than one record at a time.
    """
    parts = [] if parts is None else parts
    context = ssl.create_default_context(cafile=str(client.cloud.ca_file))
    received = bytearray()  # grows in place: an endless answer is read as fast as it comes
    with (
        socket.create_connection(("127.0.0.1", client.world.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as connection,
    ):
        connection.sendall(request)
        try:
            while len(received) < limit and (chunk := connection.recv(65536)):
                parts.append(chunk)
                received += chunk
        except OSError as broken:
            return bytes(received), broken
    return bytes(received), None


def http(client: Client, method: str, path: str, token: str, body: Any = None) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    lines = [
        f"{method} {path} HTTP/1.1", f"Host: localhost:{client.world.port}", f"Authorization: Bearer {token}",
        "Content-Type: application/json", f"Content-Length: {len(content)}", "Connection: close",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def test_all_names_of_the_contract_are_known() -> None:
    assert set(APPLIES) == {
        "refuse", "reset", "timeout_before", "timeout_after", "slow", "status", "malformed", "truncated", "huge",
        "redirect", "captive_portal", "expire_token", "claims_challenge",
    }  # fmt: skip


def test_refuse_closes_without_an_answer(client: Client, token: str) -> None:
    client.fault("refuse", service="arm", method="PUT", times=1)
    received, _ = raw_request(client, http(client, "PUT", group_path(client), token, GROUP_BODY))
    assert received == b""
    assert created(client) == 0
    assert (client.log()[-1]["fault"], client.log()[-1]["status"]) == ("refuse", None)
    assert create_group(client, token).status_code == 201


def test_reset_breaks_the_answer_off_after_applying(client: Client, token: str) -> None:
    client.fault("reset", service="arm", method="PUT", times=1)
    _, broken = raw_request(client, http(client, "PUT", group_path(client), token, GROUP_BODY))
    assert isinstance(broken, OSError)
    assert created(client) == 1
    client.fault("reset", service="arm", method="PUT", times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        create_group(client, token)


def test_reset_without_applying(client: Client, token: str) -> None:
    client.fault("reset", service="arm", times=1, apply=False)
    _, broken = raw_request(client, http(client, "PUT", group_path(client), token, GROUP_BODY))
    assert isinstance(broken, OSError)
    assert created(client) == 0


def test_reset_is_a_reset_and_no_mere_end(client: Client) -> None:
    # On the plain port, because Python's TLS reports a reset as an unexpected end.
    client.fault("reset", service="entra", times=1)
    request = f"GET /common/oauth2/deviceauth HTTP/1.1\r\nHost: localhost:{client.world.browser_port}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.world.browser_port), timeout=60) as connection:
        connection.sendall(request.encode())
        with pytest.raises(ConnectionResetError):
            all(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(("fault", "applied"), [("timeout_before", 0), ("timeout_after", 1)])
def test_timeouts_never_answer(client: Client, token: str, fault: str, applied: int) -> None:
    client.fault(fault, service="arm", method="PUT", times=1)
    with pytest.raises(requests.ReadTimeout):
        create_group(client, token, timeout=1)
    assert created(client) == applied
    entry = client.log()[-1]
    assert (entry["fault"], entry["status"], entry["principal"]) == (fault, None, "alice@contoso.example")
    assert bool(entry["applied"]) == bool(applied)


def test_slow_sends_a_byte_at_a_time(client: Client, token: str) -> None:
    client.fault("slow", service="arm", method="GET", times=1, interval_s=0.001)
    request = http(client, "GET", "/subscriptions?api-version=2022-12-01", token)
    parts: list[bytes] = []
    received, _ = raw_request(client, request, parts=parts)
    head, _, body = received.partition(b"\r\n\r\n")
    assert [len(part) for part in parts[-len(body) :]] == [1] * len(body)
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert len(body) == int(length[1])
    assert json.loads(body)["value"]


def test_status_answers_in_the_services_own_shape(client: Client, token: str) -> None:
    client.fault("status", service="arm", code=429, retry_after=7, times=1)
    reply = create_group(client, token)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")
    assert reply.json()["error"]["code"] == "TooManyRequests"
    client.fault("status", service="platform", code=429, times=1)
    reply = client.platform("GET", "/byok/app-registration")
    assert (reply.status_code, reply.json()["error_code"]) == (429, "429050")
    assert "Retry-After" not in reply.headers
    client.fault("status", service="ims", code=503, error_code="unavailable", message="Come back later.", times=1)
    assert client.ims().json() == {"error": "unavailable", "error_description": "Come back later."}
    client.fault("status", service="entra", code=503, times=1)
    assert client.token().json()["error"] == "temporarily_unavailable"
    assert created(client) == 0


def test_status_after_applying(client: Client, token: str) -> None:
    client.fault("status", service="arm", method="PUT", code=502, apply=True, times=1)
    assert create_group(client, token).status_code == 502
    assert created(client) == 1
    assert client.log()[-1]["status"] == 502


@pytest.mark.parametrize("variant", [None, "cut", "nan", "duplicate", "deep", "types"])
def test_malformed(client: Client, token: str, variant: str | None) -> None:
    client.fault("malformed", service="arm", method="GET", times=1, variant=variant)
    reply = client.subscriptions(token)
    assert reply.status_code == 200
    match variant:
        case "nan":
            assert "NaN" in reply.text
        case "duplicate":
            pairs = json.loads(reply.text, object_pairs_hook=list)
            assert len({name for name, _ in pairs}) < len(pairs)
        case "deep":
            with pytest.raises(RecursionError):
                json.loads(reply.text)
        case "types":
            assert reply.json()["id"] == []
        case _:
            with pytest.raises(ValueError, match="line 1"):
                reply.json()


def test_truncated_promises_more_than_it_sends(client: Client, token: str) -> None:
    client.fault("truncated", service="arm", method="GET", times=2)
    received, broken = raw_request(client, http(client, "GET", "/subscriptions?api-version=2022-12-01", token))
    head, _, body = received.partition(b"\r\n\r\n")
    assert broken is None
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert len(body) < int(length[1])
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.subscriptions(token)


def test_huge_as_gzip_is_small_on_the_wire(client: Client, token: str) -> None:
    size = 64 * 1024 * 1024
    client.fault("huge", service="arm", method="GET", times=1, size=size)
    headers = {"Authorization": f"Bearer {token}"}
    address = client.profile["resource_manager"] + "/subscriptions?api-version=2022-12-01"
    with client.session.get(address, headers=headers, timeout=60, stream=True) as reply:
        assert reply.headers["Content-Encoding"] == "gzip"
        packed = reply.raw.read(decode_content=False)
    assert len(packed) < size / 500
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    length, last = 0, b""
    while packed and not unpacker.eof:
        last = unpacker.decompress(packed, 1024 * 1024)
        packed = unpacker.unconsumed_tail
        length += len(last)
    assert unpacker.eof
    assert length > size
    assert json.loads(last)["value"]


def test_huge_plain_ends_when_the_client_goes_away(client: Client, token: str) -> None:
    client.fault("huge", service="arm", method="GET", times=1, variant="plain", size=10**12)
    request = http(client, "GET", "/subscriptions?api-version=2022-12-01", token)
    received, _ = raw_request(client, request, limit=5_000_000)
    assert len(received) >= 5_000_000
    assert client.subscriptions(token).status_code == 200


@pytest.mark.parametrize(
    ("table", "status", "target"),
    [
        ({}, 302, "https://elsewhere.invalid/"),
        ({"code": 307, "location": "http://localhost:9/"}, 307, "http://localhost:9/"),
        ({"location": "same"}, 302, None),
    ],
)
def test_redirect(client: Client, token: str, table: dict[str, Any], status: int, target: str | None) -> None:
    client.fault("redirect", service="arm", method="PUT", times=1, **table)
    reply = create_group(client, token)
    asked = (client.profile["resource_manager"] + group_path(client)).partition("?")[0]
    assert (reply.status_code, reply.headers["Location"]) == (status, target or asked)
    assert created(client) == 0


def test_captive_portal_lies_with_200(client: Client, token: str) -> None:
    client.fault("captive_portal", service="arm", times=1)
    reply = create_group(client, token)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "guest network" in reply.text
    assert created(client) == 0


def test_expire_token_ends_the_token_for_good(client: Client, token: str) -> None:
    client.fault("expire_token", service="arm", method="PUT", times=1)
    for _ in range(2):
        reply = create_group(client, token)
        assert (reply.status_code, reply.json()["error"]["code"]) == (401, "ExpiredAuthenticationToken")
    assert created(client) == 0
    assert create_group(client, client.sign_in()["access_token"]).status_code == 201


def test_expire_token_at_adobe(client: Client) -> None:
    headers = client.adobe_headers()
    client.fault("expire_token", service="platform", times=1)
    for _ in range(2):
        reply = client.platform("GET", "/byok/app-registration", headers=headers)
        assert (reply.status_code, reply.json()["error_code"]) == (401, "401013")
    assert client.platform("GET", "/byok/app-registration").status_code == 200


def test_claims_challenge_is_answered_with_a_new_token(client: Client) -> None:
    tokens = client.sign_in()
    client.fault("claims_challenge", service="arm", times=1)
    reply = create_group(client, tokens["access_token"])
    assert reply.status_code == 401
    challenge = reply.headers["WWW-Authenticate"]
    assert "insufficient_claims" in challenge
    found = re.search(r'claims="([^"]+)"', challenge)
    assert found
    claims = base64.b64decode(found[1] + "==").decode()
    asked = {
        "grant_type": "refresh_token",
        "client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        "refresh_token": tokens["refresh_token"],
        "scope": "https://management.azure.com/.default",
    }
    plain = client.token(**asked).json()["access_token"]
    assert create_group(client, plain).status_code == 401
    better = client.token(**asked, claims=claims).json()["access_token"]
    assert create_group(client, better).status_code == 201


def test_times_skip_and_matching(client: Client, token: str) -> None:
    client.fault("status", service="arm", method="GET", path="^/SUBSCRIPTIONS$", code=500, times=2, skip=1)
    assert client.ims().status_code == 200
    assert create_group(client, token).status_code == 201
    assert [client.subscriptions(token).status_code for _ in range(4)] == [200, 500, 500, 200]


def test_without_times_until_cleared(client: Client, token: str) -> None:
    client.fault("status", code=503)
    assert [client.subscriptions(token).status_code for _ in range(3)] == [503] * 3
    assert client.ims().status_code == 503
    listed = client.control("GET", "/faults").json()
    assert (listed[0]["fault"], listed[0]["struck"]) == ("status", 4)
    assert client.control("DELETE", "/faults").status_code == 204
    assert client.subscriptions(token).status_code == 200


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"fault": "rain"}, "fault must be one of refuse"),
        ({"fault": "status"}, "status needs a code"),
        ({"fault": "reset", "service": "mail"}, "service must be one of entra"),
        ({"fault": "reset", "weather": 1}, "unknown: weather"),
        ({"fault": "reset", "path": "("}, "unterminated"),
        ({"fault": "reset", "times": 0}, "times must be 1 or more"),
        ({"fault": "claims_challenge", "service": "ims"}, "arm, keyvault or graph"),
        ({"fault": "malformed", "variant": "loud"}, "variant of malformed"),
        ({"fault": "timeout_before", "apply": True}, "never applies"),
        ({"service": "arm"}, "fault"),
    ],
)
def test_faults_that_mean_nothing_are_refused(client: Client, table: dict[str, Any], sentence: str) -> None:
    reply = client.control("POST", "/faults", table)
    assert reply.status_code == 400
    assert sentence in reply.json()["error"]["message"]


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "slow", "huge"])
def test_faults_end_when_the_cloud_stops(start_cloud: StartCloud, fault: str) -> None:
    client = start_cloud()
    token = client.sign_in()["access_token"]
    client.fault(fault, service="arm", **({"variant": "plain", "size": 10**12} if fault == "huge" else {}))
    request = http(client, "GET", "/subscriptions?api-version=2022-12-01", token)
    waiting = threading.Thread(target=raw_request, args=(client, request), kwargs={"limit": 10**12})
    waiting.start()
    while not client.world.log.since(0)[-1]["fault"]:
        assert waiting.is_alive()
        waiting.join(0.01)
    client.cloud.stop()
    waiting.join(60)
    assert not waiting.is_alive()


def test_the_throttled_scenario_throttles(start_cloud: StartCloud) -> None:
    client = start_cloud("throttled")
    token = client.sign_in()["access_token"]
    replies = [client.subscriptions(token) for _ in range(5)]
    assert [each.status_code for each in replies] == [200, 200, 429, 429, 200]
    assert replies[2].headers["Retry-After"] == "1"


@pytest.mark.parametrize("service", ["arm", "platform"])
def test_a_status_may_carry_any_body(client: Client, service: str) -> None:
    body = {"error": {"code": "ScopeLocked", "details": [{"code": "x"}]}}
    client.fault("status", service=service, code=409, body=body, retry_after=3, times=1)
    reply = client.subscriptions("guess") if service == "arm" else client.platform("GET", "/byok/app-registration")
    assert (reply.status_code, reply.json(), reply.headers["Retry-After"]) == (409, body, "3")
    assert reply.headers["x-ms-request-id"]
    client.fault("status", service=service, code=502, body="<h1>Bad gateway</h1>", times=1)
    reply = client.subscriptions("guess") if service == "arm" else client.platform("GET", "/byok/app-registration")
    assert (reply.status_code, reply.text) == (502, "<h1>Bad gateway</h1>")
    assert client.control("POST", "/faults", {"fault": "slow", "body": {}}).status_code == 400
