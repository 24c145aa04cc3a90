"""Where a vault's logs can go: what a person types, and what Azure Monitor calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACE = re.compile(
    r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/\s]+/providers/(?P<type>[^/\s]+/[^/\s]+)/[^/\s]+"
    r"(?P<rule>/authorizationRules/[^/\s]+)?",
    re.IGNORECASE,
)
_PROPERTIES = {
    "microsoft.operationalinsights/workspaces": "workspaceId",
    "microsoft.storage/storageaccounts": "storageAccountId",
    "microsoft.eventhub/namespaces": "eventHubAuthorizationRuleId",
}
_OPTIONS = {
    "workspaceId": "--workspace",
    "storageAccountId": "--storage-account",
    "eventHubAuthorizationRuleId": "--event-hub-rule",
}


@dataclass(frozen=True)
class LogPlace:
    """A place for logs, by its resource id."""

    id: str
    setting: str
    """Azure Monitor's name for such a place in a diagnostic setting."""

    @property
    def words(self) -> str:
        """Its name and resource group, for people."""
        parts = self.id.split("/")
        return f"{parts[8]} (resource group {parts[4]})"

    @property
    def option(self) -> str:
        """The option of ``az monitor diagnostic-settings create`` that names it."""
        return _OPTIONS[self.setting]


def log_place(text: str) -> LogPlace | None:
    """The place that a resource id names; None when it is not that of a workspace, storage account or hub rule.

    Source: Azure Monitor, diagnostic settings (create or update).
    """
    found = _PLACE.fullmatch(text.strip().rstrip("/"))
    name = _PROPERTIES.get(found["type"].lower()) if found else None
    if found is None or name is None or bool(found["rule"]) != (name == "eventHubAuthorizationRuleId"):
        return None
    return LogPlace(found[0], name)
