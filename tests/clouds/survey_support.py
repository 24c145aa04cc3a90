"""A survey of a practice cloud by a program that starts again: the sign-in of before is restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.clouds.adobe.sign_in import AdobeSession
from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.survey import take_survey
from cmkwizard.clouds.wire import DEADLINE_S
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.survey import Survey
from tests.clouds.conftest import Practice
from tests.clouds.sign_in_support import MemoryStore

SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
CONTOSO = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
FABRIKAM = "c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"
ADOBE_APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
GROUP, VAULT, KEY = "rg-experience", "kv-contoso-experience", "experience-cmk"
VAULT_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.KeyVault/vaults/{VAULT}"
EXISTING = Choices(
    AzureChoice(CONTOSO, SUBSCRIPTION, GROUP, "westeurope"),
    VaultChoice(VAULT, create=False),
    KeyChoice(KEY),
    AdobeChoice(
        "4D1F2C3B5A6978877F000101@AdobeOrg",
        "c0ffee1234567890abcdef1234567890",
        configuration="experience-platform",
    ),
)
TAKEN = msgspec.structs.replace(EXISTING, vault=VaultChoice(VAULT))
OTHER_KEY = msgspec.structs.replace(EXISTING, key=KeyChoice("another-key"))
KEY_READER = {"principal": "alice", "role": "Key Vault Reader", "scope": VAULT}
NEW = msgspec.structs.replace(EXISTING, vault=VaultChoice("kv-contoso-cmk"))


def once(call: Callable[[], Any]) -> Any:
    """Reads are not repeated: what a survey makes of each answer is looked at."""
    return call()


@dataclass
class Surveyor:
    """A signed-in account of a practice cloud, ready for surveys."""

    practice: Practice
    guard: Guard
    azure: AzureSession
    adobe: AdobeSession
    began: int
    """How many requests the cloud had received before the program that surveys was started."""
    cancel: Cancel = field(default_factory=Cancel)

    def take(self, choices: Choices = EXISTING, *, read: Callable[..., Any] = once, given: bool = True) -> Survey:
        """Take a survey; ``given``: the subscription is read first, as ``open_run`` does."""
        subscription = None
        if given:
            pages = list(self.azure.subscriptions.list_subscriptions())
            subscription = next(each for page in pages for each in page if each.id == SUBSCRIPTION)
        return take_survey(
            self.azure,
            Encryption(self.adobe),
            choices,
            guard=self.guard,
            read=read,
            now=datetime.now(UTC),
            subscription=subscription,
            cancel=self.cancel,
        )

    def asked(self) -> list[dict[str, Any]]:
        """What this program has asked so far."""
        return self.practice.log(self.began)

    @property
    def applied(self) -> list[str]:
        """Every change that the cloud was asked for since this program began."""
        return [str(each["applied"]) for each in self.asked() if each["applied"]]


@pytest.fixture
def surveyor(start_practice: Callable[..., Practice]) -> Iterator[Callable[..., Surveyor]]:
    """Starts a scenario, signs in, and starts the program again."""
    guards: list[Guard] = []

    def start(
        scenario: str = "completed",
        *,
        user: str | None = None,
        tenant: str = CONTOSO,
        deadline_s: float = DEADLINE_S,
        **world: Any,
    ) -> Surveyor:
        def guard_of(practice: Practice) -> Guard:
            guards.append(Guard(practice.profile, deadline_s=deadline_s))
            return guards[-1]

        practice = start_practice(scenario)
        if world:
            practice.control("PATCH", "world", world)
        store = MemoryStore()
        name = user or practice.ready["users"][0]["name"]
        first = SignIn(practice.profile, guard_of(practice), store)
        first.interactive(tenant=tenant, opener=practice.person(name).open, on_address=lambda _: None, cancel=Cancel())
        began = len(practice.log())
        guard = guard_of(practice)
        signing = SignIn(practice.profile, guard, store)
        account = signing.restore()
        assert account is not None
        azure = AzureSession(practice.profile, guard, signing.credential(account.tenant_id), account)
        adobe = AdobeSession(practice.profile, guard, EXISTING.adobe, practice.ready["adobe"]["client_secret"])
        return Surveyor(practice, guard, azure, adobe, began)

    yield start
    for guard in guards:
        guard.close()
