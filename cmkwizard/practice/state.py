"""The world of the practice cloud: everything that a request can see or change."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.directory import Directory
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.faults import FaultTable
from cmkwizard.practice.log import RequestLog
from cmkwizard.practice.provisioning import AdobeState
from cmkwizard.practice.use_log import UseLog


class World:
    """Clock, directory, estate, Adobe, faults, request log, the vaults' own log, counters of what was applied."""

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
        self.use_log = UseLog(clock, estate, adobe)
        self.applied: Counter[str] = Counter()
        self.port = 0  # of the TLS listener, set once it listens
        self.browser_port = 0

    def snapshot(self) -> dict[str, Any]:
        """The whole world as JSON-ready values, for `GET control/state`."""
        return {
            "now": self.clock.now(),
            "applied": dict(self.applied),
            "directory": self.directory.snapshot(),
            "estate": self.estate.snapshot(),
            "adobe": self.adobe.snapshot(),
        }
