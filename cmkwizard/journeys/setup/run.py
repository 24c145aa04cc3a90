"""All that a set-up knows while it runs: who acts where, what was chosen, what was observed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import (
    App,
    Assignment,
    Configuration,
    DeletedVault,
    DiagnosticSetting,
    Key,
    Lock,
    Registration,
    ResourceGroup,
    Subscription,
    Vault,
)
from cmkwizard.core.observed import deployment_value
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import Survey
from cmkwizard.core.vault_settings import VaultSettings
from cmkwizard.journeys.commands import vault_id
from cmkwizard.journeys.step import StepEvent
from cmkwizard.journeys.waiting import Pace

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.encryption import Encryption
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.clouds.profile import Profile
    from cmkwizard.journeys.report import Report
    from cmkwizard.journeys.services import SetupServices
    from cmkwizard.records.journal import Journal
    from cmkwizard.records.observations import Observations


@dataclass
class Observed:
    """What was seen last. None: not there, or not looked at yet."""

    provider: bool | None = None
    group: ResourceGroup | None = None
    vault: Vault | None = None
    key: Key | None = None
    registration: Registration | None = None
    app: App | None = None
    lock: Lock | None = None
    """One that protects the vault against deletion."""
    assignment: Assignment | None = None
    """The one that gives Adobe's app its role on the vault: ours, or one that was there."""
    configuration: Configuration | None = None
    deleted_vault: DeletedVault | None = None
    """A deleted vault of the subscription that has the chosen name."""
    settings: VaultSettings | None = None
    """An existing vault as Azure wrote it, for a change to one of its settings."""
    settings_before: VaultSettings | None = None
    """The same right before that change was sent."""
    key_before: Key | None = None
    """The key right before a change to it was sent."""
    key_deleted: bool = False
    """A deleted key of the vault holds the name."""
    diagnostics: tuple[DiagnosticSetting, ...] = ()
    """Where the vault's logs go."""
    own_assignment: Assignment | None = None
    """The one that lets the account itself change the vault's keys, where this program gave it."""
    may_change_keys: bool = False
    """Whether the account's roles allow it to change the vault's keys."""
    let_in: bool = False
    """Whether the vault itself answers the account."""


@dataclass
class SetupRun:
    """One set-up. ``choices`` holds ids for tenant and subscription, never names."""

    services: SetupServices
    azure: AzureSession
    adobe: Encryption
    choices: Choices
    cancel: Cancel = field(default_factory=Cancel)
    emit: Callable[[StepEvent], None] = lambda _: None
    opener: Callable[[str], bool] | None = None
    """Opens the consent address for a person; None: nobody is there to consent."""
    on_address: Callable[[str], None] = lambda _: None
    """Is told the consent address before it is opened, to show it for copying."""
    subscription: Subscription | None = None
    """The chosen subscription as Azure shows it, where it was read."""
    report: Report | None = None
    """What the last check found."""
    seen: Observed = field(default_factory=Observed)
    attempt: str = ""
    """The journal's name for the change that is under way."""
    lock_demand: str = ""
    """Where it is written that the vault has to have a lock; empty: nowhere. As a rule the organisation's policy."""
    granted_at: float | None = None
    """Monotonic time at which the role was given; for one that was there, worked out from its date."""

    def __post_init__(self) -> None:
        self.profile: Profile = self.services.profile
        self.policy: OrganisationPolicy = self.services.policy
        if self.policy.required.lock:
            self.lock_demand = f"required.lock in {self.policy.file}"
        self.journal: Journal = self.services.journal
        self.observations: Observations = self.services.observations
        self.person_s = self.services.person_s
        self.clock = self.services.clock
        self.pace = Pace(self.cancel, self.profile.speed)

    @property
    def actor(self) -> str:
        """Who acts: directory and object id."""
        return f"{self.azure.account.tenant_id}/{self.azure.account.object_id}"

    @property
    def subscription_scope(self) -> str:
        """The resource id of the chosen subscription."""
        return f"/subscriptions/{self.choices.azure.subscription}"

    @property
    def group_scope(self) -> str:
        """The resource id of the chosen resource group."""
        return f"{self.subscription_scope}/resourceGroups/{self.choices.azure.resource_group}"

    @property
    def vault_scope(self) -> str:
        """The resource id of the chosen vault, as Azure wrote it where it was seen."""
        return self.seen.vault.id if self.seen.vault else vault_id(self.choices)

    @property
    def vault(self) -> Vault:
        """The vault, for steps that build on it.

        Raises:
            Problem: CONFLICT, it is not there.
        """
        if self.seen.vault is None:
            raise _gone("vault")
        return self.seen.vault

    @property
    def app(self) -> App:
        """Adobe's app in the directory, for steps that build on it.

        Raises:
            Problem: CONFLICT, it is not there.
        """
        if self.seen.app is None:
            raise _gone("app")
        return self.seen.app

    @property
    def platform_address(self) -> str:
        """The base address of Experience Platform in the chosen region."""
        return self.profile.platform_for(self.choices.adobe.region)

    def facts(self) -> Survey:
        """The last survey, with what the steps have seen since."""
        seen = self.seen
        known = self.report.survey if self.report else Survey(self.clock(), self.choices, policy=self.policy)
        return replace(
            known,
            at=self.clock(),
            choices=self.choices,
            account=self.azure.account,
            group=seen.group,
            vault=seen.vault,
            key=seen.key,
            registration=seen.registration or known.registration,
            app=seen.app,
            configuration=seen.configuration,
        )

    def findings(self, ids: Collection[str]) -> list[Finding]:
        """What stands against these requirements, given what was seen last. Pure."""
        return [each for each in judge(self.facts(), ids) if each.stands]

    def remember_deployment(self) -> None:
        """Record what this set-up is about, for the status without a network."""
        from cmkwizard.core.history import What

        seen, organisation = self.seen, self.choices.adobe.organisation
        known = self.observations.latest(self.profile.name, What.DEPLOYMENT, organisation)
        before = known.value if known else {}
        value = deployment_value(self.azure.account, self.choices, seen.vault, seen.key, seen.group, before)
        self.observations.add(self.profile.name, What.DEPLOYMENT, value, "set-up")

    def intend(self, step: str, title: str, desired: Mapping[str, Any]) -> str:
        """Write down what is about to be done; nothing may be sent when this raises."""
        return self.journal.intend(
            step,
            title,
            desired,
            profile=self.profile.name,
            tenant=self.azure.account.tenant_id,
            actor=self.azure.account.object_id,
            setup=self.choices.adobe.organisation,
        )


def _gone(what: str) -> Problem:
    return Problem(
        Kind.CONFLICT,
        f"The {what} that this step builds on is not there.",
        "Make the plan again, and start from there.",
    )
