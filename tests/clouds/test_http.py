"""The guarded way out, against servers that do what networks and attackers do."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core import PipelineClient
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest

from cmkwizard.clouds.azure.transport import GuardedTransport
from cmkwizard.clouds.errors import translating
from cmkwizard.clouds.http import LIBRARY_LOGGERS, Guard, trust
from cmkwizard.clouds.profile import PUBLIC, Service, profile_from
from cmkwizard.clouds.refusals import retry_after
from cmkwizard.clouds.replies import decode
from cmkwizard.clouds.wire import CONNECT_S, READ_S, GuardedAdapter, Reason, WireError, depth_is_good
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.wire_server import WireServer, answer

Behaviour = Callable[[ssl.SSLSocket, bytes], bool | None]
ARM = Service.RESOURCE_MANAGER

DEADLINE_S = 1.0
"""Long enough for a slow computer to connect and to send; one that is kept ends well before 9 times of it. The peers go
on for ever, and other limits come after it."""


LOCAL = {
    "name": "local",
    "authority": "https://localhost:1",
    "resource_manager": "https://localhost:1",
    "graph": "https://localhost:1/graph",
    "vault_suffixes": [".vault.localhost"],
    "ims": "https://localhost:1/ims",
    "platform": {"VA7": "https://localhost:1/platform"},
}


def says(*answers: bytes) -> Behaviour:
    waiting = list(answers)

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return behave


def problem_of(guard: Guard, method: str, url: str, service: Service = ARM) -> Problem:
    with pytest.raises(Problem) as caught, translating(service):
        guard.session.request(method, url, data=b"{}" if method == "PUT" else None)
    return caught.value


def test_an_answer_arrives_whole(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer(body=b'{"a": 1}'))) as server:
        guard = Guard(server.profile)
        assert guard.session.get(f"{server.url}/things").json() == {"a": 1}
        assert guard.requests == 1
        assert guard.session.get(f"{server.url}/things").ok
        assert server.connections == 1  # kept and used again
        assert f"Host: localhost:{server.port}".encode() in server.requests[0]
        guard.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(("method", "kind"), [("GET", Kind.UNTRUSTED), ("PUT", Kind.UNCLEAR)])
def test_no_redirect_is_followed(tmp_path: Path, status: int, method: str, kind: Kind) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with (
        WireServer(elsewhere, says(answer())) as trap,
        WireServer(tmp_path, says(answer(status, Location=f"{trap.url}/here"))) as server,
    ):
        guard = Guard(server.profile)
        assert problem_of(guard, method, f"{server.url}/things").kind is kind
        assert trap.connections == 0
        assert len(server.requests) == 1
        guard.close()


def drip_body(connection: ssl.SSLSocket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    drip(connection)


def drip_head(connection: ssl.SSLSocket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    drip(connection)


def drip(connection: ssl.SSLSocket) -> None:
    connection.settimeout(0.02)
    while True:
        connection.sendall(b"x")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


def stall(connection: ssl.SSLSocket, _: bytes) -> None:
    connection.recv(1)


@pytest.mark.parametrize("behave", [drip_body, drip_head, stall])
@pytest.mark.parametrize(("method", "kind"), [("GET", Kind.UNREACHABLE), ("PUT", Kind.UNCLEAR)])
def test_a_slow_peer_does_not_outlive_the_deadline(tmp_path: Path, behave: Behaviour, method: str, kind: Kind) -> None:
    with WireServer(tmp_path, behave) as server:
        guard = Guard(server.profile, deadline_s=DEADLINE_S)
        began = time.monotonic()
        assert problem_of(guard, method, f"{server.url}/things").kind is kind
        assert time.monotonic() - began < 9 * DEADLINE_S < READ_S
        guard.close()


def test_a_peer_that_never_shakes_hands_does_not_outlive_the_deadline(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer())) as server, socket.create_server(("127.0.0.1", 0)) as mute:
        guard = Guard(server.profile, deadline_s=DEADLINE_S)
        url = f"https://things.vault.localhost:{mute.getsockname()[1]}/keys"
        began = time.monotonic()
        problem = problem_of(guard, "PUT", url, Service.VAULT)
        assert problem.kind is Kind.UNREACHABLE
        assert problem.reference.code == Reason.TIMEOUT
        assert time.monotonic() - began < 9 * DEADLINE_S < CONNECT_S
        guard.close()


@pytest.mark.parametrize(
    "reply",
    [
        answer(body=b" " * 5_000_001),
        answer(body=gzip.compress(bytes(200_000_000), 9), Content_Encoding="gzip"),
        answer(body=gzip.compress(gzip.compress(bytes(200_000_000), 9), 9), Content_Encoding="gzip, gzip"),
    ],
    ids=["long", "gzip bomb", "gzip bomb, twice"],
)
def test_no_answer_is_larger_than_the_budget(tmp_path: Path, reply: bytes) -> None:
    with WireServer(tmp_path, says(reply)) as server:
        guard = Guard(server.profile)
        problem = problem_of(guard, "GET", f"{server.url}/things")
        assert (problem.kind, problem.reference.code) == (Kind.UNTRUSTED, Reason.TOO_LARGE)
        guard.close()


@pytest.mark.parametrize(("method", "kind"), [("GET", Kind.UNREACHABLE), ("PUT", Kind.UNCLEAR)])
@pytest.mark.parametrize("cut", [b"", answer(body=b"x" * 50)[:-20], b"HTTP/1.1 20", b"SSH-2.0-OpenSSH\r\n\r\n"])
def test_a_cut_answer_is_no_answer(tmp_path: Path, method: str, kind: Kind, cut: bytes) -> None:
    def behave(connection: ssl.SSLSocket, _: bytes) -> bool:
        connection.sendall(cut)
        return False

    with WireServer(tmp_path, behave) as server:
        guard = Guard(server.profile)
        assert problem_of(guard, method, f"{server.url}/things").kind is kind
        assert len(server.requests) == 1
        guard.close()


def test_deep_json_is_refused_before_a_decoder_sees_it(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer(body=b"[" * 100_000))) as server:
        guard = Guard(server.profile)
        assert problem_of(guard, "GET", f"{server.url}/things").reference.code == Reason.MALFORMED
        guard.close()


def test_depth_is_counted_outside_of_strings() -> None:
    assert depth_is_good(b'{"a": "' + b"[" * 1000 + b'\\"[["}')
    assert depth_is_good(b"[" * 64 + b"]" * 64)
    assert not depth_is_good(b"[" * 65 + b"]" * 65)
    assert depth_is_good(b"[" + b",".join([b'{"a":[1]}'] * 5000) + b"]")
    assert depth_is_good(b"not json [[[")


@pytest.mark.parametrize(
    "url",
    [
        "https://management.azure.com.evil.example/x",
        "https://evil.example/",
        "https://management.azure.com@evil.example/",
        "http://management.azure.com/",
        "https://user:secret@management.azure.com/",
        "https://management.azure.com:8443/",
        "https://a.b.vault.azure.net/keys",
        "https://vault.azure.net/keys",
        "https://evilvault.azure.net/keys",
        "https://platform-x.evil.io/",
        "https://platform-nld2.adobe.io.evil.io/",
        "https://ims-na1.adobelogin.com/other/token",
        "ftp://management.azure.com/",
        "file:///etc/passwd",
    ],
)
def test_no_socket_opens_for_a_host_that_is_not_the_profiles(url: str) -> None:
    guard = Guard(PUBLIC)
    with pytest.raises(WireError) as caught:
        guard.session.get(url)
    assert (caught.value.reason, caught.value.sent) == (Reason.FOREIGN_HOST, False)
    assert guard.requests == 0
    assert "secret" not in str(caught.value)


def test_a_token_goes_only_where_it_is_for(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer())) as server:
        guard = Guard(server.profile)
        guard.issued("graph-token", Service.GRAPH)
        for header in ("Bearer graph-token", "Bearer unknown", "Basic Z3JhcGg6dG9rZW4=", "graph-token"):
            with pytest.raises(WireError) as caught:
                guard.session.get(f"{server.url}/subscriptions", headers={"Authorization": header})
            assert caught.value.reason is Reason.FOREIGN_TOKEN
        assert guard.session.get(f"{server.url}/graph/v1.0/me", headers={"Authorization": "Bearer graph-token"}).ok
        for trick in ("/graph/../subscriptions", "/graphs", "/graph/%2e%2e/subscriptions"):
            with pytest.raises(WireError):
                guard.session.get(f"{server.url}{trick}", headers={"Authorization": "Bearer graph-token"})
        guard.forget_tokens()
        with pytest.raises(WireError):
            guard.session.get(f"{server.url}/graph/v1.0/me", headers={"Authorization": "Bearer graph-token"})
        assert len(server.requests) == 1
        guard.close()


def test_netrc_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login mallory password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with WireServer(tmp_path, says(answer())) as server:
        guard = Guard(server.profile)
        guard.issued("token", ARM)
        guard.session.get(f"{server.url}/a", headers={"Authorization": "Bearer token"})
        guard.session.get(f"{server.url}/b")
        assert b"Authorization: Bearer token" in server.requests[0]
        assert b"authorization" not in server.requests[1].lower()
        guard.close()


def test_proxies_and_bundles_of_the_environment_have_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(tmp_path, says(answer())) as server:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(tmp_path / "nothing.pem"))
        guard = Guard(server.profile)
        assert guard.session.get(f"{server.url}/a").ok
        guard.close()


def test_a_bundle_of_the_environment_makes_nothing_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = tmp_path / "good"
    good.mkdir()
    with (
        WireServer(tmp_path, says(answer()), trusted=False) as server,
        WireServer(good, says(answer())) as other,
    ):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.ca_file))
        guard = Guard(server.profile)
        for verify in (None, False, str(other.ca_file)):
            with pytest.raises(WireError) as caught:
                guard.session.get(f"{server.url}/a", verify=verify, headers={"X-Secret": "1"})
            assert (caught.value.reason, caught.value.sent) == (Reason.CERTIFICATE, False)
        assert problem_of(guard, "PUT", f"{server.url}/a").kind is Kind.UNTRUSTED
        assert server.requests == []
        guard.close()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer()), certificate_for="other.vault.localhost") as server:
        guard = Guard(server.profile)
        assert problem_of(guard, "GET", f"{server.url}/a").reference.code == Reason.CERTIFICATE
        url = f"https://mine.vault.localhost:{server.port}/keys"
        assert problem_of(guard, "GET", url, Service.VAULT).reference.code == Reason.CERTIFICATE
        assert guard.session.get(f"https://other.vault.localhost:{server.port}/keys").ok
        guard.close()


LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("not_before", "not_after"), [(None, LONG_AGO), (FAR_AHEAD, None)])
def test_a_certificate_out_of_its_time_is_refused(
    tmp_path: Path, not_before: datetime | None, not_after: datetime | None
) -> None:
    with WireServer(tmp_path, says(answer()), not_before=not_before, not_after=not_after) as server:
        guard = Guard(server.profile)
        problem = problem_of(guard, "PUT", f"{server.url}/a")
        assert (problem.kind, problem.reference.code) == (Kind.UNTRUSTED, Reason.CERTIFICATE)
        assert server.requests == []


def test_nothing_is_sent_in_clear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        received: list[bytes] = []

        def answer_in_clear() -> None:
            connection, _ = plain.accept()
            with connection:
                received.append(connection.recv(65_536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=answer_in_clear)
        thread.start()
        profile = profile_from({**LOCAL, "authority": f"https://localhost:{port}"})
        problem = problem_of(Guard(profile), "PUT", f"https://localhost:{port}/a", Service.SIGN_IN)
        thread.join()
        assert problem.kind is Kind.UNREACHABLE
        assert b"PUT" not in received[0]


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_certificate_file_that_cannot_be_used_is_said(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(Problem) as caught:
        Guard(profile_from({**LOCAL, "ca_file": str(path)}))
    assert caught.value.kind is Kind.STORAGE
    assert str(path) in caught.value.message


def test_old_tls_is_refused() -> None:
    for profile in (PUBLIC, profile_from(LOCAL)):
        assert trust(profile).minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_operating_system_decides_for_the_public_clouds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WireServer(tmp_path, says(answer())) as server:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.setenv(name, str(server.ca_file))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        # the address is one of the practice cloud's, the trust that of the public ones
        adapter = GuardedAdapter(trust(PUBLIC), lambda _: None, lambda *_: None)
        prepared = requests.Request("PUT", f"{server.url}/a", data=b"{}").prepare()
        with pytest.raises(WireError) as caught:
            adapter.send(prepared)
        assert (caught.value.reason, caught.value.sent) == (Reason.CERTIFICATE, False)
        assert server.requests == []
        adapter.close()


def test_a_stale_connection_is_no_reason_to_send_a_write_again(tmp_path: Path) -> None:
    def behave(connection: ssl.SSLSocket, request: bytes) -> bool:
        if request.startswith(b"PUT"):
            return False  # as a server does that closes the idle connection at this very moment
        connection.sendall(answer())
        return True

    with WireServer(tmp_path, behave) as server:
        guard = Guard(server.profile)
        guard.session.get(f"{server.url}/a")
        assert problem_of(guard, "PUT", f"{server.url}/a").kind is Kind.UNCLEAR
        assert [r[:3] for r in server.requests] == [b"GET", b"PUT"]
        guard.close()


def test_nothing_was_sent_where_nobody_listens(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer())) as server:
        profile, url = server.profile, server.url
    guard = Guard(profile)
    problem = problem_of(guard, "PUT", f"{url}/a")
    assert (problem.kind, problem.reference.code) == (Kind.UNREACHABLE, Reason.NO_CONNECTION)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_an_azure_client_sends_a_write_once_even_with_retries_on(tmp_path: Path, status: int) -> None:
    with WireServer(tmp_path, says(answer(status, Retry_After="0"))) as server:
        guard = Guard(server.profile)
        client: PipelineClient[Any, Any] = PipelineClient(
            server.url, transport=GuardedTransport(guard.session), policies=[RetryPolicy()]
        )
        for method in ("PUT", "POST", "PATCH", "DELETE"):
            with pytest.raises(Problem) as caught, translating(ARM):
                client.send_request(HttpRequest(method, f"{server.url}/{method}", json={})).raise_for_status()
            assert caught.value.kind in (Kind.UNCLEAR, Kind.CONFLICT, Kind.THROTTLED)
        assert [request.split(b" ")[0] for request in server.requests] == [b"PUT", b"POST", b"PATCH", b"DELETE"]
        guard.close()


def test_the_same_prepared_write_is_not_sent_twice(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer())) as server:
        guard = Guard(server.profile)
        prepared = guard.session.prepare_request(requests.Request("POST", f"{server.url}/a", data=b"{}"))
        assert guard.session.send(prepared).ok
        with pytest.raises(WireError) as caught:
            guard.session.send(prepared)
        assert caught.value.reason is Reason.SENT_TWICE
        assert len(server.requests) == 1
        guard.close()


def test_cookies_are_not_kept(tmp_path: Path) -> None:
    with WireServer(tmp_path, says(answer(Set_Cookie="session=1; Path=/"))) as server:
        guard = Guard(server.profile)
        guard.session.get(f"{server.url}/a")
        guard.session.get(f"{server.url}/a")
        assert b"cookie" not in server.requests[1].lower()
        guard.close()


UNREADABLE = ["", "-0.5", "1e3", "1,5", "1.2.3", "0x10", "inf", "nan", "²", "7 s", "7;8", "null", "32 Nov", "a" * 5000]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "99999999999"}, 86_400),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
        ({"x-ms-retry-after-ms": "250", "Retry-After": "9"}, 0.25),
        ({"Retry-After": "Tue, 24 Nov 2026 10:00:30 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 30),
        ({"Retry-After": "Tue, 24 Nov 2026 09:00:00 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 0),
        ({"Retry-After": "Tue, 24 Nov 2026 10:00:30 GMT"}, None),
        *[({"Retry-After": text}, None) for text in UNREADABLE],
        *[({"Retry-After": "Tue, 24 Nov 2026 10:00:30 GMT", "Date": text}, None) for text in ("", "now", "0")],
        *[({"x-ms-retry-after-ms": text, "Retry-After": "9"}, 9) for text in ("", "-1", "1.5", "soon")],
        ({"x-ms-retry-after-ms": "9" * 30}, 86_400),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "007"}, 7),
        ({"Retry-After": ".5"}, 0.5),
        ({"Retry-After": "9" * 5000}, 86_400),
        # an hour behind and ahead of us: only the difference counts
        ({"Retry-After": "Tue, 24 Nov 2026 09:00:30 GMT", "Date": "Tue, 24 Nov 2026 09:00:00 GMT"}, 30),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:30 GMT", "Date": "Tue, 24 Nov 2026 11:00:00 GMT"}, 30),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:30 +0100", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 30),
        ({"Retry-After": "Tuesday, 24-Nov-26 10:00:30 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 30),
        ({"Retry-After": "Fri, 24 Nov 2126 10:00:30 GMT", "Date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 86_400),
    ],
)
def test_retry_after_is_read_against_the_servers_own_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_libraries_do_not_log_below_warning() -> None:
    for name in LIBRARY_LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    Guard(PUBLIC)
    assert not any(logging.getLogger(name).isEnabledFor(logging.INFO) for name in LIBRARY_LOGGERS)


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": "1"}', b"[]", b"{", b"\xff", b""])
@pytest.mark.parametrize(("write", "kind"), [(False, Kind.UNTRUSTED), (True, Kind.UNCLEAR)])
def test_only_proper_answers_are_read(body: bytes, write: bool, kind: Kind) -> None:
    with pytest.raises(Problem) as caught:
        decode(body, dict[str, int], Service.PLATFORM, write=write)
    assert caught.value.kind is kind
