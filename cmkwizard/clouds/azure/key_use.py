"""What the logs of a vault hold of the use of a key: questions to the Log Analytics workspaces to which they go."""

from __future__ import annotations

import json
from typing import Any

from cmkwizard.clouds.azure.connection import AzureConnection, subscription_of
from cmkwizard.clouds.azure.reading import arm_call, client_call, fact, or_none
from cmkwizard.clouds.errors import malformed
from cmkwizard.clouds.profile import Service
from cmkwizard.core.key_use import MONTH, LoggedUses, Workspace

_VERSION = "2023-09-01"
_PATIENCE_S = 25
"""How long a workspace may work on the question: less than a read may take."""
_QUERY = """
union isfuzzy=true
(AZKVAuditLogs
| where _ResourceId =~ {vault}
| extend app = tostring(Identity.claim.appid), address = tostring(RequestUri), code = toint(HttpStatusCode)
| project TimeGenerated, OperationName, app, address, code),
(AzureDiagnostics
| where ResourceId =~ {vault}
| extend app = tostring(column_ifexists("identity_claim_appid_g", "")),
  address = tostring(column_ifexists("requestUri_s", "")),
  code = toint(column_ifexists("httpStatusCode_d", 0))
| project TimeGenerated, OperationName, app, address, code)
| where OperationName in ("KeyWrap", "KeyUnwrap", "KeyGet")
| where app =~ {app}
| where extract("/keys/([^/?]+)", 1, address) =~ {key}
| summarize last = max(TimeGenerated), week = countif(TimeGenerated > ago(7d)), month = count()
  by OperationName, code
"""
"""Sources: Azure Monitor, reference of the tables AZKVAuditLogs and AzureDiagnostics, and the log records of the Key
Vault solution (columns); Azure Key Vault logging (names of operations, ``identity`` and ``requestUri``).

A vault's log goes to one of the two tables, as its diagnostic setting says, and a column of the second is there only
once a row has filled it. Unverified: that the claim ``appid`` names Adobe's app when Adobe's services use the key, and
that a Managed HSM names its operations so. So no row is never taken for no use."""


class KeyUseLog:
    """Each method sends one request and raises Problem."""

    def __init__(self, connection: AzureConnection) -> None:
        self._connection = connection

    def get_workspace(self, resource_id: str) -> Workspace | None:
        """Read a workspace; None when it is not there, or this account cannot see it.

        Source: Azure Resource Manager, Log Analytics workspaces (get).
        """
        from azure.core.rest import HttpRequest

        client = self._connection.resource_client(subscription_of(resource_id))

        def read() -> Workspace:
            with arm_call():
                response = client.send_request(HttpRequest("GET", f"{resource_id}?api-version={_VERSION}"))
                response.raise_for_status()
                found = response.json()
                return fact(Workspace, id=found["id"], customer_id=found["properties"]["customerId"])

        return or_none(read)

    def list_uses(self, workspace: Workspace, *, vault_id: str, key: str, app_id: str) -> list[LoggedUses]:
        """Ask a workspace how often an application used a key in the last 30 days, by operation and outcome.

        Only a whole answer counts: what is left out of half of one would look like no use.
        """
        from azure.monitor.query import LogsQueryStatus

        client = self._connection.logs_client()
        # A literal of the query language escapes as JSON does (Kusto Query Language, the string data type).
        names = {"vault": vault_id, "app": app_id, "key": key}
        question = _QUERY.format(**{name: json.dumps(value) for name, value in names.items()})
        with client_call(Service.LOGS):
            answer: Any = client.query_workspace(
                workspace.customer_id, question, timespan=MONTH, server_timeout=_PATIENCE_S
            )
            if answer.status != LogsQueryStatus.SUCCESS:
                raise malformed(Service.LOGS, write=False, detail="half an answer")
            [table] = answer.tables
            return [_uses(row) for row in table.rows]


def _uses(row: Any) -> LoggedUses:
    return fact(
        LoggedUses,
        operation=row["OperationName"],
        status=row["code"] or 0,
        last=row["last"],
        week=row["week"],
        month=row["month"],
    )
