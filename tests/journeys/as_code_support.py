"""What the records might hold of a set-up, made by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmkwizard.core.history import EntryKind, HistoryEntry, What

SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
TENANT = "a17e0000-1c2d-4e3f-8a9b-0c1d2e3f4a05"
APP, OBJECT = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52", "c0de0000-5d6e-4f70-9b8c-7d6e5f4a3b06"
ORGANISATION = "4D1F2C3B5A6978877F000101@AdobeOrg"
ASSIGNMENT = "7f1c3a5e-0000-4000-8000-000000000001"
ROLE = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
VAULT_ID = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg-cmk/providers/microsoft.keyvault/vaults/kv-cmk"
WORKSPACE = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs"
)
FIRST = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
VALUES: dict[str, dict[str, Any]] = {
    What.DEPLOYMENT: {
        "tenant": TENANT,
        "subscription": SUBSCRIPTION,
        "vault": "KV-cmk",
        "resource_group": "RG-CMK",
        "group_location": "northeurope",
        "key": "experience",
        "organisation": ORGANISATION,
        "region": "NLD2",
        "configuration": "experience-platform",
        "tags": {"cost-centre": "47 11", "owner": "Zo\u00eb's ${team}"},
    },
    What.VAULT: {
        "id": VAULT_ID,
        "uri": "https://kv-cmk.vault.azure.net/",
        "location": "westeurope",
        "tenant_id": TENANT,
        "sku": "premium",
        "rbac": True,
        "soft_delete": True,
        "purge_protection": True,
        "retention_days": 30,
        "public_access": True,
        "default_action": "Deny",
        "bypass": "AzureServices",
        "ip_rules": ["10.1.2.3/32", "20.88.123.53/32"],
    },
    What.KEY: {
        "identifier": "https://kv-cmk.vault.azure.net/keys/experience/0123456789abcdef0123456789abcdef",
        "type": "RSA",
        "size": 3072,
        "operations": ["unwrapKey", "wrapKey"],
        "enabled": True,
        "not_before": "",
        "expires": "",
    },
    What.APP: {"object_id": OBJECT, "application_id": APP, "enabled": True, "owner_tenant": ""},
    What.ROLE: {
        "id": f"{VAULT_ID}/providers/microsoft.authorization/roleassignments/{ASSIGNMENT}",
        "role": ROLE,
        "scope": VAULT_ID,
        "principal_id": OBJECT,
    },
    What.STATUS: {"word": "COMPLETED", "configuration": "experience-platform"},
    What.LOCKS: {"locks": [{"name": "keep it", "level": "CanNotDelete", "scope": VAULT_ID}]},
    What.LOGS: {"settings": [{"name": "audit", "audit": True, "destination": WORKSPACE}]},
}


def state(without: Collection[str] = (), /, **changes: Mapping[str, Any]) -> dict[str, HistoryEntry]:
    """The newest observations of one set-up, with changed members; without some of them."""
    return {
        what: HistoryEntry(
            number=number,
            at=FIRST,
            until=FIRST + timedelta(hours=number),
            times=1,
            kind=EntryKind.OBSERVATION,
            profile="public",
            setup=ORGANISATION,
            what=what,
            value={**value, **changes.get(what, {})},
            source="GET /somewhere",
            verified=what != What.DEPLOYMENT,
        )
        for number, (what, value) in enumerate(VALUES.items(), 1)
        if what not in without
    }
