"""Afterwards: what is certain, what is expected when, what to tell Adobe, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.finding_rows import FindingRow, finding_rows
from cmkwizard.desktop.models import revocation_work
from cmkwizard.desktop.models.revocation import Revocation, RevocationPageModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report

if TYPE_CHECKING:
    from cmkwizard.core.after import Countdown
    from cmkwizard.core.revocation_pack import RevocationPack
    from cmkwizard.journeys.restore import Recorded

NOTHING = (
    "This computer has recorded no removal of Adobe's access. Where it was taken away on another one, open the file "
    "for the way back that was written there."
)


class AfterModel(RevocationPageModel):
    """Told from the journal and the time now alone, so that a restart or a sleep changes nothing."""

    id = "after"
    ticks = True

    def __init__(self, setup: SetupState, shared: Revocation, parent: QObject | None = None) -> None:
        super().__init__(setup, shared, parent)
        self.next_text = ""
        self.recorded: Recorded | None = None
        self.loaded = False
        self.pack: RevocationPack | None = None
        """The way back: of the journal, or of a file that was opened."""
        self.rows: tuple[FindingRow, ...] = ()
        self.address = ""
        self.notice = ""
        self.given_back = False
        """Whether the role of :attr:`pack` is there again, as Azure showed it."""
        self.given_back_at: datetime | None = None
        """When the recorded removal was made good, where it was."""

    @property
    def heading(self) -> str:
        """How it ended, in a few words."""
        if not self.loaded:
            return ""
        if self.recorded is None:
            return "Nothing recorded"
        if self.given_back_at is not None:
            return "The role was given back"
        return {
            "removed": "The role is gone",
            "still there": "The role is still there",
        }.get(self.recorded.removal.outcome, "Not known")

    @property
    def proven(self) -> tuple[str, ...]:
        """What is certain, a sentence each."""
        if not self.loaded:
            return ()
        if self.recorded is None:
            return (NOTHING,)
        from cmkwizard.core.after import both_times, proven, return_words

        if self.given_back_at is not None:
            from cmkwizard.journeys.restore import HONEST

            sent = both_times(self.recorded.removal.sent_at)
            told = f"It was taken away at {sent}, and given back at {both_times(self.given_back_at)}."
            return (told, return_words(self.given_back_at), HONEST)
        return proven(self.recorded.removal, self.recorded.others, self.recorded.read_at)

    @property
    def removed(self) -> bool:
        """Whether the role is gone, as far as was read; or may be."""
        there = self.recorded is None or self.recorded.removal.outcome == "still there"
        return not there and self.given_back_at is None

    @property
    def not_known(self) -> bool:
        """Whether it has to be read what became of it."""
        return self.removed and self.recorded is not None and self.recorded.removal.outcome == "not known"

    @property
    def look_text(self) -> str:
        """The button that leads to a new look, where one is called for; empty: none is."""
        if self.recorded is None or self.given_back_at is not None:
            return ""
        if self.recorded.removal.outcome == "still there":
            return "Look at the &impact again"
        return "Find out what became of &it" if self.not_known else ""

    @property
    def purge_title(self) -> str:
        """The same in a few words."""
        if not self.purge_words:
            return ""
        return (
            "Ask Adobe whether a purge has begun" if self.given_back_at else "Call Adobe now: it may delete your data"
        )

    @property
    def purge_words(self) -> str:
        """What Adobe may do now, and whom to tell; empty where nothing was taken away, as far as this computer knows.

        Also after the role was given back: whether a purge has begun by then, Adobe alone knows.
        """
        if self.recorded is None or not (self.removed or self.given_back_at):
            return ""
        from cmkwizard.core.revocation_effects import PURGE_NOW, PURGE_SOURCE

        if self.given_back_at is not None:
            return "A purge that has begun does not end by itself when the role is back. Send Adobe the text below now."
        return f"{PURGE_NOW} Source: {PURGE_SOURCE}."

    @property
    def countdowns(self) -> tuple[Countdown, ...]:
        """Where each store stands now; empty where nothing was removed."""
        if self.recorded is None or not self.removed:
            return ()
        from cmkwizard.core.after import countdowns
        from cmkwizard.core.revocation_effects import WINDOWS

        return countdowns(self.recorded.removal.sent_at, self.now, WINDOWS)

    @property
    def countdown_words(self) -> tuple[str, ...]:
        """The same in words, in local time and in UTC, with what is wrong with the clock."""
        if self.recorded is None or not self.removed:
            return ()
        from cmkwizard.core.after import clock_warning

        warning = clock_warning(self.recorded.removal.sent_at, self.now)
        return (*((warning,) if warning else ()), *(each.sentence() for each in self.countdowns))

    @property
    def passed(self) -> timedelta:
        """How long ago the removal was sent."""
        sent = self.recorded.removal.sent_at if self.recorded is not None else self.now
        return max(timedelta(), self.now - sent)

    @property
    def message(self) -> str:
        """What to tell Adobe."""
        if self.recorded is None or not (self.removed or self.given_back_at):
            return ""
        from cmkwizard.core.after import message_to_adobe

        return message_to_adobe(self.recorded.removal, self.given_back_at)

    @property
    def report_name(self) -> str:
        """A name for the report's file."""
        sent = self.recorded.removal.sent_at if self.recorded is not None else self.now
        return f"removal-of-access-{sent:%Y-%m-%d}.txt"

    @property
    def way_back(self) -> str:
        """What giving back does, in sentences."""
        if self._nothing_went:
            return "The role is still there: there is nothing to give back. A file for the way back can be opened."
        if self.pack is None:
            return "Open the file for the way back to see what it would give."
        from cmkwizard.core.built_in_roles import role_name
        from cmkwizard.journeys.restore import HONEST

        given = self.pack.assignment
        return (
            f"Adobe's app (object {given.principal_id}) gets the same role, {role_name(given.role)}, at the same "
            f"place, {given.scope}. One person is enough. {HONEST}"
        )

    @property
    def can_restore(self) -> bool:
        """Whether there is a way back to go."""
        return self.pack is not None and self.busy is None and not self.given_back and not self._nothing_went

    @property
    def _nothing_went(self) -> bool:
        """Whether the way back is of a removal that did not take effect."""
        recorded = self.recorded
        return recorded is not None and recorded.removal.outcome == "still there" and self.pack is recorded.pack

    def begin(self) -> None:
        """Read the journal anew."""
        self.notice, self.shared.ended = self.shared.ended, ""
        self.given_back, self.rows, self.pack = False, (), None
        self.loaded, self.recorded, self.given_back_at = False, None, None  # of the last visit: nothing of it is shown
        self.changed.emit()
        self._load()

    def _load(self) -> None:
        services, organisation = self.setup.services, self.setup.choices.adobe.organisation
        self.setup.tasks.run(
            lambda _cancel: revocation_work.last_removal(services, organisation), done=self._read, failed=self._not_read
        )

    def retry(self) -> None:
        """Try again what failed last, or read the journal again."""
        if self.loaded:
            super().retry()
        else:
            self.begin()

    def look_again(self) -> None:
        """Find out how it stands: that needs a sign-in of its own, like all of this, and one that is not old."""
        self.page_chosen.emit("impact" if self.shared.is_fresh(self.now) else "revoke")

    def open_pack(self, path: Path) -> None:
        """Take the way back from a file."""

        def work(_cancel: Cancel) -> RevocationPack:
            return revocation_work.load_pack(path)

        def opened(pack: RevocationPack) -> None:
            self.pack, self.rows, self.given_back = pack, (), False
            self.notice = f"The way back of {pack.made_at:%Y-%m-%d %H:%M} UTC is open, written by {pack.by}."
            self.changed.emit()

        self.perform("Reading the file…", work, opened)

    def save_report(self, path: Path) -> None:
        """Write what was done, what is proven and what is expected, as one text."""
        recorded, now, given_back_at = self.recorded, self.now, self.given_back_at
        if recorded is None:
            return

        def work(_cancel: Cancel) -> None:
            revocation_work.save_report(recorded, now, given_back_at, path)

        def saved(_nothing: None) -> None:
            self.notice = f"The report is in {path}."
            self.changed.emit()

        self.perform("Writing the report…", work, saved)

    def restore(self) -> None:
        """Give the role back: check as a set-up does, then send one request."""
        pack = self.pack
        if pack is None or not self.can_restore:
            return
        self.notice, self.rows = "", ()
        setup, fresh = self.setup, self.shared.fresh
        azure = setup.azure if setup.azure is not None else fresh.azure if fresh is not None else None

        def work(cancel: Cancel, report: Report[str]) -> revocation_work.Restored:
            return revocation_work.give_back(setup.services, azure, setup.choices, setup.adobe, pack, report, cancel)

        self.perform_stream("Giving Adobe's access back…", work, self._restored, self._asked, writes=True)

    def cancelled(self) -> None:
        """Whether a request was sent already shows at the next attempt: it looks first."""
        self.address = ""
        self.notice = "Stopped. Press the button again to see how it stands: it looks first."
        self.changed.emit()

    def _asked(self, address: str) -> None:
        self.address = address
        if not self.open_address(address):
            self.notice = "No browser could be opened. Copy the address into a browser on this computer."
        self.changed.emit()

    def _restored(self, restored: revocation_work.Restored) -> None:
        self.address = ""
        self.rows = finding_rows(restored.findings)
        self.given_back = restored.given
        self.notice = restored.sentence
        self._load()

    def _read(self, found: revocation_work.Last | None) -> None:
        self.loaded = True
        self.recorded = found.recorded if found is not None else None
        self.given_back_at = found.given_back_at if found is not None else None
        if self.pack is None and self.recorded is not None:
            self.pack = self.recorded.pack
        self.changed.emit()

    def _not_read(self, problem: Problem) -> None:
        self.error = problem
