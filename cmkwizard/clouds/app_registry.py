"""Where it is read which app of Adobe an organisation has to let in."""

from __future__ import annotations

from typing import Protocol

from cmkwizard.core.facts import Configuration, Registration


class AppRegistry(Protocol):
    """What is read of Adobe (``clouds.adobe.encryption.Encryption``)."""

    def get_registration(self) -> Registration:
        """Which app the organisation has to consent to."""

    def get_configuration(self, name: str) -> Configuration | None:
        """What Adobe holds under this name."""

    @property
    def token_left_s(self) -> float:
        """Seconds for which the token of these calls still serves; 0: there is none."""
