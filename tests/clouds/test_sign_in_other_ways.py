"""An Azure CLI sign-in that is there already, and a device code."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.practice.signin import DEVICE_CODE_LIFE_S
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import (
    ARM,
    GRAPH,
    CountingStore,
    MemoryStore,
    signed_in,
)


def write_az(folder: Path, script: str) -> None:
    az = folder / "az"
    az.write_text(f"#!/bin/sh\n{script}\n")
    az.chmod(0o755)


def test_an_azure_cli_sign_in_is_used(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, account, _ = signed_in(practice)
    token = browser.credential(account.tenant_id).get_token(ARM).token
    answer = {"accessToken": token, "expires_on": int(time.time()) + 3000, "tokenType": "Bearer"}
    (tmp_path / "token.json").write_text(json.dumps(answer))
    write_az(tmp_path, f'echo "$@" >> {tmp_path}/calls\ncat {tmp_path}/token.json')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    store, guard = CountingStore(), practice.guard()
    sign_in = SignIn(practice.profile, guard, store)
    found = sign_in.use_azure_cli()
    assert (found.name, found.tenant_id, found.object_id) == (account.name, account.tenant_id, account.object_id)
    credential = sign_in.credential(account.tenant_id)
    for _ in range(3):
        credential.get_token(ARM)
    assert len((tmp_path / "calls").read_text().splitlines()) == 2  # of the CLI's own directory, and of this one
    answer_of_arm = guard.session.get(
        f"{practice.profile.resource_manager}/subscriptions?api-version=2022-12-01",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer_of_arm.ok
    assert token not in str(store.load())
    assert SignIn(practice.profile, practice.guard(), store).restore() == found


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (None, "cannot be started"),
        ("echo 'Please run az login' >&2; exit 1", "no sign-in"),
        ("echo 'AADSTS50076: do more' >&2; exit 1", "multi-factor"),
        ("echo 'not json'", "no sign-in"),
    ],
)
def test_an_azure_cli_that_does_not_serve_is_explained(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, says: str
) -> None:
    if script is not None:
        write_az(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}" if script is None else f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Problem) as caught:
        SignIn(practice.profile, practice.guard(), MemoryStore()).use_azure_cli()
    assert caught.value.kind is Kind.SIGN_IN
    assert says in caught.value.message
    assert caught.value.remedy


def test_a_device_code_signs_in(practice: Practice) -> None:
    guard, person = practice.guard(), practice.person()
    sign_in = SignIn(practice.profile, guard, MemoryStore())
    shown: list[tuple[str, str]] = []

    def on_code(address: str, code: str) -> None:
        shown.append((address, code))
        enter_device_code(practice, person, address, code)

    account = sign_in.use_device_code(on_code, Cancel())
    assert account.name == "alice@contoso.example"
    assert len(shown) == 1
    assert not sign_in.lasting
    credential = sign_in.credential(account.tenant_id)
    assert credential.get_token(ARM).token != credential.get_token(GRAPH).token
    sign_in.sign_out()
    with pytest.raises(Problem):
        credential.get_token(ARM)


def test_a_real_sign_in_never_goes_to_a_practice_cloud(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    token = jwt.encode({"tid": "t", "oid": "o", "iss": "https://sts.windows.net/t/"}, key, algorithm="RS256")
    answer = {"accessToken": token, "expires_on": int(time.time()) + 3000, "tokenType": "Bearer"}
    (tmp_path / "token.json").write_text(json.dumps(answer))
    write_az(tmp_path, f"cat {tmp_path}/token.json")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    guard = practice.guard()
    with pytest.raises(Problem) as caught:
        SignIn(practice.profile, guard, MemoryStore()).use_azure_cli()
    assert caught.value.kind is Kind.UNTRUSTED
    assert guard.requests == 0


def enter_device_code(practice: Practice, person: Any, address: str, code: str) -> None:
    assert address.startswith(str(practice.profile.browser))
    separator = "&" if "?" in address else "?"
    person.walk(f"{address}{separator}{urlencode({'otc': code})}")


def test_a_device_code_can_be_given_up_at_once(practice: Practice) -> None:
    sign_in = SignIn(practice.profile, practice.guard(), MemoryStore())
    cancel = Cancel()
    asked: list[float] = []

    def on_code(_: str, __: str) -> None:
        asked.append(time.monotonic())
        cancel.request()

    with pytest.raises(Cancelled):
        sign_in.use_device_code(on_code, cancel)
    assert time.monotonic() - asked[0] < DEVICE_CODE_LIFE_S / 20
    assert sign_in.account is None
