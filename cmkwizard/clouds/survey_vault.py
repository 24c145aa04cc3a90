"""The vault's side of a survey: the vault (or Managed HSM) itself, its key, and who holds which role on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from cmkwizard.clouds.azure.data_plane import client_address
from cmkwizard.clouds.azure.keys import new_key
from cmkwizard.clouds.azure.vaults import new_vault
from cmkwizard.clouds.survey_rights import READER
from cmkwizard.clouds.topics import Facts, Topic
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import App, Assignment, Denial, Key, ResourceGroup, RotationPolicy, Vault, VaultName
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Kind
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.survey import NOT_READ, DataAccess, NotKnown

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.clouds.crew import Crew

_REFUSED = frozenset({Kind.PERMISSION, Kind.PROPAGATING})


class VaultSurvey:
    """Reads the vault first, and what lies in it or holds for it once it is known."""

    def __init__(
        self, azure: AzureSession, choices: Choices, policy: OrganisationPolicy, facts: Facts, crew: Crew
    ) -> None:
        self._azure = azure
        self._choices = choices
        self._policy = policy
        self._facts = facts
        self._crew = crew
        self._subscription = choices.azure.subscription
        self._hsm = choices.vault.kind == "managed-hsm"
        self._name = choices.vault.name
        self._key_name = choices.key.name
        self.words = f"the {'Managed HSM' if self._hsm else 'vault'} {self._name}"
        self._key_reader = (
            "a local role such as Managed HSM Crypto User" if self._hsm else "a role such as Key Vault Reader"
        )
        self._lock = threading.Lock()
        self._app: App | NotKnown | None = None
        self._holders: tuple[Vault, tuple[Assignment, ...] | NotKnown] | None = None
        self._app_settled = False

    def read_vault(self) -> None:
        """The vault; None where it (or its resource group) is not there."""
        group = self._choices.azure.resource_group
        if not (group and self._name):
            return
        get = self._azure.managed_hsms.get_hsm if self._hsm else self._azure.vaults.get_vault
        topic = Topic(self.words, "the role Reader on it")
        self._facts.take("vault", topic, lambda: get(self._subscription, group, self._name))

    def read_more(self, group: Any, vault: Any) -> None:
        """Start everything that builds on the vault, or on that there is none."""
        crew = self._crew
        if isinstance(vault, Vault):
            for read in (self._read_assignments, self._read_diagnostics, self._read_key_names):
                crew.start(partial(read, vault))
            crew.start(lambda: self._read_key(group, vault))
        elif vault is None:
            crew.start(self._read_name)
            crew.start(lambda: self._read_denials(group, None, None))

    def read_least(self, vault: Any) -> None:
        """Start reading what a watch looks at: who holds which role, the key, and where it or the vault has gone."""
        if isinstance(vault, Vault):
            self._crew.start(partial(self._read_assignments, vault))
            self._crew.start(partial(self._read_whether_there, vault))
        elif vault is None:
            self._crew.start(self._read_name)

    def go_on_with(self, app: App | NotKnown | None) -> None:
        """Go on with what needs Adobe's app (as far as it is known) and the vault: whoever comes last goes on."""
        with self._lock:
            self._app, self._app_settled = app, True
            holders = self._holders
        if holders is not None:
            self._read_principals(*holders, app)

    def _read_name(self) -> None:
        """Whether a new vault can have the name; and who holds it, where it is taken or a vault is missing."""
        if self._hsm:
            return
        taken = True
        if self._choices.vault.create:
            topic = Topic(
                f"whether the name {self._name} is free",
                f"the right Microsoft.KeyVault/checkNameAvailability/read on the subscription, {READER}",
            )
            check = self._azure.vaults.check_name
            name = self._facts.take("vault_name", topic, lambda: check(self._subscription, self._name))
            taken = not (isinstance(name, VaultName) and name.available)
        if not taken:
            self._facts.values["deleted_vault"] = None
            return
        topic = Topic(
            "the deleted vaults of the subscription",
            f"the right Microsoft.KeyVault/deletedVaults/read on the subscription, {READER}",
        )
        get = self._azure.vaults.get_deleted
        self._facts.take("deleted_vault", topic, lambda: get(self._subscription, self._name))

    def _read_assignments(self, vault: Vault) -> None:
        right = "Microsoft.Authorization/roleAssignments/read"
        topic = Topic(f"the roles of others on {self.words}", f"the right {right} there, {READER}")
        found = self._facts.take("assignments", topic, lambda: tuple(self._azure.roles.list_all(vault.id)))
        with self._lock:
            self._holders = (vault, found)
            app, settled = self._app, self._app_settled
        if settled:
            self._read_principals(vault, found, app)

    def _read_principals(
        self, vault: Vault, holders: tuple[Assignment, ...] | NotKnown, app: App | NotKnown | None
    ) -> None:
        """Who holds the role for Adobe without being in the directory; and the app's roles in a Managed HSM."""
        if vault.managed_hsm:
            self._read_local(vault, app)
        if isinstance(holders, NotKnown):
            return
        known = app.object_id.lower() if isinstance(app, App) else ""
        held = {each.principal_id for each in holders if each.role == CRYPTO_SERVICE_ENCRYPTION_USER}
        others = sorted(each for each in held if each.lower() != known)
        if not others:
            self._facts.values["missing_principals"] = ()
            return

        def find() -> tuple[str, ...]:
            there = {each.lower() for each in self._azure.directory.list_known(others)}
            return tuple(each for each in others if each.lower() not in there)

        topic = Topic(
            "whether everybody with the role for Adobe is still in the directory",
            "the permission Directory.Read.All of Microsoft Graph for this program",
        )
        self._facts.take("missing_principals", topic, find)

    def _read_local(self, hsm: Vault, app: App | NotKnown | None) -> None:
        if app is None:
            self._facts.values["local_assignments"] = ()
        if not isinstance(app, App):
            return
        if closed := self._closed(hsm):
            self._facts.values["local_assignments"] = closed
            return
        topic = Topic(
            f"the local roles in {self.words}",
            "a local role there, such as Managed HSM Policy Administrator or Managed HSM Crypto User",
        )
        find = self._azure.data_plane.list_local_assignments
        self._facts.take("local_assignments", topic, lambda: tuple(find(hsm, app.object_id)), patient=False)

    def _read_diagnostics(self, vault: Vault) -> None:
        right = "Microsoft.Insights/diagnosticSettings/read"
        topic = Topic(f"where the logs of {self.words} go", f"the right {right} there, {READER}")
        self._facts.take("diagnostics", topic, lambda: tuple(self._azure.diagnostics.list_settings(vault.id)))

    def _read_key_names(self, vault: Vault) -> None:
        def names() -> tuple[str, ...]:
            return tuple(key.name for page in self._azure.keys.list_keys(vault) for key in page)

        self._facts.take("key_names", self._keys_topic(f"the keys of {self.words}"), names)

    def _keys_topic(self, what: str) -> Topic:
        kind = "managedHSMs" if self._hsm else "vaults"
        return Topic(what, f"the right Microsoft.KeyVault/{kind}/keys/read there, {READER}")

    def _read_key(self, group: Any, vault: Vault) -> None:
        """The key, then what the vault itself says of it, or of a deleted one."""
        key, shown = self._take_key(vault)
        if isinstance(key, NotKnown):
            return
        closed = self._closed(vault)
        if closed:
            self._facts.values["data_access"] = closed
        elif key is None:
            self._read_deleted_key(vault)
        else:
            self._read_recovery_level(vault)
        wanted = key is not None and (key.expires is not None or self._policy.required.rotation_days)
        if shown is not None:
            self._facts.values["rotation"] = shown
        elif wanted and not closed:
            self._read_rotation(vault)
        self._read_denials(group, vault, key)

    def _read_whether_there(self, vault: Vault) -> None:
        """The key as Resource Manager shows it; only where it does not, the vault itself is asked for a deleted one."""
        key, shown = self._take_key(vault)
        if shown is not None:
            self._facts.values["rotation"] = shown
        if key is None and not self._closed(vault):
            self._read_deleted_key(vault)

    def _take_key(self, vault: Vault) -> tuple[Key | NotKnown | None, RotationPolicy | None]:
        """The key, and how it is rotated where Resource Manager shows it."""
        if not self._key_name:
            return NOT_READ, None
        get = self._azure.keys.get_with_rotation
        found = self._facts.ask(self._keys_topic(f"the key {self._key_name}"), lambda: get(vault, self._key_name))
        key, shown = (found, None) if found is None or isinstance(found, NotKnown) else found
        self._facts.keep("key", key)
        return key, shown

    def _closed(self, vault: Vault) -> NotKnown | None:
        """Why the vault itself answers nobody yet."""
        if not vault.activated:
            return NotKnown(f"The Managed HSM {vault.name} is not activated, and shows nothing of what is in it.")
        if not (vault.ready and vault.uri):
            return NotKnown(f"Azure is not done with the vault {vault.name} (its state is {vault.state}).")
        return None

    def _read_recovery_level(self, vault: Vault) -> None:
        topic = Topic(f"the key {self._key_name} in {self.words} itself", f"{self._key_reader} there")
        get = self._azure.data_plane.get_recovery_level
        self._let_in(self._facts.ask(topic, lambda: get(vault, self._key_name) or "", patient=False))

    def _read_deleted_key(self, vault: Vault) -> None:
        topic = Topic(f"whether {self.words} holds a deleted key {self._key_name}", f"{self._key_reader} there")
        find = self._azure.data_plane.deleted_key_exists
        found = self._facts.take("deleted_key", topic, lambda: find(vault, self._key_name), patient=False)
        self._let_in(found if isinstance(found, NotKnown) else "")

    def _let_in(self, answer: str | NotKnown) -> None:
        """How the vault itself answered; not known where something in between did not let the question through."""
        access: DataAccess | NotKnown
        if isinstance(answer, str):
            access = DataAccess(recovery_level=answer)
        elif answer.problem is not None and answer.problem.kind in _REFUSED:
            access = DataAccess(answer.code, client_address(answer.problem), problem=answer.problem)
        else:
            access = answer
        self._facts.values["data_access"] = access

    def _read_rotation(self, vault: Vault) -> None:
        """The vault itself says for certain how it rotates a key; Resource Manager leaves out what is empty."""
        topic = Topic(f"how the key {self._key_name} is rotated", f"{self._key_reader} on {self.words}")
        get = self._azure.data_plane.get_rotation
        self._facts.take("rotation", topic, lambda: get(vault, self._key_name), patient=False)

    def _read_denials(self, group: Any, vault: Vault | None, key: Key | None) -> None:
        """What Azure Policy would refuse of all that is to be made."""
        if isinstance(group, NotKnown):
            return
        above = f"/subscriptions/{self._subscription}"
        if group is not None:
            above = f"{above}/resourceGroups/{group.name}"
        wanted = tuple(self._to_be_made(group, vault, key))
        topic = Topic(
            "what Azure Policy would refuse",
            f"the right Microsoft.PolicyInsights/checkPolicyRestrictions/read there, {READER}",
        )

        def ask() -> tuple[Denial, ...]:
            find = self._azure.policy_insights.list_denials
            return tuple(denial for what, content, parent in wanted for denial in find(above, what, content, parent))

        self._facts.take("denials", topic, ask)

    def _to_be_made(
        self, group: ResourceGroup | None, vault: Vault | None, key: Key | None
    ) -> Iterator[tuple[str, dict[str, Any], str]]:
        """What it is called, what it would be, and the resource id of what it would lie in where that matters."""
        chosen, hsm = self._choices, self._hsm
        makes_vault = vault is None and chosen.vault.create and not hsm
        location = chosen.azure.location or (group.location if group else "")
        if makes_vault and group is None:
            body = {"type": "Microsoft.Resources/subscriptions/resourceGroups", "name": chosen.azure.resource_group}
            yield "group", {**body, "location": location}, ""
        if makes_vault:
            made = new_vault(location, chosen.azure.tenant, chosen.vault, self._policy.tags).as_dict()
            yield "vault", {"type": "Microsoft.KeyVault/vaults", "name": self._name, **made}, ""
        if key is None and self._key_name and (vault or makes_vault):
            body = {"type": f"Microsoft.KeyVault/{'managedHSMs' if hsm else 'vaults'}/keys", "name": self._key_name}
            place = f"/subscriptions/{self._subscription}/resourceGroups/{chosen.azure.resource_group}"
            parent = vault.id if vault else f"{place}/providers/Microsoft.KeyVault/vaults/{self._name}"
            yield "key", {**body, **new_key(chosen.key, self._policy.required.rotation_days)}, parent
