"""Submit: the point of no return. What is typed here is the person's own decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models import engine
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.setup_page import Report, SetupPageModel

if TYPE_CHECKING:
    from cmkwizard.journeys.step import StepEvent

MEANING = (
    "From here there is no way back to Adobe's own keys, for any sandbox of this organisation. Whoever disables or "
    "deletes the key, the vault, Adobe's app or its role cuts Adobe off, and Adobe may then erase the organisation's "
    "data for good. The key has to stay enabled and without an end for as long as the organisation uses Experience "
    "Platform."
)
ACKNOWLEDGEMENT = "I &understand that this cannot be undone"


class SubmitModel(SetupPageModel):
    """Asks for the vault's name and for a tick; only then can the key be submitted."""

    id = "submit"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(setup, parent)
        self.next_text = "&Submit the key to Adobe"
        self.typed = False
        self._check()

    @property
    def wanted(self) -> str:
        """What has to be typed: the vault's name."""
        return self.setup.choices.vault.name

    @property
    def understood(self) -> bool:
        """Whether the tick is set."""
        return self.setup.choices.acknowledge.irreversible

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What is submitted, where."""
        choices, key = self.setup.choices, self.setup.key
        return (
            ("Key", key.identifier if key else choices.key.name),
            ("Organisation", choices.adobe.organisation),
            ("Region", choices.adobe.region),
            ("Configuration", choices.adobe.configuration),
        )

    @property
    def done_text(self) -> str:
        """That the submission may have left already."""
        return "The key may have been handed in already: the next start asks Adobe before anything else."

    def begin(self) -> None:
        """Ask anew for the tick each time the page is shown."""
        self.setup.choose(irreversible=False)
        self._check()

    def edit_typed(self, right: bool) -> None:
        """Whether the vault's name is typed."""
        self.typed = right
        self._check()

    def edit_understood(self, understood: bool) -> None:
        """Whether the tick is set."""
        self.setup.choose(irreversible=understood)
        self._check()

    def proceed(self) -> bool:
        """Submit, once."""
        run = engine.SetupEngine(self.setup)

        def work(cancel: Cancel, report: Report[StepEvent]) -> engine.Seen:
            return run.apply(["submission"], cancel, report)

        self.perform_stream(
            "Submitting the key to Adobe…", work, self._submitted, lambda _event: None, failed=self._failed, writes=True
        )
        return False

    def cancelled(self) -> None:
        """A request may be on its way: the next start reads the truth first."""
        self._check()

    def _submitted(self, seen: engine.Seen) -> None:
        seen.show_in(self.setup)
        self.finished.emit()

    def _failed(self, problem: Problem) -> None:
        self.error = problem
        self._check()

    def _check(self) -> None:
        self.valid = self.typed and self.understood
        self.changed.emit()
