"""What services answer, as Azure's own clients and as plain requests see it, becomes the right Problem."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.core import PipelineClient
from azure.core.exceptions import ServiceResponseError
from azure.core.pipeline.policies import ContentDecodePolicy
from azure.core.rest import HttpRequest

from cmkwizard.clouds.azure.transport import GuardedTransport
from cmkwizard.clouds.errors import problem_of, problem_of_refusal, translating
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service
from cmkwizard.clouds.refusals import refusal_of
from cmkwizard.clouds.wire import Reason, WireError
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.remedies.table import REMEDIES, message_code, remedy_for
from tests.clouds.wire_server import WireServer, answer


def arm(code: str, /, **inner: str) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": "What the service says."}
    return {"error": {**error, "innererror": inner} if inner else error}


CASES: list[tuple[Service, str, int, Any, Kind, str]] = [
    (Service.RESOURCE_MANAGER, "GET", 403, arm("AuthorizationFailed"), Kind.PERMISSION, "AuthorizationFailed"),
    (
        Service.RESOURCE_MANAGER,
        "PUT",
        403,
        arm("RequestDisallowedByPolicy"),
        Kind.PERMISSION,
        "RequestDisallowedByPolicy",
    ),
    (Service.RESOURCE_MANAGER, "PUT", 400, arm("PrincipalNotFound"), Kind.PROPAGATING, "PrincipalNotFound"),
    (Service.RESOURCE_MANAGER, "PUT", 409, arm("RoleAssignmentExists"), Kind.CONFLICT, "RoleAssignmentExists"),
    (Service.RESOURCE_MANAGER, "PUT", 409, arm("SomethingNew"), Kind.CONFLICT, "SomethingNew"),
    (Service.RESOURCE_MANAGER, "PUT", 409, arm("ScopeLocked"), Kind.CONFLICT, "ScopeLocked"),
    (
        Service.RESOURCE_MANAGER,
        "GET",
        401,
        arm("InvalidAuthenticationTokenTenant"),
        Kind.SIGN_IN,
        "InvalidAuthenticationTokenTenant",
    ),
    (Service.RESOURCE_MANAGER, "GET", 401, {}, Kind.SIGN_IN, "401"),
    (Service.RESOURCE_MANAGER, "GET", 404, arm("ResourceNotFound"), Kind.NOT_FOUND, "ResourceNotFound"),
    (Service.RESOURCE_MANAGER, "PUT", 400, arm("VaultNameNotValid"), Kind.INVALID, "VaultNameNotValid"),
    (Service.RESOURCE_MANAGER, "GET", 429, arm("TooManyRequests"), Kind.THROTTLED, "TooManyRequests"),
    (Service.RESOURCE_MANAGER, "PUT", 429, arm("TooManyRequests"), Kind.THROTTLED, "TooManyRequests"),
    (Service.RESOURCE_MANAGER, "GET", 500, arm("InternalServerError"), Kind.SERVICE, "InternalServerError"),
    (Service.RESOURCE_MANAGER, "PUT", 500, arm("InternalServerError"), Kind.UNCLEAR, "InternalServerError"),
    (Service.RESOURCE_MANAGER, "PUT", 504, "<html>gateway</html>", Kind.UNCLEAR, "504"),
    (Service.RESOURCE_MANAGER, "GET", 502, "<html>gateway</html>", Kind.SERVICE, "502"),
    (Service.VAULT, "GET", 403, arm("Forbidden", code="ForbiddenByRbac"), Kind.PROPAGATING, "ForbiddenByRbac"),
    (Service.VAULT, "GET", 403, arm("Forbidden", code="ForbiddenByFirewall"), Kind.PERMISSION, "ForbiddenByFirewall"),
    (Service.VAULT, "GET", 403, arm("Forbidden"), Kind.PERMISSION, "Forbidden"),
    (Service.GRAPH, "GET", 404, arm("Request_ResourceNotFound"), Kind.NOT_FOUND, "Request_ResourceNotFound"),
    (Service.GRAPH, "GET", 403, arm("Authorization_RequestDenied"), Kind.PERMISSION, "Authorization_RequestDenied"),
    (
        Service.SIGN_IN,
        "POST",
        400,
        {"error": "invalid_grant", "error_description": "AADSTS700082: no"},
        Kind.SIGN_IN,
        "AADSTS700082",
    ),
    (Service.SIGN_IN, "POST", 503, {}, Kind.SERVICE, "503"),
    (Service.IMS, "POST", 401, {"error": "invalid_client"}, Kind.SIGN_IN, "invalid_client"),
    (Service.PLATFORM, "GET", 403, {"error_code": "403027", "message": "x"}, Kind.PERMISSION, "403027"),
    (Service.PLATFORM, "GET", 400, {"error_code": 429050, "message": "x"}, Kind.THROTTLED, "429050"),
    (Service.PLATFORM, "POST", 400, {"title": "BadRequestError", "detail": "a value"}, Kind.INVALID, "BadRequestError"),
]


def content(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


@pytest.mark.parametrize(("service", "method", "status", "body", "kind", "code"), CASES)
def test_an_answer_becomes_its_problem(
    tmp_path: Path, service: Service, method: str, status: int, body: Any, kind: Kind, code: str
) -> None:
    reply = answer(status, content(body), x_ms_correlation_request_id="request-7", Retry_After="3")
    write = method != "GET" and service not in (Service.SIGN_IN, Service.IMS)
    plain = problem_of_refusal(refusal_of(status, {"Retry-After": "3"}, content(body)), service, write=write)
    assert (plain.kind, plain.reference.code, plain.retry_after) == (kind, code, 3)

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(reply)

    with WireServer(tmp_path, behave) as server:
        guard = Guard(server.profile)
        client: PipelineClient[Any, Any] = PipelineClient(
            server.url, transport=GuardedTransport(guard.session), policies=[]
        )
        with pytest.raises(Problem) as caught, translating(service):
            client.send_request(HttpRequest(method, f"{server.url}/a", json={})).raise_for_status()
        guard.close()
    found = caught.value
    assert (found.kind, found.reference.code, found.reference.request_id) == (kind, code, "request-7")
    assert found.message.endswith((".", "What the service says.", "a value"))


@pytest.mark.parametrize(("method", "kind"), [("GET", Kind.UNTRUSTED), ("PUT", Kind.UNCLEAR)])
def test_an_answer_that_is_no_json_is_not_used(tmp_path: Path, method: str, kind: Kind) -> None:
    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(answer(200, b"<html>Welcome to the airport</html>"))

    with WireServer(tmp_path, behave) as server:
        guard = Guard(server.profile)
        policies: list[Any] = [ContentDecodePolicy()]
        client: PipelineClient[Any, Any] = PipelineClient(
            server.url, transport=GuardedTransport(guard.session), policies=policies
        )
        with pytest.raises(Problem) as caught, translating(Service.RESOURCE_MANAGER):
            client.send_request(HttpRequest(method, f"{server.url}/a", json={}))
        guard.close()
    assert caught.value.kind is kind


def test_a_challenged_write_is_unclear_and_a_challenged_read_a_sign_in() -> None:
    refusal = refusal_of(401, {"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="e30="'}, b"{}")
    assert problem_of_refusal(refusal, Service.RESOURCE_MANAGER, write=True).kind is Kind.UNCLEAR
    assert problem_of_refusal(refusal, Service.RESOURCE_MANAGER, write=False).kind is Kind.SIGN_IN


def test_what_is_ours_passes_unchanged() -> None:
    for ours in (Problem(Kind.STORAGE, "x"), Cancelled(), ValueError("x"), KeyError("x")):
        with pytest.raises(type(ours)) as caught, translating(Service.GRAPH):
            raise ours
        assert caught.value is ours
    assert problem_of(ValueError("x"), Service.GRAPH) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b'{"error": []}', b'{"error": {"code": {}}}', b"[" * 5000]
)
def test_no_answer_breaks_the_border(body: bytes) -> None:
    problem = problem_of_refusal(refusal_of(400, {}, body), Service.PLATFORM, write=False)
    assert (problem.kind, problem.reference.code) == (Kind.INVALID, "400")


def test_text_of_a_service_is_shown_without_tricks() -> None:
    body = json.dumps({"error": {"code": "X", "message": "a\u202eb\n<b>c</b> client_secret=canary-1234"}}).encode()
    problem = problem_of_refusal(refusal_of(400, {}, body), Service.PLATFORM, write=False)
    assert "\u202e" not in problem.message
    assert "\n" not in problem.message
    assert "canary" not in f"{problem.message}{problem.reference}"


def test_every_remedy_is_a_sentence_and_names_who() -> None:
    for code, row in REMEDIES.items():
        assert row.cause.endswith("."), code
        assert row.do.endswith("."), code
        assert row.who, code


def test_codes_are_found_in_their_order() -> None:
    assert remedy_for("unknown", "ScopeLocked") == REMEDIES["ScopeLocked"]
    assert remedy_for("ForbiddenByRbac", "AuthorizationFailed") == REMEDIES["ForbiddenByRbac"]
    assert remedy_for("") is None
    assert message_code("AADSTS50076: Due to a change") == "AADSTS50076"
    assert message_code("nothing") == ""


def unreachable(folder: Path) -> Guard:
    """A guard for a cloud at which nobody listens any more."""
    with WireServer(folder, lambda *_: False) as server:
        return Guard(server.profile)


def while_dealing_with(earlier: Exception, send: Callable[[], object]) -> None:
    try:
        raise earlier
    except (Problem, OSError):
        with translating(Service.RESOURCE_MANAGER):
            send()


def test_what_was_dealt_with_before_is_not_the_cause(tmp_path: Path) -> None:
    guard = unreachable(tmp_path)
    address = f"{guard.profile.resource_manager}/a"
    client: PipelineClient[Any, Any] = PipelineClient(address, transport=GuardedTransport(guard.session), policies=[])
    older = [Problem(Kind.SIGN_IN, "older"), WireError(Reason.REDIRECT, sent=True, method="GET", url=address)]
    for earlier in [*older, ssl.SSLCertVerificationError("older")]:
        for send in (lambda: guard.session.get(address), lambda: client.send_request(HttpRequest("GET", address))):
            with pytest.raises(Problem) as caught:
                while_dealing_with(earlier, send)
            assert (caught.value.kind, caught.value.reference.code) == (Kind.UNREACHABLE, Reason.NO_CONNECTION)
    guard.close()


def test_what_the_azure_client_wraps_is_the_cause() -> None:
    wire = WireError(Reason.TOO_LARGE, sent=True, method="GET", url="https://localhost/a")
    wrapped = ServiceResponseError("something", error=wire)
    problem = problem_of(wrapped, Service.RESOURCE_MANAGER)
    assert problem is not None
    assert (problem.kind, problem.reference.code) == (Kind.UNTRUSTED, Reason.TOO_LARGE)
    ours = Problem(Kind.SIGN_IN, "x")
    assert problem_of(ServiceResponseError("something", error=ours), Service.RESOURCE_MANAGER) is ours


@pytest.mark.parametrize(
    ("asked", "words"),
    [("1", "1 second"), ("0.2", "1 second"), ("7", "7 seconds"), ("119", "119 seconds"), ("121", "3 minutes")],
)
def test_throttling_says_how_long_to_wait(asked: str, words: str) -> None:
    for service in (Service.RESOURCE_MANAGER, Service.GRAPH, Service.PLATFORM):
        for status, body in ((429, {}), (400, {"error_code": "429050"})):
            refusal = refusal_of(status, {"Retry-After": asked}, json.dumps(body).encode())
            problem = problem_of_refusal(refusal, service, write=True)
            assert (problem.kind, problem.remedy) == (Kind.THROTTLED, f"Wait {words}, then try again.")
