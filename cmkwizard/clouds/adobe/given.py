"""Adobe's registration as somebody with the credential has read it, for those who have none."""

from __future__ import annotations

from cmkwizard.clouds.adobe.encryption import Encryption
from cmkwizard.core.facts import Configuration, Registration
from cmkwizard.core.people import ADOBE_OPERATOR
from cmkwizard.core.problems import Kind, Problem


class GivenRegistration(Encryption):
    """Answers the registration it was given, and sends nothing: Adobe cannot be asked here."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    @property
    def token_left_s(self) -> float:
        """0: there is no token, and none is asked for."""
        return 0.0

    def get_registration(self, region: str = "") -> Registration:  # noqa: ARG002 - it was read in the chosen one
        """The app to consent to, as it was read."""
        return self._registration

    def get_configuration(self, name: str) -> Configuration | None:
        """Not offered.

        Raises:
            Problem: PERMISSION, always.
        """
        raise _no_credential(f"the configuration {name}")

    def submit(self, name: str, key_identifier: str) -> Configuration:  # noqa: ARG002 - nothing is handed in
        """Not offered.

        Raises:
            Problem: PERMISSION, always.
        """
        raise _no_credential(f"the configuration {name}")


def _no_credential(what: str) -> Problem:
    return Problem(
        Kind.PERMISSION,
        f"Adobe cannot be asked for {what}: this person has no credential of the Adobe organisation, and needs none.",
        "Leave it to whoever has it.",
        who=ADOBE_OPERATOR,
    )
