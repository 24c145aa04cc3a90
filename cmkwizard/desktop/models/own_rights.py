"""What the account may not do where the vault is, or will be: said before anything else is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import ResourceGroup, Vault
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.report_rows import load
from cmkwizard.desktop.tasks import Task

if TYPE_CHECKING:
    from cmkwizard.desktop.models.setup import SetupState

ROWS = ("I05", "I06", "I07")


class OwnRights(QObject):
    """Reads the rights for one place at a time; an answer for an older place is dropped.

    Signals:
        changed: the rows are new.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._task: Task | None = None
        self._place: tuple[object, ...] = ()
        self._facts: dict[str, Any] | None = None

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """What is missing. Nothing is said while it is read, nor where it could not be: the check says that."""
        return known_rows(self._setup, ROWS, **self._facts) if self._facts is not None else ()

    def look_at(self, group: ResourceGroup | None, vault: Vault | None) -> None:
        """Read the rights at the vault, else at its resource group, else at the chosen subscription."""
        setup = self._setup
        azure, subscription = setup.azure, setup.choices.azure.subscription
        account = setup.account.object_id if setup.account else ""
        place = (account, subscription, group.name if group else "", vault.id if vault else "")
        if place == self._place:
            return
        self.forget()
        if azure is None or not subscription:
            return
        self._place = place
        adobe = setup.adobe

        def work(cancel: Cancel) -> dict[str, Any]:
            from cmkwizard.clouds.adobe.encryption import Encryption
            from cmkwizard.clouds.survey_rights import read_rights_for
            from cmkwizard.journeys.waiting import Pace

            load()  # here, so that the window need not
            return read_rights_for(
                azure,
                Encryption(adobe) if adobe is not None else None,
                subscription=subscription,
                group=group,
                vault=vault,
                read=Pace(cancel, setup.services.profile.speed).read,
            )

        self._task = setup.tasks.run(work, done=self._read, failed=self._failed)

    def forget(self) -> None:
        """What was read holds no longer: somebody may have given a role, or activated one."""
        self._place = ()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._facts is not None:
            self._facts = None
            self.changed.emit()

    def _read(self, facts: dict[str, Any]) -> None:
        self._task, self._facts = None, facts
        self.changed.emit()

    def _failed(self, _problem: Problem) -> None:
        self._task = None  # nothing on this page rests on it
