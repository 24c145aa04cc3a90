"""Managed HSMs in the control plane: read, their few settings, and whether a name is free. None is made or deleted."""

from __future__ import annotations

import re
from typing import Any

from cmkwizard.practice.arm.gate import (
    GROUP,
    KEY_VAULT,
    SUBSCRIPTION,
    api_version,
    caller,
    demand,
    demand_write,
    group_of,
    hsm_of,
    page,
    subscription_of,
)
from cmkwizard.practice.arm.vault_body import apply_values, check_values, endpoint_body
from cmkwizard.practice.clock import iso
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.shapes import body_table, table, tags
from cmkwizard.practice.vaults import NetworkRules
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.KeyVault/managedHSMs"
_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")


def _list(call: Call, subscription: str, group: str | None = None) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    scope = found.scope if group is None else f"{found.scope}/resourceGroups/{group_of(call, subscription, group).name}"
    estate = call.world.estate
    here = [each for each in estate.hsms.values() if each.id.startswith(f"{scope}/")]
    visible = [each for each in here if estate.may(caller(call), f"{_TYPE}/read", each.id)]
    if not visible:
        demand(call, f"{_TYPE}/read", scope)
    return page(call, visible, lambda each: _body(call, each))


def _list_deleted(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/deletedManagedHsms/read", found.scope)
    return Reply(200, {"value": []})


def _get(call: Call, subscription: str, group: str, name: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, f"{_TYPE}/read", f"{found.scope}/resourceGroups/{group}/providers/{_TYPE}/{name}")
    return Reply(200, _body(call, hsm_of(call, subscription, group, name)))


def _patch(call: Call, subscription: str, group: str, name: str) -> Reply:
    """Purge protection (to true alone), the firewall as a whole, public access and tags."""
    api_version(call, "vaults")
    owner = subscription_of(call, subscription)
    demand_write(call, owner, f"{_TYPE}/write", f"{owner.scope}/resourceGroups/{group}/providers/{_TYPE}/{name}")
    found = hsm_of(call, subscription, group, name)
    body = body_table(call)
    properties = table(body.get("properties"), "properties")
    check_values(properties, found.tenant)
    wanted_tags = tags(body.get("tags")) if body.get("tags") is not None else found.tags
    settable = ("networkAcls", "enablePurgeProtection", "publicNetworkAccess", "softDeleteRetentionInDays")
    apply_values(found, {each: properties[each] for each in settable if each in properties})
    found.tags = wanted_tags
    return Reply(200, _body(call, found), applied="hsm.update")


def _body(call: Call, hsm: ManagedHsm) -> dict[str, Any]:
    """The HSM as Resource Manager answers it."""
    network = hsm.network or NetworkRules()
    domain = (
        {"activationStatus": "Active", "activationStatusMessage": "The HSM is activated and ready to use."}
        if hsm.activated
        else {
            "activationStatus": "NotActivated",
            "activationStatusMessage": "The HSM is provisioned; it is not usable until its security domain is saved.",
        }
    )
    return {
        "id": hsm.id,
        "name": hsm.name,
        "type": _TYPE,
        "location": hsm.location,
        "sku": {"family": "B", "name": hsm.sku},
        "tags": hsm.tags,
        "systemData": {
            "createdBy": hsm.created_by,
            "createdByType": hsm.created_by_type,
            "createdAt": iso(hsm.created),
            "lastModifiedBy": hsm.created_by,
            "lastModifiedByType": hsm.created_by_type,
            "lastModifiedAt": iso(hsm.created),
        },
        "properties": {
            "tenantId": hsm.tenant,
            "initialAdminObjectIds": hsm.administrators,
            "hsmUri": f"https://{hsm.name.lower()}{call.naming.hsm_suffix}/",
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": hsm.retention_days,
            "enablePurgeProtection": hsm.purge_protection,
            "provisioningState": "Succeeded",
            "statusMessage": domain["activationStatusMessage"],
            "networkAcls": {
                "bypass": network.bypass,
                "defaultAction": network.default_action,
                "ipRules": [{"value": each} for each in network.addresses],
                "virtualNetworkRules": [{"id": each["id"]} for each in network.networks],
            },
            "publicNetworkAccess": hsm.public_access,
            "privateEndpointConnections": [endpoint_body(hsm, *each) for each in enumerate(hsm.private_endpoints, 1)],
            "regions": [],
            "securityDomainProperties": domain,
        },
    }


def _check_name(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/checkMhsmNameAvailability/read", found.scope)
    name = str(body_table(call).get("name") or "")
    if name.lower() in call.world.estate.hsms:
        message = f"The name '{name}' is already in use."
        return Reply(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    if _NAME.fullmatch(name):
        return Reply(200, {"nameAvailable": True})
    message = "The name must be 3 to 24 letters, digits and hyphens, and begin with a letter."
    return Reply(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})


_LISTED = SUBSCRIPTION + KEY_VAULT
_GROUPED = GROUP + KEY_VAULT + "/managedHSMs"

ROUTES = (
    Route("GET", _LISTED + "/managedHSMs/?", _list, ignore_case=True),
    Route("GET", _GROUPED + "/?", _list, ignore_case=True),
    Route("GET", _GROUPED + "/(?P<name>[^/]+)/?", _get, ignore_case=True),
    Route("PATCH", _GROUPED + "/(?P<name>[^/]+)/?", _patch, ignore_case=True),
    Route("GET", _LISTED + "/deletedManagedHSMs/?", _list_deleted, ignore_case=True),
    Route("POST", _LISTED + "/checkMhsmNameAvailability/?", _check_name, ignore_case=True),
)
