"""Company policies: what they say of a resource as Resource Manager writes it, and the refusal by effect "deny"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from cmkwizard.practice.arm.gate import refuse
from cmkwizard.practice.azure_resources import Policy, covers
from cmkwizard.practice.web import Call

VAULTS = "Microsoft.KeyVault/vaults"
KEYS = "Microsoft.KeyVault/vaults/keys"
_ALL_KEYS = (KEYS, "Microsoft.KeyVault/managedHSMs/keys")
GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"
Content = Mapping[str, Any]


class Kind(msgspec.Struct, frozen=True):
    """What a kind of policy looks at, and when it objects. `path`: where the value stands in the content."""

    types: tuple[str, ...]
    field: str  # Azure Policy's name of what is looked at
    path: str
    operator: str
    offends: Callable[[Policy, Content], bool]


def read(content: Content, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    found: Any = content
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _location(policy: Policy, content: Content) -> bool:
    location = str(read(content, "location") or policy.allowed[0]).replace(" ", "").lower()
    return location not in policy.allowed


def _public_access(_policy: Policy, content: Content) -> bool:
    if str(read(content, "properties.publicNetworkAccess")).lower() == "disabled":
        return False
    return bool(read(content, "properties.networkAcls.defaultAction") != "Deny")


def _no_expiry(_policy: Policy, content: Content) -> bool:
    return read(content, "properties.attributes.exp") is None


def _software_key(_policy: Policy, content: Content) -> bool:
    return not str(read(content, "properties.kty")).endswith("-HSM")


def _short_key(policy: Policy, content: Content) -> bool:
    size = read(content, "properties.keySize")
    return isinstance(size, int) and size < int(policy.allowed[0])


def _tier(policy: Policy, content: Content) -> bool:
    return str(read(content, "properties.sku.name") or policy.allowed[0]).lower() not in policy.allowed


def _purgeable(_policy: Policy, content: Content) -> bool:
    return read(content, "properties.enablePurgeProtection") is not True


def _missing_tag(policy: Policy, content: Content) -> bool:
    return bool(missing_tags(policy, content))


def missing_tags(policy: Policy, content: Content) -> list[str]:
    """Those tags that a policy asks for and a resource lacks."""
    return [tag for tag in policy.allowed if read(content, "tags") is None or tag not in content["tags"]]


KINDS: dict[str, Kind] = {
    "allowed-locations": Kind((VAULTS, GROUPS), "location", "location", "NotIn", _location),
    "allowed-skus": Kind((VAULTS,), f"{VAULTS}/sku.name", "properties.sku.name", "NotIn", _tier),
    "public-access-off": Kind(
        (VAULTS,), f"{VAULTS}/publicNetworkAccess", "properties.publicNetworkAccess", "NotEquals", _public_access
    ),
    "purge-protection-on": Kind(
        (VAULTS,), f"{VAULTS}/enablePurgeProtection", "properties.enablePurgeProtection", "NotEquals", _purgeable
    ),
    "keys-must-expire": Kind(_ALL_KEYS, f"{KEYS}/attributes.exp", "properties.attributes.exp", "Exists", _no_expiry),
    "keys-in-hsm": Kind(_ALL_KEYS, f"{KEYS}/kty", "properties.kty", "NotIn", _software_key),
    "minimum-key-size": Kind(_ALL_KEYS, f"{KEYS}/keySize", "properties.keySize", "Less", _short_key),
    "required-tags": Kind((VAULTS, GROUPS), "tags", "tags", "Exists", _missing_tag),
}


def policies_over(call: Call, scope: str, resource_type: str) -> Iterator[Policy]:
    """The policies assigned at or above a scope that look at resources of a type."""
    for policy in call.world.estate.policies:
        if covers(policy.scope, scope) and resource_type in KINDS[policy.kind].types:
            yield policy


def assignment_id(policy: Policy) -> str:
    """The resource id of a policy's assignment."""
    return f"{policy.scope}/providers/Microsoft.Authorization/policyAssignments/{policy.kind}"


def demand_allowed(call: Call, scope: str, resource_type: str, content: Content) -> None:
    """No policy over the scope denies a resource with this content. Raises Refused with RequestDisallowedByPolicy."""
    for policy in policies_over(call, scope, resource_type):
        if policy.effect != "Deny" or not KINDS[policy.kind].offends(policy, content):
            continue
        name = scope.rpartition("/")[2]
        violation = {
            "type": "PolicyViolation",
            "info": {
                "policyDefinitionDisplayName": policy.name,
                "policyDefinitionName": policy.kind,
                "policyDefinitionEffect": "deny",
                "policyAssignmentDisplayName": policy.name,
                "policyAssignmentName": policy.kind,
                "policyAssignmentScope": policy.scope,
                "policyAssignmentId": assignment_id(policy),
            },
        }
        raise refuse(
            403,
            "RequestDisallowedByPolicy",
            f"Resource '{name}' was disallowed by policy. Policy: '{policy.name}', assignment:"
            f" '{assignment_id(policy)}'.",
            target=name,
            additionalInfo=[violation],
        )
