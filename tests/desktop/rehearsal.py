"""The set-up's models and pages on a practice cloud: the real clients, real records, a person who answers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import profile_from
from cmkwizard.core.choices import AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.desktop.models.azure import AzureModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.records.policy_file import PolicyPlaces
from cmkwizard.wiring import DECLINING_PERSON_S, GivenCredential, Services, build
from tests.desktop.conftest import PATIENCE_MS

GROUP, VAULT, KEY = "rg-experience", "kv-contoso-cmk", "experience-cmk"
SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
M = TypeVar("M")


@dataclass
class Rehearsal:
    """One practice cloud with its services, and what the pages share."""

    qtbot: QtBot
    cloud: PracticeCloud
    services: Services
    person: PracticePerson
    tasks: Tasks = field(default_factory=Tasks)
    banner: BannerModel = field(default_factory=lambda: BannerModel(practice=True))

    opened: list[str] = field(default_factory=list)
    kept: list[object] = field(default_factory=list)
    """What has to live as long as the rehearsal, such as windows."""

    def __post_init__(self) -> None:
        self.start_anew()

    def keep(self, made: M) -> M:
        """Let something live as long as the rehearsal."""
        self.kept.append(made)
        return made

    def start_anew(self) -> None:
        """Begin as a new window does."""
        self.setup = SetupState(self.services, self.tasks, self.banner)

    def open(self, address: str) -> bool:
        """Open an address as the person would, and remember it."""
        self.opened.append(address)
        return self.person.open(address)

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the event loop turn until something is true."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def restore(self) -> None:
        """Take up what an earlier start left."""
        self.setup.load()
        self.setup.restore()
        self.wait(lambda: self.setup.restored)

    def sign_in(self) -> None:
        """Sign in through the browser."""
        model = AzureModel(self.setup, self.open)
        model.sign_in()
        self.wait(lambda: model.busy is None)
        assert self.setup.account is not None, model.error or model.notice

    def connect(self) -> None:
        """Connect to Adobe with the cloud's own credential."""
        choice = self.setup.choices.adobe
        self.setup.connected(self.services.adobe_session(choice, self.services.given.secret), "")

    def choose(self, *, vault: str = VAULT, create: bool = True, key: str = KEY) -> None:
        """Choose a vault and a key."""
        azure = AzureChoice(self.setup.choices.azure.tenant, SUBSCRIPTION, GROUP, "westeurope")
        adobe = msgspec.structs.replace(self.setup.choices.adobe, configuration="experience-platform")
        self.setup.choose(azure=azure, vault=VaultChoice(vault, create=create), key=KeyChoice(key), adobe=adobe)

    @property
    def applied(self) -> dict[str, int]:
        """How often the cloud made each mutation."""
        return {name: count for name, count in self.cloud.world.applied.items() if count}

    def draft(self) -> Choices | None:
        """The choices as they are kept."""
        draft = self.services.drafts.load(self.services.profile.name)
        return draft.choices if draft else None


@contextlib.contextmanager
def rehearsal(
    qtbot: QtBot, folder: Path, scenario: str = "happy", *, speed: float = 600, policy: str = ""
) -> Iterator[Rehearsal]:
    """Start a practice cloud with its services; end both after the test.

    ``policy``: the organisation's policy file for the whole computer; empty: there is none.
    """
    places = PolicyPlaces(folder / "policy.toml", folder / "nobody" / "policy.toml")
    if policy:
        folder.mkdir(exist_ok=True)
        places.machine.write_text(policy, encoding="utf-8")
    with PracticeCloud(scenario, speed=speed) as cloud:
        adobe = cloud.ready["adobe"]
        records = Records(folder)
        records.lock("test")
        given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
        person = PracticePerson(cloud.ready["users"][0]["name"], cloud.scenario.accepts, cloud.ca_file)
        services = build(
            profile_from(cloud.ready["profile"]),
            records,
            given=given,
            opener=person.open,
            places=places,
            session_reason="It is a rehearsal.",
            person_s=None if cloud.scenario.accepts else DECLINING_PERSON_S,
        )
        started = Rehearsal(qtbot, cloud, services, person)
        try:
            yield started
        finally:
            assert started.tasks.shutdown(PATIENCE_MS / 1000)
            services.close()
