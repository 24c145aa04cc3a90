"""A vault, or a Managed HSM, that is there already: the list with its grades, and what the chosen one lacks."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cmkwizard.core.facts import Vault
from cmkwizard.desktop.models.listing import Graded, fitness_words
from cmkwizard.desktop.models.vault import VaultModel
from cmkwizard.desktop.pages.picker import Picker
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.filter_list import ListWords, Row
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.notice import Notice

_COLUMNS = ("Name", "Resource group", "Location", "For Adobe")
_WIDTHS = (180, 135, 115, 0)


class ExistingVault(Card):
    """Two lists, one of which is shown."""

    def __init__(self, model: VaultModel) -> None:
        super().__init__("Existing vault")
        self._model = model
        self.vault = self.add(
            Picker(
                "vault",
                _COLUMNS,
                ListWords(
                    "vaults",
                    "This subscription has no vaults that this account can see. Choose “Make a new vault” above, or "
                    "another subscription.",
                ),
                filter_text="Filter &vaults",
                use_text="Use this v&ault",
                change_text="Change vault",
                icon="lock",
                widths=_WIDTHS,
            )
        )
        self.hsm = self.add(
            Picker(
                "Managed HSM",
                _COLUMNS,
                ListWords(
                    "Managed HSMs",
                    "This subscription has no Managed HSM that this account can see. Whoever runs your Managed HSMs "
                    "can give you the role Reader on one.",
                ),
                filter_text="Filter Mana&ged HSMs",
                use_text="Use this M&anaged HSM",
                change_text="Change Managed HSM",
                icon="shield",
                widths=_WIDTHS,
            )
        )
        self.vault.bind(model.vaults, _row)
        self.hsm.bind(model.hsms, _row)
        self.grade = self.add(Notice("info"))
        self.findings = self.add(FindingList("What it lacks", model.open_address))
        for picker in (self.vault, self.hsm):
            picker.picked.connect(self._choose)

    def show_model(self) -> None:
        """Show what is chosen, and how fit it is."""
        model, hsm = self._model, self._model.way == "hsm"
        self.title.setText("Existing Managed HSM" if hsm else "Existing vault")
        self.setAccessibleName(self.title.text())
        self.vault.setVisible(not hsm)
        self.hsm.setVisible(hsm)
        self._shown.show_chosen(model.vault_text)
        known = model.vault_grade
        tone, words = fitness_words(known, "Managed HSM" if hsm else "vault", made=not hsm) if known else (None, "")
        self.grade.show_text(words, tone=tone)
        self.findings.show_rows(model.vault_rows)

    def focus_target(self) -> QWidget:
        """The list, or what leads back to it."""
        return self._shown.focus_target()

    @property
    def _shown(self) -> Picker:
        return self.hsm if self._model.way == "hsm" else self.vault

    @Slot(str)
    def _choose(self, vault_id: str) -> None:
        self._model.choose_vault(vault_id)


def _row(row: Graded[Vault]) -> Row:
    vault = row.value
    return Row(vault.id, (vault.name, vault.group, vault.location, row.text))
