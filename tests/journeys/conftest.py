"""Rehearsals of the set-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.setup_support import Rehearsal

SPEED = 3000.0


@pytest.fixture
def rehearse(tmp_path: Path) -> Iterator[Callable[..., Rehearsal]]:
    """Starts rehearsals of any scenario and ends their clouds after the test."""
    clouds: list[PracticeCloud] = []

    def start(scenario: str = "happy", *, speed: float = SPEED, **options: Any) -> Rehearsal:
        clouds.append(PracticeCloud(scenario, speed=speed).start())
        return Rehearsal(clouds[-1], tmp_path / f"records-{len(clouds)}", **options)

    yield start
    for cloud in clouds:
        cloud.stop()
