"""The page "Vault"."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import QCompleter, QWidget

from cmkwizard.core.facts import Subscription
from cmkwizard.desktop.models.restrictions import policy_title
from cmkwizard.desktop.models.vault import WAYS, VaultModel
from cmkwizard.desktop.models.vault_name import NameState
from cmkwizard.desktop.models.vault_options import RETENTION_TEXT
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.existing_vault import ExistingVault
from cmkwizard.desktop.pages.picker import Picker
from cmkwizard.desktop.pages.titled import Titled
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.filter_list import ListWords, Row
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import ComboBox, LineEdit, SpinBox
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.options import Options


class VaultPage(Page):
    """The subscription, then the fields of a new vault or the list of those that are there."""

    model: VaultModel

    def build(self) -> None:
        """Lay out and connect."""
        self.lapsed = self.add(Notice("warning"))
        self.add(self._build_subscription())
        policy = self.model.setup.policy
        self.add(Notice("info")).show_text(self.model.policy_text, title=policy_title(policy, self.model.policy_text))
        self.way = self.add(Options("New or existing vault", WAYS))
        self.new = self.add(self._build_new())
        self.rights_card = self.add(Card("Your rights"))
        self.rights = self.rights_card.add(FindingList("Your rights", self.model.open_address))
        self.existing: ExistingVault | None = None  # made when it is first needed: most people make a new vault
        self.way.chosen.connect(self._choose_way)
        self.group.editor.textChanged.connect(self._edit_group)
        self.name.editor.textChanged.connect(self._edit_name)
        self.location.editor.activated.connect(self._choose_location)
        self.tier.chosen.connect(self._choose_tier)
        self.network.chosen.connect(self._choose_network)
        self.retention.editor.valueChanged.connect(self._edit_retention)
        self.model.groups.changed.connect(self._show_groups)
        self.model.locations.changed.connect(self._show_locations)
        self._show_groups()
        self._show_locations()

    def show_model(self) -> None:
        """Show the choices and what is known about them."""
        model, choice = self.model, self.model.choice
        self.lapsed.show_text(model.setup.lapsed)
        self.subscription.show_chosen(model.subscription_text)
        self.subscription_findings.show_rows(model.subscription_rows)
        self.way.setVisible(bool(model.azure.subscription))
        self.way.choose(model.way)
        self.new.setVisible(bool(model.azure.subscription) and choice.create)
        if choice.create:
            self._show_new()
        elif self.existing is None:
            self.existing = ExistingVault(model)
            self.body.insertWidget(self.body.indexOf(self.new) + 1, self.existing)
        if self.existing is not None:
            self.existing.setVisible(bool(model.azure.subscription) and not choice.create)
            self.existing.show_model()

        rows = model.rights.rows
        self.rights.show_rows(rows)
        self.rights_card.setVisible(bool(rows))

    def initial_focus(self) -> QWidget | None:
        """The subscription, then the first empty field."""
        if not self.model.azure.subscription:
            return self.subscription.focus_target()
        if self.existing is not None and not self.model.choice.create:
            return self.existing.focus_target()
        return self.name.editor if self.model.azure.resource_group else self.group.editor

    def _build_subscription(self) -> Card:
        card = Card("Subscription")
        self.subscription = card.add(
            Picker(
                "subscription",
                ("Name", "Id", "State"),
                ListWords(
                    "subscriptions",
                    "This account sees no subscription in this directory. Choose another directory or account on the "
                    "page “Sign in to Azure”, or ask an Owner of the subscription for access.",
                ),
                filter_text="&Filter subscriptions",
                use_text="&Use this subscription",
                change_text="Change subscription",
                icon="subscription",
                widths=(0, 320, 100),
            )
        )
        self.subscription.bind(self.model.subscriptions, _subscription_row)
        self.subscription.picked.connect(self._choose_subscription)
        self.subscription_findings = card.add(FindingList("About the subscription", self.model.open_address))
        return card

    def _build_new(self) -> Card:
        card = Card("New vault")
        self.group = card.add(Field("Resource &group", LineEdit(longest=90)))
        self.group_names = QStringListModel(self)
        completer = QCompleter(self.group_names, self.group.editor)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._edit_group)
        self.group.editor.setCompleter(completer)
        self.name = card.add(Field("&Vault name", LineEdit(longest=24)))
        self.name_findings = card.add(FindingList("About the vault's name", self.model.open_address))
        self.location = card.add(
            Field("&Location", ComboBox(), "Where Azure keeps the vault. It cannot be moved later.")
        )
        self.tier = card.add(Titled("Tier", Options("Tier", self.model.options.tiers))).part
        self.retention = card.add(
            Field("R&etention", SpinBox(self.model.options.least_retention, 90, suffix=" days"), RETENTION_TEXT)
        )
        self.network = card.add(Titled("Network access", Options("Network access", self.model.options.networks))).part
        card.add(
            Notice(
                "info",
                "Purge protection, soft delete and role-based access control are always on: Adobe requires them.",
            )
        )
        return card

    def _show_new(self) -> None:
        model, choice, check = self.model, self.model.choice, self.model.name_check
        set_text(self.group.editor, model.azure.resource_group)
        self.group.show_help(model.group_text)
        self.group.show_error(model.group_error)
        set_text(self.name.editor, choice.name)
        wrong = check.state in (NameState.MALFORMED, NameState.TAKEN)
        self.name.show_help("" if wrong else check.sentence)
        self.name.show_error(check.sentence if wrong else "")
        self.name_findings.show_rows(check.rows)
        self.location.editor.setCurrentIndex(self.location.editor.findData(model.azure.location))
        self.tier.choose(choice.sku)
        self.network.choose(choice.network)
        if self.retention.editor.value() != choice.retention_days:
            self.retention.editor.setValue(choice.retention_days)

    @Slot()
    def _show_groups(self) -> None:
        self.group_names.setStringList(sorted((group.name for group in self.model.groups.rows), key=str.lower))

    @Slot()
    def _show_locations(self) -> None:
        combo = self.location.editor
        rows = self.model.location_rows
        if combo.count() != len(rows):
            combo.clear()
            for name, shown in sorted(rows, key=lambda row: row[1]):
                combo.addItem(shown, name)
            combo.setCurrentIndex(combo.findData(self.model.azure.location))

    @Slot(str)
    def _choose_subscription(self, subscription_id: str) -> None:
        self.model.choose_subscription(subscription_id)

    @Slot(str)
    def _choose_way(self, way: str) -> None:
        self.model.choose_way(next(each for each, _, _ in WAYS if each == way))

    @Slot(str)
    def _edit_group(self, name: str) -> None:
        self.model.edit_group(name)

    @Slot(str)
    def _edit_name(self, name: str) -> None:
        self.model.edit(name=name)

    @Slot(int)
    def _choose_location(self, row: int) -> None:
        self.model.edit_location(str(self.location.editor.itemData(row)))

    @Slot(str)
    def _choose_tier(self, tier: str) -> None:
        self.model.edit(sku=tier)

    @Slot(str)
    def _choose_network(self, network: str) -> None:
        self.model.edit(network=network)

    @Slot(int)
    def _edit_retention(self, days: int) -> None:
        self.model.edit(retention_days=days)


def _subscription_row(subscription: Subscription) -> Row:
    return Row(subscription.id, (subscription.name, subscription.id, subscription.state))
