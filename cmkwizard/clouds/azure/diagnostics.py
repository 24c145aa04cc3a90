"""Diagnostic settings: where a vault's logs go."""

from __future__ import annotations

from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, fact, listed
from cmkwizard.core.facts import DiagnosticSetting
from cmkwizard.core.log_places import LogPlace, log_place

_VERSION = "2021-05-01-preview"
_WORKSPACES_VERSION = "2023-09-01"
_DESTINATIONS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_AUDIT_GROUPS = ("audit", "alllogs")


class Diagnostics:
    """Each method sends one request and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def list_settings(self, resource_id: str) -> list[DiagnosticSetting]:
        """List the diagnostic settings of a resource.

        Source: Azure Monitor, diagnostic settings (list). Key Vault's audit log is the category ``AuditEvent``, which
        the category groups ``audit`` and ``allLogs`` hold too (Azure Key Vault logging).
        """
        client = self._connection.resource_client(subscription_of(resource_id))
        address = f"{resource_id}/providers/Microsoft.Insights/diagnosticSettings?api-version={_VERSION}"
        return listed(client, address, _setting)

    def list_workspaces(self, subscription: str) -> list[LogPlace]:
        """List the Log Analytics workspaces of a subscription that the account can read.

        Source: Azure Resource Manager, Log Analytics workspaces (list).
        """
        client = self._connection.resource_client(subscription)
        kind = "Microsoft.OperationalInsights/workspaces"
        address = f"/subscriptions/{subscription}/providers/{kind}?api-version={_WORKSPACES_VERSION}"
        return listed(client, address, _workspace)

    def create_setting(self, resource_id: str, name: str, place: LogPlace) -> None:
        """Have a vault's audit events written to ``place`` from now on, once; a setting of this name is replaced.

        Raises:
            Problem: UNCLEAR when it is not known whether Azure took the request.
        """
        from azure.core.rest import HttpRequest

        client = self._connection.resource_client(subscription_of(resource_id))
        address = f"{resource_id}/providers/Microsoft.Insights/diagnosticSettings/{name}?api-version={_VERSION}"
        log = {"category": "AuditEvent", "enabled": True}
        body: dict[str, Any] = {"properties": {place.setting: place.id, "logs": [log]}}
        with arm_call(write=True):
            client.send_request(HttpRequest("PUT", address, json=body)).raise_for_status()


def _workspace(entry: Any) -> LogPlace:
    place = log_place(entry["id"])
    if place is None:
        raise ValueError("the id of a workspace has another shape")
    return place


def _setting(entry: Any) -> DiagnosticSetting:
    properties = entry["properties"]
    return fact(
        DiagnosticSetting,
        name=entry["name"],
        audit=any(_is_audit(each) for each in properties.get("logs") or ()),
        destination=next((str(properties[name]) for name in _DESTINATIONS if properties.get(name)), ""),
    )


def _is_audit(log: Any) -> bool:
    category, group = str(log.get("category") or ""), str(log.get("categoryGroup") or "")
    return log.get("enabled") is True and (category.lower() == "auditevent" or group.lower() in _AUDIT_GROUPS)
