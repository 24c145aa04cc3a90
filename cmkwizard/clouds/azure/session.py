"""One signed-in account in one directory, and everything it can ask of Azure and its directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmkwizard.clouds.azure.connection import AzureConnection
from cmkwizard.clouds.azure.data_plane import DataPlane
from cmkwizard.clouds.azure.diagnostics import Diagnostics
from cmkwizard.clouds.azure.directory import Directory
from cmkwizard.clouds.azure.key_changes import KeyChanges
from cmkwizard.clouds.azure.key_use import KeyUseLog
from cmkwizard.clouds.azure.keys import Keys
from cmkwizard.clouds.azure.locks import Locks
from cmkwizard.clouds.azure.managed_hsms import ManagedHsms
from cmkwizard.clouds.azure.policy_insights import PolicyInsights
from cmkwizard.clouds.azure.roles import Roles
from cmkwizard.clouds.azure.subscriptions import Subscriptions
from cmkwizard.clouds.azure.vault_changes import VaultChanges
from cmkwizard.clouds.azure.vaults import Vaults
from cmkwizard.clouds.profile import Profile
from cmkwizard.core.facts import Account

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from cmkwizard.clouds.azure.fresh_sign_in import FreshSignIn
    from cmkwizard.clouds.http import Guard


@dataclass(frozen=True)
class FreshSession:
    """A sign-in of its own, and Azure as the account that has just signed in. End it with ``sign_in.forget()``."""

    azure: AzureSession
    sign_in: FreshSignIn


class AzureSession:
    """Azure Resource Manager and Microsoft Graph as ``account``. Safe to use from any thread.

    Attributes:
        subscriptions: directories, subscriptions, regions, resource groups and resource providers.
        vaults: key vaults.
        managed_hsms: Managed HSMs, read only.
        vault_changes: changes to an existing vault, one property each.
        keys: keys, through Azure Resource Manager.
        data_plane: the vault itself, read only.
        key_changes: changes that only the vault itself makes.
        locks: management locks.
        policy_insights: what Azure Policy would refuse.
        diagnostics: where logs go.
        key_use: what the vaults' logs hold of the use of a key.
        roles: role assignments and the account's own rights.
        directory: Microsoft Graph, read only.
    """

    def __init__(self, profile: Profile, guard: Guard, credential: TokenCredential, account: Account) -> None:
        self.account = account
        connection = AzureConnection(profile, guard, credential)
        self.subscriptions = Subscriptions(connection)
        self.vaults = Vaults(connection)
        self.managed_hsms = ManagedHsms(connection)
        self.vault_changes = VaultChanges(connection)
        self.keys = Keys(connection)
        self.data_plane = DataPlane(connection)
        self.key_changes = KeyChanges(connection)
        self.locks = Locks(connection)
        self.policy_insights = PolicyInsights(connection)
        self.diagnostics = Diagnostics(connection)
        self.key_use = KeyUseLog(connection)
        self.roles = Roles(connection)
        self.directory = Directory(connection)
