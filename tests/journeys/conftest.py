"""Rehearsals of the set-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.hand_off_support import Office, office
from tests.journeys.setup_support import Rehearsal

SPEED = 3000.0
POSTS = {"register", "checkNameAvailability", "checkPolicyRestrictions", "getByIds", "config"}
"""How the paths end that anything may be posted to: none of them removes, disables or rotates.

A module of tests says with ``MAY_SEND`` what else it is about: ``PATCH``, or the end of a path.
"""


@pytest.fixture
def rehearse(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Rehearsal]]:
    """Starts rehearsals of any scenario; ends their clouds after the test, and sees that nothing was removed."""
    clouds: list[PracticeCloud] = []

    def start(scenario: str = "happy", *, speed: float = SPEED, **options: Any) -> Rehearsal:
        clouds.append(PracticeCloud(scenario, speed=speed).start())
        return Rehearsal(clouds[-1], tmp_path / f"records-{len(clouds)}", **options)

    yield start
    for cloud in clouds:
        cloud.stop()
        sent = {
            (entry["method"], str(entry["path"]).rpartition("/")[2])
            for entry in cloud.world.log.since(0)
            if entry["service"] in ("arm", "graph", "keyvault", "platform")
        }
        allowed = {"GET", "PUT", *POSTS, *getattr(request.module, "MAY_SEND", ())}
        assert {last if method == "POST" else method for method, last in sent} <= allowed


@pytest.fixture
def start_office(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Starts an office on a practice cloud with more TOML than the three people."""
    clouds: list[PracticeCloud] = []

    def begin(more: str = "") -> Office:
        scenario = tmp_path / "three.toml"
        scenario.write_text(f'summary = "The happy scenario, with more"\n{more}')
        clouds.append(PracticeCloud(str(scenario), speed=3000.0).start())
        return office(clouds[-1], tmp_path)

    yield begin
    for cloud in clouds:
        cloud.stop()
        methods = {entry["method"] for entry in cloud.world.log.since(0) if entry["service"] != "entra"}
        assert methods <= {"GET", "POST", "PUT"}, "nothing was removed"


@pytest.fixture
def three(start_office: Callable[[str], Office]) -> Office:
    return start_office("")
