"""A practice cloud for the cloud clients, and a person in front of its pages."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import Profile, profile_from
from cmkwizard.core.cancel import Cancel
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import PracticePerson


@dataclass
class Practice:
    """A running practice cloud as its clients see it: its ready file, and its control interface over HTTP."""

    cloud: PracticeCloud
    profile: Profile
    ready: dict[str, Any]
    addresses: list[str] = field(default_factory=list)
    cancel: Cancel = field(default_factory=Cancel)

    def guard(self) -> Guard:
        return Guard(self.profile)

    def person(self, user: str | None = None, *, accept: bool = True) -> PracticePerson:
        return PracticePerson(user, accept, self.cloud.ca_file)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the practice cloud on loopback
            f"{self.ready['control']}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.ready['control_token']}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.cloud.ca_file))),
        )
        with opener.open(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        found = self.control("GET", f"log?since={since}")
        entries: list[dict[str, Any]] = found if isinstance(found, list) else found["entries"]
        return entries

    def fault(self, **fault: Any) -> None:
        self.control("POST", "faults", fault)


@pytest.fixture
def start_practice() -> Iterator[Callable[..., Practice]]:
    clouds: list[PracticeCloud] = []

    def start(scenario: str = "happy", *, speed: float = 60.0) -> Practice:
        cloud = PracticeCloud(scenario, speed=speed).start()
        clouds.append(cloud)
        return Practice(cloud, profile_from(cloud.ready["profile"]), cloud.ready)

    yield start
    for cloud in clouds:
        cloud.stop()


@pytest.fixture
def practice(start_practice: Callable[..., Practice]) -> Practice:
    return start_practice()
