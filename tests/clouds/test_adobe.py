"""Adobe's calls against the practice cloud, and against answers that Adobe would not send."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from cmkwizard.clouds.adobe import connection
from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.wire import DEADLINE_S
from cmkwizard.core.adobe_connection import ConnectionAnswer
from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.conftest import Practice
from tests.clouds.wire_server import WireServer, answer

KEY = "https://kv-cmk.vault.localhost/keys/cmk/0123456789abcdef0123456789abcdef"
ORGANISATION = "4D1F2C3B5A6978877F000101@AdobeOrg"


def choice(practice: Practice, **changes: str) -> AdobeChoice:
    adobe = practice.ready["adobe"]
    kept = AdobeChoice(organisation=adobe["organisation"], client_id=adobe["client_id"], configuration="cmk")
    return msgspec.structs.replace(kept, **changes)


def key(practice: Practice) -> str:
    port = urlsplit(practice.profile.resource_manager).port
    return KEY.replace(".vault.localhost", f".vault.localhost:{port}")


def session(practice: Practice, secret: str | None = None, **changes: str) -> AdobeSession:
    secret = practice.ready["adobe"]["client_secret"] if secret is None else secret
    return AdobeSession(practice.profile, practice.guard(), choice(practice, **changes), secret)


def seen(practice: Practice, service: str) -> list[tuple[str, int]]:
    return [(entry["method"], entry["status"]) for entry in practice.log() if entry["service"] == service]


def test_the_token_is_asked_for_once(practice: Practice) -> None:
    encryption = Encryption(session(practice))
    registration = encryption.get_registration()
    assert registration.application_id
    assert registration.redirect_url.startswith(practice.profile.authority)
    encryption.get_registration()
    assert encryption.get_configuration("cmk") is None
    assert len(seen(practice, "ims")) == 1


def test_an_ended_token_is_renewed_for_reads(practice: Practice) -> None:
    encryption = Encryption(session(practice))
    encryption.get_registration()
    practice.fault(service="platform", method="GET", path=".*", fault="expire_token", times=1)
    assert encryption.get_registration().application_id
    assert [status for _, status in seen(practice, "platform")] == [200, 401, 200]


def test_a_key_is_submitted_once_and_its_configuration_read(practice: Practice) -> None:
    encryption = Encryption(session(practice))
    taken = encryption.submit("cmk", key(practice))
    assert taken.status == "CREATED"
    assert taken.name == "cmk"
    assert taken.key_identifier == key(practice)
    held = encryption.get_configuration("cmk")
    assert held is not None
    assert held.organisation == ORGANISATION
    assert held.status in ("NEW", "CREATED", "RUNNING")
    assert encryption.get_configuration("other") is None
    assert practice.control("GET", "state")["applied"]["configuration.create"] == 1


@pytest.mark.parametrize(
    ("fault", "applied"),
    [
        ({"fault": "timeout_after"}, 1),
        ({"fault": "reset"}, None),
        ({"fault": "status", "code": 500}, 0),
        ({"fault": "status", "code": 503, "retry_after": 0}, 0),
        ({"fault": "malformed"}, None),
        ({"fault": "truncated"}, None),
        ({"fault": "huge"}, None),
        ({"fault": "redirect"}, 0),
        ({"fault": "captive_portal"}, 0),
    ],
)
def test_a_submission_without_a_clear_answer_is_unclear_and_never_sent_again(
    practice: Practice, fault: dict[str, Any], applied: int | None
) -> None:
    guard = Guard(practice.profile, deadline_s=2.0 if fault["fault"] == "timeout_after" else DEADLINE_S)
    encryption = Encryption(
        AdobeSession(practice.profile, guard, choice(practice), practice.ready["adobe"]["client_secret"])
    )
    encryption.get_registration()
    practice.fault(service="platform", method="POST", path=".*", times=5, **fault)
    with pytest.raises(Problem) as caught:
        encryption.submit("cmk", key(practice))
    assert caught.value.kind is Kind.UNCLEAR
    assert [method for method, _ in seen(practice, "platform")].count("POST") == 1
    if applied is not None:
        assert practice.control("GET", "state")["applied"].get("configuration.create", 0) == applied
    guard.close()


@pytest.mark.parametrize("fault", ["refuse", "reset", "malformed", "truncated", "huge", "redirect", "captive_portal"])
def test_a_read_without_a_good_answer_changes_nothing_and_says_so(practice: Practice, fault: str) -> None:
    encryption = Encryption(session(practice))
    practice.fault(service="platform", method="GET", path=".*", fault=fault, times=1)
    with pytest.raises(Problem) as caught:
        encryption.get_registration()
    assert caught.value.kind in (Kind.UNREACHABLE, Kind.UNTRUSTED)
    assert caught.value.remedy
    assert encryption.get_registration().application_id


def test_throttling_says_how_long(practice: Practice) -> None:
    encryption = Encryption(session(practice))
    practice.fault(service="platform", path=".*", fault="status", code=429, retry_after=7, times=1)
    with pytest.raises(Problem) as caught:
        encryption.get_registration()
    assert (caught.value.kind, caught.value.retry_after) == (Kind.THROTTLED, 7)


# The test of the connection: one cause, one answer.


def test_all_is_well(practice: Practice) -> None:
    assert connection.test_connection(session(practice)) is ConnectionAnswer.OK
    assert connection.find_region(session(practice)) == "VA7"


@pytest.mark.parametrize(
    ("secret", "changes", "expected"),
    [
        ("p8e-another-secret", {}, ConnectionAnswer.WRONG_SECRET),
        (None, {"client_id": "c0ffee0000000000"}, ConnectionAnswer.WRONG_SECRET),
        (None, {"client_id": "no id"}, ConnectionAnswer.WRONG_SECRET),
        (None, {"scopes": "openid,something_else"}, ConnectionAnswer.WRONG_SCOPE),
        (None, {"organisation": "4D1F2C3B5A6978877F000999@AdobeOrg"}, ConnectionAnswer.WRONG_ORGANISATION),
        (None, {"organisation": "nonsense"}, ConnectionAnswer.WRONG_ORGANISATION),
        (None, {"region": "NLD2"}, ConnectionAnswer.WRONG_REGION),
        (None, {"region": "x.evil.io"}, ConnectionAnswer.WRONG_REGION),
    ],
)
def test_what_is_wrong_is_told_apart(
    practice: Practice, secret: str | None, changes: dict[str, str], expected: ConnectionAnswer
) -> None:
    wrong = session(practice, secret, **changes)
    assert connection.test_connection(wrong) is expected
    if expected is ConnectionAnswer.WRONG_REGION and changes["region"] == "NLD2":
        assert connection.find_region(wrong) == "VA7"


def test_no_permission(start_practice: Callable[..., Practice]) -> None:
    practice = start_practice("adobe-no-permission")
    assert connection.test_connection(session(practice)) is ConnectionAnswer.NO_PERMISSION


def test_no_product_profile(practice: Practice) -> None:
    practice.control("PATCH", "world", {"adobe": {"product_profile": False}})
    assert connection.test_connection(session(practice)) is ConnectionAnswer.NO_PROFILE


def test_no_network(practice: Practice) -> None:
    wrong = session(practice)
    practice.cloud.stop()
    assert connection.test_connection(wrong) is ConnectionAnswer.NO_NETWORK


def test_another_certificate_authority(practice: Practice, start_practice: Callable[..., Practice]) -> None:
    other = start_practice()
    profile = msgspec.structs.replace(practice.profile, ca_file=other.profile.ca_file)
    wrong = AdobeSession(profile, Guard(profile), choice(practice), "secret")
    assert connection.test_connection(wrong) is ConnectionAnswer.UNTRUSTED


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"code": 429}, ConnectionAnswer.THROTTLED),
        ({"code": 500}, ConnectionAnswer.SERVICE),
        ({"code": 503}, ConnectionAnswer.SERVICE),
    ],
)
@pytest.mark.parametrize("service", ["ims", "platform"])
def test_a_service_that_is_not_well(
    practice: Practice, service: str, fault: dict[str, int], expected: ConnectionAnswer
) -> None:
    practice.fault(service=service, path=".*", fault="status", times=9, **fault)
    assert connection.test_connection(session(practice)) is expected


def test_every_answer_has_words() -> None:
    for each in ConnectionAnswer:
        assert each.sentence.endswith(".")
        assert each is ConnectionAnswer.OK or (each.remedy.endswith(".") and each.who)


# Answers that Adobe would not send.

TOKEN = answer(body=b'{"access_token": "adobe-token", "token_type": "bearer", "expires_in": 86399}')


def platform_says(folder: Path, reply: bytes) -> WireServer:
    def behave(connection: ssl.SSLSocket, request: bytes) -> None:
        connection.sendall(TOKEN if b" /ims/" in request.partition(b"\r\n")[0] else reply)

    return WireServer(folder, behave)


def encryption_of(server: WireServer) -> Encryption:
    kept = AdobeChoice(organisation=ORGANISATION, client_id="c0ffee1234567890")
    return Encryption(AdobeSession(server.profile, Guard(server.profile), kept, "secret"))


def test_the_headers_are_those_that_adobe_wants(tmp_path: Path) -> None:
    body = b'{"config": {"name": "cmk", "status": "NEW"}, "status": "CREATED"}'
    with platform_says(tmp_path, answer(body=body)) as server:
        encryption_of(server).submit("cmk", KEY)
        token_request, submission = (request.decode() for request in server.requests)
        assert "application/x-www-form-urlencoded" in token_request
        head, _, sent = submission.partition("\r\n\r\n")
        for line in (
            "Authorization: Bearer adobe-token",
            "x-api-key: acp_provisioning",
            f"x-gw-ims-org-id: {ORGANISATION}",
            "Content-Type: application/json",
        ):
            assert line in head
        assert json.loads(sent) == {
            "name": "cmk",
            "type": "BYOK_CONFIG",
            "imsOrgId": ORGANISATION,
            "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": KEY},
        }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"applicationId": "not-an-id", "applicationRedirectUrl": "x"},
        {"applicationId": 7, "applicationRedirectUrl": "x"},
        {"applicationId": "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"},
        {"applicationId": "e463a445-c6ac-4ca2-b36a-b5146fcf6a52", "applicationRedirectUrl": ["x"]},
        # the interface of 2022 answered with a job
        {"jobType": "CustomerPolicyJob", "workflowType": "BYOK_APP_REGISTRATION", "status": "CREATED"},
        [],
        "a page",
    ],
)
def test_a_registration_that_is_not_one_is_not_used(tmp_path: Path, body: Any) -> None:
    with platform_says(tmp_path, answer(body=json.dumps(body).encode())) as server:
        with pytest.raises(Problem) as caught:
            encryption_of(server).get_registration()
        assert caught.value.kind is Kind.UNTRUSTED


def test_the_quirks_of_adobes_samples_are_survived(tmp_path: Path) -> None:
    body = {
        "name": "acp5tenantapp",
        "type": "BYOK_CONFIG",
        "status": "A NEW WORD",
        "configData": {"keyVaultUri": "https://kv.vault.azure.net/", "keyName": "Config1", "keyVersion": "7c1d50lo28"},
        "imsOrgId": ORGANISATION,
        "subscriptionId": "undefined",
        "id": "4df7886b-a122-4391-880b-47888d5c5b92",
        "rowType": "BYOK_KEY",
    }
    with platform_says(tmp_path, answer(body=json.dumps(body).encode())) as server:
        held = encryption_of(server).get_configuration("Config1")
        assert held is not None
        assert (held.status, held.key_name, held.key_identifier) == ("A NEW WORD", "Config1", "")


def test_a_configuration_of_another_organisation_is_not_used(tmp_path: Path) -> None:
    body = {"name": "cmk", "status": "COMPLETED", "imsOrgId": "000000000000000000000000@AdobeOrg"}
    with platform_says(tmp_path, answer(body=json.dumps(body).encode())) as server:
        with pytest.raises(Problem) as caught:
            encryption_of(server).get_configuration("cmk")
        assert caught.value.kind is Kind.UNTRUSTED


def test_throttling_may_come_as_a_refusal(tmp_path: Path) -> None:
    body = {"error_code": "429050", "message": "rate limit"}
    with platform_says(tmp_path, answer(400, json.dumps(body).encode(), Retry_After="12")) as server:
        with pytest.raises(Problem) as caught:
            encryption_of(server).get_registration()
        assert (caught.value.kind, caught.value.retry_after) == (Kind.THROTTLED, 12)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a?b", "a b", "x" * 65])
def test_a_name_that_needs_escaping_is_not_sent(practice: Practice, name: str) -> None:
    encryption = Encryption(session(practice))
    with pytest.raises(Problem) as asked:
        encryption.get_configuration(name)
    with pytest.raises(Problem) as submitted:
        encryption.submit(name, KEY)
    assert asked.value.kind is submitted.value.kind is Kind.INVALID
    assert practice.log() == []


def test_the_secret_is_in_no_problem(practice: Practice) -> None:
    secret = "p8e-canary-secret-value"
    with pytest.raises(Problem) as caught:
        session(practice, secret).token()
    everything = f"{caught.value} {caught.value.message} {caught.value.remedy} {caught.value.reference}"
    assert secret not in everything
    assert caught.value.reference.code == "invalid_client"


def test_nothing_secret_is_logged(practice: Practice, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    adobe = session(practice)
    Encryption(adobe).get_configuration("cmk")
    assert "/customer/config/cmk: 404" in caplog.text
    assert adobe.token() not in caplog.text
    assert practice.ready["adobe"]["client_secret"] not in caplog.text
