"""The page "Review: how things stood"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.history import HistoryModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.history_compare import CompareCard
from cmkwizard.desktop.pages.history_entries import EntriesCard
from cmkwizard.desktop.pages.history_export import ExportCard
from cmkwizard.desktop.pages.history_seal import SealCard
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.history_timeline import HistoryTimeline
from cmkwizard.desktop.widgets.inputs import ComboBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.state_list import StateList
from cmkwizard.desktop.widgets.text import Text


class HistoryPage(Page):
    """Which set-up, how it stood, the entries below, what differs, and whether the records were altered."""

    model: HistoryModel

    def build(self) -> None:
        """Lay out and connect."""
        model = self.model
        self._moment = model.moment
        self.absence = self.add(Notice("warning"))
        self.setups: Field[ComboBox] = self.add(Field("Set-&up", ComboBox()))
        self.continue_button = self._at_the_start(Button("Continue w&ith this set-up", icon="key"))
        self.past = self.add(Notice("warning"))
        self.newest_button = self._at_the_start(Button("Back to the newest &state", "primary", icon="clock"))
        self.reach = self.add(Notice("info"))
        self.card = self.add(Card())
        self.heading = self.card.add(Text("", "heading"))
        self.sentence = self.card.add(Text("", "strong").let_copy())
        self.rows = self.card.add(StateList("How things stood"))
        self.card.add(self._build_foot())
        self.picture = self.add(self._build_picture())
        self.entries = self.add(EntriesCard(model))
        self.comparison = self.add(CompareCard(model.comparison))
        self.seal = self.add(SealCard(model.seal))
        self.export = self.add(ExportCard(model.export))
        self.setups.editor.activated.connect(self._choose)
        self.newest_button.clicked.connect(self._show_newest)
        self.continue_button.clicked.connect(self.model.continue_setup)

    def show_model(self) -> None:
        """Show what was read."""
        model = self.model
        there = model.chosen is not None
        self.absence.show_text(model.absence, title="No history" if model.absence else "")
        self._show_setups()
        self.continue_button.setVisible(model.can_continue)
        self.past.show_text(model.past_words)
        self.newest_button.setVisible(bool(model.past_words))
        self.reach.show_text(model.card.reach if model.card is not None else "")
        self.heading.setText(model.heading)
        self.sentence.setText(model.sentence)
        self.rows.show_rows(model.card.rows if model.card is not None else ())
        for part in (self.card, self.picture, self.entries, self.comparison, self.export):
            part.setVisible(there)
        self.timeline.as_of(model.moment)
        if model.moment != self._moment:
            self._moment = model.moment
            announce(self, model.past_words or f"{model.heading}. {model.sentence}")
            bring_into_view(self.past if model.past_words else self.card)

    def initial_focus(self) -> QWidget | None:
        """The choice of a set-up, where there is one."""
        return self.setups.editor if self.setups.isVisible() else self.again_button

    def _at_the_start(self, button: Button) -> Button:
        self.add(button)
        self.body.setAlignment(button, Qt.AlignmentFlag.AlignLeading)
        return button

    def _build_picture(self) -> Card:
        card = Card("Timeline")
        self.timeline = card.add(HistoryTimeline("Timeline"))
        self.timeline_problem = card.add(Notice("warning"))
        self.timeline.range_wanted.connect(self.model.timeline.look)
        self.timeline.point_selected.connect(self.model.entries.choose)
        self.timeline.point_chosen.connect(self._show_point)
        self.model.timeline.changed.connect(self._draw)
        self.model.comparison.changed.connect(self._mark)
        self.model.entries.changed.connect(self._follow)
        return card

    def _build_foot(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.again_button = Button("&Look at the records again", icon="refresh")
        line.addWidget(self.again_button)
        line.addStretch(1)
        self.again_button.clicked.connect(self.model.look_again)
        return row

    def _show_setups(self) -> None:
        model, combo = self.model, self.setups.editor
        setups = model.setups or ()
        labels = [model.label(key) for key in setups]
        if [combo.itemText(n) for n in range(combo.count())] != labels:
            combo.clear()
            combo.addItems(labels)
        if model.chosen in setups:
            combo.setCurrentIndex(setups.index(model.chosen))
        self.setups.setVisible(len(setups) > 1)

    @Slot(int)
    def _choose(self, row: int) -> None:
        if self.model.setups:
            self.model.choose(self.model.setups[row])

    @Slot()
    def _show_newest(self) -> None:
        self.model.show_moment(None)

    @Slot(int)
    def _show_point(self, number: int) -> None:
        self.model.show_entry(number)

    @Slot()
    def _draw(self) -> None:
        drawn = self.model.timeline
        self.timeline_problem.show_text(drawn.problem)
        if drawn.lanes is not None and drawn.first is not None and drawn.last is not None:
            self.timeline.show_lanes(drawn.lanes, drawn.first, drawn.last)
        else:
            self.timeline.clear()

    @Slot()
    def _mark(self) -> None:
        self.timeline.show_compared(self.model.comparison.before_at)

    @Slot()
    def _follow(self) -> None:
        chosen = self.model.entries.chosen
        if chosen is not None and chosen.number != self.timeline.selected:
            self.timeline.select(chosen.number)
