"""What one person's program saw of another person's work, in a shape that can be written down and compared later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from cmkwizard.core.facts import App, Assignment, Key, Registration, Vault


class _Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts of one thing: all that would make it another thing, or no longer good, and nothing else."""


class RegistrationSeen(_Seen, frozen=True):
    """The app that Adobe names, and where it is accepted."""

    application_id: str
    name: str
    redirect_url: str

    @classmethod
    def of(cls, found: Registration) -> RegistrationSeen:
        """Write down what Adobe answered."""
        return cls(found.application_id, found.name, found.redirect_url)

    @property
    def fact(self) -> Registration:
        """The registration as Adobe's own answer would give it."""
        return Registration(self.application_id, self.name, self.redirect_url)


class AppSeen(_Seen, frozen=True):
    """Adobe's app in the directory."""

    object_id: str
    application_id: str
    enabled: bool
    owner_tenant: str

    @classmethod
    def of(cls, found: App) -> AppSeen:
        """Write down what the directory answered."""
        return cls(found.object_id.lower(), found.application_id.lower(), found.enabled, found.owner_tenant.lower())


class VaultSeen(_Seen, frozen=True):
    """The vault: what cannot be changed, what Adobe requires, and its firewall."""

    id: str
    uri: str
    location: str
    tenant_id: str
    sku: str
    rbac: bool
    soft_delete: bool
    purge_protection: bool
    retention_days: int
    public_access: bool
    default_action: str
    bypass: str
    ip_rules: tuple[str, ...]

    @classmethod
    def of(cls, found: Vault) -> VaultSeen:
        """Write down what Azure Resource Manager answered."""
        return cls(
            id=found.id.lower(),
            uri=found.uri.lower(),
            location=found.location.lower(),
            tenant_id=found.tenant_id.lower(),
            sku=found.sku.lower(),
            rbac=found.rbac,
            soft_delete=found.soft_delete,
            purge_protection=found.purge_protection,
            retention_days=found.retention_days,
            public_access=found.public_access,
            default_action=found.default_action,
            bypass=found.bypass,
            ip_rules=tuple(sorted(found.ip_rules)),
        )


class KeySeen(_Seen, frozen=True):
    """The key's current version. Dates are ISO 8601; empty: there is none."""

    identifier: str
    type: str
    size: int
    operations: tuple[str, ...]
    enabled: bool
    not_before: str
    expires: str

    @classmethod
    def of(cls, found: Key) -> KeySeen:
        """Write down what Azure Resource Manager answered."""
        dates = (each.isoformat() if each else "" for each in (found.not_before, found.expires))
        return cls(found.identifier, found.type, found.size, tuple(sorted(found.operations)), found.enabled, *dates)


class RoleSeen(_Seen, frozen=True):
    """The assignment that lets Adobe's app use the key."""

    id: str
    role: str
    scope: str
    principal_id: str

    @classmethod
    def of(cls, found: Assignment) -> RoleSeen:
        """Write down what Azure Resource Manager answered."""
        return cls(found.id.lower(), found.role.lower(), found.scope.lower(), found.principal_id.lower())


class SubmissionSeen(_Seen, frozen=True):
    """That Adobe holds this key. How far it is, is not written down: that is asked anew each time."""

    organisation: str
    configuration: str
    vault: str
    key: str


class Evidence(_Seen, frozen=True):
    """What was seen. None: not there, or not looked at."""

    app: AppSeen | None = None
    vault: VaultSeen | None = None
    key: KeySeen | None = None
    role: RoleSeen | None = None
    submission: SubmissionSeen | None = None
    second: Evidence | None = None
    """Of the second vault, where the applications need one."""

    def later(self, other: Evidence) -> Evidence:
        """What is known once ``other`` was seen too, later."""
        seen = {each: getattr(other, each) for each in self.__struct_fields__ if getattr(other, each) is not None}
        if self.second is not None and other.second is not None:
            seen["second"] = self.second.later(other.second)
        return msgspec.structs.replace(self, **seen)


THINGS = {
    "app": "Adobe's app in the directory",
    "vault": "the vault",
    "key": "the key",
    "role": "the role of Adobe's app",
    "submission": "the submission",
}
"""What each thing is called in a sentence."""
WORDS = {
    "object_id": "object id",
    "application_id": "application id",
    "enabled": "enabled",
    "owner_tenant": "owner's directory",
    "id": "resource id",
    "uri": "address",
    "location": "region",
    "tenant_id": "directory",
    "sku": "tier",
    "rbac": "role-based access",
    "soft_delete": "soft delete",
    "purge_protection": "purge protection",
    "retention_days": "days of soft delete",
    "public_access": "public network access",
    "default_action": "firewall's default",
    "bypass": "way in for trusted services",
    "ip_rules": "addresses let in",
    "identifier": "identifier",
    "type": "type",
    "size": "size",
    "operations": "operations",
    "not_before": "first day",
    "expires": "end",
    "role": "role",
    "scope": "place",
    "principal_id": "holder",
    "organisation": "organisation",
    "configuration": "configuration",
    "vault": "vault",
    "key": "key",
}
"""What each of its fields is called, in the order in which they are told."""


def differences(before: Evidence, now: Evidence) -> tuple[str, ...]:
    """What is not as it was: one clause for each, such as "the key: its identifier was … and is …".

    What was not seen before is no difference. What was seen before and is not there now is one.
    """
    of_second = _differences(before.second or Evidence(), now.second or Evidence())
    return (*_differences(before, now), *(f"for the second vault, {each}" for each in of_second))


def _differences(before: Evidence, now: Evidence) -> Iterator[str]:
    for name, thing in THINGS.items():
        old, new = getattr(before, name), getattr(now, name)
        if old is None or old == new:
            continue
        if new is None:
            yield f"{thing} is not there any more"
            continue
        for field, word in WORDS.items():
            if field in old.__struct_fields__ and getattr(old, field) != getattr(new, field):
                yield f"{thing}: its {word} was {shown(getattr(old, field))} and is {shown(getattr(new, field))}"


def shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value != "" else "none"
