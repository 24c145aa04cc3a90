"""Key vaults, their keys and key versions, as the practice cloud keeps them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import msgspec

from cmkwizard.practice.clock import iso

DAY = 86400.0
ALL_OPERATIONS = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")
CURVE_BYTES = {"P-256": 32, "P-256K": 32, "P-384": 48, "P-521": 66}


def random_modulus(bits: int) -> bytes:
    """A random odd number of exactly `bits` bits, big-endian.

    It stands for the modulus of an RSA key. The practice cloud never uses a private half, and finding real primes
    would stop the window that may live in the same process.
    """
    number = secrets.randbits(bits) | (1 << (bits - 1)) | 1
    return number.to_bytes(bits // 8)


class KeyVersion(msgspec.Struct):
    """One version of a key: public numbers and attributes. Times are practice time in seconds."""

    id: str  # 32 hexadecimal digits
    numbers: dict[str, bytes]  # RSA: n, e; EC: x, y
    operations: tuple[str, ...]
    created: float
    updated: float
    enabled: bool = True
    not_before: int | None = None
    expires: int | None = None
    tags: dict[str, str] = msgspec.field(default_factory=dict)


def new_version(kind: str, size: int, curve: str, operations: tuple[str, ...], now: float) -> KeyVersion:
    """A version with fresh numbers, of a key of that type and size or curve."""
    numbers = (
        {"n": random_modulus(size), "e": b"\x01\x00\x01"}
        if kind.startswith("RSA")
        else {axis: secrets.token_bytes(CURVE_BYTES[curve]) for axis in ("x", "y")}
    )
    return KeyVersion(secrets.token_hex(16), numbers, operations, now, now)


class Key(msgspec.Struct):
    """A key: a name, a type and its versions, oldest first."""

    name: str
    type: str  # RSA | RSA-HSM | EC | EC-HSM
    size: int  # bits; 0 for EC
    curve: str  # empty for RSA
    versions: list[KeyVersion] = msgspec.field(default_factory=list)
    rotation: dict[str, Any] | None = None  # data-plane shape, without id
    deleted_at: float | None = None

    @property
    def current(self) -> KeyVersion:
        """The version that a client gets which names none."""
        return self.versions[-1]

    def version(self, version_id: str) -> KeyVersion | None:
        """The version with that id."""
        return next((each for each in self.versions if each.id == version_id.lower()), None)

    def add_version(self, now: float, operations: tuple[str, ...]) -> KeyVersion:
        """Appends a new version with fresh numbers."""
        version = new_version(self.type, self.size, self.curve, operations, now)
        self.versions.append(version)
        return version


class NetworkRules(msgspec.Struct):
    """The firewall of a vault."""

    bypass: str = "AzureServices"
    default_action: str = "Allow"
    addresses: list[str] = msgspec.field(default_factory=list)  # IPv4 addresses and ranges
    networks: list[dict[str, Any]] = msgspec.field(default_factory=list)  # virtual network rules as Azure writes them


class Vault(msgspec.Struct):
    """A key vault. Soft-deleted ones stay in the estate and hold their name."""

    kind: ClassVar[str] = "vaults"  # of resource, as its id has it

    name: str
    subscription: str  # id
    group: str
    location: str
    tenant: str
    created: float
    created_by: str = "practice"
    created_by_type: str = "User"
    modified: float = 0.0
    modified_by: str = ""
    modified_by_type: str = ""
    ready_at: float = 0.0  # practice time at which the name is registered in DNS
    sku: str = "standard"
    rbac: bool = True
    purge_protection: bool = False
    retention_days: int = 90
    soft_delete: bool = True  # False only for vaults from before it was obligatory
    public_access: str = "Enabled"
    private_endpoints: list[str] = msgspec.field(default_factory=list)  # the state of each connection, e.g. "Approved"
    unwritten: set[str] = msgspec.field(default_factory=set)  # properties that Resource Manager leaves out (old vaults)
    network: NetworkRules | None = None  # None: never set, all networks allowed
    access_policies: list[dict[str, Any]] = msgspec.field(default_factory=list)
    flags: dict[str, bool] = msgspec.field(default_factory=dict)  # enabledForDeployment and the like
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    keys: dict[str, Key] = msgspec.field(default_factory=dict)  # by lower-case name; soft-deleted ones included
    deleted_at: float | None = None

    @property
    def id(self) -> str:
        """The resource id."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.KeyVault/{self.kind}/{self.name}"
        )

    @property
    def key_types(self) -> tuple[str, ...]:
        """The types of keys that it makes."""
        return ("RSA", "EC", "RSA-HSM", "EC-HSM") if self.sku == "premium" else ("RSA", "EC")

    @property
    def deleted_id(self) -> str:
        """The resource id while soft-deleted."""
        return (
            f"/subscriptions/{self.subscription}/providers/Microsoft.KeyVault"
            f"/locations/{self.location}/deletedVaults/{self.name}"
        )

    @property
    def purge_at(self) -> float:
        """When a soft-deleted vault goes for good (practice time)."""
        return (self.deleted_at or 0.0) + self.retention_days * DAY

    @property
    def recovery_level(self) -> str:
        """What a deletion of a key means, in Key Vault's own words."""
        if not self.soft_delete:
            return "Purgeable"
        level = "Recoverable" if self.retention_days == 90 else "CustomizedRecoverable"
        return level if self.purge_protection else f"{level}+Purgeable"

    def key(self, name: str) -> Key | None:
        """The key with that name, unless it is deleted."""
        key = self.keys.get(name.lower())
        return key if key is not None and key.deleted_at is None else None

    def deleted_key(self, name: str) -> Key | None:
        """The soft-deleted key with that name."""
        key = self.keys.get(name.lower())
        return key if key is not None and key.deleted_at is not None else None

    def live_keys(self) -> Iterator[Key]:
        """Keys that are not deleted."""
        return (key for key in self.keys.values() if key.deleted_at is None)

    def add_key(self, name: str, kind: str, *, size: int = 0, curve: str = "") -> Key:
        """Adds an empty key; the caller gives it its first version."""
        key = self.keys[name.lower()] = Key(name, kind, size, curve)
        return key

    def policy_of(self, object_id: str) -> Mapping[str, Any]:
        """The permissions which the access policies grant to an object; empty when none do."""
        for policy in self.access_policies:
            if policy["objectId"].lower() == object_id.lower():
                permissions: Mapping[str, Any] = policy["permissions"]
                return permissions
        return {}

    def snapshot(self) -> dict[str, Any]:
        """The vault with its keys as JSON-ready values."""
        return {
            "name": self.name,
            "id": self.id,
            "tenant": self.tenant,
            "location": self.location,
            "sku": self.sku,
            "rbac": self.rbac,
            "purge_protection": self.purge_protection,
            "soft_delete": self.soft_delete,
            "retention_days": self.retention_days,
            "public_access": self.public_access,
            "bypass": self.network.bypass if self.network else "AzureServices",
            "default_action": self.network.default_action if self.network else "Allow",
            "addresses": self.network.addresses if self.network else [],
            "tags": self.tags,
            "deleted": self.deleted_at is not None,
            "keys": [
                {
                    "name": key.name,
                    "type": key.type,
                    "size": key.size,
                    "deleted": key.deleted_at is not None,
                    "versions": [
                        {
                            "id": version.id,
                            "enabled": version.enabled,
                            "operations": list(version.operations),
                            "created": iso(version.created),
                            "not_before": version.not_before,
                            "expires": version.expires,
                        }
                        for version in key.versions
                    ],
                }
                for key in self.keys.values()
            ],
        }
