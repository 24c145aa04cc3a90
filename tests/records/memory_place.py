"""A safe place that is as quick as memory, for tests that ask it thousands of times."""

from __future__ import annotations

from pathlib import Path

from cmkwizard.records.secrets import SecretStore


class MemoryPlace:
    """What is used of a keyring backend; it outlives the stores that ask it."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def get_password(self, service: str, _username: str, /) -> str | None:
        return self.held.get(service)

    def set_password(self, service: str, _username: str, password: str, /) -> None:
        self.held[service] = password

    def delete_password(self, service: str, _username: str, /) -> None:
        self.held.pop(service, None)

    def store(self, folder: Path) -> SecretStore:
        """The secrets as a program sees them that has just started, and found this place."""
        secrets = SecretStore("public", folder)
        secrets._opened, secrets._place, secrets.place = True, self, "the test's own place"
        return secrets
