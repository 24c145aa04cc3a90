"""What the vaults' own logs hold of the uses of their keys, as it reaches Log Analytics workspaces.

Adobe's application uses a key by the practice cloud's clock: it reads and wraps while the job runs, and unwraps every
hour once the job is done. How often the real one does so is not published. A row is written only where a diagnostic
setting sends the vault's audit events to a workspace at that moment, and can be asked for some minutes later.

Sources: Microsoft Learn, "Azure Key Vault logging" (names of operations, fields); Azure Monitor, reference of the
tables AZKVAuditLogs and AzureDiagnostics (columns).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.kusto import Table
from cmkwizard.practice.principal import Principal
from cmkwizard.practice.provisioning import AdobeState, Configuration
from cmkwizard.practice.vaults import Vault

DEDICATED = "Dedicated"
"""The destination type of a setting whose rows go to a table of their own kind."""
PERIOD_S = 3600.0
DELAY_S = 300.0
"""From a use to the moment at which it can be asked for."""
KEPT_S = 31 * 86_400.0
_DAILY = 24  # every so many periods a key is read and something new is wrapped, too
_PORT = 8443  # stands in the addresses of real rows, whatever the client dialled
_KEY_READ = re.compile(r"/keys/(?P<key>[^/]+)(?:/[^/]*)?/?")
_COLUMNS = ("TimeGenerated", "OperationName", "ResultType", "Type")
_OWN = (*_COLUMNS, "_ResourceId", "Identity", "RequestUri", "HttpStatusCode")
_SHARED = (
    *_COLUMNS,
    *("ResourceId", "ResourceProvider", "Category", "identity_claim_appid_g", "requestUri_s", "httpStatusCode_d"),
)


class KeyUse(msgspec.Struct, frozen=True):
    """One use of a key, as one workspace holds it."""

    at: float  # practice time
    wall: float  # the same moment in wall time
    workspace: str  # lower-case resource id
    dedicated: bool
    vault: str  # resource id
    operation: str  # KeyGet | KeyWrap | KeyUnwrap
    path: str
    host: str
    status: int
    app_id: str


class UseLog:
    """The rows of all workspaces. `advance()` brings them up to now."""

    def __init__(self, clock: PracticeClock, estate: Estate, adobe: AdobeState) -> None:
        self._clock = clock
        self._estate = estate
        self._adobe = adobe
        self._began = clock.now()
        self._rows: list[KeyUse] = []
        self._reached: dict[str, float] = {}  # id of a configuration -> up to which moment it was looked at

    def advance(self) -> None:
        """Writes what Adobe's application has done since the last time, as things stood in between.

        It is called before each request, so that a change takes effect for what comes after it.
        """
        now = self._clock.now()
        for configuration in self._adobe.configurations.values():
            start = max(self._reached.get(configuration.id, configuration.created - 1), now - KEPT_S)
            self._reached[configuration.id] = now
            vault = self._adobe.vault_of(configuration)
            places = self._places(vault)
            if vault is None or not places:
                continue
            for at, operation in self._moments(configuration, start, now):
                status = self._status(vault, configuration, at)
                if status:
                    version = f"/{configuration.version}" + ("" if operation == "KeyGet" else f"/{_VERBS[operation]}")
                    path = f"/keys/{configuration.key}{version}"
                    self._write(places, vault, at, operation, path, status, self._adobe.app_id)
        self._rows = [row for row in self._rows if row.at > now - KEPT_S]

    def note_read(self, vault_name: str, path: str, status: int, principal: Principal | None) -> None:
        """Writes that somebody read a key from a vault itself."""
        vault = self._estate.vaults.get(vault_name) or self._estate.hsms.get(vault_name)
        if vault is not None and principal is not None and _KEY_READ.fullmatch(path):
            self._write(self._places(vault), vault, self._clock.now(), "KeyGet", path, status, principal.app_id)

    def tables(self, workspace: str) -> dict[str, Table]:
        """The tables of a workspace, by name, with what has arrived by now. AzureDiagnostics is there with rows only.

        `workspace`: lower-case resource id.
        """
        arrived = self._clock.now() - DELAY_S
        rows = [row for row in self._rows if row.workspace == workspace and row.at <= arrived]
        shared = [_shared_row(row) for row in rows if not row.dedicated]
        found = {"AZKVAuditLogs": Table(_OWN, [_own_row(row) for row in rows if row.dedicated])}
        return found | ({"AzureDiagnostics": Table(_SHARED, shared)} if shared else {})

    def _places(self, vault: Vault | None) -> list[tuple[str, bool]]:
        """The workspaces to which the vault's audit events go by now, and whether to a table of their own kind."""
        if vault is None:
            return []
        settings = self._estate.diagnostics.get(vault.id.lower(), {}).values()
        return [
            (str(each["workspaceId"]).lower(), each["logAnalyticsDestinationType"] == DEDICATED)
            for each in settings
            if each["workspaceId"] and any(_holds_uses(log) for log in each["logs"])
        ]

    def _moments(self, configuration: Configuration, start: float, end: float) -> Iterator[tuple[float, str]]:
        """When the application turns to the key after `start`, up to `end`, oldest first, and for what."""
        first = configuration.created + self._adobe.completed_s
        early = (
            (configuration.created + self._adobe.running_s, "KeyGet"),
            (configuration.created + self._adobe.updating_s, "KeyWrap"),
        )
        yield from (each for each in early if start < each[0] <= end)
        if configuration.outcome:
            return  # the job failed: it never came so far
        number = max(0, math.floor((start - first) / PERIOD_S) + 1)
        while (at := first + number * PERIOD_S) <= end:
            if number % _DAILY == 0:
                yield at, "KeyGet"
                yield at, "KeyWrap"
            yield at, "KeyUnwrap"
            number += 1

    def _status(self, vault: Vault, configuration: Configuration, at: float) -> int:
        """How the vault answers the application at a moment; 0: no request reaches it."""
        principal = self._estate.directory.service_principal(vault.tenant, self._adobe.app_id)
        if principal is None or not principal.enabled:
            return 0
        if at <= self._began:
            return 200  # what a scenario tells of before its first moment went well
        if vault.key(configuration.key) is None:
            return 404
        return 403 if self._adobe.key_problem(configuration, at) else 200

    def _write(
        self,
        places: list[tuple[str, bool]],
        vault: Vault,
        at: float,
        operation: str,
        path: str,
        status: int,
        app_id: str,
    ) -> None:
        wall, host = self._clock.wall_at(at), f"{vault.name.lower()}.vault.azure.net:{_PORT}"
        self._rows += [
            KeyUse(at, wall, workspace, dedicated, vault.id, operation, path, host, status, app_id)
            for workspace, dedicated in places
        ]


