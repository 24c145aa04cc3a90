"""What the pages ask of the built services beside what the set-up asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.problems import Problem
from cmkwizard.journeys.services import SetupServices

if TYPE_CHECKING:  # the clouds' modules load when a worker first needs them
    from cmkwizard.records.autostart import Autostart
    from cmkwizard.records.folder import Records
    from cmkwizard.records.settings import Settings


class Given(Protocol):
    """An Adobe credential that came with the start; empty where there is none."""

    @property
    def organisation(self) -> str:
        """The organisation id."""
        ...

    @property
    def client_id(self) -> str:
        """The client id."""
        ...

    @property
    def secret(self) -> str:
        """The client secret."""
        ...


class Services(SetupServices, Protocol):
    """What the set-up needs, and what the window needs beside it."""

    settings: Settings
    records: Records
    autostart: Autostart | None
    """Where the program is entered to start at login; None: there is no such place, or it is a rehearsal."""

    def keep_settings(self, settings: Settings) -> None:
        """Let these settings hold from now on, and for the next start.

        Raises:
            Problem: STORAGE: they cannot be written; the last ones still hold.
        """
        ...

    @property
    def given(self) -> Given:
        """The Adobe credential to fill in."""
        ...

    def check_records(self) -> Problem | None:
        """What a person should know about the records: another instance holds them, or they were damaged."""
        ...

    def sign_out(self) -> None:
        """Forget everything that is stored for the profile."""
        ...

    def adobe_secret_name(self, choice: AdobeChoice) -> str:
        """Under which name :attr:`secrets` keeps the client secret."""
        ...
