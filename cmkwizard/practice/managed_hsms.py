"""Managed HSMs: vaults of their own kind, with roles of their own.

Sources: Microsoft Learn, "Local RBAC built-in roles for Managed HSM" (names, ids, permitted operations) and "Access
control for Managed HSM" (scopes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from cmkwizard.practice.vaults import Vault

ENCRYPTION_USER = "33413926-3206-4cdd-b39a-83574fe37a17"
ADMINISTRATOR = "a290e904-7015-4bba-90c8-60543313cdb4"
_LOOK_AT_ROLES = ("roleAssignments/read/action", "roleDefinitions/read/action")
_MANAGE_ROLES = (
    *_LOOK_AT_ROLES,
    "roleAssignments/write/action",
    "roleAssignments/delete/action",
)
_USE = tuple(f"keys/{verb}/action" for verb in ("wrap", "unwrap"))


class LocalRole(msgspec.Struct, frozen=True):
    """A role of a Managed HSM: its data actions below Microsoft.KeyVault/managedHsm/."""

    guid: str
    name: str
    actions: tuple[str, ...]


LOCAL_ROLES: dict[str, LocalRole] = {
    each.guid: each
    for each in (
        LocalRole(ADMINISTRATOR, "Managed HSM Administrator", _MANAGE_ROLES),
        LocalRole(
            "515eb02d-2335-4d2d-92f2-b1cbdf9c3778",
            "Managed HSM Crypto Officer",
            (*_MANAGE_ROLES, "keys/deletedKeys/read/action", "keys/deletedKeys/recover/action"),
        ),
        LocalRole(
            "21dbd100-6940-42c2-9190-5d6cb909625b",
            "Managed HSM Crypto User",
            (
                *_LOOK_AT_ROLES,
                *_USE,
                "keys/read/action",
                "keys/write/action",
                "keys/rotate/action",
                "keys/create",
                "keys/delete",
            ),
        ),
        LocalRole("4bd23610-cdcf-4971-bdee-bdc562cc28e4", "Managed HSM Policy Administrator", _MANAGE_ROLES),
        LocalRole(
            "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3",
            "Managed HSM Crypto Auditor",
            (*_LOOK_AT_ROLES, "keys/read/action"),
        ),
        LocalRole(ENCRYPTION_USER, "Managed HSM Crypto Service Encryption User", (*_USE, "keys/read/action")),
    )
}


def local_role(name_or_guid: str) -> LocalRole:
    """The local role with this name or id, in any case. Raises KeyError."""
    wanted = name_or_guid.lower()
    for role in LOCAL_ROLES.values():
        if wanted in (role.guid, role.name.lower()):
            return role
    raise KeyError(name_or_guid)


class LocalAssignment(msgspec.Struct, frozen=True):
    """A local role given to a principal."""

    name: str
    scope: str  # "/" | "/keys" | "/keys/NAME"
    role: str  # guid
    principal_id: str


def covers_locally(parent: str, child: str) -> bool:
    """Whether a scope within an HSM is `parent` or lies below it."""
    parent, child = parent.lower().rstrip("/"), child.lower().rstrip("/")
    return child == parent or child.startswith(parent + "/")


class ManagedHsm(Vault):
    """A Managed HSM: keys in hardware alone, roles of its own, and nothing to be had before it is activated."""

    activated: bool = True
    administrators: list[str] = msgspec.field(default_factory=list)  # object ids, as given when it was made
    assignments: dict[str, LocalAssignment] = msgspec.field(default_factory=dict)  # by lower-case name

    kind: ClassVar[str] = "managedHSMs"

    @property
    def key_types(self) -> tuple[str, ...]:
        """The types of keys that it makes."""
        return ("RSA-HSM", "EC-HSM")

    def local_roles(self, object_id: str, scope: str) -> Iterator[LocalRole]:
        """The roles that a principal holds over a scope within the HSM."""
        for each in self.assignments.values():
            if each.principal_id.lower() == object_id.lower() and covers_locally(each.scope, scope):
                yield LOCAL_ROLES[each.role]

    def may(self, object_id: str, action: str, scope: str) -> bool:
        """Whether a principal may take an action (below Microsoft.KeyVault/managedHsm/) over a scope within the HSM."""
        return any(action in role.actions for role in self.local_roles(object_id, scope))

    def snapshot(self) -> dict[str, Any]:
        """The HSM with its keys and local roles as JSON-ready values."""
        return super().snapshot() | {
            "activated": self.activated,
            "local_roles": [
                {"principal_id": each.principal_id, "role": LOCAL_ROLES[each.role].name, "scope": each.scope}
                for each in self.assignments.values()
            ],
        }
