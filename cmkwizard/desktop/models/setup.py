"""What the pages of the set-up share: the choices, who is signed in, and what was observed for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Account, Configuration, Key, Subscription, Tenant, Vault
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.services import Given, Services
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.tasks import Tasks

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.setup import SetupRun
    from cmkwizard.records.drafts import Draft

SignedIn = tuple[Account, "AzureSession", tuple[Tenant, ...]]
Restored = tuple["SignedIn | None", "AdobeSession | None"]


class SetupState(QObject):
    """The one place where choices are changed: every change is kept as a draft, and what depended on it is forgotten.

    Signals:
        changed: a choice, an account or an observation is new.
    """

    changed = Signal()

    def __init__(self, services: Services, tasks: Tasks, banner: BannerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.tasks = tasks
        self.banner = banner
        self.choices = Choices()
        self.page = ""
        self.account: Account | None = None
        self.azure: AzureSession | None = None
        self.adobe: AdobeSession | None = None
        self.secret = ""
        self.subscription: Subscription | None = None
        self.vault: Vault | None = None
        self.key: Key | None = None
        self.plan: Plan | None = None
        self.run: SetupRun | None = None
        self.configuration: Configuration | None = None
        self.draft_problem: Problem | None = None
        self.restore_problem: Problem | None = None
        self.tenants: tuple[Tenant, ...] = ()
        self.restored = False
        self._saving = False
        self._unsaved = False

    def restore(self) -> None:
        """Take up what an earlier start left: the draft, the secret, the sign-in. No prompt comes from that.

        ``restored`` says when it is over, whatever was found; :attr:`restore_problem` what could not be read.
        """
        self.tasks.run(self._read_draft, done=self._draft_read, failed=self._not_restored, lane="keyring")

    def choose(
        self,
        *,
        azure: AzureChoice | None = None,
        vault: VaultChoice | None = None,
        key: KeyChoice | None = None,
        adobe: AdobeChoice | None = None,
        irreversible: bool | None = None,
    ) -> None:
        """Take new choices; what is not given stays."""
        old = self.choices
        acknowledge = old.acknowledge
        if irreversible is not None:
            acknowledge = msgspec.structs.replace(acknowledge, irreversible=irreversible)
        new = Choices(azure or old.azure, vault or old.vault, key or old.key, adobe or old.adobe, acknowledge)
        if new == old:
            return
        self.choices = new
        self._forget(old, new)
        self._show_in_banner()
        self.save()
        self.changed.emit()

    def signed_in(self, account: Account, azure: AzureSession, tenants: tuple[Tenant, ...]) -> None:
        """Somebody signed in to Azure; another directory makes the chosen subscription meaningless."""
        self.account, self.azure, self.tenants = account, azure, tenants
        if self.choices.azure.tenant != account.tenant_id:
            self.choose(azure=msgspec.structs.replace(self.choices.azure, tenant=account.tenant_id, subscription=""))
        self._show_in_banner()
        self.changed.emit()

    def signed_out(self) -> None:
        """Nobody is signed in to Azure any more. The choices stay."""
        self.account = self.azure = None
        self.tenants = ()
        self._forget_azure()
        self._show_in_banner()
        self.changed.emit()

    def connected(self, adobe: AdobeSession | None, secret: str) -> None:
        """Adobe accepted the credential (or, with None, has not been asked about it yet)."""
        self.adobe = adobe
        self.secret = secret
        self.changed.emit()

    def observed(
        self,
        *,
        subscription: Subscription | None = None,
        vault: Vault | None = None,
        key: Key | None = None,
        configuration: Configuration | None = None,
    ) -> None:
        """Remember what was read from the clouds for the choices."""
        self.subscription = subscription or self.subscription
        self.vault = vault or self.vault
        self.key = key or self.key
        self.configuration = configuration or self.configuration
        self._show_in_banner()
        self.changed.emit()

    def at_page(self, page: str) -> None:
        """The person is on this page: where the next start goes on."""
        if page != self.page:
            self.page = page
            self.save()

    def save(self) -> None:
        """Keep the draft, off the GUI thread; while one is being written, only the newest waits."""
        self._unsaved = True
        if not self._saving:
            self._write()

    def _read_draft(self, _cancel: Cancel) -> tuple[Draft | None, str]:
        services = self.services
        draft = services.drafts.load(services.profile.name)
        services.secrets.open()
        choice = draft.choices.adobe if draft else prefilled(Choices(), services.given).adobe
        return draft, services.adobe_secret(choice) or ""

    def _draft_read(self, read: tuple[Draft | None, str]) -> None:
        draft, self.secret = read
        if draft is not None:
            self.page = draft.page
        self.choices = prefilled(draft.choices if draft else Choices(), self.services.given)
        self._show_in_banner()
        self.tasks.run(self._read_sign_in, done=self._sign_in_read, failed=self._not_restored, lane="sign_in")

    def _read_sign_in(self, _cancel: Cancel) -> Restored:
        """On the sign-in lane: the SDKs load here, after the window is on the screen."""
        account = self.services.sign_in.restore()
        adobe = None
        if self.secret and self.page not in ("", "before", "azure", "adobe"):
            adobe = self.services.adobe_session(self.choices.adobe, self.secret)
        return (signed_in(self.services, account) if account else None), adobe

    def _sign_in_read(self, restored: Restored) -> None:
        found, self.adobe = restored
        self.restored = True
        if found is not None:
            self.signed_in(*found)
        self.changed.emit()

    def _not_restored(self, problem: Problem) -> None:
        self.restore_problem = problem
        self.restored = True
        self.changed.emit()

    def _write(self) -> None:
        self._saving, self._unsaved = True, False
        services, choices, page = self.services, self.choices, self.page
        self.tasks.run(
            lambda _cancel: services.drafts.save(services.profile.name, choices, page),
            done=self._written,
            failed=self._not_written,
        )

    def _written(self, _nothing: None) -> None:
        self.draft_problem = None
        self._saving = False
        if self._unsaved:
            self._write()

    def _not_written(self, problem: Problem) -> None:
        self.draft_problem = problem
        self._saving = False
        self.changed.emit()

    def _forget(self, old: Choices, new: Choices) -> None:
        if msgspec.structs.replace(old, acknowledge=new.acknowledge) != new:
            self.plan = None
        if (old.azure.tenant, old.azure.subscription) != (new.azure.tenant, new.azure.subscription):
            self._forget_azure()
        elif (old.azure.resource_group, old.vault) != (new.azure.resource_group, new.vault):
            self.vault = None
            self.key = None
        elif old.key != new.key:
            self.key = None
        if msgspec.structs.replace(old.adobe, configuration="") != msgspec.structs.replace(new.adobe, configuration=""):
            self.adobe = None

    def _forget_azure(self) -> None:
        self.subscription = None
        self.vault = None
        self.key = None

    def _show_in_banner(self) -> None:
        account, subscription = self.account, self.subscription
        self.banner.update(
            account=account.name if account else "",
            tenant=(account.tenant_name or account.tenant_id) if account else "",
            subscription=subscription.name if subscription else "",
            organisation=self.choices.adobe.organisation,
        )


def signed_in(services: Services, account: Account) -> SignedIn:
    """On a worker: the clients for an account, the directories it can act in, and the name of its own.

    Raises:
        Problem: the directories cannot be listed.
    """
    azure = services.azure_session(account)
    tenants = tuple(azure.subscriptions.list_tenants())
    named = next((tenant.name for tenant in tenants if tenant.id == account.tenant_id), "")
    return (account if account.tenant_name else replace(account, tenant_name=named)), azure, tenants


def prefilled(choices: Choices, given: Given) -> Choices:
    """The choices with the Adobe credential that came with the start, where none is chosen yet."""
    if choices.adobe.organisation or choices.adobe.client_id or not given.client_id:
        return choices
    adobe = msgspec.structs.replace(choices.adobe, organisation=given.organisation, client_id=given.client_id)
    return msgspec.structs.replace(choices, adobe=adobe)
