"""Resource groups, and the flat list of resources."""

from __future__ import annotations

import re
from typing import Any

from cmkwizard.practice.arm.gate import (
    GROUP,
    SUBSCRIPTION,
    api_version,
    caller,
    demand,
    demand_delete,
    demand_write,
    group_of,
    page,
    refuse,
    subscription_of,
)
from cmkwizard.practice.arm.policies import GROUPS, demand_allowed
from cmkwizard.practice.arm.subscriptions import location_name
from cmkwizard.practice.azure_resources import ResourceGroup
from cmkwizard.practice.clock import iso
from cmkwizard.practice.shapes import body_table, tags
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Reply, Route

_ACTION = "Microsoft.Resources/subscriptions/resourceGroups"
_NAME = re.compile(r"[-\w._()]{0,89}[-\w_()]")
_TYPE_FILTER = re.compile(r"resourceType eq '([^']+)'", re.IGNORECASE)
_NAME_FILTER = re.compile(r"\bname eq '([^']+)'", re.IGNORECASE)


def _body(group: ResourceGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": {"provisioningState": group.state},
    }


def _list(call: Call, subscription: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    estate = call.world.estate
    principal = caller(call)
    groups = [group for group in estate.groups[found.id].values() if estate.sees(principal, group.id)]
    if not groups:
        demand(call, f"{_ACTION}/read", found.scope)
    return page(call, sorted(groups, key=lambda group: group.name.lower()), _body)


def _get(call: Call, subscription: str, group: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand(call, f"{_ACTION}/read", f"{found.scope}/resourceGroups/{group}")
    return Reply(200, _body(group_of(call, subscription, group)))


def _head(call: Call, subscription: str, group: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand(call, f"{_ACTION}/read", f"{found.scope}/resourceGroups/{group}")
    return Reply(204 if call.world.estate.group(subscription, group) else 404)


def _put(call: Call, subscription: str, group: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    scope = f"{found.scope}/resourceGroups/{group}"
    demand_write(call, found, f"{_ACTION}/write", scope)
    body = body_table(call)
    if not _NAME.fullmatch(group):
        raise refuse(400, "InvalidResourceGroupName", f"The provided resource group name '{group}' is not valid.")
    location = location_name(str(body.get("location", "")))
    if location is None:
        raise refuse(400, "LocationNotAvailableForResourceGroup", f"The location '{body.get('location')}' is unknown.")
    existing = call.world.estate.group(subscription, group)
    if existing is not None and existing.location != location:
        raise refuse(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in location"
            f" '{existing.location}'.",
        )
    wanted_tags = tags(body.get("tags"))
    demand_allowed(call, scope, GROUPS, {"location": location, "tags": wanted_tags})
    if existing is not None:
        existing.tags = wanted_tags
        return Reply(200, _body(existing), applied="group.update")
    created = ResourceGroup(group, found.id, location, wanted_tags)
    call.world.estate.add_group(created)
    return Reply(201, _body(created), applied="group.create")


def _patch(call: Call, subscription: str, group: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand_write(call, found, f"{_ACTION}/write", f"{found.scope}/resourceGroups/{group}")
    existing = group_of(call, subscription, group)
    existing.tags = tags(body_table(call).get("tags"))
    return Reply(200, _body(existing), applied="group.update")


def _delete(call: Call, subscription: str, group: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand_delete(call, found, f"{_ACTION}/delete", f"{found.scope}/resourceGroups/{group}")
    existing = group_of(call, subscription, group)
    estate = call.world.estate
    for vault in estate.vaults_in(found.id, existing.name):
        estate.delete_vault(vault)
    del estate.groups[found.id][existing.name.lower()]
    return Reply(200, applied="group.delete")


def _resources(call: Call, subscription: str, group: str | None = None) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    wanted = _TYPE_FILTER.search(call.query.get("$filter", ""))
    vaults: list[Vault] = []
    if wanted is None or wanted[1].lower() == "microsoft.keyvault/vaults":
        vaults = readable_vaults(call, found.id, group)
    if named := _NAME_FILTER.search(call.query.get("$filter", "")):
        vaults = [vault for vault in vaults if vault.name.lower() == named[1].lower()]
    expanded = "createdtime" in call.query.get("$expand", "").lower()
    return page(call, vaults, lambda vault: _resource_body(vault, expanded))


def readable_vaults(call: Call, subscription: str, group: str | None = None) -> list[Vault]:
    """The vaults of a subscription or group that the caller may read. Raises Refused when it may read none at all."""
    estate = call.world.estate
    principal = caller(call)
    scope = f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group is not None else "")
    vaults = estate.vaults_in(subscription, group)
    if estate.may(principal, "Microsoft.KeyVault/vaults/read", scope):
        return vaults
    if not estate.sees(principal, scope):
        demand(call, "Microsoft.KeyVault/vaults/read", scope)
    return [vault for vault in vaults if estate.may(principal, "Microsoft.KeyVault/vaults/read", vault.id)]


def _resource_body(vault: Vault, expanded: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": vault.id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/vaults",
        "location": vault.location,
        "tags": vault.tags,
    }
    if expanded:
        body |= {
            "createdTime": iso(vault.created),
            "changedTime": iso(vault.modified or vault.created),
            "provisioningState": "Succeeded",
        }
    return body


_GROUPS = SUBSCRIPTION + "/resourceGroups/?"

ROUTES = (
    Route("GET", _GROUPS, _list, ignore_case=True),
    Route("GET", GROUP + "/?", _get, ignore_case=True),
    Route("HEAD", GROUP + "/?", _head, ignore_case=True),
    Route("PUT", GROUP + "/?", _put, ignore_case=True),
    Route("PATCH", GROUP + "/?", _patch, ignore_case=True),
    Route("DELETE", GROUP + "/?", _delete, ignore_case=True),
    Route("GET", SUBSCRIPTION + "/resources/?", _resources, ignore_case=True),
    Route("GET", GROUP + "/resources/?", _resources, ignore_case=True),
)
