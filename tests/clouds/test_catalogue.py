"""Every row of the catalogue is reached: by a real client that a practice cloud refuses, and by a pasted text."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.keyvault.keys import KeyClient

from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.clouds.azure.listener import Listener
from cmkwizard.clouds.azure.reading import client_call
from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.azure.transport import GuardedTransport
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service, profile_from
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.explain import explain
from cmkwizard.core.facts import Vault
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.remedies.table import REMEDIES
from cmkwizard.practice.cloud import PracticeCloud
from tests.catalogue_cases import CORRELATION, TRACE, answers, pasted
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import GRAPH, signed_in
from tests.clouds.wire_server import WireServer, answer

ANSWERS = answers()
PASTED = pasted()
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"

APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
BY_TYPE = {
    *("CERTIFICATE_VERIFY_FAILED", "challenge resource does not match", "Timed out after waiting"),
    "Couldn't start an HTTP server on localhost",
}
"""Reached by the type of the failure, below."""
ONLY_PASTED = {
    # The service's code is that of another row (the first three), nothing comes over the wire that this program asks
    # for (alerts, Cosmos DB), or it befalls other programs alone (proxy, browser, keyring).
    *("bypass is set to None", "ABAC condition that is not fulfilled", "A valid content-type must be specified"),
    *("Key access disabled", "Key access failure", "Alert notification", "Customer Managed Key not being accessible"),
    *("status FAILED", "404 configuration", "407", "Failed to open a browser", "WinError 1783"),
    *("NoKeyringError", "KeyringLocked"),
    # The program says which service it could not reach; it does not say why.
    *("getaddrinfo failed", "connection refused"),
}


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    """One cloud for all the rows: each is told to refuse once."""
    with PracticeCloud("existing-vault", speed=60) as cloud:
        yield Practice(cloud, profile_from(cloud.ready["profile"]), cloud.ready)


class Refused:
    """One account, and a call to each service that the practice cloud then refuses."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.sign_in, account, self.guard = signed_in(practice)
        credential = self.sign_in.credential(account.tenant_id)
        self.azure = AzureSession(practice.profile, self.guard, credential, account)
        group = next(page[0] for page in self.azure.subscriptions.list_groups(SUBSCRIPTION) if page)
        names = [each.name for page in self.azure.vaults.list_vaults(SUBSCRIPTION) for each in page]
        vault = self.azure.vaults.get_vault(SUBSCRIPTION, group.name, names[0])
        assert vault is not None
        self.vault: Vault = vault
        self.calls: dict[str, Callable[[], object]] = {
            "arm": lambda: self.azure.subscriptions.get_subscription(SUBSCRIPTION),
            "graph": self.azure.directory.list_own_roles,
            "keyvault": lambda: self.azure.data_plane.list_local_assignments(self.vault, "p"),
            "entra": lambda: credential.get_token(GRAPH),
            "ims": self._adobe,
            "platform": self._adobe,
        }

    def _adobe(self) -> object:
        adobe = self.practice.ready["adobe"]
        choice = AdobeChoice(organisation=adobe["organisation"], client_id=adobe["client_id"])
        session = AdobeSession(self.practice.profile, self.guard, choice, adobe["client_secret"])
        return Encryption(session).get_registration()

    def problem(self, service: str, status: int, body: dict[str, Any]) -> Problem:
        """What comes of the answer."""
        path = "oauth2/v2.0/token" if service == "entra" else None
        self.practice.control("DELETE", "faults")
        self.practice.fault(fault="status", service=service, path=path, code=status, body=body)
        with pytest.raises(Problem) as caught:
            self.calls[service]()
        self.practice.control("DELETE", "faults")
        return caught.value


@pytest.fixture(scope="module")
def shared(practice: Practice) -> Iterator[Refused]:
    made = Refused(practice)
    yield made
    made.guard.close()


@pytest.fixture
def refused(practice: Practice, shared: Refused, request: pytest.FixtureRequest) -> Iterator[Refused]:
    """A refused grant makes MSAL forget the sign-in, so that each of those has an account of its own."""
    code = request.getfixturevalue("code")
    if ANSWERS[code].service != "entra":
        yield shared
        return
    made = Refused(practice)
    yield made
    made.guard.close()


@pytest.mark.parametrize("code", ANSWERS)
def test_a_refused_call_is_told_by_its_row(refused: Refused, code: str) -> None:
    service, status, body = ANSWERS[code]
    row = REMEDIES[code]
    problem = refused.problem(service, status, body)
    again = body.get("error") in ("invalid_grant", "interaction_required") and service == "entra"
    assert problem.kind is (Kind.SIGN_IN if again else row.kind)
    assert problem.message.startswith(row.cause)
    assert (problem.remedy, problem.who) == (row.do, row.who)
    assert problem.reference.code == (str(status) if code in ("429", "5xx Adobe") else code)
    assert bool(problem.reference.raw) == bool(body)


@pytest.mark.parametrize("code", PASTED)
def test_a_pasted_text_is_told_by_its_row(code: str) -> None:
    row = REMEDIES[code]
    (found,) = explain(PASTED[code])
    assert found.known
    assert found.cause.startswith(row.cause)
    assert (found.remedy, found.who, found.source) == (row.do, row.who, row.source)


def test_no_row_is_left_out() -> None:
    assert set(PASTED) == set(REMEDIES)
    assert set(ANSWERS) | BY_TYPE | ONLY_PASTED == set(REMEDIES) - {"ForbiddenByFirewall, 20.88.123.53"}
    assert not set(ANSWERS) & (BY_TYPE | ONLY_PASTED)


