"""The page "Before you begin"."""

from __future__ import annotations

from cmkwizard.desktop.models.before import BeforeModel, Topic
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class BeforePage(Page):
    """A card for each topic; what cannot be undone stands out."""

    model: BeforeModel

    def build(self) -> None:
        """Lay out the topics."""
        for topic in self.model.topics:
            self.add(_notice(topic) if topic.grave else _card(topic))


def _card(topic: Topic) -> Card:
    card = Card(topic.heading)
    for paragraph in topic.paragraphs:
        card.add(Text(paragraph))
    return card


def _notice(topic: Topic) -> Notice:
    return Notice("warning", "\n\n".join(topic.paragraphs), topic.heading)
