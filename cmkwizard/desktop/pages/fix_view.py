"""One finding that is being put right: what will be changed, what has to be typed, and the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.models.fixing import Fixing, FixingModel
from cmkwizard.desktop.pages.stage_list import planned_rows
from cmkwizard.desktop.widgets.action_list import ActionList
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import ComboBox, LineEdit
from cmkwizard.desktop.widgets.removal import remove
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.typed_confirmation import TypedConfirmation


class FixView(QWidget):
    """Shows the model's :class:`Fixing`; hidden while nothing is being put right."""

    def __init__(self, model: FixingModel) -> None:
        super().__init__()
        self._model = model
        self._question: Field[LineEdit] | None = None
        self._offer: Field[ComboBox] | None = None
        self._shown: Fixing | None = None
        self._phrase = ""
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(16)
        ground = Card()
        ground.body.setContentsMargins(20, 6, 20, 6)
        self._finding = ground.add(FindingList("What will be put right", model.open_address))
        lines.addWidget(ground)
        card = Card("What will be changed")
        lines.addWidget(card)
        self._words = card.add(Text())
        self._asked = card.add(QWidget())
        asked = QVBoxLayout(self._asked)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.setSpacing(12)
        self._steps = card.add(ActionList("What will be changed"))
        self._obstacles = card.add(FindingList("What stands in the way", model.open_address))
        self.confirmation = card.add(TypedConfirmation("&Vault name", "", "The name of the vault that is changed."))
        self.plan_button = Button("Show what will be cha&nged")
        self.apply_button = Button("&Make this change", "primary")
        self.leave_button = Button("&Leave it as it is")
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.apply_button, self.plan_button, self.leave_button):
            row.addWidget(button)
        row.addStretch(1)
        card.body.addLayout(row)
        self.plan_button.clicked.connect(self._plan)
        self.apply_button.clicked.connect(self._apply)
        self.leave_button.clicked.connect(self._leave)
        self.confirmation.changed.connect(self._typed)
        self.hide()

    def show_model(self) -> None:
        """Show how it stands."""
        model, fixing = self._model, self._model.fixing
        if fixing is not self._shown:
            self._shown = fixing
            self._begin(fixing)
        self.setVisible(fixing is not None)
        if fixing is None:
            return
        idle = model.busy is None
        self._words.setText(fixing.words)
        self._words.setVisible(bool(fixing.words))
        if self._question is not None:
            self._question.show_error(fixing.answer_error)
            self._question.editor.setEnabled(idle)
        self._show_offer(fixing, idle=idle)
        plan = fixing.plan
        self._steps.show_rows(planned_rows(fixing.stages.rows, plan.actions, sent=fixing.sent) if plan else [])
        self._obstacles.show_rows(fixing.obstacles)
        if fixing.phrase != self._phrase:
            self._phrase = fixing.phrase
            self.confirmation.ask_for(fixing.phrase)
        planned = fixing.plan is not None and not fixing.plan.blocked and bool(fixing.plan.actions)
        self.confirmation.setVisible(planned and bool(fixing.phrase))
        self.plan_button.setVisible(fixing.plan is None)
        self.plan_button.setEnabled(idle and fixing.can_plan)
        self.apply_button.setVisible(planned)
        self.apply_button.setEnabled(idle and fixing.can_apply)
        self.apply_button.set_look("danger" if fixing.phrase else "primary")
        self.leave_button.setEnabled(idle)

    def focus_target(self) -> QWidget:
        """Where the focus belongs: what is asked, else the way back."""
        return self._question.editor if self._question is not None else self.leave_button

    def _show_offer(self, fixing: Fixing, *, idle: bool) -> None:
        """Show what can be chosen as an answer, or why there is nothing to choose from."""
        if self._offer is None:
            return
        combo = self._offer.editor
        ids = ["", *(place.id for place in fixing.offered)]
        if [combo.itemData(place) for place in range(combo.count())] != ids:
            combo.clear()
            combo.addItem("Choose one, or paste a resource id below", "")
            for place in fixing.offered:
                combo.addItem(place.words, place.id)
        combo.setCurrentIndex(max(combo.findData(fixing.answer), 0))
        combo.setEnabled(idle and bool(fixing.offered))
        self._offer.show_help(fixing.offer_words)

    def _begin(self, fixing: Fixing | None) -> None:
        """Turn to another finding: what was typed for the last one is gone."""
        self._finding.show_rows([fixing.shown] if fixing is not None else [])
        self.confirmation.field.editor.clear()
        for part in (self._question, self._offer):
            if part is not None:
                remove(part)
        self._question = self._offer = None
        if fixing is not None and fixing.question is not None:
            self._question = Field(fixing.question.label, LineEdit(longest=400), fixing.question.help)
            set_text(self._question.editor, fixing.answer)
            self._question.editor.textChanged.connect(self._answer)
            layout = self._asked.layout()
            assert layout is not None  # noqa: S101 - made above
            if fixing.question.offer is not None:
                self._offer = Field(fixing.question.offer.label, ComboBox())
                self._offer.editor.activated.connect(self._choose)
                layout.addWidget(self._offer)
            layout.addWidget(self._question)
            self._question.show()  # Qt itself shows what comes into a layout a turn later
        self._asked.setVisible(self._question is not None)

    @Slot(int)
    def _choose(self, place: int) -> None:
        if self._question is not None and self._offer is not None:
            set_text(self._question.editor, str(self._offer.editor.itemData(place)))
            self._model.edit_answer(self._question.editor.text())

    @Slot(str)
    def _answer(self, text: str) -> None:
        self._model.edit_answer(text)

    @Slot()
    def _plan(self) -> None:
        self._model.plan_fix()

    @Slot(bool)
    def _typed(self, right: bool) -> None:
        self._model.type_phrase(right)

    @Slot()
    def _apply(self) -> None:
        self._model.apply_fix()

    @Slot()
    def _leave(self) -> None:
        self._model.leave_fix()
