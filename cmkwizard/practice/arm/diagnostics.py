"""Diagnostic settings: where a vault's log goes; and the places there are for it, workspaces and storage accounts.

Source: Microsoft's published OpenAPI documents, diagnostic settings of 2021-05-01-preview; Microsoft Learn, "Key Vault
logging" (the categories of a vault's log).
"""

from __future__ import annotations

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
from cmkwizard.practice.arm.role_definitions import SCOPE, clean_scope
from cmkwizard.practice.azure_resources import DESTINATIONS, Destination
from cmkwizard.practice.shapes import body_table, flag, table, tables, text
from cmkwizard.practice.use_log import DEDICATED
from cmkwizard.practice.web import Call, Reply, Route

_ACTION = "Microsoft.Insights/diagnosticSettings"
_CATEGORIES = ("AuditEvent", "AzurePolicyEvaluationDetails")
_CATEGORY_GROUPS = ("audit", "allLogs")
_PROPERTIES = {"workspaces": "workspaceId", "storageAccounts": "storageAccountId"}
# What somebody must hold on the destination to send a log there.
_LINKED = {
    "workspaces": "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
    "storageAccounts": "Microsoft.Storage/storageAccounts/listKeys/action",
}


def _settings(call: Call, scope: str) -> dict[str, dict[str, Any]]:
    """The settings of an existing vault or HSM, by name. Raises Refused."""
    if not call.world.estate.has_resource(scope):
        name = "/".join(scope.split("/")[6:])
        raise refuse(404, "ResourceNotFound", f"The Resource '{name}' was not found.")
    return call.world.estate.diagnostics.setdefault(scope.lower(), {})


def _body(scope: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{scope.lower()}/providers/microsoft.insights/diagnosticSettings/{name}",
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": name,
        "location": None,
        "kind": None,
        "tags": None,
        "properties": properties,
        "identity": None,
    }


def _list(call: Call, scope: str) -> Reply:
    api_version(call, "diagnostic settings")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    return Reply(200, {"value": [_body(scope, name, each) for name, each in _settings(call, scope).items()]})


def _get(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "diagnostic settings")
    scope = clean_scope(call, scope)
    demand(call, f"{_ACTION}/read", scope)
    found = _settings(call, scope).get(name)
    if found is None:
        raise refuse(404, "ResourceNotFound", f"The diagnostic setting '{name}' is not found.")
    return Reply(200, _body(scope, name, found))


def _put(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "diagnostic settings")
    scope = clean_scope(call, scope)
    subscription = subscription_of(call, scope.split("/")[2])
    demand_write(call, subscription, f"{_ACTION}/write", scope)
    settings = _settings(call, scope)
    properties = table(body_table(call).get("properties"), "properties")
    found = _read(call, properties)
    for other, each in settings.items():
        sinks = [each[key] for key in _PROPERTIES.values() if each[key] and each[key] == found[key]]
        if other != name and sinks:
            raise refuse(
                409,
                "Conflict",
                f"Data sink '{sinks[0]}' is already used in diagnostic setting '{other}' of this resource.",
            )
    applied = "diagnostics.update" if name in settings else "diagnostics.create"
    settings[name] = found
    return Reply(200, _body(scope, name, found), applied=applied)


def _read(call: Call, properties: dict[str, Any]) -> dict[str, Any]:
    """A setting as it is kept. Raises Refused."""
    found: dict[str, Any] = {key: _destination(call, properties, kind, key) for kind, key in _PROPERTIES.items()}
    if not any(found.values()):
        raise refuse(400, "BadRequest", "At least one data sink needs to be specified.")
    logs = [_log(each) for each in tables(properties.get("logs"), "logs")]
    if not logs:
        raise refuse(400, "BadRequest", "At least one log or metric category needs to be specified.")
    table_kind = text(properties.get("logAnalyticsDestinationType"), "logAnalyticsDestinationType")
    if table_kind not in ("", "AzureDiagnostics", DEDICATED):
        raise refuse(400, "BadRequest", f"Invalid value '{table_kind}' for 'logAnalyticsDestinationType'.")
    return found | {
        "eventHubName": None,
        "logs": logs,
        "metrics": [],
        "logAnalyticsDestinationType": table_kind or None,
    }


