"""Managed HSMs: this practice holds none, and says so in the shapes of the service."""

from __future__ import annotations

import re

from cmkwizard.practice.arm.gate import (
    GROUP,
    KEY_VAULT,
    SUBSCRIPTION,
    api_version,
    demand,
    group_of,
    refuse,
    subscription_of,
)
from cmkwizard.practice.shapes import body_table
from cmkwizard.practice.web import Call, Reply, Route

_TYPE = "Microsoft.KeyVault/managedHSMs"
_NAME = re.compile(r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")


def _list(call: Call, subscription: str, group: str | None = None) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    scope = found.scope if group is None else f"{found.scope}/resourceGroups/{group}"
    demand(call, f"{_TYPE}/read", scope)
    if group is not None:
        group_of(call, subscription, group)
    return Reply(200, {"value": []})


def _list_deleted(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/deletedManagedHsms/read", found.scope)
    return Reply(200, {"value": []})


def _get(call: Call, subscription: str, group: str, name: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, f"{_TYPE}/read", f"{found.scope}/resourceGroups/{group}/providers/{_TYPE}/{name}")
    where = group_of(call, subscription, group).name
    raise refuse(
        404, "ResourceNotFound", f"The Resource '{_TYPE}/{name}' under resource group '{where}' was not found."
    )


def _check_name(call: Call, subscription: str) -> Reply:
    api_version(call, "vaults")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.KeyVault/checkMhsmNameAvailability/read", found.scope)
    if _NAME.fullmatch(str(body_table(call).get("name") or "")):
        return Reply(200, {"nameAvailable": True})
    message = "The name must be 3 to 24 letters, digits and hyphens, and begin with a letter."
    return Reply(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})


_LISTED = SUBSCRIPTION + KEY_VAULT
_GROUPED = GROUP + KEY_VAULT + "/managedHSMs"

ROUTES = (
    Route("GET", _LISTED + "/managedHSMs/?", _list, ignore_case=True),
    Route("GET", _GROUPED + "/?", _list, ignore_case=True),
    Route("GET", _GROUPED + "/(?P<name>[^/]+)/?", _get, ignore_case=True),
    Route("GET", _LISTED + "/deletedManagedHSMs/?", _list_deleted, ignore_case=True),
    Route("POST", _LISTED + "/checkMhsmNameAvailability/?", _check_name, ignore_case=True),
)
