"""The second net: what looks like a secret does not get through."""

from __future__ import annotations

import io
import logging

import pytest

from cmkwizard.core.redact import MARK, RedactingFilter, redact, safe_line

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImNhbmFyeSI6MX0.c2lnbmF0dXJlLWNhbmFyeQ"
CANARY = "canary-7Qx81Zm"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {JWT}",
        f"authorization: bearer {CANARY}",
        f"Bearer%20{CANARY}",
        f"Basic {CANARY}",
        f"token {JWT} in a sentence",
        f'{{"access_token": "{CANARY}"}}',
        f'{{"refresh_token":"{CANARY}","x":1}}',
        f"{{'id_token': '{CANARY}'}}",
        f"client_secret={CANARY}&scope=x",
        f"client_id=x&client_secret={CANARY}",
        f"/callback?code={CANARY}&state=1",
        f"POST code={CANARY}",
        f"code_verifier: {CANARY}",
        f"device_code={CANARY}",
        f"client_assertion={CANARY}",
        f"password = {CANARY}",
        f"https://alice:{CANARY}@proxy.example:8080/",
        f"http://{CANARY}@proxy.example/",
        f"x-api-key: {CANARY}",
        f"sig={CANARY}",
        f"CMKWIZARD_ADOBE_CLIENT_SECRET={CANARY}",
        f'"clientSecret": "{CANARY}"',
        f"accessToken: {CANARY}",
        rf"{{\"client_secret\": \"{CANARY}\", \"x\": 1}}",
        rf'client_secret = "one\"{CANARY}"',
        f'client_secret: "cut off {CANARY}',
        f"grant_type=x%26client_secret%3D{CANARY}",
        f"tool --client-secret {CANARY} --verbose",
        f"AccountName=x;AccountKey={CANARY}==;y",
        f"Cookie: one={CANARY}; two={CANARY}",
        "p8e-" + "AbCdEf123456789",
        "0.AXoA" + "a1B2" * 20,
        "1.AXoA" + "a1B2" * 20,
    ],
)
def test_secrets_are_taken_out(text: str) -> None:
    clean = redact(text)
    assert MARK in clean
    for secret in (CANARY, JWT, "AbCdEf123456789", "a1B2a1B2"):
        assert secret not in clean


@pytest.mark.parametrize(
    "text",
    [
        "The vault kv-cmk was created in westeurope.",
        "AADSTS700082: The refresh token has expired due to inactivity.",
        "status code: see below",
        "az keyvault key show --name experience-cmk --vault-name kv-cmk",
        '{"error": {"code": "AuthorizationFailed"}, "error_code": "403027"}',
        "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01",
        "https://login.microsoftonline.com/common/oauth2/authorize",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_known_secrets_go_wherever_they_stand() -> None:
    assert redact(f"<<{CANARY}>>", CANARY) == f"<<{MARK}>>"
    assert redact("a short one: abc", "abc") == "a short one: abc"


def test_text_of_others_becomes_one_safe_line() -> None:
    assert safe_line("a\nb\x1b[31mc\u202ed\u2066e\x00") == "a b [31mc d e "
    assert len(safe_line("x" * 5000)) == 1001
    assert CANARY not in safe_line(f"client_secret={CANARY}")


def test_records_pass_without_their_secrets() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    net = RedactingFilter()
    net.learn(CANARY)
    handler.addFilter(net)
    logger = logging.getLogger("tests.redact")
    logger.propagate = False
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug("asked with %s and %d", f"Bearer {JWT}", 7, stack_info=True)
        logger.warning("it is %s", CANARY)
        logger.warning("{'refresh_token': '%s'}", "0.secretsecret")
        try:
            raise ValueError(f"refused client_secret={CANARY} {JWT}")
        except ValueError:
            logger.warning("failed", exc_info=True)
    finally:
        logger.removeHandler(handler)
    text = stream.getvalue()
    assert "asked with" in text
    assert "ValueError" in text
    for secret in (CANARY, JWT, "secretsecret"):
        assert secret not in text