_VERBS = {"KeyWrap": "wrapkey", "KeyUnwrap": "unwrapkey"}


def _holds_uses(log: Mapping[str, Any]) -> bool:
    return bool(log["enabled"]) and (log["category"] == "AuditEvent" or log["categoryGroup"] in ("audit", "allLogs"))


def _common(row: KeyUse, table: str) -> dict[str, Any]:
    return {
        "TimeGenerated": datetime.fromtimestamp(row.wall, UTC),
        "OperationName": row.operation,
        "ResultType": "Success" if row.status < 300 else "Failed",
        "Type": table,
    }


def _own_row(row: KeyUse) -> dict[str, Any]:
    return {
        **_common(row, "AZKVAuditLogs"),
        "_ResourceId": row.vault.lower(),
        "Identity": {"claim": {"appid": row.app_id}},
        "RequestUri": f"https://{row.host}{row.path}?api-version=7.4",
        "HttpStatusCode": row.status,
    }


def _shared_row(row: KeyUse) -> dict[str, Any]:
    return {
        **_common(row, "AzureDiagnostics"),
        "ResourceId": row.vault.upper(),
        "ResourceProvider": "MICROSOFT.KEYVAULT",
        "Category": "AuditEvent",
        "identity_claim_appid_g": row.app_id,
        "requestUri_s": f"https://{row.host}{row.path}?api-version=7.4",
        "httpStatusCode_d": float(row.status),
    }
