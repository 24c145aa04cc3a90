"""Whether the records were altered since they were written: what can be shown of that, and what cannot."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cmkwizard.desktop.models.setup import SetupState


class Seal(QObject):
    """The verification.

    Signals:
        changed: it began, or its verdict is there.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self.absent = False

    def show_absence(self, absent: bool) -> None:
        """Take up whether there is a history at all."""
        self.absent = absent
        self.changed.emit()
