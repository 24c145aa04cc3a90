"""Records of two set-ups as their observations and actions wrote them, and a window over them without any cloud."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.history import What
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.history import HistoryModel
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.history import HistoryPage
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.window import Window
from cmkwizard.records.folder import Records
from cmkwizard.wiring import Services, build
from tests.desktop.conftest import PATIENCE_MS

CONTOSO, FABRIKAM = "4D1F8A2C6B9E3F5071A2B3C4@AdobeOrg", "9A8B7C6D5E4F30211203F4E5@AdobeOrg"
BEGIN = datetime(2026, 8, 1, 8, tzinfo=UTC)
VAULT = "kv-contoso-experience"
VAULT_ID = f"/subscriptions/0b1f/resourcegroups/rg/providers/microsoft.keyvault/vaults/{VAULT}"
ADDRESS = f"https://{VAULT}.vault.azure.net/"
FIRST, SECOND = f"{ADDRESS}keys/experience-cmk/3f2a07c1", f"{ADDRESS}keys/experience-cmk/8c4d1e2f"
CALLS = {What.STATUS: "GET /customer/config", What.VAULT: f"GET vaults/{VAULT}", What.KEY: "GET keys/experience-cmk"}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def vault(**other: Any) -> dict[str, Any]:
    return {
        "id": VAULT_ID,
        "uri": ADDRESS,
        "location": "westeurope",
        "tenant_id": "8f1e",
        "sku": "premium",
        "rbac": True,
        "soft_delete": True,
        "purge_protection": True,
        "retention_days": 90,
        "public_access": True,
        "default_action": "allow",
        "bypass": "azureservices",
        "ip_rules": [],
        **other,
    }


def key(identifier: str = FIRST, **other: Any) -> dict[str, Any]:
    operations = ["unwrapKey", "wrapKey"]
    return {"identifier": identifier, "type": "RSA", "size": 3072, "operations": operations, "enabled": True, **other}


def status(word: str, organisation: str = CONTOSO) -> dict[str, Any]:
    return {"word": word, "configuration": "aep", "organisation": organisation, "key_identifier": FIRST}


@dataclass
class Office:
    """The records of one computer, and the clock by which they are written."""

    records: Records
    clock: Clock
    calls: int = 0

    def see(self, what: What, value: dict[str, Any], organisation: str = CONTOSO, *, verified: bool = True) -> None:
        """Record that something was seen now."""
        self.calls += 1
        source = CALLS.get(what, "GET somewhere")
        self.records.observations.add(
            "public", what, value, source, f"request-{self.calls}", setup=organisation, verified=verified
        )

    def act(self, step: str, action: str, outcome: str = "done", organisation: str = CONTOSO) -> None:
        """Record that something was done."""
        op_id = self.records.journal.intend(
            step, action, {}, profile="public", tenant="8f1e", actor="dana@contoso.example", setup=organisation
        )
        self.clock.go_on(minutes=2)
        self.records.journal.finish(op_id, outcome, {})

    def set_up(self, organisation: str = CONTOSO, *, baseline: bool = True) -> None:
        """A set-up that was completed within a day."""
        deployment = {"organisation": organisation, "vault": VAULT, "key": "experience-cmk"}
        self.see(What.DEPLOYMENT, deployment, organisation, verified=False)
        self.act("vault", f"Create the vault {VAULT}", organisation=organisation)
        self.act("submission", "Submit the key to Adobe", organisation=organisation)
        for word in ("NEW", "RUNNING", "COMPLETED"):
            self.see(What.STATUS, status(word, organisation), organisation)
            self.clock.go_on(hours=4)
        self.see(What.VAULT, vault(), organisation)
        self.see(What.KEY, key(), organisation)
        if baseline:
            value = {"vault": vault(), "key": key(), "status": status("COMPLETED", organisation)}
            self.see(What.BASELINE, value, organisation)

    def drift(self) -> None:
        """Ten days later: another version of the key, and a firewall."""
        self.clock.go_on(days=10)
        self.see(What.KEY, key(SECOND))
        self.clock.go_on(minutes=1)
        self.see(What.VAULT, vault(default_action="deny"))
        self.see(What.STATUS, status("COMPLETED"))
        self.clock.go_on(hours=3)


@dataclass
class Review:
    """A window over the records."""

    qtbot: QtBot
    shell: Shell
    services: Services
    window: Window
    tasks: Tasks

    @property
    def hand(self) -> Hand:
        return Hand(self.shell)

    @property
    def model(self) -> HistoryModel:
        model = self.shell.page.model
        assert isinstance(model, HistoryModel)
        return model

    @property
    def page(self) -> HistoryPage:
        page = self.shell.page
        assert isinstance(page, HistoryPage)
        return page

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def open(self) -> HistoryPage:
        """The page, from home, once it is read."""
        self.wait(lambda: self.hand.can_press("Review how things stood"))
        self.hand.press("Review how things stood")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until everything that was asked for is there: nothing is read any more, here or for another page."""
        self.wait(lambda: self.model.setups is not None and not self.tasks._running)


@contextlib.contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Records that can be written."""
    clock = Clock()
    records = Records(folder, clock)
    records.lock("test")
    try:
        yield Office(records, clock)
    finally:
        records.close()


@contextlib.contextmanager
def review(qtbot: QtBot, at: Office) -> Iterator[Review]:
    """A window at home."""
    services = build(PUBLIC, at.records, session_reason="It is a test.")
    services.clock = at.clock
    tasks, banner, window = Tasks(), BannerModel(practice=False), Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    pages = SetupPages(services, tasks, banner)
    shell = Shell(banner, pages, lambda: HomePage(HomeModel(services, tasks, pages)))
    window.setCentralWidget(shell)
    shell.show_page(HOME)
    try:
        yield Review(qtbot, shell, services, window, tasks)
    finally:
        assert tasks.shutdown(PATIENCE_MS / 1000)
        services.close()
