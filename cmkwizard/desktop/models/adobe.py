"""Connect to Adobe: the organisation and the credential that acts in it, tried before they are relied on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from cmkwizard.core.adobe_connection import ConnectionAnswer
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice
from cmkwizard.core.identifiers import REGIONS, client_id_problem, organisation_problem, region_problem
from cmkwizard.core.people import ADOBE_ADMINISTRATOR
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.survey import NotKnown
from cmkwizard.desktop.models import report_rows
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession

Tested = tuple["AdobeSession", ConnectionAnswer, str]


PATIENCE_S = (10.0, 30.0, 60.0)
"""Before Adobe is asked again after it said that it is asked too often."""


class AdobeModel(SetupPageModel):
    """The credential's fields, each checked as it is typed, and the answer of the last test."""

    id = "adobe"
    regions = REGIONS

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.secret = ""
        self.keep = True
        self.answer: ConnectionAnswer | None = None
        self.region_found = ""
        self._going_on = False
        self._check()

    @property
    def choice(self) -> AdobeChoice:
        """What was typed so far."""
        return self.setup.choices.adobe

    @property
    def connected(self) -> bool:
        """Whether Adobe accepted exactly what the fields hold now."""
        return self.setup.adobe is not None

    @property
    def organisation_error(self) -> str:
        """What is wrong with the organisation id; empty while nothing is typed."""
        return _error(organisation_problem, self.choice.organisation)

    @property
    def client_id_error(self) -> str:
        """What is wrong with the client id."""
        return _error(client_id_problem, self.choice.client_id)

    @property
    def region_error(self) -> str:
        """What is wrong with the region code."""
        return _error(region_problem, self.choice.region)

    @property
    def can_keep(self) -> bool:
        """Whether there is a safe place for the secret on this computer."""
        return self.setup.services.secrets.kind == "keyring"

    @property
    def given(self) -> bool:
        """Whether the secret came with the start (practice cloud, environment): it is never stored then."""
        return bool(self.secret) and self.secret == self.setup.services.given.secret

    @property
    def storage_text(self) -> str:
        """Where the secret will be."""
        if self.given:
            return "The secret came with the start of the wizard and is not stored."
        if not self.can_keep:
            return self.setup.services.secrets.reason or "The secret is kept until the wizard closes."
        if self.keep:
            return "The secret is kept in your keyring, so that the next start need not ask."
        return "The secret is kept until the wizard closes."

    @property
    def answer_title(self) -> str:
        """Whether Adobe accepted, in a few words; empty before it was asked."""
        if self.answer is None:
            return ""
        return "Connected" if self.answer is ConnectionAnswer.OK else "Not connected"

    @property
    def answer_text(self) -> str:
        """What Adobe said, and what to do about it."""
        if self.answer is None:
            return ""
        who = f"\nWho can do it: {self.answer.who}." if self.answer.who else ""
        found = f" It answers in {self.region_found}." if self.region_found else ""
        return f"{self.answer.sentence}{found} {self.answer.remedy}".strip() + who

    @property
    def request(self) -> str:
        """What to send to whoever can give the credential its permission; empty where that is not what it lacks."""
        answer = self.answer
        if answer is not ConnectionAnswer.NO_PERMISSION:
            return ""
        refused = Problem(Kind.PERMISSION, answer.sentence, answer.remedy, who=ADOBE_ADMINISTRATOR)
        rows = known_rows(self.setup, ("D04",), registration=NotKnown(answer.sentence, refused))
        return "".join(row.request for row in rows)

    def begin(self) -> None:
        """Show the secret that is known (as dots)."""
        self.secret = self.secret or self.setup.secret
        self._check()

    def edit(
        self,
        *,
        organisation: str | None = None,
        client_id: str | None = None,
        region: str | None = None,
        scopes: str | None = None,
    ) -> None:
        """Take what was typed; spaces around it do not count."""
        typed = {"organisation": organisation, "client_id": client_id, "region": region, "scopes": scopes}
        news = {name: text.strip() for name, text in typed.items() if text is not None}
        if "region" in news:
            news["region"] = news["region"].upper()
        self.setup.choose(adobe=msgspec.structs.replace(self.choice, **news))
        self._edited()

    def edit_secret(self, secret: str) -> None:
        """Take the typed secret. It stays in memory until Adobe has accepted it."""
        self.secret = secret.strip()
        self.setup.connected(None, self.secret)
        self._edited()

    def edit_keep(self, keep: bool) -> None:
        """Whether the secret goes to the keyring."""
        self.keep = keep
        self.changed.emit()

    def test(self) -> None:
        """Ask Adobe with these values."""
        self._test(going_on=False)

    def proceed(self) -> bool:
        """Go on when Adobe has accepted the values; else ask it now."""
        if self.connected:
            return True
        self._test(going_on=True)
        return False

    def _test(self, *, going_on: bool) -> None:
        services, choice, secret = self.setup.services, self.choice, self.secret
        self._going_on = going_on
        self.answer = None

        def work(cancel: Cancel) -> Tested:
            from cmkwizard.clouds.adobe.connection import find_region, test_connection

            session = services.adobe_session(choice, secret)
            answer = test_connection(session)
            for pause in PATIENCE_S:
                if answer is not ConnectionAnswer.THROTTLED:
                    break
                cancel.wait(pause / services.profile.speed)
                answer = test_connection(session)
            found = find_region(session) if answer is ConnectionAnswer.WRONG_REGION else None
            if answer is ConnectionAnswer.NO_PERMISSION:
                report_rows.load()
            return session, answer, found or ""

        self.perform("Asking Adobe…", work, self._tested)

    def _tested(self, tested: Tested) -> None:
        session, self.answer, self.region_found = tested
        if self.answer is not ConnectionAnswer.OK:
            self.changed.emit()
            return
        self.setup.connected(session, self.secret)
        self._keep_secret()
        self.changed.emit()
        if self._going_on:
            self.finished.emit()

    def _keep_secret(self) -> None:
        """Keep what Adobe accepted, where the person wants it."""
        if self.given:
            return
        secrets, secret, keep = self.setup.services.secrets, self.secret, self.keep and self.can_keep
        entry = self.setup.services.adobe_secret_name(self.choice)

        def work(_cancel: Cancel) -> bool:
            if keep:
                return secrets.set(entry, secret)
            secrets.delete(entry)
            secrets.set_for_session(entry, secret)
            return True

        self.setup.tasks.run(work, done=self._kept, failed=self._not_kept, lane="keyring")

    def _kept(self, kept: bool) -> None:
        self.keep = self.keep and kept
        self.changed.emit()

    def _not_kept(self, problem: Problem) -> None:
        self.keep = False
        self.error = problem

    def _edited(self) -> None:
        self.answer = None
        self._check()

    def _check(self) -> None:
        choice = self.choice
        self.valid = (
            organisation_problem(choice.organisation) is None
            and client_id_problem(choice.client_id) is None
            and region_problem(choice.region) is None
            and bool(self.secret)
            and bool(choice.scopes)
        )
        self.changed.emit()


def _error(check: Callable[[str], str | None], text: str) -> str:
    return (check(text) or "") if text else ""
