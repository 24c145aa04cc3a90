"""Take Adobe's access away, the first page: what is to happen, and a sign-in for this alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.situations import Situation, situation
from cmkwizard.desktop.models import revocation_work
from cmkwizard.desktop.models.revocation import Revocation, RevocationPageModel
from cmkwizard.desktop.models.revocation_words import about, demanded, lacking
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import FreshSession

GOES_ON = "Show the &impact"


class RevokeModel(RevocationPageModel):
    """Asks for the situation and the sign-in. Nothing is read and nothing is changed here."""

    id = "revoke"
    ticks = True

    def __init__(self, setup: SetupState, shared: Revocation, parent: QObject | None = None) -> None:
        super().__init__(setup, shared, parent)
        self.address = ""
        self.notice = ""
        self._check()

    @property
    def chosen(self) -> Situation | None:
        """The situation that the person named."""
        return situation(self.shared.situation) if self.shared.situation else None

    @property
    def about(self) -> tuple[tuple[str, str], ...]:
        """What this computer's set-up is about."""
        return about(self.setup.choices)

    @property
    def lacking(self) -> str:
        """What has to be known first."""
        return lacking(self.setup.choices) if self.setup.loaded else ""

    @property
    def demanded(self) -> str:
        """What the organisation asks for on the way: better known now than at its end."""
        serves = self.chosen is not None and self.chosen.serves
        return demanded(self.setup.policy.revocation) if serves and self.setup.loaded else ""

    @property
    def sign_in_words(self) -> str:
        """How the sign-in stands."""
        return self.shared.sign_in_words(self.now)

    @property
    def sign_in_text(self) -> str:
        """The button that signs in."""
        return "&Sign in again" if self.shared.fresh is not None else "&Sign in for this"

    @property
    def can_sign_in(self) -> bool:
        """Whether it is known in which directory, and taking the access away serves the situation."""
        known = self.setup.loaded and not self.lacking
        return self.busy is None and known and self.chosen is not None and self.chosen.serves

    @property
    def instead_text(self) -> str:
        """The button to the page that serves the situation instead; empty: there is none."""
        return {"repair": "Go to the &repair", "home": "&Leave this page"}.get(
            self.chosen.page if self.chosen else "", ""
        )

    def begin(self) -> None:
        """A visit begins: what an earlier one read does not hold any more."""
        self.shared.forget_preview()
        if not self.shared.is_fresh(self.now):
            self.shared.forget_sign_in()
            self.show_account()
        self._check()

    def tick(self) -> None:
        """The sign-in grows older."""
        self._check()

    def choose_situation(self, id_: str) -> None:
        """The person says what is to happen."""
        self.shared.situation = id_
        self._check()

    def go_instead(self) -> None:
        """Show the page that serves the situation instead."""
        if self.chosen is not None and self.chosen.page:
            self.page_chosen.emit(self.chosen.page)

    def sign_in(self) -> None:
        """Open the browser and wait for the person there."""
        if not self.can_sign_in:
            return
        services, tenant, account = self.setup.services, self.setup.choices.azure.tenant, self.setup.account
        self.shared.forget_sign_in()
        self.notice = ""

        def work(cancel: Cancel, report: Report[str]) -> FreshSession:
            return revocation_work.sign_in(services, tenant, account, report, cancel)

        self.perform_stream(
            "Waiting for you to sign in…", work, self._signed_in, self._asked, lane="sign_in", failed=self._failed
        )

    def cancelled(self) -> None:
        """Nobody waits for the browser any more."""
        self.address = ""
        self.notice = "The sign-in was cancelled. You can close the page in the browser."
        self._check()

    def _asked(self, address: str) -> None:
        self.address = address
        if not self.open_address(address):
            self.notice = "No browser could be opened. Copy the address into a browser on this computer."
        self.changed.emit()

    def _signed_in(self, fresh: FreshSession) -> None:
        self.shared.fresh, self.address, self.notice = fresh, "", ""
        self.show_account()
        self._check()

    def _failed(self, problem: Problem) -> None:
        self.address = ""
        if problem.kind is Kind.DECLINED:
            self.notice = problem.message
        else:
            self.error = problem
        self._check()

    def _check(self) -> None:
        """What can be pressed now."""
        serves = self.chosen is not None and self.chosen.serves
        self.next_text = GOES_ON if serves or self.chosen is None else ""
        self.valid = serves and not self.lacking and self.shared.is_fresh(self.now)
        self.changed.emit()
