"""Azure Resource Graph, as far as finding key vaults in all subscriptions goes."""

from __future__ import annotations

import base64
from typing import Any

from cmkwizard.practice.arm.gate import api_version, caller, refuse
from cmkwizard.practice.arm.vault_body import vault_body
from cmkwizard.practice.shapes import body_table, table, texts
from cmkwizard.practice.vaults import Vault
from cmkwizard.practice.web import Call, Reply, Route

_PAGE = 250


def _query(call: Call) -> Reply:
    api_version(call, "resource graph")
    body = body_table(call)
    query = str(body.get("query") or "").lower()
    if not query.strip():
        raise refuse(400, "BadRequest", "Please provide a query.")
    estate = call.world.estate
    principal = caller(call)
    wanted = {each.lower() for each in texts(body.get("subscriptions"), "subscriptions")}
    vaults: list[Vault] = []
    if "microsoft.keyvault/vaults" in query or "where" not in query:
        for subscription in estate.subscriptions.values():
            if subscription.tenant != principal.tenant or (wanted and subscription.id not in wanted):
                continue
            everything = estate.may(principal, "Microsoft.KeyVault/vaults/read", subscription.scope)
            vaults += (
                vault
                for vault in estate.vaults_in(subscription.id)
                if everything or estate.may(principal, "Microsoft.KeyVault/vaults/read", vault.id)
            )
    options = table(body.get("options"), "options")
    try:
        token = options.get("$skipToken")
        start = int(base64.urlsafe_b64decode(token)) if token else 0
        size = min(int(options.get("$top") or _PAGE), _PAGE)
    except (ValueError, TypeError):
        raise refuse(400, "BadRequest", "The options $skipToken or $top are not valid.") from None
    rows = [_row(call, vault) for vault in vaults[start : start + size]]
    more = start + size < len(vaults)
    answer: dict[str, Any] = {
        "totalRecords": len(vaults),
        "count": len(rows),
        "data": rows,
        "facets": [],
        "resultTruncated": "false",
    }
    if more:
        answer["$skipToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return Reply(200, answer)


def _row(call: Call, vault: Vault) -> dict[str, Any]:
    body = vault_body(call, vault)
    return {
        "id": vault.id,
        "name": vault.name,
        "type": "microsoft.keyvault/vaults",
        "tenantId": vault.tenant,
        "location": vault.location,
        "resourceGroup": vault.group.lower(),
        "subscriptionId": vault.subscription,
        "tags": vault.tags,
        "properties": body["properties"],
    }


ROUTES = (Route("POST", r"/providers/Microsoft\.ResourceGraph/resources/?", _query, ignore_case=True),)
