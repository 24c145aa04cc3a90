"""What all clients of one signed-in account share: the SDK's clients, made once each, and the way to Microsoft Graph.

The SDK's own retries, redirects and provider registration are left out of the pipeline: the steps of a journey decide
what is sent again, and they never send a write again.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cmkwizard import __version__
from cmkwizard.clouds.azure.loading import LOADING
from cmkwizard.clouds.profile import Profile, Service

if TYPE_CHECKING:
    import requests
    from azure.core.credentials import TokenCredential
    from azure.keyvault.keys import KeyClient
    from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
    from azure.mgmt.keyvault import KeyVaultManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.resource.subscriptions import SubscriptionClient
    from azure.monitor.query import LogsQueryClient

    from cmkwizard.clouds.http import Guard


_USER_AGENT = f"cmkwizard/{__version__}"


class AzureConnection:
    """One account's way to Azure Resource Manager and Microsoft Graph. Safe to use from any thread."""

    def __init__(self, profile: Profile, guard: Guard, credential: TokenCredential) -> None:
        self._profile = profile
        self._guard = guard
        self._credential = credential
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def keyvault_client(self, subscription: str) -> KeyVaultManagementClient:
        """The SDK's client for vaults and their keys."""
        with LOADING:
            from azure.mgmt.keyvault import KeyVaultManagementClient

        client: KeyVaultManagementClient = self._client(KeyVaultManagementClient, subscription)
        return client

    def resource_client(self, subscription: str) -> ResourceManagementClient:
        """The SDK's client for resource groups and providers."""
        with LOADING:
            from azure.mgmt.resource.resources import ResourceManagementClient

        client: ResourceManagementClient = self._client(ResourceManagementClient, subscription)
        return client

    def authorization_client(self, subscription: str) -> AuthorizationManagementClient:
        """The SDK's client for role assignments."""
        with LOADING:
            from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient

        client: AuthorizationManagementClient = self._client(AuthorizationManagementClient, subscription)
        return client

    def subscription_client(self) -> SubscriptionClient:
        """The SDK's client for what the account can see."""
        with LOADING:
            from azure.mgmt.resource.subscriptions import SubscriptionClient

        client: SubscriptionClient = self._client(SubscriptionClient)
        return client

    def key_client(self, vault_uri: str) -> KeyClient:
        """The SDK's client for the keys in a vault itself; tokens go to that vault alone.

        It asks each vault first which token it takes, and checks that the vault may ask for such a one. Its retries and
        redirects are switched off, and the transport refuses a second send of a write.
        """
        with LOADING:
            from azure.keyvault.keys import KeyClient

            from cmkwizard.clouds.azure.transport import GuardedTransport

        with self._lock:
            name = (KeyClient.__name__, vault_uri.lower())
            if name not in self._clients:
                self._clients[name] = KeyClient(
                    vault_uri,
                    self._credential,
                    transport=GuardedTransport(self._guard.session),
                    base_user_agent=_USER_AGENT,
                    retry_total=0,
                    permit_redirects=False,
                )
            client: KeyClient = self._clients[name]
            return client

    def logs_client(self) -> LogsQueryClient:
        """The SDK's client for questions to Log Analytics workspaces."""
        with LOADING:
            from azure.monitor.query import LogsQueryClient

        with self._lock:
            name = (LogsQueryClient.__name__, "")
            if name not in self._clients:
                way = self._pipeline(self._profile.scope(Service.LOGS))
                self._clients[name] = LogsQueryClient(self._credential, endpoint=self._profile.logs, **way)
            client: LogsQueryClient = self._clients[name]
            return client

    def ask_graph(
        self, path: str, fields: str, claims: str | None = None, body: Mapping[str, Any] | None = None
    ) -> requests.Response:
        """Ask Microsoft Graph once about ``path`` (it begins with ``/v1.0/``), these fields alone.

        ``claims`` are what a refusal asked for in a new token. With ``body`` it is a POST: a question that does not fit
        into an address, and no change.

        Raises:
            Problem: SIGN_IN, there is no token without a person.
            requests.RequestException: no answer came back.
        """
        token = self._credential.get_token(self._profile.scope(Service.GRAPH), claims=claims).token
        return self._guard.session.request(
            "GET" if body is None else "POST",
            f"{self._profile.graph}{path}",
            params={"$select": fields},
            headers={"Authorization": f"Bearer {token}"},
            json=body,
        )

    def _client(self, kind: Any, subscription: str = "") -> Any:
        with self._lock:
            name = (kind.__name__, subscription.lower())
            if name not in self._clients:
                arguments = (subscription,) if subscription else ()
                self._clients[name] = kind(self._credential, *arguments, **self._options())
            return self._clients[name]

    def _options(self) -> dict[str, Any]:
        """Where the clients of Resource Manager connect, and how."""
        scope = self._profile.scope(Service.RESOURCE_MANAGER)
        return {
            "base_url": self._profile.resource_manager,
            "credential_scopes": [scope],
            **self._pipeline(scope),
        }

    def _pipeline(self, scope: str) -> dict[str, Any]:
        """All that happens to a request on its way; policies serve one client each."""
        with LOADING:
            from azure.core.pipeline import policies

            from cmkwizard.clouds.azure.authentication import AuthenticationPolicy
            from cmkwizard.clouds.azure.transport import GuardedTransport

        return {
            "transport": GuardedTransport(self._guard.session),
            "policies": [
                policies.RequestIdPolicy(),
                policies.HeadersPolicy(),
                policies.UserAgentPolicy(base_user_agent=_USER_AGENT),
                policies.ContentDecodePolicy(),
                AuthenticationPolicy(self._credential, scope),
            ],
        }


def subscription_of(resource_id: str) -> str:
    """The subscription that a resource, or a scope, belongs to."""
    return resource_id.split("/")[2]
