"""What Key Vault accepts as a key, in the control plane and in the data plane alike."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cmkwizard.practice.vaults import ALL_OPERATIONS, CURVE_BYTES, Vault

_SIZES = (2048, 3072, 4096)
_OPERATIONS = frozenset({*ALL_OPERATIONS, "import", "export"})
_EC_OPERATIONS = ("sign", "verify")


class KeyRequest(msgspec.Struct, frozen=True):
    """A key as asked for, with the defaults filled in."""

    type: str
    size: int
    curve: str
    operations: tuple[str, ...]


def unknown_operations(operations: Sequence[str]) -> str:
    """Those operations that Key Vault does not know, as a list in words; empty when it knows all."""
    return ", ".join(operation for operation in operations if operation not in _OPERATIONS)


def check_key_request(
    vault: Vault, kind: object, size: object, curve: object, operations: Sequence[str] | None
) -> KeyRequest | str:
    """The request with defaults filled in, or a sentence that says why the vault refuses it."""
    if kind not in ("RSA", "RSA-HSM", "EC", "EC-HSM"):
        return f"The property 'kty' has the value '{kind}'; RSA, RSA-HSM, EC and EC-HSM are supported."
    name = str(kind)
    if name not in vault.key_types:
        needed = "a vault of the premium tier" if name.endswith("-HSM") else "a vault; here are keys in hardware alone"
        return f"The key type {name} needs {needed}."
    if unknown := unknown_operations(operations or ()):
        return f"The property 'key_ops' has unknown values: {unknown}."
    if name.startswith("RSA"):
        if size not in (None, *_SIZES):
            return f"The key size {size} is not supported; 2048, 3072 and 4096 are."
        return KeyRequest(name, size if isinstance(size, int) else 2048, "", tuple(operations or ALL_OPERATIONS))
    wanted = str(curve or "P-256")
    if wanted not in CURVE_BYTES:
        return f"The curve {wanted} is not supported."
    return KeyRequest(name, 0, wanted, tuple(operations or _EC_OPERATIONS))
