"""A submission is called completed only by a plain 200 about the very organisation, vault and key."""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.core.answers import read_answers
from cmkwizard.core.facts import Account
from cmkwizard.core.history import What
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import Status
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.submission import CompletionStep, SubmissionStep
from cmkwizard.journeys.step import Outcome
from cmkwizard.journeys.watch import watch_status
from cmkwizard.records.folder import Records
from cmkwizard.wiring import build
from tests.clouds.wire_server import WireServer, answer
from tests.core.survey_support import VAULT as GOOD_VAULT
from tests.journeys.setup_support import ANSWERS, CONFIGURATION, KEY, VAULT, answers

ORGANISATION = ANSWERS["adobe"]["organisation"]
URI = f"https://{VAULT}.vault.azure.net"
VERSION = "0123456789abcdef0123456789abcdef"
TOKEN = answer(body=json.dumps({"access_token": "adobe-token", "expires_in": 3600}).encode())
GOOD = {
    "name": CONFIGURATION,
    "status": "COMPLETED",
    "imsOrgId": ORGANISATION,
    "configData": {"keyVaultUri": URI, "keyVaultKeyIdentifier": f"{URI}/keys/{KEY}/{VERSION}", "keyName": KEY},
}


def body(status: Any = "COMPLETED", **changes: Any) -> dict[str, Any]:
    """Adobe's answer, changed; None takes a field away."""
    return {name: value for name, value in {**GOOD, "status": status, **changes}.items() if value is not None}


def key_at(address: Any) -> dict[str, Any]:
    return body(configData={"keyVaultKeyIdentifier": address})


COMPLETED: list[Any] = [
    body(),
    body(name="acp5tenantapp"),  # Adobe's own samples answer another name
    body(type="BYOK_CONFIG", rowType="BYOK_KEY", subscriptionId="undefined", id="7", more={"a": [1]}),
    body(configData={"keyVaultUri": f"{URI}/", "keyName": KEY}),
    body(configData={"keyVaultUri": f"{URI}:443", "keyName": KEY}),
    key_at(f"{URI.upper().replace('HTTPS', 'https')}/keys/{KEY}"),
]
WORDS = {
    "NEW": Status.NEW,
    "CREATED": Status.CREATED,
    "RUNNING": Status.RUNNING,
    "UPDATE_EXISTING_RESOURCES": Status.UPDATE_EXISTING_RESOURCES,
    "FAILED": Status.FAILED,
    **dict.fromkeys(
        ["completed", "Completed", "COMPLETED ", " COMPLETED", "COMPLETED\n", "COMPLETE", "DONE", "SUCCESS", "OK"],
        Status.UNKNOWN,
    ),
    **dict.fromkeys(["COMPLETED_WITH_ERRORS", "ROLLED_BACK", "NOT_SUBMITTED", "UNKNOWN", "СOMPLETED"], Status.UNKNOWN),
}
NOT_EVIDENCE: list[tuple[int, Any]] = [
    *[(code, GOOD) for code in (201, 202, 203, 206, 301, 400, 401, 403, 404, 409, 500, 503)],
    *[(200, body(status)) for status in (7, True, ["COMPLETED"], {"status": "COMPLETED"})],
    (200, body(imsOrgId=None)),
    *[(200, body(imsOrgId=each)) for each in ("", "000000000000000000000000@AdobeOrg", ORGANISATION.lower(), 7)],
    (200, body(configData=None)),
    (200, body(configData={})),
    (200, body(configData=[])),
    *[
        (200, key_at(address))
        for address in (
            f"https://kv-another.vault.azure.net/keys/{KEY}/{VERSION}",
            f"{URI}.evil.example/keys/{KEY}/{VERSION}",
            f"https://evil.example/{VAULT}.vault.azure.net/keys/{KEY}",
            f"https://{VAULT}.vault.azure.net@evil.example/keys/{KEY}",
            f"http://{VAULT}.vault.azure.net/keys/{KEY}",
            f"{URI}/keys/{KEY}-2/{VERSION}",
            f"{URI}/secrets/{KEY}/{VERSION}",
            f"{URI}/keys/",
            "https://[",
            7,
        )
    ],
    (200, [GOOD]),
    (200, "COMPLETED"),
    (200, None),
    (200, {}),
]


@dataclass
class Adobe:
    """A set-up whose Adobe answers what it is told to; Azure is not asked."""

    run: SetupRun
    reply: bytes = b""

    def says(self, status: int, content: Any) -> None:
        self.reply = answer(status, json.dumps(content).encode())


@pytest.fixture
def adobe(tmp_path: Path) -> Iterator[Adobe]:
    def behave(connection: ssl.SSLSocket, request: bytes) -> None:
        connection.sendall(TOKEN if b" /ims/" in request.partition(b"\r\n")[0] else told.reply)

    records = Records(tmp_path / "records")
    records.lock("setup")
    choices = read_answers(answers())
    with WireServer(tmp_path, behave) as server:
        services = build(server.profile, records)
        guard = services.guard
        account = Account("a@contoso.example", "tenant", "object", "home")
        azure = AzureSession(server.profile, guard, None, account)  # type: ignore[arg-type]  # nothing is asked of it
        encryption = Encryption(AdobeSession(server.profile, guard, choices.adobe, "secret"))
        run = SetupRun(services, azure, encryption, choices)
        run.seen.vault = replace(GOOD_VAULT, name=VAULT, uri=f"{URI}/")
        told = Adobe(run)
        yield told
        services.close()


@pytest.mark.parametrize("content", COMPLETED, ids=str)
def test_a_200_about_this_very_key_is_evidence(adobe: Adobe, content: Any) -> None:
    adobe.says(200, content)
    look = next(watch_status(adobe.run))
    assert (look.status, look.word, look.again_in_s) == (Status.COMPLETED, "COMPLETED", None)
    assert CompletionStep().verify(adobe.run).outcome is Outcome.DONE


@pytest.mark.parametrize("word", WORDS)
def test_every_other_word_is_shown_as_it_is(adobe: Adobe, word: str) -> None:
    adobe.says(200, body(word))
    look = next(watch_status(adobe.run))
    assert (look.status, look.word) == (WORDS[word], word)
    assert look.sentence.startswith(f"{word}: ")
    wanted = Outcome.FAILED if word == "FAILED" else Outcome.PENDING
    assert CompletionStep().verify(adobe.run).outcome is wanted
    recorded = adobe.run.observations.latest(adobe.run.profile.name, What.STATUS)
    assert recorded is not None
    assert recorded.value["word"] == word


@pytest.mark.parametrize(("status", "content"), NOT_EVIDENCE, ids=str)
def test_nothing_else_is_taken_for_completed(adobe: Adobe, status: int, content: Any) -> None:
    adobe.says(status, content)
    with contextlib.suppress(Problem):
        look = next(watch_status(adobe.run))
        assert (look.status, look.word) == (Status.NOT_SUBMITTED, "")
    assert adobe.run.observations.latest(adobe.run.profile.name, What.STATUS) is None
    if adobe.run.seen.configuration is not None:
        assert CompletionStep().verify(adobe.run).outcome is Outcome.FAILED
        assert SubmissionStep().verify(adobe.run).outcome is Outcome.FAILED


def test_an_answer_without_a_word_is_not_done(adobe: Adobe) -> None:
    adobe.says(200, body(None))
    look = next(watch_status(adobe.run))
    assert (look.status, look.word) == (Status.UNKNOWN, "")
    assert CompletionStep().verify(adobe.run).outcome is Outcome.PENDING
