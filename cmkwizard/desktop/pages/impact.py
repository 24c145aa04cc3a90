"""The page "What it would mean": what would go, what stops when, and what cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from cmkwizard.core.revocation_effects import PURGE_SOURCE, PURGE_WARNING
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models import revocation_words as words
from cmkwizard.desktop.models.impact import ImpactModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.revocation_parts import Sentences, buttons_in_a_row, spans_of
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.icon import IconName, Tint
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.timeline import Timeline

LOOK_MS = 250
_KIND_ICONS: dict[str, tuple[IconName, Tint]] = {
    "cannot be undone": ("cross", "danger"),
    "may not come back": ("alert", "warning"),
    "can be given back": ("refresh", "link"),
}


class ImpactPage(Page):
    """Why one cannot go on, where that is so; the facts; the timeline; the consequences; the way by hand."""

    model: ImpactModel

    def build(self) -> None:
        """Lay out and connect."""
        self._said = ""
        self.off = self.add(Notice("danger"))
        self.earlier = self.add(Notice("info"))
        self.warning = self.add(Notice("danger"))  # there whatever was read: the way by hand leads to the same
        self.warning.show_text(f"{PURGE_WARNING} Source: {PURGE_SOURCE}.", title="Adobe may delete your data")
        self._build_facts()
        self._build_time()
        self._build_consequences()
        hand = self.add(Card("Without this program", "The same, done by hand: also when a service does not answer."))
        self.by_hand = hand.add(Text("", "code").let_copy())
        self.read_button = Button("&Read again", icon="refresh")
        self.after_button = Button("What is expected when, and the wa&y back")
        self.add(buttons_in_a_row(self.read_button, self.after_button))
        self.read_button.clicked.connect(self._read)
        self.after_button.clicked.connect(self._show_afterwards)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._looked)
        self._look.start()

    def show_model(self) -> None:
        """Show what was read."""
        model, impact = self.model, self.model.impact
        off = model.off_words
        self.off.show_text(off, title="You cannot go on from here" if off else "")
        if off and off != self._said:
            announce(self, off, urgent=True)
        self._said = off
        self.earlier.show_text(model.earlier)
        for part in (self.facts_card, self.time_card, *(card for card, _ in self.consequences.values())):
            part.setVisible(impact is not None)
        self.by_hand.setText(model.by_hand if off or impact is not None else "")
        self.read_button.setEnabled(model.can_read)
        self.after_button.setVisible(model.tells_of_earlier)
        if impact is None:
            return
        self.details.show_pairs(words.facts(impact))
        self.taken.setText(model.taken_words)
        self.others.show_sentences(words.who_else(impact))
        self.locks.show_sentences(impact.lock_sentences)
        self.timeline.show_spans(spans_of(impact.windows))
        self.sources.setText(words.sources(impact))
        found = {
            kind: tuple(each.sentence for each in impact.consequences if each.kind == kind) for kind in words.KINDS
        }
        for kind, (card, sentences) in self.consequences.items():
            sentences.show_sentences(found[kind])
            card.setVisible(bool(found[kind]))

    def initial_focus(self) -> QWidget:
        """Nothing that goes on."""
        return self.read_button

    def _build_facts(self) -> None:
        self.facts_card = card = self.add(Card("What would go"))
        self.details = card.add(Details())
        self.taken = card.add(Text("", "help"))
        card.add(Text("Who keeps access", "strong"))
        self.others = card.add(Sentences("account", "muted"))
        self.locks = card.add(Sentences("alert", "warning"))

    def _build_time(self) -> None:
        self.time_card = card = self.add(
            Card("What stops when", "Counted from the removal. Between the two ends of a bar, anything is possible.")
        )
        self.timeline = card.add(Timeline("What stops when"))
        self.sources = card.add(Text("", "help"))

    def _build_consequences(self) -> None:
        self.consequences: dict[str, tuple[Card, Sentences]] = {}
        for kind, heading in words.KINDS.items():
            card = self.add(Card(heading))
            self.consequences[kind] = (card, card.add(Sentences(*_KIND_ICONS[kind])))

    @Slot()
    def _read(self) -> None:
        self.model.read()

    @Slot()
    def _show_afterwards(self) -> None:
        self.model.show_afterwards()

    @Slot()
    def _looked(self) -> None:
        if self.isVisible():  # of the two pages that show it, the other one has nothing to say
            self.model.look(in_sight=self.window().isActiveWindow())
