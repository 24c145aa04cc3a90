"""What taking Adobe's access away would mean: read now, and only now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models import revocation_work
from cmkwizard.desktop.models.revocation import Revocation, RevocationPageModel
from cmkwizard.desktop.models.setup import SetupState

if TYPE_CHECKING:
    from cmkwizard.core.impact import Impact


class ImpactModel(RevocationPageModel):
    """Reads everything whenever the page is shown, and tells what it means. Nothing is changed."""

    id = "impact"
    ticks = True

    def __init__(self, setup: SetupState, shared: Revocation, parent: QObject | None = None) -> None:
        super().__init__(setup, shared, parent)
        self.next_text = "&Go on to the confirmation"
        self.failure: Problem | None = None
        self._check()

    @property
    def impact(self) -> Impact | None:
        """What was read, worked out."""
        return self.shared.impact

    @property
    def off_words(self) -> str:
        """Why one cannot go on, in sentences; empty: one can, or it is being read."""
        if self.failure is not None:
            return f"Not everything could be read. {self.failure.message} {self.failure.remedy}".strip()
        if self.impact is None and not self.shared.is_fresh(self.now):
            return f"Nothing was read. {self.shared.sign_in_words(self.now)} Go back for that."
        if self.impact is None:
            return "" if self.busy else "Nothing has been read yet. Read again."
        return "\n".join(self.impact.reasons)

    @property
    def taken_words(self) -> str:
        """When it was read."""
        preview = self.shared.preview
        return f"Read at {preview.taken_at.astimezone():%H:%M:%S}, from Azure and Adobe." if preview is not None else ""

    @property
    def by_hand(self) -> str:
        """How it is done without this program; there whatever could not be read."""
        preview = self.shared.preview
        return preview.by_hand if preview is not None else revocation_work.by_hand(self.setup.choices, self.now)

    @property
    def can_read(self) -> bool:
        """Whether it can be read again: with a sign-in that is recent enough."""
        return self.busy is None and self.shared.is_fresh(self.now)

    @property
    def tells_of_earlier(self) -> bool:
        """Whether it is known by now what became of an earlier removal: what follows from it stands elsewhere."""
        preview = self.shared.preview
        return preview is not None and bool(preview.earlier) and not preview.unsettled

    def show_afterwards(self) -> None:
        """Show what is expected when, and the way back."""
        self.page_chosen.emit("after")

    @property
    def earlier(self) -> str:
        """What became of a removal that was interrupted; empty: there was none."""
        return "\n".join(self.shared.preview.earlier) if self.shared.preview is not None else ""

    def begin(self) -> None:
        """Read everything anew."""
        self.read()

    def leave(self) -> None:
        """Time on another page is no time of reading."""
        self.look(in_sight=False)
        super().leave()

    def read(self) -> None:
        """Read all that the act rests on, with the sign-in of this visit."""
        shared, setup = self.shared, self.setup
        shared.forget_preview()
        self.failure = None
        self._check()
        fresh = shared.fresh
        if fresh is None or not shared.is_fresh(self.now):
            return
        services, choices, adobe = setup.services, setup.choices, setup.adobe

        def work(cancel: Cancel) -> revocation_work.Read:
            return revocation_work.read(services, fresh, choices, adobe, cancel)

        self.perform("Reading everything that this rests on…", work, self._read, failed=self._failed)

    def retry(self) -> None:
        """Read again."""
        self.read()

    def cancelled(self) -> None:
        """Nothing was read: nothing can be done."""
        self._check()

    def look(self, *, in_sight: bool) -> None:
        """The page tells, again and again, whether what was read is in sight."""
        if self.shared.arming is not None:
            self.shared.arming = self.shared.arming.look(time.monotonic(), visible=in_sight)

    def _read(self, read: revocation_work.Read) -> None:
        from cmkwizard.core.revocation_request import Arming

        self.shared.read = read
        self.shared.arming = Arming(self.setup.policy.revocation.arming_delay_seconds)
        self._check()

    def _failed(self, problem: Problem) -> None:
        self.failure = self.error = problem
        self._check()

    def _check(self) -> None:
        self.valid = self.impact is not None and self.impact.ready
        self.changed.emit()
