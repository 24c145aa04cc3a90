"""A new vault's name, checked as it is typed: its letters at once, whether it is free as soon as the typing rests."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import DeletedVault, VaultName
from cmkwizard.core.identifiers import vault_name_problem
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.grading import Fitness, grade_name
from cmkwizard.desktop.finding_rows import FindingRow
from cmkwizard.desktop.models.known_facts import known_rows
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession

REST_MS = 350
"""How long the typing has to rest before Azure is asked."""
DELETED_TEXT = "A deleted vault holds this name. Go on to recover it on the page “Check”, or type another name."
Looked = tuple[VaultName, DeletedVault | None]


class NameState(StrEnum):
    """What is known about the name."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    CHECKING = "checking"
    FREE = "free"
    TAKEN = "taken"
    DELETED = "deleted"
    """A deleted vault of the chosen subscription holds it: that one can be recovered."""
    OURS = "ours"
    """A vault of this name is in the chosen resource group already: it is used."""
    UNKNOWN = "unknown"
    """Azure could not be asked; the plan will find out."""


class VaultNameCheck(QObject):
    """The check of one name at a time; an answer for an older name is dropped.

    Signals:
        changed: the state is new.
    """

    changed = Signal()

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._task: Task | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        self._name = ""
        self._subscription = ""
        self.state = NameState.EMPTY
        self.sentence = ""
        self._deleted: DeletedVault | None = None

    @property
    def good(self) -> bool:
        """Whether the set-up may go on with this name."""
        return self.state in (NameState.FREE, NameState.OURS, NameState.DELETED, NameState.UNKNOWN)

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """That a deleted vault holds the name, with what to do about it."""
        if self.state is not NameState.DELETED:
            return ()
        return known_rows(self._setup, ("V03",), deleted_vault=self._deleted)

    def look_at(self, subscription: str, name: str, *, ours: bool) -> None:
        """Check ``name``; ``ours``: the chosen resource group holds a vault of this name."""
        settled = self.state in (NameState.FREE, NameState.TAKEN, NameState.DELETED, NameState.CHECKING)
        if (subscription, name) == (self._subscription, self._name) and settled and not ours:
            return
        self._subscription, self._name = subscription, name
        self._stop()
        problem = vault_name_problem(name)
        if not name:
            self._say(NameState.EMPTY, "Unique in all of Azure: 3 to 24 letters, digits and hyphens.")
        elif problem is not None:
            self._say(NameState.MALFORMED, problem)
        elif ours:
            self._say(NameState.OURS, "This resource group has a vault of this name already. It will be used as it is.")
        elif not subscription:
            self._say(NameState.CHECKING, "Choose a subscription first.")
        else:
            self._say(NameState.CHECKING, "Checking whether the name is free…")
            self._rest.start()

    def _ask(self) -> None:
        azure, subscription, name = self._setup.azure, self._subscription, self._name
        if azure is None:
            self._say(NameState.UNKNOWN, "Whether the name is free could not be checked: nobody is signed in to Azure.")
            return

        def work(cancel: Cancel) -> Looked:
            answer = self._setup.read(cancel, lambda: azure.vaults.check_name(subscription, name))
            return answer, None if answer.available else _deleted_vault(azure, subscription, name)

        self._task = self._setup.tasks.run(work, done=self._answered, failed=self._failed)

    def _answered(self, looked: Looked) -> None:
        graded, self._deleted = grade_name(*looked), looked[1]
        if graded.fitness is Fitness.FIXABLE:
            self._say(NameState.DELETED, DELETED_TEXT)
        elif graded.reasons:
            reason = graded.reasons[0]
            self._say(NameState.TAKEN, f"{reason.sentence} {reason.remedy}")
        else:
            self._say(NameState.FREE, "The name is free.")

    def _failed(self, problem: Problem) -> None:
        self._say(NameState.UNKNOWN, f"Whether the name is free could not be checked. {problem.message}")

    def _say(self, state: NameState, sentence: str) -> None:
        if (state, sentence) != (self.state, self.sentence):
            self.state, self.sentence = state, sentence
            self.changed.emit()

    def _stop(self) -> None:
        self._rest.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None


def _deleted_vault(azure: AzureSession, subscription: str, name: str) -> DeletedVault | None:
    """The deleted vault of this name. Who may not list deleted vaults goes on without: the check says so."""
    try:
        return azure.vaults.get_deleted(subscription, name)
    except Problem as problem:
        if problem.kind is not Kind.PERMISSION:
            raise
        return None
