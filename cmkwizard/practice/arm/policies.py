"""Company policies with effect "deny"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cmkwizard.practice.arm.gate import refuse
from cmkwizard.practice.azure_resources import Policy, covers
from cmkwizard.practice.web import Call

Check = Callable[[Policy, Mapping[str, Any]], bool]
_VAULTS = "Microsoft.KeyVault/vaults"
_KEYS = "Microsoft.KeyVault/vaults/keys"


def _location(policy: Policy, values: Mapping[str, Any]) -> bool:
    return values.get("location", policy.allowed[0]) not in policy.allowed


def _public_access(_policy: Policy, values: Mapping[str, Any]) -> bool:
    return values.get("public_access") != "Disabled" and values.get("default_action") != "Deny"


def _no_expiry(_policy: Policy, values: Mapping[str, Any]) -> bool:
    return values.get("expires") is None


def _software_key(_policy: Policy, values: Mapping[str, Any]) -> bool:
    return not str(values.get("type", "")).endswith("-HSM")


def _missing_tag(policy: Policy, values: Mapping[str, Any]) -> bool:
    return any(tag not in (values.get("tags") or {}) for tag in policy.allowed)


# kind of policy -> (resource types it looks at, whether the values offend)
_KINDS: dict[str, tuple[tuple[str, ...], Check]] = {
    "allowed-locations": ((_VAULTS, "Microsoft.Resources/subscriptions/resourceGroups"), _location),
    "public-access-off": ((_VAULTS,), _public_access),
    "keys-must-expire": ((_KEYS,), _no_expiry),
    "keys-in-hsm": ((_KEYS,), _software_key),
    "required-tags": ((_VAULTS, "Microsoft.Resources/subscriptions/resourceGroups"), _missing_tag),
}


def demand_allowed(call: Call, scope: str, resource_type: str, values: Mapping[str, Any]) -> None:
    """No policy over the scope denies a resource with these values. Raises Refused with RequestDisallowedByPolicy."""
    for policy in call.world.estate.policies:
        types, offends = _KINDS[policy.kind]
        if not covers(policy.scope, scope) or resource_type not in types or not offends(policy, values):
            continue
        name = scope.rpartition("/")[2]
        assignment = f"{policy.scope}/providers/Microsoft.Authorization/policyAssignments/{policy.kind}"
        violation = {
            "type": "PolicyViolation",
            "info": {
                "policyDefinitionDisplayName": policy.name,
                "policyDefinitionName": policy.kind,
                "policyDefinitionEffect": "deny",
                "policyAssignmentDisplayName": policy.name,
                "policyAssignmentName": policy.kind,
                "policyAssignmentScope": policy.scope,
                "policyAssignmentId": assignment,
            },
        }
        raise refuse(
            403,
            "RequestDisallowedByPolicy",
            f"Resource '{name}' was disallowed by policy. Policy: '{policy.name}', assignment: '{assignment}'.",
            target=name,
            additionalInfo=[violation],
        )
