"""Azure Monitor's logs: questions to Log Analytics workspaces.

Sources: Microsoft Learn, "Azure Monitor Log Analytics API request format", "response format" and "errors"; what
azure-monitor-query 2.0 sends. The right that a question takes: "Manage access to Log Analytics workspaces".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cmkwizard.practice.azure_resources import Destination
from cmkwizard.practice.kusto import QueryRefused, Table, answer
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.shapes import body_table
from cmkwizard.practice.web import Call, Reply, Route, Surface

QUERY_ACTION = "Microsoft.OperationalInsights/workspaces/query/read"
_SPAN = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<seconds>[0-9.]+)S)?)?")
_TYPES = {int: "long", float: "real", bool: "bool", datetime: "datetime"}


class LogsSurface(Surface):
    """The questions that a workspace answers."""

    name = "logs"
    audiences = ("https://api.loganalytics.io", "https://api.loganalytics.azure.com")

    def routes(self) -> Sequence[Route]:
        """One question to one workspace, by its own id."""
        return (Route("POST", r"/v1/workspaces/(?P<workspace>[^/]+)/query", self.query),)

    def error(self, status: int, code: str, message: str, **more: Any) -> Reply:
        """An error as Azure Monitor writes it."""
        return Reply(status, {"error": {"message": message, "code": code, **more}})

    def unauthorised(self, call: Call, refusal: TokenRefused) -> Reply:
        """The refusal of a token."""
        code = "AuthorizationRequiredError" if refusal.reason == "missing" else "InvalidTokenError"
        reply = self.error(401, code, "Valid authentication was not provided")
        reply.headers["WWW-Authenticate"] = f'Bearer authorization_uri="{call.naming.login}/common/oauth2/authorize"'
        return reply

    def query(self, call: Call, workspace: str) -> Reply:
        """What the workspace's tables hold, to who may ask it."""
        found = _workspace(call, workspace)
        principal = call.principal
        if found is None or principal is None or not call.world.estate.may(principal, QUERY_ACTION, found.id):
            # Which of the two it is, is not told to who may not know: unverified for a workspace that is gone.
            message = "The provided credentials have insufficient access to perform the requested operation"
            return self.error(403, "InsufficientAccessError", message)
        body = body_table(call)
        now = datetime.fromtimestamp(call.world.clock.wall(), UTC)
        try:
            tables = _within(call.world.use_log.tables(found.id.lower()), body.get("timespan"), now)
            answered = answer(str(body.get("query", "")), tables, now)
        except QueryRefused as refusal:
            inner = {"code": refusal.code, "message": refusal.message}
            message = "The request had some invalid properties"
            return self.error(400, "BadArgumentError", message, innererror=inner)
        return Reply(200, {"tables": [_body(answered)]})


def _workspace(call: Call, customer_id: str) -> Destination | None:
    places = call.world.estate.destinations.values()
    return next(
        (each for each in places if each.kind == "workspaces" and each.customer_id == customer_id.lower()), None
    )


def _within(tables: dict[str, Table], timespan: Any, now: datetime) -> dict[str, Table]:
    """The rows that lie in the span of time that the question names."""
    if timespan is None:
        return tables
    span = _SPAN.fullmatch(str(timespan))
    if span is None:
        raise QueryRefused("BadArgumentError", f"Failed to parse timespan '{timespan}'")
    since = now - timedelta(days=int(span["days"] or 0), seconds=float(span["seconds"] or 0))
    return {
        name: Table(table.columns, [row for row in table.rows if row["TimeGenerated"] >= since])
        for name, table in tables.items()
    }


def _body(table: Table) -> dict[str, Any]:
    kinds = {
        name: next((type(row[name]) for row in table.rows if row[name] is not None), str) for name in table.columns
    }
    return {
        "name": "PrimaryResult",
        "columns": [{"name": name, "type": _TYPES.get(kinds[name], "string")} for name in table.columns],
        "rows": [[_value(row[name]) for name in table.columns] for row in table.rows],
    }


def _value(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z" if isinstance(value, datetime) else value
