"""Everything the practice cloud's customers own in Azure: subscriptions, groups, vaults, role assignments and locks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from cmkwizard.practice.azure_resources import (
    Destination,
    Eligibility,
    Lock,
    Policy,
    ResourceGroup,
    RoleAssignment,
    Subscription,
    covers,
)
from cmkwizard.practice.clock import PracticeClock, iso
from cmkwizard.practice.directory import Directory
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.principal import Principal
from cmkwizard.practice.roles import BUILT_IN, RoleDefinition
from cmkwizard.practice.vaults import Vault


def _place(scope: str) -> str:
    """The id of the subscription a scope lies in."""
    return scope.lower().split("/", 3)[2] if scope != "/" else ""


class Estate:
    """The customers' Azure. Names are looked up in any case; a vault's name is unique in all clouds and tenants."""

    def __init__(self, clock: PracticeClock, directory: Directory) -> None:
        self.clock = clock
        self.directory = directory
        self.role_delay_s = 0.0  # until an assignment is effective
        self.vault_delay_s = 0.0  # until a new vault answers
        self.poll_hint_ms = 50
        self.page_size = 100
        self.client_address = "203.0.113.17"  # the address under which vault firewalls see every client
        self.subscriptions: dict[str, Subscription] = {}
        self.groups: dict[str, dict[str, ResourceGroup]] = {}  # subscription id -> lower-case name
        self.vaults: dict[str, Vault] = {}  # lower-case name; live ones
        self.deleted_vaults: dict[str, Vault] = {}
        self.hsms: dict[str, ManagedHsm] = {}  # lower-case name
        self.assignments: dict[str, RoleAssignment] = {}  # lower-case name
        self.eligible: list[Eligibility] = []
        self.locks: dict[str, Lock] = {}  # lower-case id
        self.policies: list[Policy] = []
        self.destinations: dict[str, Destination] = {}  # lower-case id
        self.diagnostics: dict[str, dict[str, dict[str, Any]]] = {}  # lower-case resource id -> settings by name
        self._by_subscription: dict[str, dict[str, Vault]] = {}
        self._by_principal: dict[str, list[RoleAssignment]] = {}
        self._by_place: dict[tuple[str, str], list[RoleAssignment]] = {}  # (principal, subscription id)

    # Subscriptions and groups

    def add_subscription(self, subscription: Subscription) -> None:
        """Adds a subscription without any group."""
        self.subscriptions[subscription.id] = subscription
        self.groups[subscription.id] = {}
        self._by_subscription[subscription.id] = {}

    def add_group(self, group: ResourceGroup) -> None:
        """Adds or replaces a resource group."""
        self.groups[group.subscription][group.name.lower()] = group

    def group(self, subscription: str, name: str) -> ResourceGroup | None:
        """The resource group with that name."""
        return self.groups.get(subscription.lower(), {}).get(name.lower())

    # Vaults

    def add_vault(self, vault: Vault) -> None:
        """Adds or replaces a live vault."""
        self.vaults[vault.name.lower()] = vault
        self._by_subscription[vault.subscription][vault.name.lower()] = vault

    def vaults_in(self, subscription: str, group: str | None = None) -> list[Vault]:
        """Live vaults of a subscription, or of one of its groups, in order of name."""
        vaults = self._by_subscription.get(subscription.lower(), {}).values()
        wanted = group.lower() if group is not None else None
        return sorted((v for v in vaults if wanted is None or v.group.lower() == wanted), key=lambda v: v.name.lower())

    def vault(self, subscription: str, group: str, name: str) -> Vault | None:
        """The live vault at that place."""
        vault = self.vaults.get(name.lower())
        if vault is None or vault.subscription != subscription.lower() or vault.group.lower() != group.lower():
            return None
        return vault

    def has_resource(self, resource_id: str) -> bool:
        """Whether a resource id is that of a live vault or of a Managed HSM."""
        name = resource_id.rpartition("/")[2].lower()
        return any(
            each is not None and each.id.lower() == resource_id.lower()
            for each in (self.vaults.get(name), self.hsms.get(name))
        )

    def hsm(self, subscription: str, group: str, name: str) -> ManagedHsm | None:
        """The Managed HSM at that place."""
        hsm = self.hsms.get(name.lower())
        if hsm is None or hsm.subscription != subscription.lower() or hsm.group.lower() != group.lower():
            return None
        return hsm

    def delete_vault(self, vault: Vault) -> None:
        """Soft-deletes a vault (one without soft delete for good); its role assignments go and do not come back."""
        del self.vaults[vault.name.lower()]
        del self._by_subscription[vault.subscription][vault.name.lower()]
        if vault.soft_delete:
            vault.deleted_at = self.clock.now()
            self.deleted_vaults[vault.name.lower()] = vault
        for assignment in [each for each in self.assignments.values() if covers(vault.id, each.scope)]:
            self.remove_assignment(assignment)
        for lock in [each for each in self.locks.values() if covers(vault.id, each.scope)]:
            del self.locks[lock.id.lower()]

    def recover_vault(self, vault: Vault) -> None:
        """Brings a soft-deleted vault back."""
        del self.deleted_vaults[vault.name.lower()]
        vault.deleted_at = None
        self.add_vault(vault)

    def deleted_vault(self, name: str) -> Vault | None:
        """The soft-deleted vault with that name; those whose retention has passed are gone."""
        vault = self.deleted_vaults.get(name.lower())
        if vault is not None and vault.purge_at <= self.clock.now():
            del self.deleted_vaults[name.lower()]
            return None
        return vault

    # Roles and locks

    def add_assignment(self, assignment: RoleAssignment) -> None:
        """Adds a role assignment."""
        self.assignments[assignment.name.lower()] = assignment
        principal = assignment.principal_id.lower()
        self._by_principal.setdefault(principal, []).append(assignment)
        self._by_place.setdefault((principal, _place(assignment.scope)), []).append(assignment)

    def remove_assignment(self, assignment: RoleAssignment) -> None:
        """Removes a role assignment; the access ends at once."""
        del self.assignments[assignment.name.lower()]
        principal = assignment.principal_id.lower()
        self._by_principal[principal].remove(assignment)
        self._by_place[principal, _place(assignment.scope)].remove(assignment)

    def assignments_of(self, principal_id: str) -> list[RoleAssignment]:
        """All assignments of a principal, effective or not."""
        return self._by_principal.get(principal_id.lower(), [])

    def _assignments_at(self, principal_id: str, scope: str) -> list[RoleAssignment]:
        """The assignments of a principal in the subscription of a scope: no others can cover it."""
        return self._by_place.get((principal_id.lower(), _place(scope)), [])

    def effective_assignments(self, principal_id: str, scope: str) -> Iterator[RoleAssignment]:
        """The role assignments of a principal that reach a scope by now."""
        now = self.clock.now()
        for assignment in self._assignments_at(principal_id, scope):
            if assignment.effective_at <= now and covers(assignment.scope, scope):
                yield assignment

    def effective_roles(self, principal_id: str, scope: str) -> Iterator[RoleDefinition]:
        """The definitions of the roles that a principal holds over a scope by now."""
        return (BUILT_IN[each.role] for each in self.effective_assignments(principal_id, scope))

    def may(self, principal: Principal, action: str, scope: str) -> bool:
        """Whether the principal may take a control-plane action over a scope."""
        return any(role.allows(action) for role in self.effective_roles(principal.object_id, scope))

    def may_use_data(self, principal_id: str, action: str, scope: str) -> bool:
        """Whether the principal may take a data-plane action over a scope."""
        return any(role.allows_data(action) for role in self.effective_roles(principal_id, scope))

    def sees(self, principal: Principal, scope: str) -> bool:
        """Whether the principal holds any effective role at, above or below a scope."""
        now = self.clock.now()
        return any(
            each.effective_at <= now and (covers(each.scope, scope) or covers(scope, each.scope))
            for each in self._assignments_at(principal.object_id, scope)
        )

    def assign(
        self,
        principal_id: str,
        kind: str,
        role: str,
        scope: str,
        *,
        delay_s: float = 0.0,
        condition: str | None = None,
    ) -> RoleAssignment:
        """Assigns a role as another administrator would, effective after the delay."""
        now = self.clock.now()
        assignment = RoleAssignment(
            str(uuid.uuid4()), scope, role, principal_id, kind, now, "practice", effective_at=now + delay_s
        )
        if condition is not None:
            assignment.condition, assignment.condition_version = condition, "2.0"
        self.add_assignment(assignment)
        return assignment

    def lock_over(self, scope: str, levels: tuple[str, ...]) -> Lock | None:
        """A lock of one of the levels at or above a scope."""
        return next((each for each in self.locks.values() if each.level in levels and covers(each.scope, scope)), None)

    def lock_under(self, scope: str, levels: tuple[str, ...]) -> Lock | None:
        """A lock of one of the levels at, above or below a scope: what hinders deleting a whole group."""
        below = (each for each in self.locks.values() if each.level in levels and covers(scope, each.scope))
        return self.lock_over(scope, levels) or next(below, None)

    def snapshot(self) -> dict[str, Any]:
        """The estate as JSON-ready values."""
        return {
            "subscriptions": [
                {"id": s.id, "name": s.name, "tenant": s.tenant, "registered": sorted(s.registered)}
                for s in self.subscriptions.values()
            ],
            "resource_groups": [g.id for groups in self.groups.values() for g in groups.values()],
            "vaults": [vault.snapshot() for vault in self.vaults.values()],
            "managed_hsms": [hsm.snapshot() for hsm in self.hsms.values()],
            "deleted_vaults": [vault.snapshot() for vault in self.deleted_vaults.values()],
            "role_assignments": [
                {
                    "name": each.name,
                    "scope": each.scope,
                    "role": BUILT_IN[each.role].name,
                    "role_id": each.role,
                    "principal_id": each.principal_id,
                    "principal_type": each.principal_type,
                    "created": iso(each.created),
                    "effective": each.effective_at <= self.clock.now(),
                }
                for each in self.assignments.values()
            ],
            "eligible": [
                {"principal_id": each.principal_id, "role": BUILT_IN[each.role].name, "scope": each.scope}
                for each in self.eligible
            ],
            "diagnostics": {resource: list(each) for resource, each in self.diagnostics.items() if each},
            "locks": [{"name": each.name, "scope": each.scope, "level": each.level} for each in self.locks.values()],
        }
