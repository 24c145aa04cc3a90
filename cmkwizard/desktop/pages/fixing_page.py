"""What the pages on which findings are put right have in common: the view of one fix, and how the last one ended."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.fixing import Fixing, FixingModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.fix_view import FixView
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.notice import Notice


class FixingPage(Page):
    """Either the overview is shown, or the one finding that is being put right. Subclasses fill the overview."""

    model: FixingModel

    def build_fixing(self) -> QVBoxLayout:
        """Add the notice, the view of one fix and the overview; answers the overview's lines."""
        self._fixing: Fixing | None = None
        self._said = ""
        self.notice = self.add(Notice("info"))
        self.fix = self.add(FixView(self.model))
        self.overview = self.add(QWidget())
        lines = QVBoxLayout(self.overview)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(16)
        self.findings = FindingList("Findings", self.model.open_address)
        self.findings.fix_chosen.connect(self._begin_fix)
        return lines

    def show_fixing(self, head: QWidget, start: QWidget) -> None:
        """Show how the last fix ended, and the one that is under way. ``head``, ``start``: of the overview, to see and
        to go on from when one comes back to it."""
        self._say_notice()
        self.fix.show_model()
        self.overview.setVisible(self.model.fixing is None)
        self._move_focus(head, start)

    def _say_notice(self) -> None:
        """Say how a fix ended, once."""
        notice = self.model.notice
        self.notice.show_text(notice, tone="success" if notice.startswith("Gone") else "warning")
        if notice and notice != self._said:
            announce(self, notice)
        self._said = notice

    def _move_focus(self, head: QWidget, start: QWidget) -> None:
        """Follow a finding that is turned to, and come back from it."""
        if self.model.fixing is self._fixing:
            return
        self._fixing = self.model.fixing
        target = self.fix.focus_target() if self._fixing is not None else start
        target.setFocus()
        bring_into_view(self.fix if self._fixing is not None else head)

    @Slot(str)
    def _begin_fix(self, key: str) -> None:
        self.model.begin_fix(key)
