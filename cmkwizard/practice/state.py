"""The world of the practice cloud: everything that a request can see or change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmkwizard.practice.clock import PracticeClock
    from cmkwizard.practice.directory import Directory
    from cmkwizard.practice.estate import Estate
    from cmkwizard.practice.faults import FaultTable
    from cmkwizard.practice.log import RequestLog
    from cmkwizard.practice.provisioning import AdobeState
    from cmkwizard.practice.web import Call


@dataclass(frozen=True)
class Naming:
    """The names of the services as one client knows them: addresses without a trailing slash."""

    login: str
    arm: str
    graph: str
    ims: str
    platform: str
    vault_suffix: str  # with leading dot, and port under loopback names: ".vault.localhost:9443"
    vault_audience: str  # resource of the Key Vault challenge
    landing: str  # where the consent for Adobe's app ends


REAL_NAMES = Naming(
    login="https://login.microsoftonline.com",
    arm="https://management.azure.com",
    graph="https://graph.microsoft.com",
    ims="https://ims-na1.adobelogin.com",
    platform="https://platform.adobe.io",
    vault_suffix=".vault.azure.net",
    vault_audience="https://vault.azure.net",
    landing="https://experience.adobe.com",
)


def loopback_names(port: int) -> Naming:
    """The names for clients that use the cloud profile."""
    origin = f"https://localhost:{port}"
    return Naming(
        login=origin,
        arm=origin,
        graph=f"{origin}/graph",
        ims=f"{origin}/ims",
        platform=f"{origin}/platform",
        vault_suffix=f".vault.localhost:{port}",
        vault_audience=f"https://vault.localhost:{port}",
        landing=f"{origin}/experience",
    )


class World:
    """Clock, directory, estate, Adobe, faults, request log and the counters of what was applied."""

    def __init__(
        self,
        *,
        clock: PracticeClock,
        directory: Directory,
        estate: Estate,
        adobe: AdobeState,
        faults: FaultTable,
        log: RequestLog,
    ) -> None:
        self.clock = clock
        self.directory = directory
        self.estate = estate
        self.adobe = adobe
        self.faults = faults
        self.log = log
        self.applied: Counter[str] = Counter()
        self.port = 0  # of the TLS listener, set once it listens
        self.browser_port = 0

    def naming(self, call: Call) -> Naming:
        """The names under which this client knows the services."""
        return REAL_NAMES if call.real_names else loopback_names(self.port)

    def snapshot(self) -> dict[str, Any]:
        """The whole world as JSON-ready values, for `GET control/state`."""
        return {
            "now": self.clock.now(),
            "applied": dict(self.applied),
            "directory": self.directory.snapshot(),
            "estate": self.estate.snapshot(),
            "adobe": self.adobe.snapshot(self),
        }
