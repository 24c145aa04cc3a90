"""The page "Confirm": typed names, the reason, the file for the way back, and why the button is off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Slot

from cmkwizard.desktop.models.confirm import ConfirmModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.impact import LOOK_MS
from cmkwizard.desktop.pages.revocation_parts import Sentences, buttons_in_a_row
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.file_question import FileQuestion
from cmkwizard.desktop.widgets.inputs import LineEdit
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.typed_line import TypedLine


class ConfirmPage(Page):
    """Back has the focus, and Enter presses nothing here."""

    model: ConfirmModel

    def build(self) -> None:
        """Lay out and connect."""
        self.what = self.add(Notice("danger", title="This takes Adobe's access away"))
        card = self.add(Card("The names", "Read them, then type them, to the letter. Pasting is off here."))
        self.wanted_organisation = card.add(Text("", "strong"))
        self.organisation = card.add(Field("&Organisation", TypedLine()))
        self.wanted_vault = card.add(Text("", "strong"))
        self.vault = card.add(Field("&Vault name", TypedLine()))
        why = self.add(Card("The reason"))
        self.reason = why.add(Field("&Reason", LineEdit(longest=1000), "It is recorded, and written to the file."))
        self.ticket = why.add(Field("Ticket &number (optional)", LineEdit(longest=200)))
        back = self.add(
            Card("The way back", "Keep the file where others find it: with it, the role can be given back.")
        )
        self.pack = back.add(Text().let_copy())
        self.pack_button = Button("Choose the &file…")
        back.add(buttons_in_a_row(self.pack_button))
        self.request_card = self.add(Card("The request"))
        self.request = self.request_card.add(Text().let_copy())
        self.open_button = Button("Open a re&quest…")
        self.make_button = Button("&Make a request…")
        self.request_card.add(buttons_in_a_row(self.open_button, self.make_button))
        self.notice = self.add(Notice("info"))
        self.state = self.add(Text("", "help"))
        self.off_card = self.add(Card("Why the button is off"))
        self.off = self.off_card.add(Sentences("dot", "muted"))
        self._files = FileQuestion(self)
        for field, slot in (
            (self.organisation, self._edit_organisation),
            (self.vault, self._edit_vault),
            (self.reason, self._edit_reason),
            (self.ticket, self._edit_ticket),
        ):
            field.editor.textChanged.connect(slot)
        self.pack_button.clicked.connect(self._ask_where)
        self.open_button.clicked.connect(self._ask_which)
        self.make_button.clicked.connect(self._ask_where_to_request)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._looked)
        self._look.start()

    def show_model(self) -> None:
        """Show what is typed, and what is missing."""
        model, impact, shared = self.model, self.model.impact, self.model.shared
        idle = model.busy is None
        self.what.show_text(model.what, title="This takes Adobe's access away")
        for label, name in (
            (self.wanted_organisation, impact.organisation if impact is not None else ""),
            (self.wanted_vault, impact.vault_name if impact is not None else ""),
        ):
            label.setText(f"Type  {name}" if name else "")
            label.setAccessibleName(f"Type {name}")
        for field, text in (
            (self.organisation, shared.organisation),
            (self.vault, shared.vault),
            (self.reason, shared.reason),
            (self.ticket, shared.ticket),
        ):
            set_text(field.editor, text)
            field.setEnabled(idle)
        self.pack.setText(model.pack_words)
        self.pack_button.setEnabled(idle and impact is not None)
        self.request_card.setVisible(model.wants_request)
        self.request.setText(model.request_words)
        for button in (self.open_button, self.make_button):
            button.setEnabled(idle)
        self.notice.show_text(model.notice)
        self.state.setText(model.sign_in_words)
        self.off_card.setVisible(bool(model.reasons) and idle)
        self.off.show_sentences(model.reasons)

    @Slot(str)
    def _edit_organisation(self, text: str) -> None:
        self.model.edit_organisation(text)

    @Slot(str)
    def _edit_vault(self, text: str) -> None:
        self.model.edit_vault(text)

    @Slot(str)
    def _edit_reason(self, text: str) -> None:
        self.model.edit_reason(text)

    @Slot(str)
    def _edit_ticket(self, text: str) -> None:
        self.model.edit_ticket(text)

    @Slot()
    def _ask_where(self) -> None:
        self._files.ask_where("Where to write the way back", self.model.pack_name, self._choose)

    def _choose(self, path: str) -> None:
        self.model.choose_pack(Path(path))

    @Slot()
    def _ask_which(self) -> None:
        self._files.ask_which("Open a request", lambda path: self.model.open_request(Path(path)))

    @Slot()
    def _ask_where_to_request(self) -> None:
        name = self.model.pack_name.replace("way-back", "request")
        self._files.ask_where("Where to write the request", name, lambda path: self.model.make_request(Path(path)))

    @Slot()
    def _looked(self) -> None:
        if self.isVisible():  # of the two pages that show it, the other one has nothing to say
            self.model.look(in_sight=self.window().isActiveWindow())
