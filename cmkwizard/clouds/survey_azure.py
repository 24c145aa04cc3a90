"""Azure's side of a survey: the subscription, the rights, the vault and its key, Adobe's app and its role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmkwizard.clouds.survey_rights import READER, WANTED, RightsSurvey
from cmkwizard.clouds.survey_vault import VaultSurvey
from cmkwizard.clouds.topics import Facts, Topic
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import Registration, ResourceGroup, Subscription, Vault
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.roles import GROUP_WRITE, PROVIDER_REGISTER
from cmkwizard.core.survey import NOT_READ, NotKnown

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.clouds.crew import Crew


class AzureSurvey:
    """Reads in the order in which one fact builds on another; what builds on nothing is read at the same time."""

    def __init__(
        self, azure: AzureSession, choices: Choices, policy: OrganisationPolicy, facts: Facts, crew: Crew
    ) -> None:
        self._azure = azure
        self._choices = choices
        self._facts = facts
        self._crew = crew
        self._subscription = choices.azure.subscription
        self._group = choices.azure.resource_group
        self._vaults = VaultSurvey(azure, choices, policy, facts, crew)

    def read_all(self, subscription: Subscription | None) -> None:
        """Read everything but the app; returns when the last read has been started.

        Raises:
            Cancelled: somebody asked to stop.
        """
        crew = self._crew
        crew.start(self._read_directory_roles)
        if not self._subscription:
            return
        first = [crew.start(each) for each in (self._vaults.read_vault, self._read_group, self._read_provider)]
        if subscription is None:
            crew.start(self._read_subscription)
        else:
            self._facts.values["subscription"] = subscription
        for each in first:
            crew.wait(each)
        group, vault = (self._facts.values.get(name, NOT_READ) for name in ("group", "vault"))
        self._read_at(self._scope(group, vault), group)
        self._vaults.read_more(group, vault)

    def read_least(self) -> None:
        """Read what a watch looks at: the vault, its key, its locks, and who holds which role on it."""
        if not self._subscription:
            return
        self._vaults.read_vault()
        vault = self._facts.values.get("vault", NOT_READ)
        if isinstance(vault, Vault):
            self._crew.start(lambda: self._read_locks(vault.id, self._vaults.words))
        self._vaults.read_least(vault)

    def read_app(self, registration: Registration | NotKnown | None) -> None:
        """Adobe's app, found by the id that Adobe has just named; then who holds its role without being it."""
        if not isinstance(registration, Registration):
            self._vaults.go_on_with(registration)
            return
        topic = Topic(
            "whether Adobe's app is in your directory", "the right to read enterprise applications, which members have"
        )
        app = self._facts.take("app", topic, lambda: self._azure.directory.get_app(registration.application_id))
        self._vaults.go_on_with(app)

    def _read_directory_roles(self) -> None:
        topic = Topic(
            "which directory roles you hold", "the permission Directory.Read.All of Microsoft Graph for this program"
        )
        self._facts.take("directory_roles", topic, lambda: tuple(self._azure.directory.list_own_roles()))

    def _read_subscription(self) -> None:
        topic = Topic(f"the subscription {self._subscription}", "the role Reader on it")
        get = self._azure.subscriptions.get_subscription
        self._facts.take("subscription", topic, lambda: get(self._subscription))

    def _read_provider(self) -> None:
        right = "Microsoft.Resources/subscriptions/providers/read"
        topic = Topic("whether Key Vault is registered in the subscription", f"the right {right} there, {READER}")
        found = self._facts.ask(topic, lambda: self._azure.subscriptions.get_provider(self._subscription))
        self._facts.values["provider"] = found if isinstance(found, NotKnown) else found.registered
        self._facts.values["regions"] = found if isinstance(found, NotKnown) else found.regions

    def _read_group(self) -> None:
        if not self._group:
            return
        topic = Topic(f"the resource group {self._group}", "the role Reader on it")
        self._facts.take("group", topic, lambda: self._azure.subscriptions.get_group(self._subscription, self._group))

    def _scope(self, group: object, vault: object) -> tuple[str, str]:
        """The vault, or the nearest thing above it that exists: its resource id, and its words."""
        above = f"/subscriptions/{self._subscription}"
        if isinstance(vault, Vault):
            return vault.id, self._vaults.words
        if isinstance(group, ResourceGroup):
            return f"{above}/resourceGroups/{group.name}", f"the resource group {group.name}"
        return above, "the subscription"

    def _read_at(self, place: tuple[str, str], group: object) -> None:
        """Start reading what holds at a scope: locks, the account's rights, its roles."""
        (scope, words), rights = place, RightsSurvey(self._azure, self._facts)
        self._facts.values["rights_scope"] = scope
        wanted = [*WANTED]
        if group is None:
            wanted.append(GROUP_WRITE)
        if self._facts.values.get("provider") is False:
            wanted.append(PROVIDER_REGISTER)
        self._crew.start(lambda: self._read_locks(scope, words))
        self._crew.start(lambda: rights.read_rights(scope, words, wanted))
        self._crew.start(lambda: rights.read_own(scope, words))

    def _read_locks(self, scope: str, words: str) -> None:
        topic = Topic(f"the locks on {words}", f"the right Microsoft.Authorization/locks/read there, {READER}")
        self._facts.take("locks", topic, lambda: tuple(self._azure.locks.list_locks(scope)))
