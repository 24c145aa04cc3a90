"""The key: a new one in the vault, or one that is there; and the name under which Adobe will keep it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.core.adobe_needs import KEY_OPERATIONS
from cmkwizard.core.choices import KeyChoice
from cmkwizard.core.facts import Key
from cmkwizard.core.identifiers import configuration_name_problem, key_name_problem
from cmkwizard.core.requirements.grading import Grade
from cmkwizard.core.requirements.grading import grade_key as grade
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.listing import Graded, Listing
from cmkwizard.desktop.models.restrictions import Option, allowed_options, policy_words
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel

TYPES = (
    ("RSA", "RSA, protected by &software", "Works in every vault."),
    ("RSA-HSM", "RSA-HSM, &in a hardware security module", "Needs a vault of the premium tier."),
)
SIZES = (3072, 4096)
POLICY_ROWS = ("O06", "O08", "O10", "O11", "O14")
LOOK_INTO = 40
"""How many keys of a vault are read for the list; the others when they are chosen."""
OPERATIONS_TEXT = (
    f"Adobe wraps and unwraps its own keys with yours: {' and '.join(KEY_OPERATIONS)}. Nothing else is permitted."
)


class KeyModel(SetupPageModel):
    """Which key Adobe will use. A key that is there is used as it is."""

    id = "key"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.keys: Listing[Graded[Key]] = Listing(setup, self)
        self.new = True
        self._other_way: KeyChoice | None = None
        self._name_follows = True
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._listed)
        self.keys.changed.connect(self._settle.start)
        self.keys.rows_added.connect(self._settle.start)
        self._check()

    @property
    def choice(self) -> KeyChoice:
        """The key as chosen so far."""
        return self.setup.choices.key

    @property
    def vault_exists(self) -> bool:
        """Whether the vault is there already, so that it may hold keys."""
        return self.setup.vault is not None

    @property
    def in_hsm(self) -> bool:
        """Whether the key lives in a Managed HSM."""
        return self.setup.choices.vault.kind == "managed-hsm"

    @property
    def possible_types(self) -> tuple[str, ...]:
        """The types that the vault can hold."""
        if self.in_hsm:
            return ("RSA-HSM",)
        return ("RSA", "RSA-HSM") if self.setup.choices.vault.sku.lower() == "premium" else ("RSA",)

    @property
    def type_text(self) -> str:
        """Why there is no choice of a type; empty where there is one."""
        return "A Managed HSM holds RSA-HSM keys only: there is nothing to choose." if self.in_hsm else ""

    @property
    def types(self) -> tuple[Option, ...]:
        """The types to choose from."""
        return allowed_options(TYPES, ("RSA-HSM",) if self.setup.policy.required.hsm else ())

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes to choose from, in bits."""
        return tuple(each for each in SIZES if each >= self.setup.policy.required.key_size)

    @property
    def policy_text(self) -> str:
        """What the organisation sets for keys."""
        return policy_words(self.setup.policy, POLICY_ROWS)

    @property
    def name_error(self) -> str:
        """What is wrong with the name."""
        return (key_name_problem(self.choice.name) or "") if self.choice.name else ""

    @property
    def name_text(self) -> str:
        """What will happen with a key of this name."""
        name = self.choice.name
        if not name:
            return "1 to 127 letters, digits and hyphens."
        row = self._row(name)
        if row is None:
            kind = "Managed HSM" if self.in_hsm else "vault"
            return f"Will be made in the {kind} {self.setup.choices.vault.name}."
        reasons = row.grade.reasons if row.grade else ()
        return f"This key exists. {reasons[0].sentence}" if reasons else "This key exists: it will be used as it is."

    @property
    def key_text(self) -> str:
        """The chosen existing key, in words."""
        return self.choice.name

    @property
    def key_grade(self) -> Grade | None:
        """How fit the chosen existing key is; None until it has been read from this vault."""
        row = self._row(self.choice.name)
        return row.grade if row is not None else None

    @property
    def key_rows(self) -> tuple[FindingRow, ...]:
        """What the chosen existing key lacks, with what to do about it."""
        row, known = self._row(self.choice.name), self.key_grade
        return known_rows(self.setup, [each.id for each in known.reasons], key=row.value) if row and known else ()

    @property
    def configuration_error(self) -> str:
        """What is wrong with the name at Adobe."""
        name = self.setup.choices.adobe.configuration
        return (configuration_name_problem(name) or "") if name else ""

    def begin(self) -> None:
        """Begin to list the keys of a vault that is there."""
        vault, azure = self.setup.vault, self.setup.azure
        if vault is None or azure is None:
            self.keys.clear()
            self.new = True
        else:

            def keys() -> Iterator[list[Graded[Key]]]:
                looked = 0
                for page in azure.keys.list_keys(vault):
                    # The list leaves type and size out: those of the first keys are read one by one.
                    near = [azure.keys.get_key(vault, key.name) or key for key in page[: max(0, LOOK_INTO - looked)]]
                    looked += len(near)
                    yield [grade_key(key, datetime.now(UTC)) for key in [*near, *page[len(near) :]]]

            self.keys.load(vault.id, keys)
        self._keep_possible()
        self._name_follows = self.setup.choices.adobe.configuration in ("", self._suggestion())
        self._keep_to_policy()
        self._check()

    def _keep_possible(self) -> None:
        """A new key is of a type that the vault can hold."""
        if self.new and self.choice.type not in self.possible_types:
            self.edit(type=self.possible_types[0])

    def _keep_to_policy(self) -> None:
        """A new key is as the organisation allows, where the vault can hold such a one."""
        if self.new:
            hsm = "RSA-HSM" in self.possible_types and self.choice.type not in (each[0] for each in self.types)
            type_, size = "RSA-HSM" if hsm else self.choice.type, max(self.choice.size, self.sizes[0])
            self.setup.choose(key=msgspec.structs.replace(self.choice, type=type_, size=size))

    def proceed(self) -> bool:
        """Go on with what is chosen now; what lapsed has been replaced."""
        self.setup.lapsed = ""
        return True

    def retry(self) -> None:
        """List the keys again."""
        self.keys.clear()
        self.begin()

    def choose_new(self, new: bool) -> None:
        """A new key, or one that is there. What was entered for the other way comes back with it."""
        if new != self.new:
            self.new = new
            other, self._other_way = self._other_way or KeyChoice(), self.choice
            self.edit(name=other.name, type=other.type, size=other.size)
            self._keep_possible()
            self._listed()

    def choose_key(self, name: str) -> None:
        """Use a key that is there; one that has not been looked at is read now."""
        row, vault, azure = self._row(name), self.setup.vault, self.setup.azure
        if row is None or vault is None or azure is None:
            return
        if row.grade is not None:
            self._use(row.value)
        else:
            self.perform(
                f"Reading the key {name}…",
                lambda cancel: self.setup.read(cancel, lambda: azure.keys.get_key(vault, name)),
                self._use,
            )

    def _use(self, key: Key | None) -> None:
        if key is None:
            return
        graded = grade_key(key, datetime.now(UTC))
        self.keys.rows = [graded if each.value.name == key.name else each for each in self.keys.rows]
        self.edit(name=key.name, type=key.type, size=key.size)
        self.setup.observed(key=key)
        self._check()

    def edit(self, *, name: str | None = None, type: str | None = None, size: int | None = None) -> None:  # noqa: A002
        """Take what was typed or chosen."""
        typed = {"name": name and name.strip() if name is not None else None, "type": type, "size": size}
        news = {key: value for key, value in typed.items() if value is not None}
        adobe = self.setup.choices.adobe
        self.setup.choose(key=msgspec.structs.replace(self.choice, **news))
        if self._name_follows:
            self.setup.choose(adobe=msgspec.structs.replace(adobe, configuration=self._suggestion()))
        self._check()

    def edit_configuration(self, name: str) -> None:
        """Take the typed name at Adobe; from now on it does not follow the key's name."""
        self._name_follows = not name.strip()
        self.setup.choose(adobe=msgspec.structs.replace(self.setup.choices.adobe, configuration=name.strip()))
        self._check()

    def _suggestion(self) -> str:
        if not self.choice.name:
            return ""
        return f"{self.setup.choices.vault.name}-{self.choice.name}"[:64].rstrip("-")

    def _row(self, name: str) -> Graded[Key] | None:
        return next((each for each in self.keys.rows if each.value.name.lower() == name.lower()), None)

    @Slot()
    def _listed(self) -> None:
        if self.keys.problem is not None:
            self.error = self.keys.problem
        row = self._row(self.choice.name)
        if self.setup.key is None and row is not None:
            self.setup.observed(key=row.value)
        if not self.new and self.keys.complete and row is None and self.choice.name:
            vault = self.setup.choices.vault.name
            self.setup.lapsed = f"The key {self.choice.name} is not in the vault {vault}. Choose a key of this vault."
            self.edit(name="")
        self._check()

    def _check(self) -> None:
        choice, row = self.choice, self._row(self.choice.name)
        named = bool(choice.name) and not self.name_error
        possible = row.usable if row is not None else self.new and choice.type in self.possible_types
        at_adobe = bool(self.setup.choices.adobe.configuration) and not self.configuration_error
        self.valid = named and possible and at_adobe
        self.changed.emit()


def grade_key(key: Key, now: datetime) -> Graded[Key]:
    """A key with its grade. A list's entry without a type says nothing."""
    return Graded(key, grade(key, now) if key.type else None)
