"""The page "Status"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.core.status import Status
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.pages.fixing_page import FixingPage
from cmkwizard.desktop.pages.key_use import KeyUseCard
from cmkwizard.desktop.pages.stage_list import stage_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice, Tone
from cmkwizard.desktop.widgets.text import Text

_TONES: dict[Status, Tone] = {Status.COMPLETED: "success", Status.FAILED: "danger", Status.UNKNOWN: "warning"}


class StatusPage(FixingPage):
    """Adobe's word and its meaning, the stages, when Adobe was asked, and whether Adobe uses the key."""

    model: StatusModel

    def build(self) -> None:
        """Lay out and connect."""
        self.word = self.add(Notice("info"))
        self.advice = self.add(Text())
        self.run_button = Button("Run the chec&k", "primary", icon="search")
        self.run_row = self.add(QWidget())
        start = QHBoxLayout(self.run_row)
        start.setContentsMargins(0, 0, 0, 0)
        start.setSpacing(8)
        self.repair_button = Button("Find and &put right…", "primary", icon="search")
        start.addWidget(self.repair_button)
        start.addWidget(self.run_button)
        start.addStretch(1)
        self.repair_button.clicked.connect(self._repair)
        self.run_button.clicked.connect(self._run_check)
        lines = self.build_fixing()
        card = Card("How far Adobe is")
        self.key_use = KeyUseCard(self.model)
        lines.addWidget(card)
        lines.addWidget(self.key_use)
        self.stages = card.add(ActionList("Stages"))
        self.elapsed = card.add(Text("", "help"))
        row = card.add(QWidget())
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self.checked = Text("", "help")
        self.check_button = Button("Check no&w", icon="refresh")
        line.addWidget(self.checked, 1)
        line.addWidget(self.check_button)
        self.check_button.clicked.connect(self._check_now)

    def show_model(self) -> None:
        """Show what was seen last."""
        model = self.model
        self.word.show_text(model.sentence, title=model.heading, tone=_TONES.get(model.status, "info"))
        self.advice.setText(model.advice)
        self.advice.setVisible(bool(model.advice))
        self.run_row.setVisible(model.can_run_check)
        failed = model.status is Status.FAILED
        self.repair_button.setVisible(failed)
        self.run_button.set_look("normal" if failed else "primary")
        self.stages.show_rows(stage_rows(model.stages))
        self.elapsed.setText(model.elapsed_text)
        self.checked.setText(model.check_text)
        self.check_button.setEnabled(model.can_check)
        self.check_button.setVisible(not model.status.ended)
        self.key_use.show_model()
        self.show_fixing(self.key_use, self.key_use.look_button)

    @Slot()
    def _run_check(self) -> None:
        self.model.run_check()

    @Slot()
    def _repair(self) -> None:
        self.model.repair()

    @Slot()
    def _check_now(self) -> None:
        self.model.check_now()
