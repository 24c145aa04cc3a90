"""Review: how things stood, from the records alone. No network, no keyring and no sign-in are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.history import HistoryEntry
from cmkwizard.core.problems import Problem
from cmkwizard.core.state_card import StateCard, age, state_card
from cmkwizard.desktop.models.history_compare import Comparison
from cmkwizard.desktop.models.history_entries import Entries
from cmkwizard.desktop.models.history_export import Export
from cmkwizard.desktop.models.history_seal import Seal
from cmkwizard.desktop.models.history_setups import KnownSetup, known_setups
from cmkwizard.desktop.models.history_timeline import Timeline
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.page_model import PageModel
from cmkwizard.desktop.tasks import Task
from cmkwizard.journeys.pages import page_node

T = TypeVar("T")
REFRESH_MS = 30_000
"""After so long the ages that are shown are told anew."""


@dataclass(frozen=True)
class Shown:
    """What is read of one set-up at once."""

    state: Mapping[str, HistoryEntry]
    baseline: HistoryEntry | None
    first_at: datetime | None
    """When its first entry was written; None: there is none."""


class HistoryModel(PageModel):
    """Which set-up and which moment are shown, and the state card. The parts below it have models of their own."""

    id = "history"

    def __init__(self, setup: SetupState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        node = page_node(self.id)
        self.title, self.purpose = node.title, node.purpose
        self.next_text = ""
        self.setup = setup
        self.setups: tuple[KnownSetup, ...] | None = None
        """None: not read yet."""
        self.chosen: KnownSetup | None = None
        self.moment: datetime | None = None
        """The moment of the past that the card shows; None: the newest that is known."""
        self.card: StateCard | None = None
        self._state: Mapping[str, HistoryEntry] = {}
        self._task: Task | None = None
        self._waits = False
        """Whether it is not known yet which set-up this window is about: that one is shown first."""
        setup.changed.connect(self._setup_changed)
        self.entries = Entries(setup, self)
        self.timeline = Timeline(setup, self)
        self.comparison = Comparison(setup, self)
        self.seal = Seal(setup, self)
        self.export = Export(setup, self)
        self._tick = QTimer(self, interval=REFRESH_MS)
        self._tick.timeout.connect(self._grow_older)

    @property
    def absence(self) -> str:
        """That nothing is recorded, and what that means; empty: something is."""
        if self.setups is None or self.setups:
            return ""
        return (
            "There is no history on this computer. That does not mean that nothing happened, or that all is well: "
            "nothing was recorded here, or its file was taken away. Run the check to see how things stand."
        )

    @property
    def heading(self) -> str:
        """Of which moment the card is."""
        if self.moment is None:
            return "As last seen"
        return f"As it stood on {local(self.moment)}"

    @property
    def past_words(self) -> str:
        """That a moment of the past is shown; empty: the newest is."""
        if self.moment is None:
            return ""
        ago = age((self._now() - self.moment).total_seconds())
        return f"This is the past: what was known on {local(self.moment)}, {ago} ago. What came later is left out."

    @property
    def sentence(self) -> str:
        """The card in a sentence."""
        return self.card.sentence if self.card is not None else "Reading the records…"

    def label(self, key: KnownSetup) -> str:
        """A set-up in a line, with when something of it was last seen or done."""
        return key.label(self._now())

    def enter(self) -> None:
        """Read the records anew."""
        self._tick.start()
        self.look_again()

    def leave(self) -> None:
        """Nothing has to be kept."""
        self._tick.stop()

    def retry(self) -> None:
        """Read the records again."""
        self.look_again()

    @Slot()
    def look_again(self) -> None:
        """Read which set-ups there are, then the one that is shown."""
        self._waits = not self.setup.loaded
        if self._waits:
            return
        services = self.setup.services
        self._run(lambda _cancel: known_setups(services), self._setups_read)

    @Slot()
    def _setup_changed(self) -> None:
        if self._waits and self.setup.loaded:
            self.look_again()

    def choose(self, key: KnownSetup) -> None:
        """Show another set-up."""
        if not key.same(self.chosen):
            self.chosen, self.moment, self.card = key, None, None
            self.timeline.clear()
            self.changed.emit()
            self._load()

    @property
    def can_continue(self) -> bool:
        """Whether the choices of the shown set-up were put aside, and can be taken up again."""
        return self.chosen is not None and self.chosen.kept

    def continue_setup(self) -> None:
        """Go on with the shown set-up; what is chosen now is kept for its own organisation."""
        if self.chosen is not None and self.can_continue:
            self.setup.exchange(self.chosen.setup, self._failed)

    def show_moment(self, moment: datetime | None) -> None:
        """Show how things stood at a moment of the past; None: the newest that is known."""
        key = self.chosen
        if key is None:
            return
        services = self.setup.services

        def work(_cancel: Cancel) -> Mapping[str, HistoryEntry]:
            return services.records.history.state(key.profile, key.setup, moment)

        def done(state: Mapping[str, HistoryEntry]) -> None:
            self.moment, self._state = moment, state
            self._make_card()

        self._run(work, done)

    def show_entry(self, number: int) -> None:
        """Show an entry in full, and how things stood when it was written."""
        services = self.setup.services

        def done(entry: HistoryEntry | None) -> None:
            if entry is not None:
                self.entries.choose(entry.number)
                self.show_moment(entry.at)

        self._run(lambda _cancel: services.records.history.entry(number), done)

    def _run(self, work: Callable[[Cancel], T], done: Callable[[T], None]) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self.setup.tasks.run(work, done=done, failed=self._failed)

    def _setups_read(self, setups: tuple[KnownSetup, ...]) -> None:
        self.setups = setups
        self.error = None
        self.chosen = self._same(setups) or self._own(setups) or next(iter(setups), None)
        self.changed.emit()
        if self.chosen is not None:
            self._load()
        self.seal.show_absence(not setups)

    def _same(self, setups: tuple[KnownSetup, ...]) -> KnownSetup | None:
        """The one that is shown, as it is now."""
        return next((key for key in setups if key.same(self.chosen)), None)

    def _own(self, setups: tuple[KnownSetup, ...]) -> KnownSetup | None:
        """The one that this window is about."""
        own = KnownSetup(self.setup.services.profile.name, self.setup.choices.adobe.organisation)
        return next((key for key in setups if key.same(own)), None)

    def _load(self) -> None:
        key, moment = self.chosen, self.moment
        assert key is not None  # noqa: S101 - asked by the callers
        services = self.setup.services

        def work(_cancel: Cancel) -> Shown:
            if not services.recorded:
                return Shown({}, None, None)
            history = services.records.history
            first = history.page(key.profile, key.setup, after=0, limit=1)
            return Shown(
                history.state(key.profile, key.setup, moment),
                history.baseline(key.profile, key.setup),
                first[0].at if first else None,
            )

        self._run(work, self._loaded)
        self.entries.load(key)
        self.export.load(key)

    def _loaded(self, shown: Shown) -> None:
        key = self.chosen
        if key is None:
            return
        self._state = shown.state
        self._make_card()
        self.timeline.load(key, shown.first_at or self._now())
        self.comparison.load(key, shown.baseline)

    def _make_card(self) -> None:
        self.card = state_card(self._state, self._now(), self.moment)
        self.changed.emit()

    @Slot()
    def _grow_older(self) -> None:
        if self.card is not None:
            self._make_card()

    def _failed(self, problem: Problem) -> None:
        self._task = None
        self.error = problem

    def _now(self) -> datetime:
        return self.setup.services.clock().astimezone(UTC)


def local(at: datetime) -> str:
    """A moment by this computer's clock."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
