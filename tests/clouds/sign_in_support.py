"""What the sign-in tests share: a signed-in account, stores that count or fail, and looks at the ports."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.http import Guard
from cmkwizard.core.facts import Account
from cmkwizard.core.problems import Kind, Problem
from tests.clouds.conftest import Practice

ARM = "https://management.azure.com/.default"
GRAPH = "https://graph.microsoft.com/.default"


class MemoryStore:
    """Keeps the sign-in as long as the test holds the store."""

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        return self._text

    def save(self, text: str) -> None:
        self._text = text

    def clear(self) -> None:
        self._text = None


class CountingStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.saves = 0

    def save(self, text: str) -> None:
        self.saves += 1
        super().save(text)


class BrokenStore:
    def load(self) -> str | None:
        raise Problem(Kind.STORAGE, "no keyring")

    def save(self, _: str) -> None:
        raise Problem(Kind.STORAGE, "no keyring")

    def clear(self) -> None:
        """Nothing to forget."""


def no_opener(address: str) -> bool:
    raise AssertionError(f"a browser was opened: {address}")


def signed_in(practice: Practice, store: Any = None, **wishes: Any) -> tuple[SignIn, Account, Guard]:
    guard = practice.guard()
    sign_in = SignIn(practice.profile, guard, MemoryStore() if store is None else store)
    person = practice.person(wishes.pop("user", None))
    account = sign_in.interactive(
        opener=person.open, on_address=practice.addresses.append, cancel=practice.cancel, timeout_s=60, **wishes
    )
    return sign_in, account, guard


def browser_visits(practice: Practice) -> int:
    return sum(entry["path"].endswith("/authorize") for entry in practice.log())


def closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def redirect_port(address: str) -> int:
    port = urlsplit(parse_qs(urlsplit(address).query)["redirect_uri"][0]).port
    assert port is not None
    return port
