"""Resource providers of a subscription: which are registered, and registering them."""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.arm.gate import (
    SUBSCRIPTION,
    api_version,
    demand,
    demand_write,
    page,
    refuse,
    subscription_of,
)
from cmkwizard.practice.arm.subscriptions import LOCATION_NAMES
from cmkwizard.practice.arm.versions import VERSIONS
from cmkwizard.practice.azure_resources import Subscription
from cmkwizard.practice.web import Call, Reply, Route

# namespace -> resource types with the kind whose api versions apply
_TYPES = {
    "Microsoft.Authorization": (("roleAssignments", "role assignments"), ("locks", "locks")),
    "Microsoft.Insights": (("diagnosticSettings", "diagnostic settings"),),
    "Microsoft.KeyVault": (("vaults", "vaults"), ("vaults/keys", "vault keys"), ("deletedVaults", "vaults")),
    "Microsoft.ResourceGraph": (("resources", "resource graph"),),
    "Microsoft.Resources": (("resourceGroups", "resources"), ("subscriptions", "subscriptions")),
}
_ALWAYS = ("microsoft.authorization", "microsoft.resources", "microsoft.resourcegraph")
_PROVIDER = SUBSCRIPTION + r"/providers/(?P<namespace>[^/]+)"


def _namespace(written: str) -> str:
    for namespace in _TYPES:
        if namespace.lower() == written.lower():
            return namespace
    raise refuse(404, "InvalidResourceNamespace", f"The resource namespace '{written}' is invalid.")


def _body(subscription: Subscription, namespace: str) -> dict[str, Any]:
    registered = namespace.lower() in subscription.registered or namespace.lower() in _ALWAYS
    return {
        "id": f"{subscription.scope}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationFree" if namespace.lower() in _ALWAYS else "RegistrationRequired",
        "registrationState": "Registered" if registered else "NotRegistered",
        "resourceTypes": [
            {
                "resourceType": resource_type,
                "locations": list(LOCATION_NAMES),
                "apiVersions": list(reversed(VERSIONS[kind])),
                "capabilities": "CrossResourceGroupResourceMove, SupportsTags, SupportsLocation",
            }
            for resource_type, kind in _TYPES[namespace]
        ],
    }


def _list(call: Call, subscription: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.Resources/subscriptions/providers/read", found.scope)
    return page(call, list(_TYPES), lambda namespace: _body(found, namespace))


def _get(call: Call, subscription: str, namespace: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    demand(call, "Microsoft.Resources/subscriptions/providers/read", found.scope)
    return Reply(200, _body(found, _namespace(namespace)))


def _register(call: Call, subscription: str, namespace: str) -> Reply:
    api_version(call, "resources")
    found = subscription_of(call, subscription)
    name = _namespace(namespace)
    demand_write(call, found, f"{name}/register/action", found.scope)
    changed = name.lower() not in found.registered
    found.registered.add(name.lower())
    return Reply(200, _body(found, name), applied="provider.register" if changed else None)


ROUTES = (
    Route("GET", SUBSCRIPTION + "/providers/?", _list, ignore_case=True),
    Route("GET", _PROVIDER + "/?", _get, ignore_case=True),
    Route("POST", _PROVIDER + "/register/?", _register, ignore_case=True),
)
