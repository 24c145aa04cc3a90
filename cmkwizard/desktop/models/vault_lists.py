"""The lists that the page "Vault" chooses from. They fill as their pages arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cmkwizard.core.facts import ResourceGroup, Subscription, Vault
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.grading import grade
from cmkwizard.desktop.models.listing import Graded, Listing
from cmkwizard.desktop.models.report_rows import load

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.desktop.models.setup import SetupState

Vaults = Listing[Graded[Vault]]


class VaultLists(QObject):
    """Subscriptions of the directory; groups, regions, vaults and Managed HSMs of the chosen subscription.

    Signals:
        settled: a list has more rows, is complete, or failed; once for all that arrived at the same time.
    """

    settled = Signal()

    def __init__(self, setup: SetupState, parent: QObject) -> None:
        super().__init__(parent)
        self.subscriptions: Listing[Subscription] = Listing(setup, self)
        self.groups: Listing[ResourceGroup] = Listing(setup, self)
        self.locations: Listing[tuple[str, str]] = Listing(setup, self)
        self.vaults: Vaults = Listing(setup, self)
        self.hsms: Vaults = Listing(setup, self)
        # Many pages may arrive at once: the page is shown anew once for all of them.
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self.settled)
        for listing in self._all:
            listing.changed.connect(self._settle.start)
            listing.rows_added.connect(self._settle.start)

    @property
    def _all(self) -> tuple[Listing[Subscription] | Listing[ResourceGroup] | Listing[tuple[str, str]] | Vaults, ...]:
        return (self.subscriptions, self.groups, self.locations, self.vaults, self.hsms)

    @property
    def problem(self) -> Problem | None:
        """Why the first list that failed could not be read."""
        return next((listing.problem for listing in self._all if listing.problem), None)

    def forget_failed(self) -> None:
        """Let what could not be read be read again."""
        for listing in self._all:
            if listing.problem is not None:
                listing.clear()

    def load_subscription(self, azure: AzureSession, subscription: str, tenant: str) -> None:
        """Begin to list what the subscription holds, unless it is there or on its way."""
        self.groups.load(subscription, lambda: azure.subscriptions.list_groups(subscription))
        self.locations.load(subscription, lambda: [azure.subscriptions.list_locations(subscription)])
        self.vaults.load(subscription, _graded(lambda: azure.vaults.list_vaults(subscription), tenant))

    def load_hsms(self, azure: AzureSession, subscription: str, tenant: str) -> None:
        """Begin to list the Managed HSMs: only who chooses one asks for them."""
        self.hsms.load(subscription, _graded(lambda: azure.managed_hsms.list_hsms(subscription), tenant))

    def group(self, name: str) -> ResourceGroup | None:
        """The group of this name."""
        return next((group for group in self.groups.rows if group.name.lower() == name.lower()), None)

    def row(self, name: str, group: str, *, hsm: bool) -> Graded[Vault] | None:
        """The vault (or the Managed HSM) of this name in this group."""
        rows = self.hsms.rows if hsm else self.vaults.rows
        wanted = (name.lower(), group.lower())
        return next((each for each in rows if (each.value.name.lower(), each.value.group.lower()) == wanted), None)


def _graded(pages: Callable[[], Iterator[list[Vault]]], tenant: str) -> Callable[[], Iterator[list[Graded[Vault]]]]:
    def graded() -> Iterator[list[Graded[Vault]]]:
        load()  # here, so that the window need not
        for page in pages():
            yield [Graded(vault, grade(vault, tenant)) for vault in page]

    return graded
