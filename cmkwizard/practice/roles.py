"""Role definitions of the practice cloud: Azure's built-in roles that matter to a key vault.

Source of names, ids and permissions: Microsoft Learn, Azure built-in roles (General, Privileged, Security).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

_VAULT_READ = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)
_DATA = "Microsoft.KeyVault/vaults/"


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(_expression(pattern).fullmatch(action) for pattern in patterns)


class RoleDefinition(msgspec.Struct, frozen=True):
    """A named set of permissions. `grantable` limits the roles that its holder may assign or remove (None: any)."""

    guid: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    grantable: frozenset[str] | None = None

    def allows(self, action: str) -> bool:
        """Whether the control-plane action is granted: in actions and not in notActions."""
        return _matches(self.actions, action) and not _matches(self.not_actions, action)

    def allows_data(self, action: str) -> bool:
        """Whether the data-plane action is granted: in dataActions and not in notDataActions."""
        return _matches(self.data_actions, action) and not _matches(self.not_data_actions, action)


_VAULT_ROLES = (
    RoleDefinition(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Administrator",
        "All data-plane operations on a key vault and everything in it; no management of the vault or of roles.",
        actions=_VAULT_READ,
        data_actions=(_DATA + "*",),
    ),
    RoleDefinition(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        "Key Vault Reader",
        "Reads metadata of key vaults and of their keys, secrets and certificates; no secret values.",
        actions=_VAULT_READ,
        data_actions=(_DATA + "*/read", _DATA + "secrets/readMetadata/action"),
    ),
    RoleDefinition(
        "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        "Key Vault Crypto Officer",
        "Any action on the keys of a key vault, except managing permissions.",
        actions=_VAULT_READ,
        data_actions=(_DATA + "keys/*", _DATA + "keyrotationpolicies/*"),
    ),
    RoleDefinition(
        "12338af0-0e69-4776-bea7-57ae8d297424",
        "Key Vault Crypto User",
        "Cryptographic operations with keys.",
        data_actions=tuple(
            _DATA + "keys/" + operation
            for operation in (
                "read",
                "update/action",
                "backup/action",
                "encrypt/action",
                "decrypt/action",
                "wrap/action",
                "unwrap/action",
                "sign/action",
                "verify/action",
            )
        ),
    ),
    RoleDefinition(
        "e147488a-f6f5-4113-8e2d-b22465e65bf6",
        "Key Vault Crypto Service Encryption User",
        "Reads metadata of keys and wraps and unwraps with them.",
        actions=(
            "Microsoft.EventGrid/eventSubscriptions/write",
            "Microsoft.EventGrid/eventSubscriptions/read",
            "Microsoft.EventGrid/eventSubscriptions/delete",
        ),
        data_actions=(_DATA + "keys/read", _DATA + "keys/wrap/action", _DATA + "keys/unwrap/action"),
    ),
    RoleDefinition(
        "08bbd89e-9f13-488c-ac41-acfcb10c90ab",
        "Key Vault Crypto Service Release User",
        "Releases keys to an attested environment.",
        data_actions=(_DATA + "keys/release/action",),
    ),
    RoleDefinition(
        "a4417e6f-fecd-4de8-b567-7b0420556985",
        "Key Vault Certificates Officer",
        "Any action on the certificates of a key vault, except managing permissions.",
        actions=_VAULT_READ,
        data_actions=(
            _DATA + "certificatecas/*",
            _DATA + "certificates/*",
            _DATA + "certificatecontacts/write",
        ),
    ),
    RoleDefinition(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        "Key Vault Secrets Officer",
        "Any action on the secrets of a key vault, except managing permissions.",
        actions=_VAULT_READ,
        data_actions=(_DATA + "secrets/*",),
    ),
    RoleDefinition(
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
        "Reads the contents of secrets.",
        data_actions=(_DATA + "secrets/getSecret/action", _DATA + "secrets/readMetadata/action"),
    ),
)

_PURGE = RoleDefinition(
    "a68e7c17-0ab2-4c09-9a58-125dae29748c",
    "Key Vault Purge Operator",
    "Purges soft-deleted key vaults.",
    actions=(
        "Microsoft.KeyVault/locations/deletedVaults/read",
        "Microsoft.KeyVault/locations/deletedVaults/purge/action",
        "Microsoft.KeyVault/deletedVaults/read",
    ),
)

_CONTRIBUTOR = RoleDefinition(
    "f25e0fa2-a7c8-4377-a976-54943a77a395",
    "Key Vault Contributor",
    "Manages key vaults, but reaches no data in them and assigns no roles.",
    actions=(
        "Microsoft.Authorization/*/read",
        "Microsoft.Insights/alertRules/*",
        "Microsoft.KeyVault/*",
        "Microsoft.Resources/deployments/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Support/*",
    ),
    not_actions=(
        "Microsoft.KeyVault/locations/deletedVaults/purge/action",
        "Microsoft.KeyVault/hsmPools/*",
        "Microsoft.KeyVault/managedHsms/*",
    ),
)

_HSM_CONTRIBUTOR = RoleDefinition(
    "18500a29-7fe2-46b2-a342-b16a415e101d",
    "Managed HSM contributor",
    "Manages Managed HSMs, but reaches no data in them.",
    actions=(
        "Microsoft.KeyVault/managedHSMs/*",
        "Microsoft.KeyVault/deletedManagedHsms/read",
        "Microsoft.KeyVault/locations/deletedManagedHsms/read",
        "Microsoft.KeyVault/locations/deletedManagedHsms/purge/action",
        "Microsoft.KeyVault/locations/managedHsmOperationResults/read",
    ),
)

_DATA_ACCESS = RoleDefinition(
    "8b54135c-b56d-4d72-a534-26097cfdc8d8",
    "Key Vault Data Access Administrator",
    "Manages access to a key vault by adding or removing the data-plane roles of Key Vault.",
    actions=(
        "Microsoft.Authorization/roleAssignments/write",
        "Microsoft.Authorization/roleAssignments/delete",
        "Microsoft.Authorization/*/read",
        "Microsoft.Resources/deployments/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Resources/subscriptions/read",
        "Microsoft.Management/managementGroups/read",
        "Microsoft.Support/*",
        "Microsoft.KeyVault/vaults/*/read",
    ),
    data_actions=(),
    grantable=frozenset(role.guid for role in _VAULT_ROLES),
)

_GENERAL = (
    RoleDefinition(
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "Owner",
        "Full access to manage all resources, including assigning roles.",
        actions=("*",),
    ),
    RoleDefinition(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        "Full access to manage all resources, but no assigning of roles.",
        actions=("*",),
        not_actions=(
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
        ),
    ),
    RoleDefinition(
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "Reader",
        "Sees all resources, changes nothing.",
        actions=("*/read",),
    ),
    RoleDefinition(
        "73c42c96-874c-492b-b04d-ab87d138a893",
        "Log Analytics Reader",
        "Views and searches all monitoring data.",
        actions=(
            "*/read",
            "Microsoft.OperationalInsights/workspaces/analytics/query/action",
            "Microsoft.OperationalInsights/workspaces/search/action",
            "Microsoft.Support/*",
        ),
        not_actions=("Microsoft.OperationalInsights/workspaces/sharedKeys/read",),
    ),
    RoleDefinition(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Manages the access of users to resources.",
        actions=("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    RoleDefinition(
        "28bf596f-4eb7-45ce-b5bc-6cf482fec137",
        "Locks Contributor",
        "Manages locks.",
        actions=(
            "Microsoft.Authorization/locks/read",
            "Microsoft.Authorization/locks/write",
            "Microsoft.Authorization/locks/delete",
        ),
    ),
    RoleDefinition(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Manages access by assigning roles.",
        actions=(
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
)

BUILT_IN: dict[str, RoleDefinition] = {
    role.guid: role for role in (*_GENERAL, _CONTRIBUTOR, _HSM_CONTRIBUTOR, _DATA_ACCESS, _PURGE, *_VAULT_ROLES)
}


def role_named(name_or_guid: str) -> RoleDefinition:
    """The built-in role with this name or id, in any case. Raises KeyError."""
    wanted = name_or_guid.lower()
    for role in BUILT_IN.values():
        if wanted in (role.guid, role.name.lower()):
            return role
    raise KeyError(name_or_guid)
