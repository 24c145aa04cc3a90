"""What the pages of the set-up share: the choices, who is signed in, and what was observed for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice, AnalyticsChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Key, Vault
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import Status
from cmkwizard.desktop.models.draft import Draft
from cmkwizard.desktop.models.restoring import Left, SignedIn, read_left, read_secret, read_sign_ins
from cmkwizard.desktop.models.services import Services
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.tasks import Task, Tasks
from cmkwizard.journeys.pages import Progress

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.core.facts import Account, Configuration, Subscription, Tenant
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.report import Report
    from cmkwizard.journeys.setup.run import SetupRun

PAINTED_MS = 30
"""After this a page that has just been shown is on the screen: a worker that computes would hold it up."""
T = TypeVar("T")


class SetupState(QObject):
    """The one place where choices are changed: every change is kept as a draft, and what depended on it is forgotten.

    Signals:
        changed: a choice, an account or an observation is new.
        exchanged: it is about another organisation now: nothing of what the pages show is true any more.
    """

    changed = Signal()
    exchanged = Signal()

    def __init__(self, services: Services, tasks: Tasks, banner: BannerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.tasks = tasks
        self.banner = banner
        self.policy = OrganisationPolicy()
        self.choices = Choices()
        self.page = ""
        self.account: Account | None = None
        self.azure: AzureSession | None = None
        self.adobe: AdobeSession | None = None
        self.secret = ""
        self.subscription: Subscription | None = None
        self.vault: Vault | None = None
        self.key: Key | None = None
        self.report: Report | None = None
        """What the last check found, as long as it is about these choices and this account."""
        self.second: Report | None = None  # the same of the second vault, where the last check looked at it
        self.outdated = False
        """Whether something has been changed in the clouds since."""
        self.plan: Plan | None = None
        self.run: SetupRun | None = None
        self.ticket = ""
        """What Adobe has to be told of the second vault, once everything for it is there."""
        self.submitted = False
        self.status = Status.NOT_SUBMITTED
        self.draft = Draft(services, tasks, self)
        self.draft.changed.connect(self.changed)
        self.restore_problem: Problem | None = None
        self.tenants: tuple[Tenant, ...] = ()
        self.loaded = False
        self.restored = False
        self._restore_wanted = False
        self._restoring: Task | None = None
        self.left: Left | None = None
        self.lapsed = ""
        """What had been chosen and does not fit any more, with what to do, until it is chosen anew."""

    def load(self) -> None:
        """Read what an earlier start left in the records. Needs no network; ``loaded`` says when it is over."""
        services = self.services
        self.tasks.run(lambda _cancel: read_left(services), done=self._left_read, failed=self._not_restored)

    def restore(self) -> None:
        """Take up the secret and the sign-ins as well, once, without a prompt; ``restored`` says when it is over."""
        if self._restore_wanted:
            return
        self._restore_wanted = True
        QTimer.singleShot(PAINTED_MS, self, self._restore_when_loaded)

    def restore_again(self) -> None:
        """Try once more what failed, such as after the network has come back."""
        if self.restore_problem is not None:
            self.restore_problem = None
            self.restored = False
            self.changed.emit()
            self._restore()

    def exchange(self, organisation: str, failed: Callable[[Problem], None]) -> None:
        """Keep what was chosen for its organisation, and go on with what was kept for another one.

        Args:
            organisation: whose draft was put aside; empty: begin anew.
            failed: gets the problem; the choices stay, and nothing is lost.
        """
        services, held = self.services, self.services.records.held_by
        if held is not None:  # the draft is the other window's
            failed(held)
            return
        own = self.choices.adobe.organisation
        self.draft.exchange(own, organisation, lambda: read_left(services), self._exchange, failed)

    def choose(
        self,
        *,
        azure: AzureChoice | None = None,
        vault: VaultChoice | None = None,
        key: KeyChoice | None = None,
        adobe: AdobeChoice | None = None,
        analytics: AnalyticsChoice | None = None,
        irreversible: bool | None = None,
    ) -> None:
        """Take new choices; what is not given stays."""
        old = self.choices
        acknowledge = old.acknowledge
        if irreversible is not None:
            acknowledge = msgspec.structs.replace(acknowledge, irreversible=irreversible)
        new = msgspec.structs.replace(
            old,
            azure=azure or old.azure,
            vault=vault or old.vault,
            key=key or old.key,
            adobe=adobe or old.adobe,
            analytics=analytics or old.analytics,
            acknowledge=acknowledge,
        )
        if new == old:
            return
        self.choices = new
        self._forget(old, new)
        self._show_in_banner()
        self.save()
        self.changed.emit()

    def signed_in(self, account: Account, azure: AzureSession, tenants: tuple[Tenant, ...]) -> None:
        """Somebody signed in to Azure. Another directory makes what was chosen in the one before meaningless."""
        if self.account is None or self.account.object_id != account.object_id:
            self.report = None
        self.account, self.azure, self.tenants = account, azure, tenants
        if self.choices.azure.tenant != account.tenant_id:
            self._change_tenant(account.tenant_id)
        self._show_in_banner()
        self.changed.emit()

    def signed_out(self) -> None:
        """Nobody is signed in to Azure any more. The choices stay."""
        self.account = self.azure = self.report = None
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
        self.submitted = self.submitted or configuration is not None
        self._show_in_banner()
        self.changed.emit()

    def checked(self, report: Report, second: Report | None = None) -> None:
        """Everything was read. What was read for other choices than these is dropped."""
        if msgspec.structs.replace(report.survey.choices, acknowledge=self.choices.acknowledge) == self.choices:
            self.report, self.second, self.outdated = report, second, False
            vault, key = report.survey.vault, report.survey.key
            self.vault = vault if vault is None or isinstance(vault, Vault) else self.vault
            self.key = key if key is None or isinstance(key, Key) else self.key
            self.changed.emit()

    def ticket_ready(self, text: str) -> None:
        """Everything for the second vault is there."""
        self.ticket = text
        self.changed.emit()

    def at_page(self, page: str) -> None:
        """The person is on this page: where the next start goes on."""
        if self.loaded and page != self.page:
            self.page = page
            self.save()

    def watched(self, status: Status) -> None:
        """Adobe was asked how far it is."""
        if status is not self.status:
            self.status = status
            self.changed.emit()

    def progress(self) -> Progress:
        """How far the set-up is. What the engine saw counts only while its plan is the plan of these choices."""
        seen = self.run.seen if self.run is not None and self.plan is not None else None
        return Progress(
            signed_in=self.account is not None,
            adobe_ready=self.adobe is not None,
            choices=self.choices,
            checked=self.report is not None and not self.report.blocked,
            planned=self.plan is not None and not self.plan.blocked,
            vault_ready=seen is not None and seen.vault is not None and seen.vault.ready,
            key_ready=seen is not None and seen.key is not None,
            app_present=seen is not None and seen.app is not None,
            role_ready=seen is not None and seen.assignment is not None,
            analytics_ready=bool(self.ticket),
            submitted=self.submitted,
            status=self.status,
        )

    def read(self, cancel: Cancel, call: Callable[[], T]) -> T:
        """On a worker: send a read, again where a service asks for patience or did not answer.

        Raises:
            Problem: the last answer.
            Cancelled: a person asked to stop.
        """
        from cmkwizard.journeys.waiting import Pace

        return Pace(cancel, self.services.profile.speed).read(call)

    def save(self) -> None:
        """Keep the choices and the page for the next start."""
        self.draft.keep(self.choices, self.page)

    def _exchange(self, left: Left) -> None:
        own = self.choices.adobe.organisation
        if left.choices.adobe.organisation == own:  # it came with the start, and is kept already
            left = replace(left, choices=msgspec.structs.replace(left.choices, adobe=AdobeChoice()))
        if self._restoring is not None:  # it is about the other one, and may still be on its way
            self._restoring.cancel()
        self.account = self.azure = self.adobe = self.report = self.plan = self.run = self._restoring = None
        self.tenants, self.secret, self.ticket, self.lapsed = (), "", "", ""
        self.outdated = self.restored = self._restore_wanted = False
        self.restore_problem = None
        self._forget_azure()
        self._left_read(left)
        self.exchanged.emit()

    def _left_read(self, left: Left) -> None:
        self.choices, self.page = left.choices, left.page
        self.left, self.policy = left, left.policy
        self.submitted, self.status = left.submitted, left.status
        self.loaded = True
        self._show_in_banner()
        self._restore_when_loaded()
        self.changed.emit()

    def _restore_when_loaded(self) -> None:
        if self._restore_wanted and self.loaded and self._restoring is None:
            self._restore()

    def _restore(self) -> None:
        services, choices = self.services, self.choices
        self._restoring = self.tasks.run(
            lambda _cancel: read_secret(services, choices),
            done=self._secret_read,
            failed=self._not_restored,
            lane="keyring",
        )

    def _secret_read(self, secret: str) -> None:
        self.secret = secret
        services, choices, page = self.services, self.choices, self.left.page if self.left else ""
        self._restoring = self.tasks.run(
            lambda cancel: read_sign_ins(services, choices, page, secret, cancel),
            done=self._sign_ins_read,
            failed=self._not_restored,
            lane="sign_in",
        )

    def _sign_ins_read(self, found: tuple[SignedIn | None, AdobeSession | None]) -> None:
        account, self.adobe = found
        self.restored = True
        if account is not None:
            self.signed_in(*account)
        self.changed.emit()

    def _not_restored(self, problem: Problem) -> None:
        self.restore_problem = problem
        self.loaded = self.restored = True
        self.changed.emit()

    def _change_tenant(self, tenant: str) -> None:
        """Names that were typed stay; a subscription and a vault that were chosen from a list do not."""
        azure, vault, key = self.choices.azure, self.choices.vault, self.choices.key
        if azure.subscription:
            what = "subscription" if vault.create or not vault.name else "subscription, vault and key"
            self.lapsed = f"You are in another directory now, so the {what} chosen before cannot be used any more. "
            self.lapsed += "Choose again on the page “Vault”."
        azure = msgspec.structs.replace(azure, tenant=tenant, subscription="")
        if not vault.create:
            azure = msgspec.structs.replace(azure, resource_group="", location="")
            vault, key = msgspec.structs.replace(vault, name=""), msgspec.structs.replace(key, name="")
        self.choose(azure=azure, vault=vault, key=key)

    def _forget(self, old: Choices, new: Choices) -> None:
        if msgspec.structs.replace(old, acknowledge=new.acknowledge) != new:
            self.ticket, self.second = "", None
        if msgspec.structs.replace(old, acknowledge=new.acknowledge, analytics=new.analytics) != new:
            self.plan = self.report = None
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
