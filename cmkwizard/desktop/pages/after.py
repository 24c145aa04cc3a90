"""The page "Afterwards": what is certain, what is expected when, what to tell Adobe, the way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cmkwizard.core.revocation_effects import WINDOWS
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.after import AfterModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.revocation_parts import Sentences, buttons_in_a_row, spans_of
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.file_question import TEXT, FileQuestion
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text
from cmkwizard.desktop.widgets.text_box import TextBox
from cmkwizard.desktop.widgets.timeline import Timeline


class AfterPage(Page):
    """The way back stands above the rest."""

    model: AfterModel

    def build(self) -> None:
        """Lay out and connect."""
        self._said = ""
        self.notice = self.add(Notice("info"))
        self.purge = self.add(Notice("danger"))
        self._build_way_back()
        self.proven_card = self.add(Card())
        self.heading = self.proven_card.add(Text("", "heading"))
        self.proven = self.proven_card.add(Sentences("dot", "link"))
        self.look_button = Button("")
        self.look_row = self.proven_card.add(buttons_in_a_row(self.look_button))
        self.report_button = Button("&Save a report…")
        self.report_row = self.proven_card.add(buttons_in_a_row(self.report_button))
        self.time_card = self.add(
            Card(
                "What is expected when",
                "By Adobe's documentation; nothing of it can be seen from outside Adobe. The upright line is now.",
            )
        )
        self.timeline = self.time_card.add(Timeline("What is expected when"))
        self.countdowns = self.time_card.add(Sentences("clock", "muted"))
        self.message_card = self.add(Card("What to tell Adobe", "Send this to your contact and to Adobe support."))
        self.message = self.message_card.add(TextBox("What to tell Adobe", lines=12))
        self.message.editor.setReadOnly(True)
        self.copy_button = Button("Copy the te&xt", icon="copy")
        self.message_card.add(buttons_in_a_row(self.copy_button))
        self.look_button.clicked.connect(self._look_again)
        self.report_button.clicked.connect(self._ask_where)
        self.copy_button.clicked.connect(self._copy)

    def show_model(self) -> None:
        """Show what is known, and what the time now makes of it."""
        model = self.model
        self.notice.show_text(model.notice, tone="success" if model.given_back else "info")
        if model.notice and model.notice != self._said:
            announce(self, model.notice)
            bring_into_view(self.notice)
        self._said = model.notice
        self.proven_card.setVisible(model.loaded)
        self.heading.setText(model.heading)
        self.proven.show_sentences(model.proven)
        self.look_row.setVisible(bool(model.look_text))
        self.look_button.setText(model.look_text)
        self.look_button.updateGeometry()
        self.purge.show_text(model.purge_words, title=model.purge_title)
        self.report_row.setVisible(model.recorded is not None)
        self.report_button.setEnabled(model.busy is None)
        self._show_way_back()
        counting = model.countdowns
        self.time_card.setVisible(bool(counting))
        if counting:
            self.timeline.show_spans(spans_of(WINDOWS), model.passed)
            self.countdowns.show_sentences(model.countdown_words)
        self.message_card.setVisible(bool(model.message))
        if self.message.text != model.message:
            self.message.editor.setPlainText(model.message)

    def initial_focus(self) -> QWidget:
        """The way back."""
        return self.restore_button if self.restore_button.isEnabled() else self.open_button

    def _build_way_back(self) -> None:
        self.back_card = card = self.add(Card("Give Adobe's access back"))
        self.way_back = card.add(Text())
        self.restore_button = Button("&Give Adobe's access back", "primary")
        self.open_button = Button("O&pen the file for the way back…")
        card.add(buttons_in_a_row(self.restore_button, self.open_button))
        self.link = card.add(AddressLink("Sign-in address", self.model.open_address, copy_text="Copy the &address"))
        self.rows = card.add(FindingList("What deserves a word", self.model.open_address))
        self._files = FileQuestion(self)
        self.restore_button.clicked.connect(self._restore)
        self.open_button.clicked.connect(self._ask_which)

    def _show_way_back(self) -> None:
        model = self.model
        self.back_card.setVisible(model.loaded)
        self.way_back.setText(model.way_back)
        self.restore_button.setEnabled(model.can_restore)
        self.open_button.setEnabled(model.busy is None)
        self.link.setVisible(bool(model.address))
        self.link.show_address(model.address)
        self.rows.show_rows(model.rows)
        self.rows.setVisible(bool(model.rows))

    @Slot()
    def _restore(self) -> None:
        self.model.restore()

    @Slot()
    def _ask_which(self) -> None:
        self._files.ask_which("Open the file for the way back", self._open)

    @Slot()
    def _ask_where(self) -> None:
        self._files.ask_where("Where to write the report", self.model.report_name, self._save, TEXT)

    def _save(self, path: str) -> None:
        self.model.save_report(Path(path))

    def _open(self, path: str) -> None:
        self.model.open_pack(Path(path))

    @Slot()
    def _look_again(self) -> None:
        self.model.look_again()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.message)
        announce(self, "Copied.")
