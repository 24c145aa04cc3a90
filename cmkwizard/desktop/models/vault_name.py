"""A new vault's name, checked as it is typed: its letters at once, whether it is free as soon as the typing rests."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from cmkwizard.core.facts import VaultName
from cmkwizard.core.identifiers import vault_name_problem
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements import grade_name
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.tasks import Task

REST_MS = 350
"""How long the typing has to rest before Azure is asked."""


class NameState(StrEnum):
    """What is known about the name."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    CHECKING = "checking"
    FREE = "free"
    TAKEN = "taken"
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

    @property
    def good(self) -> bool:
        """Whether the set-up may go on with this name."""
        return self.state in (NameState.FREE, NameState.OURS, NameState.UNKNOWN)

    def look_at(self, subscription: str, name: str, *, ours: bool) -> None:
        """Check ``name``; ``ours``: the chosen resource group holds a vault of this name."""
        settled = self.state in (NameState.FREE, NameState.TAKEN, NameState.CHECKING)
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
        self._task = self._setup.tasks.run(
            lambda cancel: self._setup.read(cancel, lambda: azure.vaults.check_name(subscription, name)),
            done=self._answered,
            failed=self._failed,
        )

    def _answered(self, answer: VaultName) -> None:
        reasons = grade_name(answer).reasons
        if reasons:
            self._say(NameState.TAKEN, f"{reasons[0].sentence} {reasons[0].remedy}")
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
