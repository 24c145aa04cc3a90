"""The page "Share the work"."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.core.hand_off import PARTS
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.hand_off import HandOffModel
from cmkwizard.desktop.models.hand_off_words import facts_of, parts_of, people, rights_words
from cmkwizard.desktop.models.hand_off_work import Looked
from cmkwizard.desktop.models.submit import ACKNOWLEDGEMENT, MEANING
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.details import Details
from cmkwizard.desktop.pages.stage_list import planned_rows
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.action_list import ActionList, ActionRow, RowState
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.file_question import FileQuestion
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import CheckBox, ComboBox, SecretEdit
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.typed_confirmation import TypedConfirmation


class HandOffPage(Page):
    """Who needs what; a plan file made, or opened; its parts; what the chosen part changes; the confirmation."""

    model: HandOffModel

    def build(self) -> None:
        """Lay out and connect."""
        self._files = FileQuestion(self)
        self._said = ""
        self._wanted = ""
        self._shown: Looked | None = None
        self.notice = self.add(Notice("success"))
        self._build_file()
        self._build_parts()
        self._build_plan()
        self._build_decision()
        self._build_people()

    def show_model(self) -> None:
        """Show how it stands."""
        model = self.model
        self.notice.show_text(model.notice, tone="success" if model.over else "info")
        if model.notice and model.notice != self._said:
            announce(self, model.notice)
            bring_into_view(self.notice)
        self._said = model.notice
        idle, loaded = model.busy is None, model.hand_off is not None
        self.make_words.setText(model.make_words)
        self.save_button.setEnabled(idle and model.can_make)
        self.open_button.setEnabled(idle)
        self._show_file(loaded=loaded)
        self._show_parts(loaded=loaded, idle=idle)
        self._show_plan(idle=idle)

    def initial_focus(self) -> QWidget:
        """Where a plan file is opened."""
        return self.open_button

    def _show_file(self, *, loaded: bool) -> None:
        model = self.model
        for part in (self.details, self.fingerprint, self.fingerprint_words, self.compared):
            part.setVisible(loaded)
        if model.hand_off is not None:
            self.details.show_pairs(facts_of(model.hand_off))
            self.fingerprint.setText(model.hand_off.fingerprint)
            self.fingerprint.setAccessibleName(f"Fingerprint: {model.hand_off.fingerprint}")
        self.compared.setChecked(model.compared)

    def _show_parts(self, *, loaded: bool, idle: bool) -> None:
        model = self.model
        self.parts_card.setVisible(loaded)
        self.parts.show_rows(
            [
                ActionRow(
                    shown.part.id, shown.part.title, RowState.DONE if shown.done else RowState.TO_DO, shown.detail
                )
                for shown in (parts_of(model.hand_off) if model.hand_off else ())
            ]
        )
        self.part.editor.setCurrentIndex(PARTS.index(model.part))
        self.part.editor.setEnabled(idle)
        self.rights.setText(rights_words(model.part, model.hand_off) if model.hand_off else "")
        self.anew.setChecked(model.anew)
        self.secret.setVisible(model.needs_secret)
        set_text(self.secret.editor, model.secret)

    def _show_plan(self, *, idle: bool) -> None:
        model = self.model
        looked = model.looked
        self.plan_card.setVisible(looked is not None)
        self.plan_words.setText(model.plan_words)
        self.steps.show_rows(
            planned_rows(model.stages.rows, looked.plan.actions, sent=model.sent or model.over) if looked else []
        )
        self.obstacles.show_rows(model.obstacles)
        deciding = model.submits and not model.over
        self.decision_card.setVisible(deciding)
        wanted = looked.plan.choices.vault.name if looked else ""
        if wanted != self._wanted:
            self._wanted = wanted
            self.confirmation.field.editor.clear()
            self.confirmation.ask_for(wanted)
        self.understood.setChecked(model.understood)
        self.confirmation.setEnabled(idle)
        self.understood.setEnabled(idle)
        if looked is not None and looked is not self._shown:
            announce(self, model.plan_words)
            bring_into_view(self.steps)
        self._shown = looked

    def _build_file(self) -> None:
        card = self.add(Card("The plan file"))
        self.make_words = card.add(Text())
        self.open_button = Button("&Open a plan file…")
        self.save_button = Button("&Save plan file…")
        card.body.addLayout(_in_a_row(self.open_button, self.save_button))
        self.details = card.add(Details())
        self.fingerprint_words = card.add(
            Text(
                "The fingerprint below changes with every receipt. Have whoever gave you the file read theirs to you "
                "by phone: the seals in the file find damage and careless edits, and only this finds a deliberate one."
            )
        )
        self.fingerprint = card.add(Text("", "code").let_copy())
        self.compared = card.add(CheckBox("I have com&pared the fingerprint"))
        self.open_button.clicked.connect(self._ask_which)
        self.save_button.clicked.connect(self._ask_where)
        self.compared.toggled.connect(self._edit_compared)

    def _build_parts(self) -> None:
        self.parts_card = card = self.add(Card("The parts"))
        self.parts = card.add(ActionList("The parts"))
        self.part = card.add(Field("&Your part", ComboBox()))
        for part in PARTS:
            self.part.editor.addItem(part.title, part.id)
        self.rights = card.add(Text("", "help"))
        self.anew = card.add(CheckBox("Sign &in with another account than the one that is signed in"))
        self.secret = card.add(
            Field("Client s&ecret", SecretEdit(), "For this run alone; empty: the one that is kept on this computer.")
        )
        self.part.editor.activated.connect(self._choose_part)
        self.anew.toggled.connect(self._edit_anew)
        self.secret.editor.textChanged.connect(self._edit_secret)

    def _build_plan(self) -> None:
        self.plan_card = card = self.add(Card("What your part changes"))
        self.plan_words = card.add(Text())
        self.steps = card.add(ActionList("What your part changes"))
        self.obstacles = card.add(FindingList("What deserves a word", self.model.open_address))

    def _build_decision(self) -> None:
        self.decision_card = card = self.add(Card("Your decision"))
        card.add(Notice("danger", MEANING, "This cannot be undone"))
        self.confirmation = card.add(TypedConfirmation("&Vault name", "", "The name of the vault that holds the key."))
        self.understood = card.add(CheckBox(ACKNOWLEDGEMENT.replace("&", "")))
        self.confirmation.changed.connect(self._edit_typed)
        self.understood.toggled.connect(self._edit_understood)

    def _build_people(self) -> None:
        card = self.add(
            Card("Who needs what", "The least that serves. Nobody needs the rights of another person's part.")
        )
        for person, sentences in people():
            card.add(Text(f"{person[0].upper()}{person[1:]}", "strong"))
            for sentence in sentences:
                card.add(Text(sentence))

    @Slot()
    def _ask_which(self) -> None:
        self._files.ask_which("Open a plan file", self._open)

    @Slot()
    def _ask_where(self) -> None:
        self._files.ask_where("Save the plan file", f"{self.model.setup.choices.vault.name}-plan.json", self._save)

    @Slot(str)
    def _open(self, path: str) -> None:
        self.model.open_file(Path(path))

    @Slot(str)
    def _save(self, path: str) -> None:
        self.model.make(Path(path))

    @Slot(int)
    def _choose_part(self, place: int) -> None:
        self.model.choose_part(PARTS[place])

    @Slot(bool)
    def _edit_compared(self, compared: bool) -> None:
        self.model.edit_compared(compared)

    @Slot(bool)
    def _edit_anew(self, anew: bool) -> None:
        if anew != self.model.anew:
            self.model.edit_anew(anew)

    @Slot(str)
    def _edit_secret(self, text: str) -> None:
        self.model.edit_secret(text)

    @Slot(bool)
    def _edit_typed(self, right: bool) -> None:
        self.model.edit_typed(right)

    @Slot(bool)
    def _edit_understood(self, understood: bool) -> None:
        self.model.edit_understood(understood)


def _in_a_row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
