"""A thing is absent only where its own service says so: what somebody in between hides must not be made again."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.clouds.azure.credential import Credential
from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Service
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.test_adobe import encryption_of, platform_says
from tests.clouds.wire_server import WireServer, answer
from tests.core.survey_support import VAULT as GOOD_VAULT

PAGE = b"<html>The page that you are looking for is not here.</html>"
LOOKS: dict[str, Callable[[AzureSession], object]] = {
    "group": lambda azure: azure.subscriptions.get_group("s", "g"),
    "vault": lambda azure: azure.vaults.get_vault("s", "g", "kv-good"),
    "key": lambda azure: azure.keys.get_key(GOOD_VAULT, "cmk"),
}


def arm_error(code: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": "It is not there."}}).encode()


def look(folder: Path, name: str, body: bytes) -> object:
    """What a look answers when Azure's 404 has this body."""

    def behave(connection: ssl.SSLSocket, _: bytes) -> None:
        connection.sendall(answer(404, body))

    def token(*_: Any) -> Any:
        from azure.core.credentials import AccessTokenInfo

        return AccessTokenInfo("azure-token", int(time.time()) + 3600)

    with WireServer(folder, behave) as server:
        guard = Guard(server.profile)
        guard.issued("azure-token", Service.RESOURCE_MANAGER)
        azure = AzureSession(server.profile, guard, Credential(token, "t"), Account("a", "t", "o", "h"))
        try:
            return LOOKS[name](azure)
        finally:
            assert len(server.requests) == 1
            guard.close()


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceGroupNotFound", "KeyNotFound", "DeletedVaultNotFound"])
def test_azure_says_that_it_is_not_there(tmp_path: Path, name: str, code: str) -> None:
    assert look(tmp_path, name, arm_error(code)) is None


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("body", [PAGE, b"", b"{}", b"[]", b'{"error": {}}', b'"gone"'])
def test_a_404_of_somebody_in_between_says_nothing(tmp_path: Path, name: str, body: bytes) -> None:
    with pytest.raises(Problem) as caught:
        look(tmp_path, name, body)
    assert caught.value.kind is Kind.UNTRUSTED


def test_a_subscription_that_is_not_seen_hides_what_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        look(tmp_path, "vault", arm_error("SubscriptionNotFound"))
    assert caught.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize("body", [b"", b"{}", b'{"error_code": "404", "message": "No configuration."}'])
def test_adobe_says_that_it_holds_nothing(tmp_path: Path, body: bytes) -> None:
    with platform_says(tmp_path, answer(404, body)) as server:
        assert encryption_of(server).get_configuration("cmk") is None


@pytest.mark.parametrize("body", [PAGE, b"[]", b"null", b"not here"])
def test_a_page_does_not_speak_for_adobe(tmp_path: Path, body: bytes) -> None:
    with platform_says(tmp_path, answer(404, body)) as server:
        with pytest.raises(Problem) as caught:
            encryption_of(server).get_configuration("cmk")
        assert caught.value.kind is Kind.UNTRUSTED
