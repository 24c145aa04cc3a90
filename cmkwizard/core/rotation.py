"""How often Key Vault rotates a key by itself."""

from __future__ import annotations

import re
from typing import Any

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")


def rotation_policy(days: int) -> dict[str, Any]:
    """A rotation policy as Azure Resource Manager takes it with a new key (Microsoft.KeyVault/vaults/keys)."""
    return {"lifetimeActions": [{"trigger": {"timeAfterCreate": f"P{days}D"}, "action": {"type": "rotate"}}]}


def days_of(duration: str) -> int | None:
    """An ISO 8601 duration in days, a month for 30 and a year for 365; None where it names none."""
    found = _DURATION.fullmatch(duration.upper())
    if found is None or not any(found.groups()):
        return None
    return sum(int(part or 0) * days for part, days in zip(found.groups(), (365, 30, 7, 1), strict=True))