def test_a_row_is_whole() -> None:
    for code, row in REMEDIES.items():
        assert row.cause.endswith("."), code
        assert row.do.endswith("."), code
        assert row.who, code
        assert row.source, code


def test_a_refusal_names_what_it_is_about(shared: Refused) -> None:
    denied = shared.problem("arm", 403, ANSWERS["RequestDisallowedByPolicy"].body)
    assert denied.message.endswith("The policy is “Allowed locations”, assigned at /subscriptions/0b1f4e7a.")
    locked = shared.problem("arm", 409, ANSWERS["ScopeLocked"].body)
    assert locked.message.endswith("The lock sits at /subscriptions/0b1f4e7a/resourceGroups/rg.")
    linked = shared.problem("arm", 403, ANSWERS["LinkedAuthorizationFailed"].body)
    assert "joinViaServiceEndpoint/action on /subscriptions/0b1f4e7a/resourceGroups/net." in linked.message
    missing = shared.problem("arm", 403, ANSWERS["AuthorizationFailed"].body)
    assert "The right that is missing: Microsoft.KeyVault/vaults/write on /subscriptions/0b1f4e7a/" in missing.message


def test_my_address_is_told_apart_from_adobes(shared: Refused) -> None:
    body = ANSWERS["ForbiddenByFirewall"].body
    mine = shared.problem("keyvault", 403, body)
    assert "It was asked from 203.0.113.7." in mine.message
    assert "nothing about whether Adobe is let in" in mine.message
    error = {**body["error"], "message": body["error"]["message"].replace("203.0.113.7", "20.88.123.53")}
    adobes = shared.problem("keyvault", 403, {"error": error})
    row = REMEDIES["ForbiddenByFirewall, 20.88.123.53"]
    assert (adobes.message, adobes.remedy, adobes.who) == (row.cause, row.do, row.who)


def test_a_sign_in_that_is_refused_has_the_ids_that_an_administrator_asks_for(practice: Practice) -> None:
    refused = Refused(practice)
    problem = refused.problem("entra", 400, ANSWERS["AADSTS53003"].body)
    assert problem.reference.code == "AADSTS53003"
    ids = {(name, value) for name, value in problem.reference.ids}
    assert {("Trace id", TRACE), ("Correlation id", CORRELATION), ("Time", "2026-11-24 10:11:12Z")} <= ids
    refused.guard.close()


def test_the_ids_in_the_headers_are_kept_and_logged(shared: Refused, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        problem = shared.problem("arm", 403, ANSWERS["AuthorizationFailed"].body)
    asked = problem.reference.request_id
    assert asked
    assert ("Correlation id", asked) in problem.reference.ids
    assert f"refused: AuthorizationFailed, request id {asked}; Action Microsoft.KeyVault/vaults/write" in caplog.text


# What has no code is known by the type of the failure.


def test_a_vault_that_asks_for_a_foreign_token_gets_none(tmp_path: Path) -> None:
    challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.elsewhere.example"'

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(answer(401, WWW_Authenticate=challenge))

    asked: list[object] = []

    class Credential:
        def get_token(self, *scopes: str, **_: Any) -> AccessToken:
            asked.append(scopes)
            return AccessToken("token", 4_000_000_000)

    with WireServer(tmp_path, behave, certificate_for="kv.vault.localhost") as server:
        guard = Guard(server.profile)
        client = KeyClient(
            f"https://kv.vault.localhost:{server.port}",
            Credential(),
            transport=GuardedTransport(guard.session),
            retry_total=0,
        )
        with pytest.raises(Problem) as caught, client_call(Service.VAULT):
            client.get_key("k")
        guard.close()
    row = REMEDIES["challenge resource does not match"]
    assert (caught.value.kind, caught.value.message, caught.value.remedy) == (row.kind, row.cause, row.do)
    assert asked == []


def test_a_certificate_that_is_not_trusted_is_told_by_its_row(tmp_path: Path) -> None:
    with WireServer(tmp_path, lambda *_: False, trusted=False) as server:
        guard = Guard(server.profile)
        azure = AdobeSession(server.profile, guard, AdobeChoice(f"{'A' * 24}@AdobeOrg", "a" * 32), "secret")
        with pytest.raises(Problem) as caught:
            azure.token()
        guard.close()
    row = REMEDIES["CERTIFICATE_VERIFY_FAILED"]
    assert caught.value.message.startswith(row.cause)
    assert (caught.value.kind, caught.value.remedy, caught.value.who) == (row.kind, row.do, row.who)


def test_a_browser_that_never_comes_is_told_by_its_row() -> None:
    with Listener() as listener:
        listener.expect("state")
        with pytest.raises(Problem) as caught:
            listener.wait(Cancel(), 0.05)
    row = REMEDIES["Timed out after waiting"]
    assert caught.value.message.startswith(row.cause)
    assert (caught.value.kind, caught.value.remedy) == (row.kind, row.do)


NO_PORT = """
import resource
from cmkwizard.clouds.azure.listener import Listener
from cmkwizard.core.problems import Problem
resource.setrlimit(resource.RLIMIT_NOFILE, (0, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
try:
    Listener()
except Problem as problem:
    print(problem.kind, problem.message, problem.remedy, problem.reference.raw, sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS can a process be left without sockets")
def test_a_computer_that_gives_no_port_is_told_by_its_row() -> None:
    done = subprocess.run([sys.executable, "-c", NO_PORT], capture_output=True, text=True, timeout=120)
    row = REMEDIES["Couldn't start an HTTP server on localhost"]
    assert done.stdout.splitlines() == [row.kind, row.cause, row.do, "Too many open files"]
