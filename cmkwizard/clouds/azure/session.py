"""One signed-in account in one directory, and everything it can ask of Azure and its directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.directory import Directory
from cmkwizard.clouds.azure.keys import Keys
from cmkwizard.clouds.azure.roles import Roles
from cmkwizard.clouds.azure.subscriptions import Subscriptions
from cmkwizard.clouds.azure.vault_changes import VaultChanges
from cmkwizard.clouds.azure.vaults import Vaults
from cmkwizard.clouds.profile import Profile
from cmkwizard.core.facts import Account

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from cmkwizard.clouds.http import Guard


class AzureSession:
    """Azure Resource Manager and Microsoft Graph as ``account``. Safe to use from any thread.

    Attributes:
        subscriptions: directories, subscriptions, regions, resource groups and resource providers.
        vaults: key vaults.
        vault_changes: changes to an existing vault, one property each.
        keys: keys, through Azure Resource Manager.
        roles: role assignments and the account's own rights.
        directory: Microsoft Graph, read only.
    """

    def __init__(self, profile: Profile, guard: Guard, credential: TokenCredential, account: Account) -> None:
        self.account = account
        connection = AzureConnection(profile, guard, credential)
        self.subscriptions = Subscriptions(connection)
        self.vaults = Vaults(connection)
        self.vault_changes = VaultChanges(connection)
        self.keys = Keys(connection)
        self.roles = Roles(connection)
        self.directory = Directory(connection)
