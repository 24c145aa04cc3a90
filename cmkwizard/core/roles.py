"""Azure roles that matter here, and how granted rights are matched against a wanted action.

Role ids: "Azure role-based access control for Key Vault" (MicrosoftDocs, key-vault/general/rbac-guide).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

CRYPTO_SERVICE_ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
"""Key Vault Crypto Service Encryption User: the role that Adobe's app needs on the vault."""

VAULT_WRITE = "Microsoft.KeyVault/vaults/write"
KEY_WRITE = "Microsoft.KeyVault/vaults/keys/write"
HSM_KEY_WRITE = "Microsoft.KeyVault/managedHSMs/keys/write"
GROUP_WRITE = "Microsoft.Resources/subscriptions/resourceGroups/write"
ASSIGNMENT_WRITE = "Microsoft.Authorization/roleAssignments/write"
LOCK_WRITE = "Microsoft.Authorization/locks/write"
DIAGNOSTICS_WRITE = "Microsoft.Insights/diagnosticSettings/write"
KEY_UPDATE = "Microsoft.KeyVault/vaults/keys/update/action"
"""A data action, as is :data:`KEY_RECOVER`: the vault itself decides."""
KEY_RECOVER = "Microsoft.KeyVault/vaults/keys/recover/action"
PROVIDER_REGISTER = "Microsoft.KeyVault/register/action"

_NAMESPACE = uuid.UUID("5d6c8f0e-3f0c-5c53-9d3b-6f1d8a2f4b7c")


@dataclass(frozen=True)
class Rights:
    """One granted set of rights, as ARM's permissions call lists them."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


def allows(granted: Iterable[Rights], action: str) -> bool:
    """Whether any granted set holds ``action`` (its actions minus its notActions; ``*`` stands for anything).

    Azure Policy, conditions on the grant, and locks are not seen here.
    """
    return any(_matches(g.actions, action) and not _matches(g.not_actions, action) for g in granted)


def allows_data(granted: Iterable[Rights], action: str) -> bool:
    """Whether any granted set holds the data action ``action``: what may be done in a vault itself."""
    return any(_matches(g.data_actions, action) and not _matches(g.not_data_actions, action) for g in granted)


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(
        re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action, re.IGNORECASE) for pattern in patterns
    )


def covers(scope: str, target: str) -> bool:
    """Whether what lies on ``scope`` holds at ``target`` too: itself, or above it.

    A management group is taken to be above: Azure lists it for this subscription alone where it is.
    """
    above, below = scope.rstrip("/").lower(), target.rstrip("/").lower()  # "/" is over everything
    return below == above or below.startswith(f"{above}/") or "/managementgroups/" in above


def assignment_name(scope: str, role: str, principal_id: str) -> str:
    """The name (a GUID) that this program gives the assignment of ``role`` to ``principal_id`` at ``scope``.

    It depends on the three alone, so that a second run names the same assignment instead of adding one.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{scope.lower()}|{role.lower()}|{principal_id.lower()}"))
