"""Tenants, subscriptions and locations."""

from __future__ import annotations

from typing import Any

from cmkwizard.practice.arm.gate import SUBSCRIPTION, api_version, caller, demand, page, subscription_of
from cmkwizard.practice.azure_resources import Subscription
from cmkwizard.practice.identities import Tenant
from cmkwizard.practice.web import Call, Reply, Route

# name, display name, geography, geography group, longitude, latitude, physical place, paired with
_LOCATIONS = (
    ("eastus", "East US", "United States", "US", "-79.8164", "37.3719", "Virginia", "westus"),
    ("eastus2", "East US 2", "United States", "US", "-78.3889", "36.6681", "Virginia", "centralus"),
    ("westus", "West US", "United States", "US", "-122.417", "37.783", "California", "eastus"),
    ("westus2", "West US 2", "United States", "US", "-119.852", "47.233", "Washington", "westcentralus"),
    ("centralus", "Central US", "United States", "US", "-93.6208", "41.5908", "Iowa", "eastus2"),
    ("westcentralus", "West Central US", "United States", "US", "-110.234", "40.89", "Wyoming", "westus2"),
    ("canadacentral", "Canada Central", "Canada", "Canada", "-79.383", "43.653", "Toronto", "canadaeast"),
    ("canadaeast", "Canada East", "Canada", "Canada", "-71.217", "46.817", "Quebec", "canadacentral"),
    ("northeurope", "North Europe", "Europe", "Europe", "-6.2597", "53.3478", "Ireland", "westeurope"),
    ("westeurope", "West Europe", "Europe", "Europe", "4.9", "52.3667", "Netherlands", "northeurope"),
    ("uksouth", "UK South", "United Kingdom", "UK", "-0.799", "50.941", "London", "ukwest"),
    ("ukwest", "UK West", "United Kingdom", "UK", "-3.084", "53.427", "Cardiff", "uksouth"),
    (
        "australiaeast",
        "Australia East",
        "Australia",
        "Asia Pacific",
        "151.2094",
        "-33.86",
        "Sydney",
        "australiasoutheast",
    ),
    (
        "australiasoutheast",
        "Australia Southeast",
        "Australia",
        "Asia Pacific",
        "144.9631",
        "-37.8136",
        "Melbourne",
        "australiaeast",
    ),
)
LOCATION_NAMES = {display: name for name, display, *_ in _LOCATIONS}


def location_name(written: str) -> str | None:
    """The canonical name of a location given as "westeurope" or "West Europe"; None when it is unknown."""
    name = written.replace(" ", "").lower()
    return name if name in LOCATION_NAMES.values() else None


def _list_tenants(call: Call) -> Reply:
    api_version(call, "subscriptions")
    principal = caller(call)
    home = principal.tenant
    tenants = list(call.world.directory.tenants_of(principal))
    return page(call, tenants, lambda tenant: _tenant_body(tenant, home))


def _tenant_body(tenant: Tenant, home: str) -> dict[str, Any]:
    return {
        "id": f"/tenants/{tenant.id}",
        "tenantId": tenant.id,
        "countryCode": tenant.country,
        "displayName": tenant.name,
        "domains": [tenant.domain],
        "tenantCategory": "Home" if tenant.id == home else "ManagedBy",
        "defaultDomain": tenant.domain,
        "tenantType": "AAD",
    }


def _list_subscriptions(call: Call) -> Reply:
    api_version(call, "subscriptions")
    principal = caller(call)
    estate = call.world.estate
    visible = [
        each
        for each in estate.subscriptions.values()
        if each.tenant == principal.tenant and estate.sees(principal, each.scope)
    ]
    reply = page(call, visible, subscription_body)
    reply.body["count"] = {"type": "Total", "value": len(visible)}
    return reply


def _get_subscription(call: Call, subscription: str) -> Reply:
    api_version(call, "subscriptions")
    found = subscription_of(call, subscription)
    if not call.world.estate.sees(caller(call), found.scope):
        demand(call, "Microsoft.Resources/subscriptions/read", found.scope)
    return Reply(200, subscription_body(found))


def subscription_body(subscription: Subscription) -> dict[str, Any]:
    """A subscription as Resource Manager writes it."""
    return {
        "id": subscription.scope,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "tags": subscription.tags,
        "subscriptionId": subscription.id,
        "tenantId": subscription.tenant,
        "displayName": subscription.name,
        "state": subscription.state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _list_locations(call: Call, subscription: str) -> Reply:
    api_version(call, "subscriptions")
    found = subscription_of(call, subscription)
    if not call.world.estate.sees(caller(call), found.scope):
        demand(call, "Microsoft.Resources/subscriptions/locations/read", found.scope)
    return Reply(200, {"value": [_location_body(found, *row) for row in _LOCATIONS]})


def _location_body(
    subscription: Subscription,
    name: str,
    display: str,
    geography: str,
    geography_group: str,
    longitude: str,
    latitude: str,
    place: str,
    pair: str,
) -> dict[str, Any]:
    return {
        "id": f"{subscription.scope}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": display,
        "regionalDisplayName": f"({geography_group}) {display}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended",
            "geography": geography,
            "geographyGroup": geography_group,
            "longitude": longitude,
            "latitude": latitude,
            "physicalLocation": place,
            "pairedRegion": [{"name": pair, "id": f"{subscription.scope}/locations/{pair}"}],
        },
    }


ROUTES = (
    Route("GET", r"/tenants/?", _list_tenants, ignore_case=True),
    Route("GET", r"/subscriptions/?", _list_subscriptions, ignore_case=True),
    Route("GET", SUBSCRIPTION + "/?", _get_subscription, ignore_case=True),
    Route("GET", SUBSCRIPTION + "/locations/?", _list_locations, ignore_case=True),
)
