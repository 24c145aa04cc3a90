"""The page "Sign in to Azure"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cmkwizard.desktop.models.azure import AzureModel
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.widgets.address_link import AddressLink
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import ComboBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.text import Text


class AzurePage(Page):
    """Ways to sign in; while a browser is waited for, its address; then the account and its directory."""

    model: AzureModel

    def build(self) -> None:
        """Lay out the three states; one of them is shown."""
        self.notice = self.add(Notice("info"))
        self.ways = self.add(self._build_ways())
        self.waiting = self.add(self._build_waiting())
        self.account = self.add(self._build_account())
        self.storage = self.add(Text("", "help"))

    def show_model(self) -> None:
        """Show the state that the model is in."""
        model = self.model
        self.notice.show_text(model.remark)
        self.ways.setVisible(model.account is None and not model.waiting)
        self.ways.setEnabled(model.busy is None)
        self.state_text.setText(model.state_text)
        self.device_button.setVisible(model.device_code_allowed)
        self.waiting.setVisible(model.waiting)
        self.waiting_text.setText(model.state_text)
        self.link.show_address(model.address)
        self.account.setVisible(model.account is not None and not model.waiting)
        self.account.setEnabled(model.busy is None)
        self.storage.setText(model.storage_text)
        self._show_account()

    def initial_focus(self) -> QWidget | None:
        """The first thing to do."""
        return self.browser_button if self.model.account is None else None

    def _build_ways(self) -> Card:
        card = Card("Ways to sign in", "Your password stays with Microsoft: it is typed in the browser, never here.")
        self.state_text = card.add(Text())
        self.browser_button = card.add(Button("&Sign in with the browser", "primary", icon="external"))
        self.cli_button = card.add(Button("Use the sign-in of the &Azure CLI", icon="account"))
        self.device_button = card.add(Button("Use a code on another de&vice"))
        self.review_button = card.add(Button("&Review without signing in", icon="clock"))
        card.add(Text("Shows how things stood when they were last seen, without asking anybody.", "help"))
        self.browser_button.clicked.connect(self._sign_in)
        self.cli_button.clicked.connect(self._use_azure_cli)
        self.device_button.clicked.connect(self._use_device_code)
        self.review_button.clicked.connect(self._review)
        for button in (self.browser_button, self.cli_button, self.device_button, self.review_button):
            _keep_left(card, button)
        return card

    def _build_waiting(self) -> Card:
        card = Card("Waiting for the browser")
        self.waiting_text = card.add(Text())
        card.add(Text("No page there? Open the address again, or copy it to another browser on this computer.", "help"))
        self.link = card.add(AddressLink("Sign-in address", self.model.open_address))
        return card

    def _build_account(self) -> Card:
        card = Card("Signed in")
        self.name = card.add(Text("", "strong").let_copy())
        self.tenant: Field[ComboBox] = card.add(Field("D&irectory", ComboBox()))
        self.tenant_id = card.add(Text("", "help").let_copy())
        row = QWidget()
        buttons = QHBoxLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        self.other_button = Button("Sign in again or use another &account")
        self.sign_out_button = Button("Sign &out", "quiet")
        buttons.addWidget(self.other_button)
        buttons.addWidget(self.sign_out_button)
        buttons.addStretch(1)
        card.add(row)
        self.findings = card.add(FindingList("About this account", self.model.open_address))
        self.tenant.editor.activated.connect(self._choose_tenant)
        self.other_button.clicked.connect(self._sign_in)
        self.sign_out_button.clicked.connect(self._sign_out)
        return card

    def _show_account(self) -> None:
        account = self.model.account
        if account is None:
            return
        shown = f"{account.display_name} · {account.name}" if account.display_name else account.name
        self.name.setText(shown)
        self.name.setAccessibleName(f"Account: {shown}")
        self.findings.show_rows(self.model.rows)
        self.tenant_id.setText(f"Directory id {account.tenant_id}")
        self.tenant.show_help(self.model.directory_text)
        combo = self.tenant.editor
        ids = [tenant.id for tenant in self.model.tenants]
        if [combo.itemData(n) for n in range(combo.count())] != ids:
            combo.clear()
            for tenant in self.model.tenants:
                combo.addItem(f"{tenant.name} · {tenant.domain}" if tenant.domain else tenant.name, tenant.id)
        combo.setCurrentIndex(ids.index(account.tenant_id) if account.tenant_id in ids else -1)

    @Slot()
    def _sign_in(self) -> None:
        self.model.sign_in()

    @Slot()
    def _use_azure_cli(self) -> None:
        self.model.use_azure_cli()

    @Slot()
    def _use_device_code(self) -> None:
        self.model.use_device_code()

    @Slot()
    def _review(self) -> None:
        self.model.review()

    @Slot()
    def _sign_out(self) -> None:
        self.model.sign_out()

    @Slot(int)
    def _choose_tenant(self, row: int) -> None:
        self.model.choose_tenant(str(self.tenant.editor.itemData(row)))


def _keep_left(card: Card, button: Button) -> None:
    card.body.setAlignment(button, Qt.AlignmentFlag.AlignLeading)
