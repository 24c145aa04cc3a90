"""Confirm that Adobe's access is taken away: the names typed, the reason, the file for the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models import revocation_work
from cmkwizard.desktop.models.revocation import Revocation, RevocationPageModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.page_model import Busy

if TYPE_CHECKING:
    from cmkwizard.core.impact import Impact
    from cmkwizard.core.revocation_request import RevocationRequest
    from cmkwizard.journeys.revocation.refusals import Confirmation
    from cmkwizard.journeys.revocation.revoke import Revoked

ACT = "Take Adobe's &access away"
NOT_READ = "Nothing was read for this: go back, look at the impact, and confirm then."


class ConfirmModel(RevocationPageModel):
    """Says what is missing until nothing is; then one press sends one request."""

    id = "confirm"
    ticks = True

    def __init__(self, setup: SetupState, shared: Revocation, parent: QObject | None = None) -> None:
        super().__init__(setup, shared, parent)
        self.next_text = ACT
        self.reasons: tuple[str, ...] = (NOT_READ,)
        self.notice = ""
        self.valid = False

    @property
    def impact(self) -> Impact | None:
        """What the act is about."""
        return self.shared.impact

    @property
    def what(self) -> str:
        """What the button does, in a sentence."""
        assignment = self.impact.assignment if self.impact is not None else None
        if assignment is None:
            return ""
        return (
            f"One request removes the role assignment {assignment.name} from {assignment.scope}. It is looked at once "
            "more right before, and the request is sent once. It cannot be stopped half-way. Adobe may then purge your "
            "organisation's data, and nobody promises that this can be undone."
        )

    @property
    def sign_in_words(self) -> str:
        """How the sign-in of this visit stands."""
        return self.shared.sign_in_words(self.now)

    @property
    def pack_words(self) -> str:
        """Where the way back is written, in a sentence."""
        if self.shared.pack is None:
            return "No file is chosen yet."
        return f"The way back is written to {self.shared.pack}, and read back, before anything is sent."

    @property
    def wants_request(self) -> bool:
        """Whether the organisation asks for a request file before the act."""
        preview = self.shared.preview
        if preview is None:
            return False
        from cmkwizard.core.revocation_request import request_needed

        return request_needed(preview.rules)

    @property
    def request_words(self) -> str:
        """The request file, in sentences."""
        request = self.shared.request
        if request is None:
            return (
                "Your organisation asks for a request before the act. One person types all of this and makes the "
                "request file; whoever acts on it opens it here, and types all of it again."
            )
        from cmkwizard.core.after import both_times

        return (
            f"Open: the request of {request.by.account}, made at {both_times(request.made_at)}. {self._held(request)} "
            f"Its reason: “{request.reason}” Compare its fingerprint with whoever made it, by phone: "
            f"{request.fingerprint}"
        )

    def _held(self, request: RevocationRequest) -> str:
        """Until when a request can be acted on."""
        from cmkwizard.core.after import both_times
        from cmkwizard.core.revocation_request import VALID, may_act_from

        rules = self.setup.policy.revocation
        return f"It can be acted on until {both_times(may_act_from(request, rules) + VALID)}."

    @property
    def pack_name(self) -> str:
        """A name for the file."""
        name = self.impact.vault_name if self.impact is not None else "vault"
        return f"{name}-way-back-{self.now:%Y-%m-%d}.json"

    @property
    def done_text(self) -> str:
        """What closing would leave."""
        return "The request may be on its way. The next visit says what became of it."

    def begin(self) -> None:
        """The names are typed anew at each visit. Without anything read, there is nothing to confirm."""
        self.shared.organisation = self.shared.vault = self.notice = ""
        self.error = None
        self._check()
        if self.shared.read is None:
            QTimer.singleShot(0, self, lambda: self.page_chosen.emit("revoke"))  # the shell is still showing this one

    def leave(self) -> None:
        """Time on another page is no time of reading."""
        self.look(in_sight=False)
        super().leave()

    def tick(self) -> None:
        """What was read, and the sign-in, grow older."""
        if self.busy is None:
            self._check()

    def edit_organisation(self, text: str) -> None:
        """Take what was typed, to the letter."""
        self.shared.organisation = text
        self._check()

    def edit_vault(self, text: str) -> None:
        """Take what was typed, to the letter."""
        self.shared.vault = text
        self._check()

    def edit_reason(self, text: str) -> None:
        """Why it is done."""
        self.shared.reason = text
        self._check()

    def edit_ticket(self, text: str) -> None:
        """Under which number it is known elsewhere."""
        self.shared.ticket = text
        self._check()

    def choose_pack(self, path: Path) -> None:
        """Where the way back is written."""
        self.shared.pack = path
        self._check()

    def make_request(self, path: Path) -> None:
        """Write the request file. Nothing is removed."""
        shown, confirmation = self.shared.read, self._confirmation()
        if shown is None:
            return

        def work(_cancel: Cancel) -> RevocationRequest:
            return revocation_work.make_request(shown, confirmation, path)

        def made(request: RevocationRequest) -> None:
            self.notice = (
                f"The request is written to {path}. Its fingerprint: {request.fingerprint}. Nothing was removed. "
                f"Hand the file to whoever acts on it. {self._held(request)}"
            )
            self._check()

        self.perform("Writing the request…", work, made, failed=self._not_requested)

    def open_request(self, path: Path) -> None:
        """Read a request file."""

        def work(_cancel: Cancel) -> RevocationRequest:
            return revocation_work.load_request(path)

        def opened(request: RevocationRequest) -> None:
            self.shared.request, self.notice = request, ""
            self._check()

        self.perform("Reading the request…", work, opened, failed=self._not_requested)

    def look(self, *, in_sight: bool) -> None:
        """What it is about stands here as well: the time counts."""
        if self.shared.arming is not None:
            import time

            self.shared.arming = self.shared.arming.look(time.monotonic(), visible=in_sight)

    def proceed(self) -> bool:
        """Send the one request, where nothing is missing at this very moment."""
        self._check()
        shown, pack = self.shared.read, self.shared.pack
        if self.reasons or shown is None or pack is None:
            return False
        confirmation = self._confirmation()

        def work(_cancel: Cancel) -> Revoked:
            return revocation_work.act(shown, confirmation, pack)

        self.perform("Taking Adobe's access away…", work, self._acted, failed=self._failed)
        if self.busy is not None:
            self.busy = Busy(self.busy.text, cancellable=False)
        return False

    def retry(self) -> None:
        """Nothing is ever sent again from here: one looks first."""
        self.page_chosen.emit("impact")

    def _acted(self, revoked: Revoked) -> None:
        self.shared.forget_preview()
        self.shared.ended = revoked.sentence
        self._check()
        self.finished.emit()

    def _not_requested(self, problem: Problem) -> None:
        self.notice = f"{problem.message} {problem.remedy}".strip()
        self._check()

    def _failed(self, problem: Problem) -> None:
        self.shared.forget_preview()
        self.error = problem
        self._check()

    def _confirmation(self) -> Confirmation:
        from cmkwizard.journeys.revocation.refusals import Confirmation

        shared = self.shared
        return Confirmation(
            shared.organisation,
            shared.vault,
            shared.reason,
            shared.ticket,
            shared.fresh.sign_in.signed_in_at if shared.fresh is not None else None,
            shared.request,
            shared.arming.seen_s if shared.arming is not None else 0.0,
        )

    def _check(self) -> None:
        """Why the button is off."""
        preview = self.shared.preview
        if preview is None:
            self.reasons = (NOT_READ,)
        else:
            from cmkwizard.journeys.revocation.refusals import refusals

            self.reasons = refusals(preview, self._confirmation(), self.shared.pack, now=self.now)
        self.valid = not self.reasons
        self.changed.emit()
