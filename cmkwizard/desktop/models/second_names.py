"""The names of the second vault: what was chosen, and what is wrong with it."""

from __future__ import annotations

import msgspec

from cmkwizard.core.choices import AnalyticsChoice
from cmkwizard.core.identifiers import group_name_problem, key_name_problem, vault_name_problem
from cmkwizard.desktop.models.setup import SetupState


class SecondNames:
    """What every page shares that asks for the names of the second vault and its key."""

    setup: SetupState

    @property
    def choice(self) -> AnalyticsChoice:
        """What was chosen for it."""
        return self.setup.choices.analytics

    @property
    def group_text(self) -> str:
        """Which resource group an empty field means."""
        return f"Empty: {self.setup.choices.azure.resource_group}, as the first vault."

    @property
    def group_error(self) -> str:
        """What is wrong with the resource group's name."""
        return (group_name_problem(self.choice.resource_group) or "") if self.choice.resource_group else ""

    @property
    def vault_error(self) -> str:
        """What is wrong with the vault's name."""
        name = self.choice.vault
        if name and name.lower() == self.setup.choices.vault.name.lower():
            return "This is the first vault. Adobe asks for another one, used for nothing else."
        return (vault_name_problem(name) or "") if name else ""

    @property
    def key_error(self) -> str:
        """What is wrong with the key's name."""
        return (key_name_problem(self.choice.key) or "") if self.choice.key else ""

    @property
    def named(self) -> bool:
        """Whether vault and key have names that can be."""
        named = bool(self.choice.vault and self.choice.key)
        return named and not (self.vault_error or self.key_error or self.group_error)

    def renamed(self, vault: str | None, key: str | None, group: str | None) -> AnalyticsChoice:
        """What was chosen, with what was typed; None: as before."""
        choice = self.choice
        return msgspec.structs.replace(
            choice,
            vault=choice.vault if vault is None else vault.strip(),
            key=choice.key if key is None else key.strip(),
            resource_group=choice.resource_group if group is None else group.strip(),
        )
