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
