"""Whether the records were altered since they were written: what can be shown of that, and what cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import LaneName, Task

if TYPE_CHECKING:
    from cmkwizard.records.anchor import Anchor, AnchorFound
    from cmkwizard.records.verification import Verification

Tone = Literal["info", "success", "warning", "danger"]
Modules = tuple[tuple[bool, ...], ...]
"""Rows of a QR code; true is dark."""
T = TypeVar("T")


class Seal(QObject):
    """The verification, and anchors.

    Signals:
        changed: something began, or its answer is there.
        anchored: an anchor was made; carries it, and the rows of its QR code.
    """

    changed = Signal()
    anchored = Signal(object, object)

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._task: Task | None = None
        self.absent = False
        """Whether there is no history at all."""
        self.working = ""
        """What is going on; empty: nothing."""
        self.verification: Verification | None = None
        self.problem = ""
        self.found: AnchorFound | str | None = None
        """What became of the anchor that was looked for; None: none was."""

    @property
    def heading(self) -> str:
        """The verdict in a few words; empty: not verified yet."""
        found = self.verification
        return _HEADINGS[found.state.value] if found is not None else ""

    @property
    def tone(self) -> Tone:
        """How grave the verdict is. What could not be checked is never taken for well."""
        found = self.verification
        return _TONES[found.state.value] if found is not None else "info"

    @property
    def verdict(self) -> str:
        """How much was checked, and what does not fit."""
        found = self.verification
        if found is None:
            return ""
        counted = f"{found.entries:,} {'entry' if found.entries == 1 else 'entries'}"
        parts = [f"{counted}: {found.sealed:,} with a seal that fits, {found.unsealed:,} without."]
        return "\n".join([*parts, *found.problems])

    @property
    def meaning(self) -> str:
        """What that proves, and what it does not."""
        found = self.verification
        return "\n\n".join(part for part in (found.proves, found.does_not_prove) if part) if found is not None else ""

    @property
    def found_words(self) -> str:
        """What became of the anchor that was looked for."""
        found = self.found
        if found is None or isinstance(found, str):
            return found or ""
        since = (
            "No entry was"
            if not found.since
            else f"{found.since:,} {'entry was' if found.since == 1 else 'entries were'}"
        )
        return (
            f"Found: it is of entry {found.number:,}, written {found.at.astimezone():%Y-%m-%d %H:%M}. What came before "
            f"it is tied to it as it was then. {since} added since. Verify as well, to see that every entry fits."
        )

    def show_absence(self, absent: bool) -> None:
        """Take up whether there is a history at all."""
        self.absent = absent
        self.changed.emit()

    def verify(self) -> None:
        """Check all of it against the safe place of this computer, which may ask a person to unlock it."""
        services = self._setup.services

        def work(cancel: Cancel) -> Verification:
            from cmkwizard.records.verification import verify

            services.secrets.open()
            return verify(services.records, services.secrets, lambda: cancel.requested)

        self.verification = None
        self._run("Verifying every entry…", work, self._verified, "keyring")

    def stop(self) -> None:
        """Verify no further."""
        if self._task is not None:
            self._task.cancel()
        self._end()

    def make_anchor(self) -> None:
        """Put the history as it is now into twelve words."""
        services = self._setup.services

        def work(_cancel: Cancel) -> tuple[Anchor, Modules]:
            from cmkwizard.records.anchor import anchor, qr_rows

            made = anchor(services.records)
            return made, qr_rows(made)

        self._run("Making the anchor…", work, self._anchored)

    def find_anchor(self, words: str) -> None:
        """Look whether the history still holds what an anchor was made of."""
        services = self._setup.services

        def work(_cancel: Cancel) -> AnchorFound | str:
            from cmkwizard.records.anchor import find_anchor

            return find_anchor(services.records, words)

        self._run("Looking for the anchor…", work, self._anchor_found)

    def _run(self, text: str, work: Callable[[Cancel], T], done: Callable[[T], None], lane: LaneName = "io") -> None:
        if self.working:
            return
        self.working, self.problem, self.found = text, "", None
        self._task = self._setup.tasks.run(work, done=done, failed=self._failed, lane=lane)
        self.changed.emit()

    def _verified(self, found: Verification) -> None:
        self.verification = found
        self._end()

    def _anchored(self, made: tuple[Anchor, Modules]) -> None:
        self._end()
        self.anchored.emit(*made)

    def _anchor_found(self, found: AnchorFound | str) -> None:
        self.found = found
        self._end()

    def _failed(self, problem: Problem) -> None:
        self.problem = f"{problem.message} {problem.remedy}".strip()
        self._end()

    def _end(self) -> None:
        self._task = None
        self.working = ""
        self.changed.emit()


_HEADINGS = {
    "no history": "No history",
    "intact": "Intact: nothing was altered since it was written",
    "incomplete": "Intact since it was begun anew; what was before that is missing",
    "altered": "Altered: this is not what was written",
    "not verifiable": "Cannot be verified here",
}
_TONES: dict[str, Tone] = {
    "no history": "warning",
    "intact": "success",
    "incomplete": "warning",
    "altered": "danger",
    "not verifiable": "warning",
}
