"""What the Azure CLI asks to learn the addresses of a cloud."""

from __future__ import annotations

from cmkwizard.practice.arm.gate import refuse
from cmkwizard.practice.web import Call, Reply, Route


def _endpoints(call: Call) -> Reply:
    if not call.query.get("api-version"):
        raise refuse(400, "MissingApiVersionParameter", "The api-version query parameter is required for all requests.")
    names = call.naming
    return Reply(
        200,
        {
            "name": "Practice",
            "portal": "https://portal.azure.com",
            "authentication": {
                "loginEndpoint": names.login,
                "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": names.arm,
            "microsoftGraphResourceId": names.graph,
            "graph": names.graph,
            "graphAudience": names.graph,
            "activeDirectoryDataLake": "",
            "batch": "",
            "media": "",
            "sqlManagement": "",
            "gallery": "",
            "suffixes": {
                "keyVaultDns": names.vault_suffix.removeprefix("."),
                "mhsmDns": names.hsm_suffix.removeprefix("."),
                "storage": "",
                "acrLoginServer": "",
            },
        },
    )


ROUTES = (Route("GET", "/metadata/endpoints/?", _endpoints),)
