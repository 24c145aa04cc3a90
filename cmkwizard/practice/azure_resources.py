"""Subscriptions, groups, role assignments, locks and policies, as the practice cloud keeps them (vaults: vaults.py)."""

from __future__ import annotations

import uuid

import msgspec


class Subscription(msgspec.Struct):
    """A subscription and the resource providers registered in it."""

    id: str
    name: str
    tenant: str  # id
    state: str = "Enabled"  # Enabled | Warned | PastDue | Disabled | Deleted; the last two take no writes
    registered: set[str] = msgspec.field(default_factory=lambda: {"microsoft.keyvault"})  # lower-case namespaces
    tags: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def scope(self) -> str:
        """The resource id."""
        return f"/subscriptions/{self.id}"


class ResourceGroup(msgspec.Struct):
    """A resource group."""

    name: str
    subscription: str
    location: str
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    state: str = "Succeeded"  # "Deleting" while it is being deleted

    @property
    def id(self) -> str:
        """The resource id."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.name}"


_WORKSPACES = uuid.UUID("2c7f6a0e-93d1-4b52-8f6e-0d1b6c5a4e21")  # namespace of the ids of workspaces
# Where a log can go: kind of resource -> its namespace.
DESTINATIONS = {"workspaces": "Microsoft.OperationalInsights", "storageAccounts": "Microsoft.Storage"}


class Destination(msgspec.Struct, frozen=True):
    """A Log Analytics workspace or a storage account, to which logs can go."""

    name: str
    kind: str  # a key of DESTINATIONS
    group: str  # resource id
    location: str

    @property
    def id(self) -> str:
        """The resource id."""
        return f"{self.group}/providers/{DESTINATIONS[self.kind]}/{self.kind}/{self.name}"

    @property
    def customer_id(self) -> str:
        """Of a workspace: the id under which its logs are asked, always the same for one resource id."""
        return str(uuid.uuid5(_WORKSPACES, self.id.lower()))


class RoleAssignment(msgspec.Struct):
    """A role given to a principal over a scope; effective from a moment of practice time on."""

    name: str
    scope: str
    role: str  # guid of the definition
    principal_id: str
    principal_type: str
    created: float
    created_by: str
    effective_at: float = 0.0
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None

    @property
    def id(self) -> str:
        """The resource id."""
        scope = "" if self.scope == "/" else self.scope
        return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{self.name}"


class Eligibility(msgspec.Struct, frozen=True):
    """A role that a principal may activate for a while (Privileged Identity Management); it grants nothing itself."""

    name: str
    scope: str
    role: str  # guid of the definition
    principal_id: str
    principal_type: str
    starts: float
    ends: float
    condition: str | None = None


class Lock(msgspec.Struct):
    """A management lock."""

    name: str
    scope: str
    level: str  # CanNotDelete | ReadOnly
    notes: str | None = None
    created: float = 0.0
    created_by: str = "practice"

    @property
    def id(self) -> str:
        """The resource id."""
        return f"{self.scope}/providers/Microsoft.Authorization/locks/{self.name}"


class Policy(msgspec.Struct, frozen=True):
    """A company policy that denies vaults, keys or groups with certain values, or with effect "Audit" notes them."""

    name: str
    scope: str
    kind: str  # see arm/policies.py
    allowed: tuple[str, ...] = ()
    effect: str = "Deny"


def covers(parent: str, child: str) -> bool:
    """Whether `parent` is `child` or contains it; resource ids in any case."""
    parent, child = parent.lower().rstrip("/"), child.lower().rstrip("/")
    return child == parent or child.startswith(parent + "/")
