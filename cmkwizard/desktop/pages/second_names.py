"""The fields for the names of the second vault, its key and its resource group."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Slot

from cmkwizard.desktop.models.second_names import SecondNames
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.inputs import LineEdit


class Edit(Protocol):
    """Takes what was typed."""

    def __call__(self, *, vault: str | None = None, key: str | None = None, group: str | None = None) -> None:
        """Only what was typed is given."""


class SecondNamesCard(Card):
    """Shows the names with what is wrong with each, and passes on what is typed."""

    def __init__(self, edit: Edit) -> None:
        super().__init__("Second vault and key")
        self._edit = edit
        self.vault = self.add(
            Field(
                "&Vault name", LineEdit(longest=24), "A vault that is used for nothing else; made where it is missing."
            )
        )
        self.key = self.add(
            Field("&Key name", LineEdit(longest=127), "A key like the first one; made where it is missing.")
        )
        self.group = self.add(Field("Resource &group", LineEdit(longest=90)))
        self.vault.editor.textChanged.connect(self._edit_vault)
        self.key.editor.textChanged.connect(self._edit_key)
        self.group.editor.textChanged.connect(self._edit_group)

    def show_names(self, names: SecondNames) -> None:
        """Show the names as they are chosen."""
        choice = names.choice
        for field, text, error in (
            (self.vault, choice.vault, names.vault_error),
            (self.key, choice.key, names.key_error),
            (self.group, choice.resource_group, names.group_error),
        ):
            set_text(field.editor, text)
            field.show_error(error)
        self.group.show_help(names.group_text)

    @Slot(str)
    def _edit_vault(self, name: str) -> None:
        self._edit(vault=name)

    @Slot(str)
    def _edit_key(self, name: str) -> None:
        self._edit(key=name)

    @Slot(str)
    def _edit_group(self, name: str) -> None:
        self._edit(group=name)
