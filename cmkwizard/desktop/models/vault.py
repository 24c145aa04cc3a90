"""The vault: its subscription, then a new vault or one that is there."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.core.choices import AzureChoice, VaultChoice
from cmkwizard.core.facts import Vault
from cmkwizard.core.identifiers import group_name_problem
from cmkwizard.core.requirements.grading import Fitness, Grade, grade
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.listing import Graded
from cmkwizard.desktop.models.own_rights import OwnRights
from cmkwizard.desktop.models.restrictions import policy_words
from cmkwizard.desktop.models.setup import PAINTED_MS, SetupState
from cmkwizard.desktop.models.setup_page import SetupPageModel
from cmkwizard.desktop.models.vault_lists import VaultLists
from cmkwizard.desktop.models.vault_name import VaultNameCheck
from cmkwizard.desktop.models.vault_options import VaultOptions

POLICY_ROWS = ("O02", "O03", "O04", "O05", "O07", "O09", "O12", "O13", "O15", "O16")
Way = Literal["new", "existing", "hsm"]
WAYS: tuple[tuple[Way, str, str], ...] = (
    ("new", "Ma&ke a new vault", ""),
    ("existing", "Use a vault that is there", ""),
    ("hsm", "Use a Managed HSM that is there", "Hardware of your own. It is used as it is, and never made here."),
)
HSM = "managed-hsm"


class VaultModel(SetupPageModel):
    """Which vault holds the key. Lists fill as they arrive; the page can be used meanwhile."""

    id = "vault"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.lists = VaultLists(setup, self)
        self.subscriptions, self.groups, self.locations = (
            self.lists.subscriptions,
            self.lists.groups,
            self.lists.locations,
        )
        self.vaults, self.hsms = self.lists.vaults, self.lists.hsms
        self.name_check = VaultNameCheck(setup, self)
        self.rights = OwnRights(setup, self)
        self._left: dict[Way, tuple[AzureChoice, VaultChoice]] = {}
        self.lists.settled.connect(self._listed)
        self.name_check.changed.connect(self._check)
        self.rights.changed.connect(self.changed)
        self._check()

    @property
    def azure(self) -> AzureChoice:
        """Where in Azure."""
        return self.setup.choices.azure

    @property
    def choice(self) -> VaultChoice:
        """The vault as chosen so far."""
        return self.setup.choices.vault

    @property
    def way(self) -> Way:
        """Whether a vault is made, or which kind of one that is there is used."""
        if self.choice.create:
            return "new"
        return "hsm" if self.choice.kind == HSM else "existing"

    @property
    def options(self) -> VaultOptions:
        """What a new vault can be."""
        return VaultOptions(self.setup.policy)

    @property
    def location_rows(self) -> list[tuple[str, str]]:
        """The regions to choose from: name, and name for people."""
        allowed = [each.lower().replace(" ", "") for each in self.setup.policy.allowed.locations]
        return [row for row in self.locations.rows if not allowed or row[0] in allowed]

    @property
    def policy_text(self) -> str:
        """What the organisation sets for vaults."""
        return policy_words(self.setup.policy, POLICY_ROWS)

    @property
    def subscription_text(self) -> str:
        """The chosen subscription, in words."""
        chosen = self.setup.subscription
        return f"{chosen.name} · {chosen.id}" if chosen else ""

    @property
    def group_error(self) -> str:
        """What is wrong with the resource group's name."""
        name = self.azure.resource_group
        return (group_name_problem(name) or "") if name else ""

    @property
    def group_text(self) -> str:
        """Whether the resource group is there or will be made."""
        name = self.azure.resource_group
        if not name:
            return "Type the name of a group that exists, or a new name."
        group = self.lists.group(name)
        lacking = " Your account lacks rights there: see “Your rights” below." if self.rights.rows else ""
        if group is not None:
            return f"This group exists, in {self.location_name(group.location)}.{lacking}"
        return "Looking for it…" if self.groups.loading else f"There is no such group yet: it will be made.{lacking}"

    @property
    def vault_text(self) -> str:
        """The chosen existing vault, in words."""
        return f"{self.choice.name} · {self.azure.resource_group}" if self.choice.name else ""

    @property
    def vault_grade(self) -> Grade | None:
        """How fit the chosen existing vault is; None until it has been looked at."""
        vault = self.setup.vault
        return None if vault is None or self.choice.create else grade(vault, self.azure.tenant)

    @property
    def vault_rows(self) -> tuple[FindingRow, ...]:
        """What the chosen existing vault lacks, with what to do about it."""
        known = self.vault_grade
        return known_rows(self.setup, [each.id for each in known.reasons]) if known else ()

    @property
    def subscription_rows(self) -> tuple[FindingRow, ...]:
        """What is wrong with the chosen subscription."""
        return known_rows(self.setup, ("I01", "I03"))

    def location_name(self, location: str) -> str:
        """A region's name for people."""
        return next((shown for name, shown in self.locations.rows if name == location), location)

    def begin(self) -> None:
        """Begin to fill the lists once the page has been painted: workers take turns with the window."""
        self._keep_to_policy()
        self.rights.forget()
        self._check()
        QTimer.singleShot(PAINTED_MS, self, self._load)

    @Slot()
    def _load(self) -> None:
        azure = self.setup.azure
        if azure is None:
            return
        self.subscriptions.load(self.azure.tenant, azure.subscriptions.list_subscriptions)
        self._forget_old_grades()
        if self.azure.subscription:
            self._load_subscription()

    def _forget_old_grades(self) -> None:
        """List the vaults again when the chosen one is not any more as it was listed, such as after a fix."""
        row = self._vault_row(self.choice.name)
        if row is not None and self.setup.vault is not None and row.value != self.setup.vault:
            (self.hsms if self.way == "hsm" else self.vaults).clear()

    def _keep_to_policy(self) -> None:
        """A new vault is as the organisation allows: what cannot be chosen is not kept."""
        if self.choice.create:
            self.setup.choose(vault=self.options.nearest(self.choice))

    def retry(self) -> None:
        """Load again what could not be loaded."""
        self.lists.forget_failed()
        self.begin()

    def choose_subscription(self, subscription_id: str) -> None:
        """Work in this subscription. An existing vault of another one is not chosen any more; typed names stay."""
        if subscription_id == self.azure.subscription:
            return
        self._left = {}
        self.rights.forget()
        azure = msgspec.structs.replace(self.azure, subscription=subscription_id)
        if self.choice.create:
            self.setup.choose(azure=azure)
        else:
            azure = msgspec.structs.replace(azure, resource_group="", location="")
            self.setup.choose(azure=azure, vault=msgspec.structs.replace(self.choice, name=""))
        self._load_subscription()
        self._check()

    def choose_way(self, way: Way) -> None:
        """A new vault, one that is there, or a Managed HSM. What was entered for that way before comes back with it."""
        if way == self.way:
            return
        self.rights.forget()
        kind = HSM if way == "hsm" else "vault"
        azure, vault = self._left.get(way) or (
            msgspec.structs.replace(self.azure, resource_group="", location=""),
            VaultChoice(create=way == "new", kind=kind),
        )
        self._left[self.way] = (self.azure, self.choice)
        azure = msgspec.structs.replace(azure, tenant=self.azure.tenant, subscription=self.azure.subscription)
        self.setup.choose(azure=azure, vault=vault)
        self._load_subscription()
        self._find_chosen()
        self._check()

    def proceed(self) -> bool:
        """Go on with what is chosen now; what lapsed has been replaced."""
        self.setup.lapsed = ""
        return True

    def choose_vault(self, vault_id: str) -> None:
        """Use a vault that is there."""
        rows = self.hsms.rows if self.way == "hsm" else self.vaults.rows
        vault = next((each.value for each in rows if each.value.id == vault_id), None)
        if vault is None:
            return
        self.setup.choose(
            azure=msgspec.structs.replace(self.azure, resource_group=vault.group, location=vault.location),
            vault=msgspec.structs.replace(
                self.choice,
                name=vault.name,
                create=False,
                sku=self.choice.sku if vault.managed_hsm else vault.sku.lower(),
                retention_days=vault.retention_days,
            ),
        )
        self.setup.observed(vault=vault)
        self._check()

    def edit_group(self, name: str) -> None:
        """Take the typed resource group; one that is there suggests its region."""
        self.setup.choose(azure=msgspec.structs.replace(self.azure, resource_group=name.strip()))
        self._suggest_location()
        self._check()

    def edit_location(self, location: str) -> None:
        """Take the chosen region."""
        self.setup.choose(azure=msgspec.structs.replace(self.azure, location=location))
        self._check()

    def edit(
        self,
        *,
        name: str | None = None,
        sku: str | None = None,
        retention_days: int | None = None,
        network: str | None = None,
    ) -> None:
        """Take what was typed or chosen for a new vault."""
        typed = {"name": name and name.strip(), "sku": sku, "retention_days": retention_days, "network": network}
        news = {key: value for key, value in typed.items() if value is not None}
        self.setup.choose(vault=msgspec.structs.replace(self.choice, **news))
        self._check()

    def _load_subscription(self) -> None:
        azure, chosen = self.setup.azure, self.azure
        if azure is None or not chosen.subscription:
            return
        self.lists.load_subscription(azure, chosen.subscription, chosen.tenant)
        if self.way == "hsm":
            self.lists.load_hsms(azure, chosen.subscription, chosen.tenant)

    @Slot()
    def _listed(self) -> None:
        if self.lists.problem is not None:
            self.error = self.lists.problem
        self._find_chosen()
        self._check()

    def _find_chosen(self) -> None:
        """Connect what the draft names with what has arrived."""
        rows = self.subscriptions.rows
        if not self.azure.subscription and self.subscriptions.complete and len(rows) == 1:
            self.choose_subscription(rows[0].id)
        if self.setup.subscription is None and self.azure.subscription:
            chosen = next((each for each in rows if each.id == self.azure.subscription), None)
            if chosen is not None:
                self.setup.observed(subscription=chosen)
        self._suggest_location()
        if self.setup.vault is None and not self.choice.create and self.choice.name:
            row = self._vault_row(self.choice.name)
            if row is not None:
                self.setup.observed(vault=row.value)

    def _suggest_location(self) -> None:
        group = self.lists.group(self.azure.resource_group)
        if group is not None and not self.azure.location:
            self.setup.choose(azure=msgspec.structs.replace(self.azure, location=group.location))

    def _look_at_rights(self) -> None:
        """Where it is known by now what is there already, and nobody is still typing."""
        group, name = self.azure.resource_group, self.choice.name
        found = self.setup.vault
        if self.choice.create:
            row = self._vault_row(name) if name else None
            found = row.value if row is not None else None
            if not group or self.group_error or not (self.name_check.good and self.groups.complete):
                return
        elif found is None:
            return
        self.rights.look_at(self.lists.group(group), found)

    def _vault_row(self, name: str) -> Graded[Vault] | None:
        return self.lists.row(name, self.azure.resource_group, hsm=self.way == "hsm")

    def _ours(self, name: str) -> bool:
        made = self.setup.vault
        return (made is not None and made.name.lower() == name.lower()) or self._vault_row(name) is not None

    def _check(self) -> None:
        name = self.choice.name
        if self.choice.create:
            self.name_check.look_at(self.azure.subscription, name, ours=self._ours(name))
            good = (
                bool(self.azure.resource_group and self.azure.location)
                and not self.group_error
                and self.name_check.good
            )
        else:
            known = self.vault_grade
            good = known is not None and known.fitness is not Fitness.UNFIT
        self._look_at_rights()
        usable = not any(row.finding.blocks for row in self.subscription_rows)
        self.valid = bool(self.azure.subscription) and usable and good
        self.changed.emit()
