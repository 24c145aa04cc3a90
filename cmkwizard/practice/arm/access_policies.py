"""Access policies of a vault, added, replaced and removed apart from the vault."""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.arm.gate import VAULT, api_version, demand_write, subscription_of, vault_id, vault_of
from cmkwizard.practice.arm.vault_body import read_policies
from cmkwizard.practice.shapes import body_table, table
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.KeyVault/vaults/accessPolicies"
_KINDS = ("keys", "secrets", "certificates", "storage")


def _put(call: Call, subscription: str, group: str, vault: str, operation: str) -> Reply:
    api_version(call, "vaults")
    owner = subscription_of(call, subscription)
    demand_write(call, owner, f"{_TYPE}/write", vault_id(subscription, group, vault))
    found = vault_of(call, subscription, group, vault)
    properties = table(body_table(call).get("properties"), "properties")
    for policy in read_policies(properties, found.tenant) or []:
        _apply(found, operation.lower(), policy)
    body = {
        "id": f"{found.id}/accessPolicies/",
        "type": _TYPE,
        "location": found.location,
        "properties": {"accessPolicies": found.access_policies},
    }
    return Reply(200, body, applied="vault.access_policies")


def _apply(vault: Vault, operation: str, policy: dict[str, Any]) -> None:
    """add: joins the permissions of one object; replace: sets them; remove: takes those named away."""
    who = str(policy["objectId"]).lower()
    old = next((each for each in vault.access_policies if str(each["objectId"]).lower() == who), None)
    granted = {kind: list(old["permissions"].get(kind, [])) if old else [] for kind in _KINDS}
    for kind in _KINDS:
        named = policy["permissions"][kind]
        if operation == "replace":
            granted[kind] = list(named)
        elif operation == "add":
            granted[kind] += [each for each in named if each.lower() not in {one.lower() for one in granted[kind]}]
        else:
            granted[kind] = [each for each in granted[kind] if each.lower() not in {one.lower() for one in named}]
    others = [each for each in vault.access_policies if each is not old]
    vault.access_policies = others + ([{**policy, "permissions": granted}] if any(granted.values()) else [])


ROUTES = (Route("PUT", VAULT + r"/accessPolicies/(?P<operation>add|replace|remove)/?", _put, ignore_case=True),)
