"""The page "Key"."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cmkwizard.core.facts import Key
from cmkwizard.desktop.models.key import OPERATIONS_TEXT, KeyModel
from cmkwizard.desktop.models.listing import Graded, fitness_words
from cmkwizard.desktop.models.restrictions import policy_title
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.pages.picker import Picker
from cmkwizard.desktop.pages.titled import Titled
from cmkwizard.desktop.widgets.card import Card
from cmkwizard.desktop.widgets.field import Field, set_text
from cmkwizard.desktop.widgets.filter_list import ListWords, Row
from cmkwizard.desktop.widgets.finding_list import FindingList
from cmkwizard.desktop.widgets.inputs import ComboBox, LineEdit
from cmkwizard.desktop.widgets.notice import Notice
from cmkwizard.desktop.widgets.options import Options
from cmkwizard.desktop.widgets.text import Text


class KeyPage(Page):
    """The fields of a new key or the list of those in the vault; then the name at Adobe."""

    model: KeyModel

    def build(self) -> None:
        """Lay out and connect."""
        self.lapsed = self.add(Notice("warning"))
        policy = self.model.setup.policy
        self.add(Notice("info")).show_text(self.model.policy_text, title=policy_title(policy, self.model.policy_text))
        self.way = self.add(
            Options(
                "New or existing key",
                (("new", "&Make a new key", ""), ("existing", "Use a key that is there", "")),
            )
        )
        self.new = self.add(self._build_new())
        self.existing = self.add(self._build_existing())
        self.add(self._build_submission())
        self.way.chosen.connect(self._choose_way)
        self.name.editor.textChanged.connect(self._edit_name)
        self.key_type.chosen.connect(self._choose_type)
        self.key_size.editor.activated.connect(self._choose_size)
        self.configuration.editor.textChanged.connect(self._edit_configuration)

    def show_model(self) -> None:
        """Show the choices and what is known about them."""
        model, choice = self.model, self.model.choice
        self.lapsed.show_text(model.setup.lapsed)
        self.way.setVisible(model.vault_exists)
        self.way.choose("new" if model.new else "existing")
        self.new.setVisible(model.new)
        self.existing.setVisible(not model.new)
        if model.new:
            set_text(self.name.editor, choice.name)
            self.name.show_help(model.name_text)
            self.name.show_error(model.name_error)
            self.key_type.choose(choice.type)
            for option, _, _ in model.types:
                self.key_type.button(option).setEnabled(option in model.possible_types)
            self.type_text.setText(model.type_text)
            self.type_text.setVisible(bool(model.type_text))
            self.key_size.editor.setCurrentIndex(self.key_size.editor.findData(choice.size))
        else:
            self.key.show_chosen(model.key_text)
            known = model.key_grade
            tone, words = fitness_words(known, "key") if known else (None, "")
            self.grade.show_text(words, tone=tone)
            self.findings.show_rows(model.key_rows)
        set_text(self.configuration.editor, model.setup.choices.adobe.configuration)
        self.configuration.show_error(model.configuration_error)

    def initial_focus(self) -> QWidget | None:
        """The name, or the list."""
        return self.name.editor if self.model.new else self.key.focus_target()

    def _build_new(self) -> Card:
        card = Card("New key")
        self.name = card.add(Field("&Key name", LineEdit(longest=127)))
        self.key_type = card.add(Titled("Type", Options("Key type", self.model.types))).part
        self.type_text = card.add(Text("", "help"))
        self.key_size = card.add(
            Field("Si&ze", ComboBox(), "Adobe requires at least 3072 bits. It cannot be changed later.")
        )
        for size in self.model.sizes:
            self.key_size.editor.addItem(f"{size} bits", size)
        card.add(Text(OPERATIONS_TEXT, "help"))
        return card

    def _build_existing(self) -> Card:
        card = Card("Existing key")
        self.key = card.add(
            Picker(
                "key",
                ("Name", "Type", "Size", "For Adobe"),
                ListWords("keys", "This vault has no keys that this account can see. Choose “Make a new key” above."),
                filter_text="&Filter keys",
                use_text="&Use this key",
                change_text="Change key",
                icon="key",
                widths=(210, 90, 90, 0),
            )
        )
        self.key.bind(self.model.keys, _key_row)
        self.key.picked.connect(self._choose_key)
        self.grade = card.add(Notice("info"))
        self.findings = card.add(FindingList("What this key lacks", self.model.open_address))
        return card

    def _build_submission(self) -> Card:
        card = Card("At Adobe")
        self.configuration = card.add(
            Field(
                "Name of the confi&guration",
                LineEdit(longest=64),
                "Adobe keeps the key under this name, and can be asked about it by this exact name only.",
            )
        )
        return card

    @Slot(str)
    def _choose_way(self, way: str) -> None:
        self.model.choose_new(way == "new")

    @Slot(str)
    def _edit_name(self, name: str) -> None:
        self.model.edit(name=name)

    @Slot(str)
    def _choose_type(self, type_: str) -> None:
        self.model.edit(type=type_)

    @Slot(int)
    def _choose_size(self, row: int) -> None:
        self.model.edit(size=int(self.key_size.editor.itemData(row)))

    @Slot(str)
    def _choose_key(self, name: str) -> None:
        self.model.choose_key(name)

    @Slot(str)
    def _edit_configuration(self, name: str) -> None:
        self.model.edit_configuration(name)


def _key_row(row: Graded[Key]) -> Row:
    key = row.value
    return Row(key.name, (key.name, key.type, f"{key.size} bits", row.text))
