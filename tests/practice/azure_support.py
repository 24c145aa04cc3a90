"""A practice cloud as Azure's own clients see it: tokens, a session that finds vault hosts, SDK clients."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from cmkwizard.practice import estate_tables
from cmkwizard.practice.cloud import PracticeCloud

# Public client of the Azure CLI; also the default client of the azure-identity package.
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
ARM = "https://management.azure.com"
GRAPH = "https://graph.microsoft.com"
VAULT = "https://vault.azure.net"
KEY_VAULT_API = "2026-05-15"
AUTHORIZATION_API = "2022-04-01"
RESOURCES_API = "2025-04-01"
DATA_API = "2025-07-01"


class LoopbackAdapter(HTTPAdapter):
    """Finds every *.localhost on 127.0.0.1, as a browser does, while the certificate is checked for the real name."""

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        assert not proxies
        where, key = self.build_connection_pool_key_attributes(request, verify, cert)
        pool: dict[str, Any] = dict(key)
        name = str(where["host"])
        where["host"] = "127.0.0.1"
        pool |= {"server_hostname": name, "assert_hostname": name}
        return self.poolmanager.connection_from_host(**where, pool_kwargs=pool)

    def add_headers(self, request: Any, **_: Any) -> None:
        request.headers["Host"] = str(request.url).split("/")[2]


class Credential:
    """A token credential for one principal of the practice cloud: tokens are made, nobody signs in."""

    def __init__(self, azure: Azure, who: str, tenant: str | None = None) -> None:
        self._azure = azure
        self._who = who
        self._tenant = tenant

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        audience = scopes[0].removesuffix("/.default")
        return AccessToken(self._azure.token(self._who, audience, self._tenant), int(time.time()) + 3600)


class Azure:
    """One running practice cloud and its clients."""

    def __init__(self, cloud: PracticeCloud) -> None:
        self.cloud = cloud
        self.world = cloud.world
        self.estate = cloud.world.estate
        self.ready = cloud.ready
        self.origin = str(self.ready["profile"]["resource_manager"])
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("https://", LoopbackAdapter())
        self.session.verify = str(cloud.ca_file)

    def close(self) -> None:
        self.session.close()

    @property
    def tenant(self) -> str:
        return self.world.directory.tenant_id("contoso")

    @property
    def subscription(self) -> str:
        return next(iter(self.estate.subscriptions))

    @property
    def group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/rg-experience"

    def vault_path(self, name: str) -> str:
        return f"{self.group}/providers/Microsoft.KeyVault/vaults/{name}"

    def token(self, who: str, audience: str, tenant: str | None = None) -> str:
        """An access token for a user's scenario name or an application id."""
        directory = self.world.directory
        tenant = tenant or self.tenant
        user = directory.user_named(who)
        claims: dict[str, Any] = {"aud": audience, "tid": tenant, "appid": AZURE_CLI}
        if user is not None:
            claims |= {"oid": user.object_ids[tenant], "upn": user.upn, "idtyp": "user"}
        else:
            principal = directory.service_principal(tenant, who)
            assert principal is not None, who
            claims |= {"oid": principal.object_id, "app_displayname": principal.name, "idtyp": "app", "appid": who}
        return directory.tokens.issue_access(claims, issuer=f"https://sts.windows.net/{tenant}/")

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: str = "alice",
        api: str | None = KEY_VAULT_API,
        tenant: str | None = None,
        audience: str = ARM,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """One request with a fresh token. `path`: of Resource Manager, or a whole address."""
        address = path if path.startswith("https://") else self.origin + path
        return self.session.request(
            method,
            address,
            params={"api-version": api} if api else None,
            json=body,
            headers={"Authorization": f"Bearer {self.token(who, audience, tenant)}", **(headers or {})},
            timeout=60,
            allow_redirects=False,
        )

    def graph(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call(method, f"{self.origin}/graph/v1.0{path}", body, api=None, audience=GRAPH, **options)

    def data(self, method: str, vault: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        address = f"https://{vault}.vault.localhost:{self.world.port}{path}"
        return self.call(method, address, body, audience=VAULT, **{"api": DATA_API, **options})

    def create_vault(self, name: str, **properties: Any) -> requests.Response:
        body = {
            "location": "westeurope",
            "properties": {
                "tenantId": self.tenant,
                "sku": {"family": "A", "name": "premium"},
                "enableRbacAuthorization": True,
                "enablePurgeProtection": True,
                **properties,
            },
        }
        reply = self.call("PUT", self.vault_path(name), body)
        assert reply.status_code == 200, reply.text
        self.world.clock.advance(self.estate.vault_delay_s)
        return reply

    def grant(self, who: str, role: str, scope: str) -> None:
        """Gives a role, effective at once."""
        estate_tables.change(self.estate, {"roles": [{"principal": who, "role": role, "scope": scope}]})

    def sdk(self, client: Callable[..., Any], who: str = "alice", tenant: str | None = None, **options: Any) -> Any:
        """A management client of the Azure SDK on this cloud."""
        return client(
            credential=Credential(self, who, tenant),
            base_url=self.origin,
            credential_scopes=[f"{ARM}/.default"],
            transport=self.transport(),
            polling_interval=0,
            retry_total=0,
            **options,
        )

    def transport(self) -> RequestsTransport:
        return RequestsTransport(
            session=self.session, session_owner=False, connection_verify=self.session.verify, use_env_settings=False
        )


def error_code(reply: requests.Response) -> tuple[int, str]:
    """Status and code of an error answer."""
    return reply.status_code, json.loads(reply.text)["error"]["code"]
