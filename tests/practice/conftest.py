"""Running practice clouds for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cmkwizard.practice.cloud import PracticeCloud
from tests.practice.azure_support import Azure
from tests.practice.client import Client


@pytest.fixture
def start_cloud() -> Iterator[Callable[..., Client]]:
    """Starts practice clouds of any scenario and ends them after the test."""
    clients: list[Client] = []

    def start(scenario: str = "happy", **options: Any) -> Client:
        clients.append(Client(PracticeCloud(scenario, **options).start()))
        return clients[-1]

    yield start
    for client in clients:
        client.session.close()
        client.cloud.stop()


@pytest.fixture
def client(start_cloud: Callable[..., Client]) -> Client:
    """A client of a fresh `happy` practice cloud."""
    return start_cloud()


@pytest.fixture
def azure(start_cloud: Callable[..., Client]) -> Iterator[Azure]:
    """Azure's own clients on a fresh `happy` practice cloud, without any sign-in."""
    azure = Azure(start_cloud().cloud)
    yield azure
    azure.close()