def _destination(call: Call, properties: dict[str, Any], kind: str, key: str) -> str | None:
    written = text(properties.get(key), key)
    if not written:
        return None
    found = call.world.estate.destinations.get(written.lower())
    if found is None or found.kind != kind:
        raise refuse(404, "ResourceNotFound", f"The Resource '{written}' was not found.")
    principal = caller(call)
    if not call.world.estate.may(principal, _LINKED[kind], found.id):
        raise refuse(
            403,
            "LinkedAuthorizationFailed",
            f"The client '{principal.name}' with object id '{principal.object_id}' has permission to perform action"
            f" '{_ACTION}/write' on the scope; however, it does not have permission to perform action(s)"
            f" '{_LINKED[kind]}' on the linked scope(s) '{found.id}' or the linked scope(s) are invalid.",
        )
    return found.id


def _log(written: dict[str, Any]) -> dict[str, Any]:
    category, group = text(written.get("category"), "category"), text(written.get("categoryGroup"), "categoryGroup")
    if (category and category not in _CATEGORIES) or (group and group not in _CATEGORY_GROUPS) or category == group:
        raise refuse(400, "BadRequest", f"Category '{category or group}' is not supported.")
    return {
        "category": category or None,
        "categoryGroup": group or None,
        "enabled": flag(written.get("enabled"), "enabled") is True,
        "retentionPolicy": {"days": 0, "enabled": False},
    }


def _delete(call: Call, scope: str, name: str) -> Reply:
    api_version(call, "diagnostic settings")
    scope = clean_scope(call, scope)
    subscription = subscription_of(call, scope.split("/")[2])
    demand_delete(call, subscription, f"{_ACTION}/delete", scope)
    removed = _settings(call, scope).pop(name, None)
    return Reply(200, applied="diagnostics.delete") if removed else Reply(204)


def _destination_body(destination: Destination) -> dict[str, Any]:
    return {
        "id": destination.id,
        "name": destination.name,
        "type": f"{DESTINATIONS[destination.kind]}/{destination.kind}",
        "location": destination.location,
        "tags": {},
        "properties": {
            "provisioningState": "Succeeded",
            **({"customerId": destination.customer_id} if destination.kind == "workspaces" else {}),
        },
    }


def _destinations(call: Call, subscription: str, kind: str, group: str | None = None) -> Reply:
    api_version(call, "destinations")
    scope = subscription_of(call, subscription).scope
    kind = next(each for each in DESTINATIONS if each.lower() == kind.lower())
    if group is not None:
        scope = f"{scope}/resourceGroups/{group_of(call, subscription, group).name}"
    estate = call.world.estate
    action = f"{DESTINATIONS[kind]}/{kind}/read"
    found = [each for each in estate.destinations.values() if each.kind == kind and each.id.startswith(f"{scope}/")]
    visible = [each for each in found if estate.may(caller(call), action, each.id)]
    if not visible:
        demand(call, action, scope)
    return page(call, visible, _destination_body)


def _workspace(call: Call, subscription: str, group: str, name: str) -> Reply:
    api_version(call, "destinations")
    place = f"{subscription_of(call, subscription).scope}/resourceGroups/{group}"
    wanted = f"{place}/providers/Microsoft.OperationalInsights/workspaces/{name}"
    demand(call, "Microsoft.OperationalInsights/workspaces/read", wanted)
    found = call.world.estate.destinations.get(wanted.lower())
    if found is None:
        message = f"The Resource 'Microsoft.OperationalInsights/workspaces/{name}' was not found."
        raise refuse(404, "ResourceNotFound", message)
    return Reply(200, _destination_body(found))


_ALL = SCOPE + r"/providers/Microsoft\.Insights/diagnosticSettings"
_ONE = _ALL + "/(?P<name>[^/]+)/?"
_WORKSPACE = GROUP + r"/providers/Microsoft\.OperationalInsights/workspaces/(?P<name>[^/]+)/?"
_PLACES = (
    r"/providers/Microsoft\.OperationalInsights/(?P<kind>workspaces)/?",
    r"/providers/Microsoft\.Storage/(?P<kind>storageAccounts)/?",
)

ROUTES = (
    Route("GET", _ALL + "/?", _list, ignore_case=True),
    Route("GET", _ONE, _get, ignore_case=True),
    Route("PUT", _ONE, _put, ignore_case=True),
    Route("DELETE", _ONE, _delete, ignore_case=True),
    Route("GET", _WORKSPACE, _workspace, ignore_case=True),
    *(Route("GET", SUBSCRIPTION + each, _destinations, ignore_case=True) for each in _PLACES),
    *(Route("GET", GROUP + each, _destinations, ignore_case=True) for each in _PLACES),
)
