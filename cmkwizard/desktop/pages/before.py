"""The page "Before you begin"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot

from cmkwizard.core.choices import ANALYTICS, JOURNEY_OPTIMIZER
from cmkwizard.desktop.models.before import APPLICATIONS_TEXT, BeforeModel, Topic
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.inputs import CheckBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class BeforePage(Page):
    """A card for each topic; what cannot be undone stands out."""

    model: BeforeModel

    def build(self) -> None:
        """Lay out the topics."""
        for topic in self.model.topics:
            self.add(_notice(topic) if topic.grave else _card(topic))
        self._build_applications()
        self.share_button = self.add(Button("&Share the work between three people…", "quiet", icon="account"))
        self.body.setAlignment(self.share_button, Qt.AlignmentFlag.AlignLeading)
        self.share_button.clicked.connect(self._share)

    def show_model(self) -> None:
        """Show which applications are in use."""
        for application, box in self.boxes.items():
            box.setChecked(application in self.model.applications)

    def _build_applications(self) -> None:
        card = self.add(Card("Which of these does your organisation use?", APPLICATIONS_TEXT))
        self.boxes = {
            JOURNEY_OPTIMIZER: card.add(CheckBox("&Journey Optimizer")),
            ANALYTICS: card.add(CheckBox("Customer Journey &Analytics")),
        }
        self.boxes[JOURNEY_OPTIMIZER].toggled.connect(self._choose_optimizer)
        self.boxes[ANALYTICS].toggled.connect(self._choose_analytics)

    @Slot(bool)
    def _choose_optimizer(self, used: bool) -> None:
        self.model.choose_application(JOURNEY_OPTIMIZER, used)

    @Slot(bool)
    def _choose_analytics(self, used: bool) -> None:
        self.model.choose_application(ANALYTICS, used)

    @Slot()
    def _share(self) -> None:
        self.model.share()


def _card(topic: Topic) -> Card:
    card = Card(topic.heading)
    for paragraph in topic.paragraphs:
        card.add(Text(paragraph))
    return card


def _notice(topic: Topic) -> Notice:
    return Notice("warning", "\n\n".join(topic.paragraphs), topic.heading)
