"""Everything that was read for a check: plain facts, and for each that could not be read, why.

A survey is as true as the moment it was made. It is read by ``clouds.survey``; what this computer knows (its records,
its keyring) is added by ``journeys.check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import (
    Account,
    App,
    Assignment,
    Configuration,
    DeletedVault,
    Denial,
    DiagnosticSetting,
    Eligibility,
    Key,
    Lock,
    Registration,
    ResourceGroup,
    RotationPolicy,
    Subscription,
    Vault,
    VaultName,
)
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Problem
from cmkwizard.core.roles import Rights

_NO_POLICY = OrganisationPolicy()


@dataclass(frozen=True)
class NotKnown:
    """A fact that is not known, and why."""

    why: str
    """A sentence: "Your account may not read the locks of the vault kv-x."."""
    problem: Problem | None = None
    """What came back, where something was asked."""

    @property
    def code(self) -> str:
        """The service's code, where there is one."""
        return self.problem.reference.code if self.problem else ""


NOT_READ = NotKnown("It was not looked at.")
"""Of a fact that the choices do not ask for, or that builds on one that is not known."""


@dataclass(frozen=True)
class Reach:
    """How one host that the program needs answered."""

    service: str
    """Its name for people (``clouds.profile.Service``)."""
    host: str
    problem: str = ""
    """Why not, in a sentence; empty: it answered."""
    untrusted: bool = False
    """It answered with a certificate that is not trusted."""
    issuer: str = ""
    """Who issued that certificate."""


@dataclass(frozen=True)
class Computer:
    """This computer and its network."""

    reaches: tuple[Reach, ...] = ()
    clock_skew_s: float | NotKnown = NOT_READ
    """The clouds' time minus ours, in seconds."""
    keyring_problem: str | NotKnown = NOT_READ
    """Why secrets cannot be kept on this computer; empty: they can."""
    sign_in_port: bool | NotKnown = NOT_READ
    """Whether the sign-in can listen for the browser."""
    browser: bool | NotKnown = NOT_READ
    """Whether a browser can be opened."""
    key_vault_api: str = ""
    """Version of Azure Resource Manager's interface for key vaults that the program speaks."""


@dataclass(frozen=True)
class DataAccess:
    """How the vault itself (not Resource Manager) answered this account on this computer."""

    refusal: str = ""
    """Key Vault's code, such as ``ForbiddenByFirewall``; empty: it let us in."""
    client_address: str = ""
    """Under which address the vault saw this computer, where its refusal says so."""
    recovery_level: str = ""
    """The key's ``attributes.recoveryLevel``; empty: not read."""
    problem: Problem | None = None


@dataclass(frozen=True)
class Survey:
    """The facts of one moment. ``None`` is "not there"; :class:`NotKnown` is "could not be read"."""

    at: datetime
    choices: Choices
    computer: Computer = Computer()
    policy: OrganisationPolicy = _NO_POLICY
    request_ids: Mapping[str, str] = field(default_factory=dict)
    """The services' own names for the calls that answered, by the field below; left out where they gave none."""

    # Account and rights
    account: Account | NotKnown = NOT_READ
    subscription: Subscription | NotKnown = NOT_READ
    provider: bool | NotKnown = NOT_READ
    """Whether Microsoft.KeyVault is registered in the subscription."""
    regions: tuple[str, ...] | NotKnown = NOT_READ
    """Names (lower case, no spaces) of the regions in which the subscription can have vaults."""
    group: ResourceGroup | NotKnown | None = NOT_READ
    rights: tuple[Rights, ...] | NotKnown = NOT_READ
    """What the account may do at :attr:`rights_scope`."""
    rights_scope: str = ""
    """The vault, or the nearest thing above it that exists."""
    own_assignments: tuple[Assignment, ...] | NotKnown = NOT_READ
    """The account's roles at that scope, with their conditions (those of its groups included)."""
    eligible: tuple[Eligibility, ...] | NotKnown = NOT_READ
    """Roles that the account could activate (Privileged Identity Management). Read where a right is missing."""
    directory_roles: tuple[str, ...] | NotKnown = NOT_READ
    """Template ids of the directory roles that the account holds."""

    # Vault
    vault: Vault | NotKnown | None = NOT_READ
    vault_name: VaultName | NotKnown = NOT_READ
    """Whether a new vault can have the name. Read where there is no vault."""
    deleted_vault: DeletedVault | NotKnown | None = NOT_READ
    """A deleted vault of this subscription that holds the name. Read where the name is taken, or the vault missing."""
    locks: tuple[Lock, ...] | NotKnown = NOT_READ
    denials: tuple[Denial, ...] | NotKnown = NOT_READ
    """What Azure Policy would refuse of what is to be made."""
    diagnostics: tuple[DiagnosticSetting, ...] | NotKnown = NOT_READ
    key_names: tuple[str, ...] | NotKnown = NOT_READ
    """All keys of the vault."""
    data_access: DataAccess | NotKnown = NOT_READ

    # Key
    key: Key | NotKnown | None = NOT_READ
    deleted_key: bool | NotKnown = NOT_READ
    """Whether a deleted key holds the name. Read where there is no such key."""
    rotation: RotationPolicy | NotKnown | None = NOT_READ
    """Read where the key has an end."""

    # Adobe's app and its role
    app: App | NotKnown | None = NOT_READ
    assignments: tuple[Assignment, ...] | NotKnown = NOT_READ
    """All roles that hold at the vault, of anybody, inherited ones included."""
    missing_principals: tuple[str, ...] | NotKnown = NOT_READ
    """Object ids in :attr:`assignments` (with the role for Adobe) that the directory does not know any more."""
    local_assignments: tuple[Assignment, ...] | NotKnown = NOT_READ
    """Of a Managed HSM: the roles of Adobe's app in the HSM itself."""

    # Adobe
    adobe_token_until: datetime | NotKnown = NOT_READ
    registration: Registration | NotKnown = NOT_READ
    consent_problem: str | NotKnown = NOT_READ
    """Why the consent address that Adobe names cannot be opened; empty: it is a safe one."""
    configuration: Configuration | NotKnown | None = NOT_READ
    earlier: Configuration | NotKnown | None = None
    """What Adobe holds under another name than the chosen one, where this computer's records know that name."""

    # This computer's records
    remembered: str | NotKnown = NOT_READ
    """The configuration name that the records know for the organisation; empty: none."""
    submitted_at: datetime | None = None
    """When the submission was first seen."""
    key_backup_at: datetime | NotKnown | None = NOT_READ
    """When a backup of the key was recorded."""
