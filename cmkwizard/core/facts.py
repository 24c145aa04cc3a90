"""What was observed in the clouds: plain values, each as true as the moment it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Account:
    """Who is signed in to Azure, and in which directory."""

    name: str
    """User principal name, as the token says."""
    tenant_id: str
    object_id: str
    home_id: str
    """The account across directories (MSAL's home account id)."""
    display_name: str = ""
    tenant_name: str = ""
    guest: bool = False
    """Whether the account is at home in another directory."""
    personal: bool = False
    """Whether it is a personal Microsoft account."""


@dataclass(frozen=True)
class Tenant:
    """A directory that the account can sign in to."""

    id: str
    name: str
    domain: str = ""


@dataclass(frozen=True)
class Subscription:
    """An Azure subscription of the tenant."""

    id: str
    name: str
    state: str
    tenant_id: str


@dataclass(frozen=True)
class ResourceGroup:
    """A resource group; ``state`` is its provisioning state."""

    name: str
    location: str
    state: str = "Succeeded"


@dataclass(frozen=True)
class Vault:
    """A key vault, as Azure Resource Manager returns it."""

    id: str
    name: str
    group: str
    location: str
    tenant_id: str
    uri: str
    """Ends with ``/``. Always the one that Azure returned, never built from the name."""
    sku: str
    state: str
    """Provisioning state; ``Succeeded`` when ready."""
    rbac: bool
    soft_delete: bool
    purge_protection: bool
    retention_days: int
    public_access: bool
    default_action: str
    """``Allow`` or ``Deny``: what the vault's firewall does with addresses that no rule names."""
    bypass: str
    """``AzureServices`` when trusted Microsoft services are let through, else ``None``."""
    ip_rules: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    access_policies: tuple[str, ...] = ()
    """Object ids of those whom its access policies let in (they have no effect while ``rbac`` is on)."""
    private_endpoints: tuple[tuple[str, str], ...] = ()
    """Id and state (``Approved``, ``Pending``, …) of each private endpoint connection."""
    managed_hsm: bool = False
    """Whether it is a Managed HSM: RSA-HSM keys alone, and roles of its own."""
    activated: bool = True
    """Of a Managed HSM: whether its security domain was downloaded."""

    @property
    def ready(self) -> bool:
        """Whether Azure has finished making it."""
        return self.state.lower() == "succeeded"


@dataclass(frozen=True)
class VaultName:
    """Whether a vault's name can be used: names are global, and deleted vaults keep theirs."""

    name: str
    available: bool
    reason: str = ""
    """Azure's code (``AlreadyExists``, ``AccountNameInvalid``), empty when available."""
    message: str = ""


@dataclass(frozen=True)
class Key:
    """A key's current version, as Azure Resource Manager returns it (no data-plane right needed)."""

    vault_id: str
    name: str
    type: str
    size: int
    operations: tuple[str, ...]
    enabled: bool
    identifier: str
    """The key's address with its version: what Adobe is given."""
    not_before: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True)
class App:
    """Adobe's app in the tenant (a service principal), found by its application id alone."""

    object_id: str
    application_id: str
    name: str
    enabled: bool
    owner_tenant: str = ""
    publisher: str = ""


@dataclass(frozen=True)
class Assignment:
    """A role given to a principal at a scope."""

    id: str
    name: str
    scope: str
    role: str
    """The role definition's GUID, lower case."""
    principal_id: str
    created: datetime | None = None
    """By Azure's clock."""
    principal_type: str = ""
    """``User``, ``Group``, ``ServicePrincipal``, …"""
    condition: str = ""
    """Azure's condition on what the role may be used for, as written."""


@dataclass(frozen=True)
class Registration:
    """Adobe's answer to "which app must be consented to": read each time, never hard-coded."""

    application_id: str
    name: str
    redirect_url: str


@dataclass(frozen=True)
class Configuration:
    """What Adobe holds about a submitted key."""

    name: str
    status: str
    """Adobe's own word; ``core.status.parse_status`` reads it."""
    organisation: str
    vault_uri: str
    key_name: str
    id: str = ""
    key_identifier: str = ""


@dataclass(frozen=True)
class DeletedVault:
    """A deleted vault that can still be recovered, and holds its name so long."""

    name: str
    id: str
    """The id it had, and has again when recovered."""
    location: str
    deleted_at: datetime | None = None
    purge_at: datetime | None = None


@dataclass(frozen=True)
class Lock:
    """A management lock at a scope."""

    name: str
    level: str
    """``ReadOnly`` or ``CanNotDelete``."""
    scope: str
    """The resource id on which it lies."""
    notes: str = ""


@dataclass(frozen=True)
class Eligibility:
    """A role that the account may activate, and has not."""

    role: str
    """The role definition's GUID, lower case."""
    role_name: str
    scope: str


@dataclass(frozen=True)
class Denial:
    """Something that Azure Policy would refuse."""

    policy: str
    """The policy's name for people."""
    assignment: str
    """The resource id of its assignment."""
    what: str
    """``vault``, ``key`` or ``group``: what is to be made."""
    reason: str = ""


@dataclass(frozen=True)
class DiagnosticSetting:
    """Where a vault's logs go."""

    name: str
    audit: bool
    """Whether its audit events are among them."""
    destination: str
    """The resource id of the workspace, storage account or event hub."""


@dataclass(frozen=True)
class RotationPolicy:
    """How Key Vault rotates a key by itself."""

    rotates: bool
    after: str = ""
    """ISO 8601 duration after creation, or before expiry, as written."""
