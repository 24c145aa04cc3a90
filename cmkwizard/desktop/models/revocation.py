"""What the pages of the revocation share: the sign-in of its own, what was read, what is confirmed, how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.desktop.models.duration import duration
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import FreshSession
    from cmkwizard.core.facts import Account
    from cmkwizard.core.impact import Impact
    from cmkwizard.core.revocation_request import Arming, RevocationRequest
    from cmkwizard.desktop.models.revocation_work import Read
    from cmkwizard.journeys.revocation.preview import Preview

FRESH = timedelta(minutes=10)
"""How old a sign-in may be that takes access away."""
TICK_MS = 1000


@dataclass
class Revocation:
    """One visit. It lives in memory alone: nothing of it is resumed by a later start."""

    situation: str = ""
    fresh: FreshSession | None = None
    read: Read | None = None
    """What was read, and the run that read it."""
    arming: Arming | None = None
    """For how long what was read has been in sight."""
    organisation: str = ""
    vault: str = ""
    reason: str = ""
    ticket: str = ""
    pack: Path | None = None
    request: RevocationRequest | None = None
    """Of a first person, or of an hour ago, where the organisation asks for one."""
    ended: str = ""
    """How the act ended, in sentences; empty where that was told already."""

    @property
    def preview(self) -> Preview | None:
        """What was read, frozen."""
        return self.read.preview if self.read is not None else None

    @property
    def impact(self) -> Impact | None:
        """What was read, worked out."""
        return self.read.preview.impact if self.read is not None else None

    def forget_preview(self) -> None:
        """What was read does not hold any more, nor the names that were typed for it."""
        self.read = self.arming = None
        self.organisation = self.vault = ""

    def forget_sign_in(self) -> None:
        """End the sign-in of this visit."""
        if self.fresh is not None:
            self.fresh.sign_in.forget()
            self.fresh = None

    def age(self, now: datetime) -> timedelta | None:
        """How old the sign-in is; None where there is none."""
        return max(timedelta(), now - self.fresh.sign_in.signed_in_at) if self.fresh is not None else None

    def is_fresh(self, now: datetime) -> bool:
        """Whether somebody has signed in for this, recently enough."""
        age = self.age(now)
        return age is not None and age <= FRESH

    def sign_in_words(self, now: datetime) -> str:
        """How the sign-in stands, in a sentence."""
        age = self.age(now)
        if self.fresh is None or age is None:
            return "You have not signed in for this yet. The sign-in of the set-up does not count here."
        who = self.fresh.sign_in.account.name
        if age > FRESH:
            return f"{who} signed in {duration(age)} ago. That is too long: sign in again."
        return f"Signed in as {who}, {duration(age)} ago. It counts for another {duration(FRESH - age)}."


class RevocationPageModel(SetupPageModel):
    """A page of the revocation. It is no page of the set-up: a start never resumes here."""

    needs_sign_in = False
    enter_goes_on = False
    resumes = False
    ticks = False
    """Whether what the page says changes with the time."""

    def __init__(self, setup: SetupState, shared: Revocation, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.shared = shared
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._shown = False

    def enter(self) -> None:
        """Begin, without being remembered as the page where the set-up goes on."""
        self.setup.restore()
        self._entered = False
        self._shown = True
        if self.ticks:
            self._tick.start()
        self.show_account()
        self.begin()

    def leave(self) -> None:
        """Nothing ticks on a page that is not shown."""
        self._shown = False
        self._tick.stop()
        super().leave()
        self._show_in_banner(self.setup.account)

    def show_account(self) -> None:
        """The banner says who acts here: whoever signed in for this, while that is so."""
        fresh = self.shared.fresh
        self._show_in_banner(fresh.sign_in.account if fresh is not None else self.setup.account)

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.setup.services.clock()

    def tick(self) -> None:
        """A second has passed while the page is shown."""
        self.changed.emit()

    def _show_in_banner(self, account: Account | None) -> None:
        known = self.setup.account
        if account is not None and known is not None and account.tenant_id == known.tenant_id:
            account = replace(account, tenant_name=account.tenant_name or known.tenant_name)
        self.setup.banner.update(
            account=account.name if account else "",
            tenant=(account.tenant_name or account.tenant_id) if account else "",
        )

    @Slot()
    def _setup_changed(self) -> None:
        """What the set-up knows is new: the page stays, and says so."""
        if self._shown:
            self.tick()

    @Slot()
    def _ticked(self) -> None:
        self.tick()
