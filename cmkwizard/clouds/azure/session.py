"""One signed-in account in one directory, and the clients that act for it.

The SDK's own retries, redirects and provider registration are left out of the pipeline: the steps of a journey decide
what is sent again, and they never send a write again.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cmkwizard import __version__
from cmkwizard.clouds.azure.directory import Directory
from cmkwizard.clouds.azure.keys import Keys
from cmkwizard.clouds.azure.roles import Roles
from cmkwizard.clouds.azure.subscriptions import Subscriptions
from cmkwizard.clouds.azure.vaults import Vaults
from cmkwizard.clouds.profile import Profile, Service
from cmkwizard.core.facts import Account

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
    from azure.mgmt.keyvault import KeyVaultManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.resource.subscriptions import SubscriptionClient

    from cmkwizard.clouds.http import Guard


class AzureSession:
    """Clients for Azure Resource Manager and Microsoft Graph that act for one account. Safe to use from any thread."""

    def __init__(self, profile: Profile, guard: Guard, credential: TokenCredential, account: Account) -> None:
        self.profile = profile
        self.guard = guard
        self.credential = credential
        self.account = account
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Directories, subscriptions, regions, resource groups and resource providers."""
        return Subscriptions(self)

    @cached_property
    def vaults(self) -> Vaults:
        """Key vaults."""
        return Vaults(self)

    @cached_property
    def keys(self) -> Keys:
        """Keys, through Azure Resource Manager."""
        return Keys(self)

    @cached_property
    def roles(self) -> Roles:
        """Role assignments and the account's own rights."""
        return Roles(self)

    @cached_property
    def directory(self) -> Directory:
        """Microsoft Graph, read only."""
        return Directory(self)

    def keyvault_client(self, subscription: str) -> KeyVaultManagementClient:
        """The SDK's client for vaults and their keys."""
        from azure.mgmt.keyvault import KeyVaultManagementClient

        client: KeyVaultManagementClient = self._client(KeyVaultManagementClient, subscription)
        return client

    def resource_client(self, subscription: str) -> ResourceManagementClient:
        """The SDK's client for resource groups and providers."""
        from azure.mgmt.resource.resources import ResourceManagementClient

        client: ResourceManagementClient = self._client(ResourceManagementClient, subscription)
        return client

    def authorization_client(self, subscription: str) -> AuthorizationManagementClient:
        """The SDK's client for role assignments."""
        from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient

        client: AuthorizationManagementClient = self._client(AuthorizationManagementClient, subscription)
        return client

    def subscription_client(self) -> SubscriptionClient:
        """The SDK's client for what the account can see."""
        from azure.mgmt.resource.subscriptions import SubscriptionClient

        client: SubscriptionClient = self._client(SubscriptionClient)
        return client

    def _client(self, kind: Any, subscription: str = "") -> Any:
        with self._lock:
            name = (kind.__name__, subscription.lower())
            if name not in self._clients:
                arguments = (subscription,) if subscription else ()
                self._clients[name] = kind(self.credential, *arguments, **self._options())
            return self._clients[name]

    def _options(self) -> dict[str, Any]:
        """Where the clients connect, and all that happens to a request on its way; policies serve one client each."""
        from azure.core.pipeline import policies

        from cmkwizard.clouds.azure.authentication import AuthenticationPolicy

        scope = self.profile.scope(Service.RESOURCE_MANAGER)
        return {
            "base_url": self.profile.resource_manager,
            "credential_scopes": [scope],
            "transport": self.guard.transport(),
            "policies": [
                policies.RequestIdPolicy(),
                policies.HeadersPolicy(),
                policies.UserAgentPolicy(base_user_agent=f"cmkwizard/{__version__}"),
                policies.ContentDecodePolicy(),
                AuthenticationPolicy(self.credential, scope),
            ],
        }
