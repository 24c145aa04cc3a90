"""Proof that Adobe uses the key: the vault's log is asked on demand, and where it is off, switched on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.key_use import DELAY, Gap, KeyUse, UseWords, use_words
from cmkwizard.core.status import Status
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.fixing import FixingModel
from cmkwizard.desktop.models.setup import SetupState

NOT_ASKED = (
    "The vault's own log can show when Adobe last wrapped and unwrapped with the key, where it goes to a Log Analytics "
    "workspace. Looking changes nothing."
)
_IN_USE = frozenset({Status.UPDATE_EXISTING_RESOURCES, Status.COMPLETED})
"""From where on Adobe works with the key."""


class KeyUseModel(FixingModel):
    """A page that shows whether Adobe uses the key. The only finding that it puts right is that the log is off."""

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self._use: KeyUse | None = None
        self._asked_at: datetime | None = None
        self._asked: Choices | None = None

    @property
    def use(self) -> KeyUse | None:
        """What the log said when it was asked about the present choices; None: it was not."""
        return self._use if self._asked == self.setup.choices else None

    @property
    def shows_use(self) -> bool:
        """Whether Adobe is so far that there can be a use."""
        return self.setup.status in _IN_USE

    @property
    def use_words(self) -> UseWords:
        """What the log says, as of when it was asked; before that, what it can say."""
        use, at = self.use, self._asked_at
        if use is None or at is None:
            return UseWords("Not asked yet", NOT_ASKED, None)
        return use_words(use, at)

    @property
    def use_tone(self) -> Literal["info", "success", "warning", "danger"]:
        """How good or bad that is."""
        good = self.use_words.good
        if self.use is None or good is None:
            return "info" if self.use is None or self.use.gap is None else "warning"
        return "success" if good else "danger"

    @property
    def use_remedy(self) -> str:
        """What to do about what stands in the way, and who can; empty: nothing."""
        use = self.use
        if use is None or use.gap is None:
            return ""
        return f"{use.remedy} Who can do it: {use.who}."

    @property
    def use_as_of(self) -> str:
        """When the log was asked, and how late it is."""
        use, at = self.use, self._asked_at
        if use is None or at is None:
            return ""
        asked = f"Asked at {at.astimezone():%H:%M:%S}."
        return asked if use.gap else f"{asked} {DELAY}"

    @property
    def can_switch_on(self) -> bool:
        """Whether the log is off and this program can switch it on."""
        return self.use is not None and self.use.gap is Gap.NO_LOG and any(row.fixable for row in self.rows)

    def look_at_use(self) -> None:
        """Ask the vault's log, and show what it says as of now."""
        run = engine.SetupEngine(self.setup)
        asked = self.setup.choices

        def work(cancel: Cancel) -> engine.ShownUse:
            return run.look_at_key_use(cancel)

        def show(shown: engine.ShownUse) -> None:
            self._use, self._asked = shown.use, asked
            self._asked_at = self.setup.services.clock().astimezone(UTC)
            self.rows = shown.rows
            self.tell_how_it_ended()
            self.changed.emit()

        self.perform("Asking the vault's log…", work, show)

    def switch_on(self) -> None:
        """Ask where the events shall go, then show what will be changed."""
        valid = self.valid
        self.begin_fix(self.rows[0].key)
        self.valid = valid

    def look(self) -> None:
        """After the log was switched on: what it says by now."""
        self.look_at_use()
