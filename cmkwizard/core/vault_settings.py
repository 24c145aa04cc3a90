"""An existing vault's settings as Azure wrote them: what a change to one of them has to leave as it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS


class VaultProperty(StrEnum):
    """The properties of an existing vault that this program changes, as Azure names them. No other is ever written."""

    SOFT_DELETE = "enableSoftDelete"
    PURGE_PROTECTION = "enablePurgeProtection"
    NETWORK = "networkAcls"


@dataclass(frozen=True)
class VaultSettings:
    """A vault as Azure Resource Manager wrote it: plain JSON, nothing left out."""

    id: str
    name: str
    location: str
    properties: Mapping[str, Any]
    tags: Mapping[str, str]

    def get(self, name: VaultProperty) -> Any:
        """A property's value; None where Azure wrote none."""
        return self.properties.get(name)


_MOVES_BY_ITSELF = "provisioningState"
_NO_RULES = {"bypass": "AzureServices", "defaultAction": "Allow"}
"""What holds while Azure writes no rules (the defaults of ``NetworkRuleSet``, Azure SDK)."""


def differences(before: VaultSettings, now: VaultSettings, *changed: str) -> tuple[str, ...]:
    """Name what differs besides ``changed``, in Azure's words; empty when everything else is as it was."""
    names = {*before.properties, *now.properties} - {*changed, _MOVES_BY_ITSELF}
    found = sorted(name for name in names if before.properties.get(name) != now.properties.get(name))
    return (*found, "tags") if before.tags != now.tags else tuple(found)


def trusting(rules: Mapping[str, Any] | None) -> dict[str, Any]:
    """The firewall's rules with trusted Microsoft services let through; all others as they are."""
    return {**(rules or _NO_RULES), "bypass": "AzureServices"}


def admitting_adobe(rules: Mapping[str, Any] | None) -> dict[str, Any]:
    """The firewall's rules with Adobe's address among them; all others as they are."""
    found = dict(rules or _NO_RULES)
    addresses = list(found.get("ipRules") or [])
    if not any(_covers(str(rule.get("value", "")), ADOBE_ADDRESS) for rule in addresses):
        addresses.append({"value": f"{ADOBE_ADDRESS}/32"})
    return {**found, "ipRules": addresses}


def same_rules(wanted: Any, found: Any) -> bool:
    """Whether two values of a property say the same: Azure writes rules in its own spelling and order."""
    if isinstance(wanted, Mapping):
        return _plain(wanted) == _plain(found or _NO_RULES)
    return bool(wanted == found)


def count_rules(rules: Mapping[str, Any] | None) -> tuple[int, int]:
    """How many address rules and virtual network rules there are."""
    found = rules or {}
    return len(found.get("ipRules") or []), len(found.get("virtualNetworkRules") or [])


def _plain(rules: Mapping[str, Any]) -> tuple[str, str, list[str], list[str]]:
    addresses = [str(rule.get("value", "")).removesuffix("/32") for rule in rules.get("ipRules") or []]
    networks = [str(rule.get("id", "")).lower() for rule in rules.get("virtualNetworkRules") or []]
    bypass, default = str(rules.get("bypass") or "AzureServices"), str(rules.get("defaultAction") or "Allow")
    return bypass.lower(), default.lower(), sorted(addresses), sorted(networks)


def _covers(rule: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(rule, strict=False)
    except ValueError:  # another family, or a spelling that only Azure reads
        return False
