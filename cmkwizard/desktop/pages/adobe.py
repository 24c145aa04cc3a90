"""The page "Connect to Adobe"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.core.adobe_connection import ConnectionAnswer
from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.models.adobe import AdobeModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.view import bring_into_view
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.inputs import CheckBox, ComboBox, LineEdit, SecretEdit
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text

OTHER_REGION = "Another region…"


class AdobePage(Page):
    """Organisation and region, the credential, and what Adobe says to them."""

    model: AdobeModel

    def build(self) -> None:
        """Lay out the fields and connect them."""
        self._shown_answer: ConnectionAnswer | None = None
        self.add(self._build_organisation())
        self.add(self._build_credential())
        self.organisation.editor.textChanged.connect(self._edit_organisation)
        self.region.editor.activated.connect(self._choose_region)
        self.other_region.editor.textChanged.connect(self._edit_region)
        self.client_id.editor.textChanged.connect(self._edit_client_id)
        self.secret.editor.textChanged.connect(self._edit_secret)
        self.keep.toggled.connect(self._edit_keep)
        self.scopes.editor.textChanged.connect(self._edit_scopes)
        self.advanced.toggled.connect(self.scopes.setVisible)
        self.test_button.clicked.connect(self._test)
        self.request_button.clicked.connect(self._copy_request)

    def show_model(self) -> None:
        """Show what was typed, what is wrong with it and what Adobe answered."""
        model = self.model
        set_text(self.organisation.editor, model.choice.organisation)
        self.organisation.show_error(model.organisation_error)
        self._show_region()
        set_text(self.client_id.editor, model.choice.client_id)
        self.client_id.show_error(model.client_id_error)
        set_text(self.secret.editor, model.secret)
        self.secret.show_help(model.storage_text)
        self.keep.setVisible(model.can_keep and not model.given)
        self.keep.setChecked(model.keep and model.can_keep)
        set_text(self.scopes.editor, model.choice.scopes)
        self.test_button.setEnabled(model.valid and model.busy is None)
        self.answer.show_text(
            model.answer_text, title=model.answer_title, tone="success" if model.connected else "danger"
        )
        request = model.request
        self.request_button.setVisible(bool(request))
        if model.answer is not self._shown_answer:
            self._shown_answer = model.answer
            self._clear_clipboard()
            self.copied.hide()
            bring_into_view(self.request_button if request else self.answer)

    def initial_focus(self) -> QWidget | None:
        """The first empty field."""
        for field in (self.organisation, self.client_id, self.secret):
            if not field.editor.text():
                return field.editor
        return self.test_button

    def _build_organisation(self) -> Card:
        card = Card("Organisation")
        self.organisation = Field(
            "Or&ganisation id",
            LineEdit(placeholder="0123456789ABCDEF01234567@AdobeOrg"),
            "In the Adobe Developer Console, on the project's credential page.",
        )
        self.region = Field("&Region", ComboBox(), "Of Experience Platform.")
        pair = card.add(QWidget())
        columns = QHBoxLayout(pair)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        columns.addWidget(self.organisation, 3, Qt.AlignmentFlag.AlignTop)
        columns.addWidget(self.region, 1, Qt.AlignmentFlag.AlignTop)
        for region in self.model.regions:
            self.region.editor.addItem(region, region)
        self.region.editor.addItem(OTHER_REGION, "")
        self.other_region = card.add(
            Field("Region c&ode", LineEdit(longest=5), "As Adobe names it: letters and one or two digits.")
        )
        return card

    def _build_credential(self) -> Card:
        card = Card("Credential", "An OAuth server-to-server credential, from the same page of the Developer Console.")
        self.client_id = card.add(Field("Client &id", LineEdit()))
        self.secret = card.add(Field("Client &secret", SecretEdit()))
        self.keep = card.add(CheckBox("&Keep the secret in the keyring"))
        self.advanced = card.add(CheckBox("Show the sco&pes"))
        self.scopes = card.add(
            Field(
                "Scopes asked &for", LineEdit(longest=1000), "Separated by commas, as the Developer Console lists them."
            )
        )
        self.scopes.hide()
        self.test_button = card.add(Button("Test connection", icon="organisation"))
        card.body.setAlignment(self.test_button, Qt.AlignmentFlag.AlignLeading)
        self.answer = card.add(Notice("info"))
        self.request_button = card.add(Button("Copy a request", icon="copy"))
        card.body.setAlignment(self.request_button, Qt.AlignmentFlag.AlignLeading)
        self.copied = card.add(Text("Request copied. Send it to an Adobe product administrator.", "help"))
        self.copied.hide()
        return card

    def _clear_clipboard(self) -> None:
        """A secret that was pasted is not left for others to paste."""
        clipboard = QGuiApplication.clipboard()
        if self.model.secret and clipboard.text() == self.model.secret:
            clipboard.clear()

    def _show_region(self) -> None:
        region = self.model.choice.region
        combo = self.region.editor
        known = combo.findData(region) if region else -1
        other = known < 0
        combo.setCurrentIndex(combo.count() - 1 if other else known)
        self.other_region.setVisible(other)
        set_text(self.other_region.editor, region if other else "")
        self.other_region.show_error(self.model.region_error)

    @Slot(str)
    def _edit_organisation(self, text: str) -> None:
        self.model.edit(organisation=text)

    @Slot(int)
    def _choose_region(self, row: int) -> None:
        self.model.edit(region=str(self.region.editor.itemData(row)))

    @Slot(str)
    def _edit_region(self, text: str) -> None:
        self.model.edit(region=text)

    @Slot(str)
    def _edit_client_id(self, text: str) -> None:
        self.model.edit(client_id=text)

    @Slot(str)
    def _edit_secret(self, text: str) -> None:
        self.model.edit_secret(text)

    @Slot(bool)
    def _edit_keep(self, keep: bool) -> None:
        self.model.edit_keep(keep)

    @Slot(str)
    def _edit_scopes(self, text: str) -> None:
        self.model.edit(scopes=text)

    @Slot()
    def _test(self) -> None:
        self.model.test()

    @Slot()
    def _copy_request(self) -> None:
        QGuiApplication.clipboard().setText(self.model.request)
        self.copied.show()
        announce(self, self.copied.text())
