"""The page "Create vault and key"."""

from __future__ import annotations

from cmkwizard.desktop.models.create import CreateModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.stage_list import stage_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class CreatePage(Page):
    """The steps and how each stands."""

    model: CreateModel

    def build(self) -> None:
        """Lay out."""
        self.summary = self.add(Text("", "strong").let_copy())
        self.notice = self.add(Notice("warning"))
        card = self.add(Card("Steps"))
        self.steps = card.add(ActionList("Steps"))

    def show_model(self) -> None:
        """Show how the steps stand."""
        self.summary.setText(self.model.summary)
        self.notice.show_text(self.model.notice)
        self.steps.show_rows(stage_rows(self.model.stages.rows))
