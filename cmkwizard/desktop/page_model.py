"""What a page is and how it stands, without a widget: the contract between a page and the shell.

Only QtCore here, so that models and their tests need no window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from cmkwizard.core.problems import Problem

RESERVED_MNEMONICS = frozenset("BCDHT")
"""Letters after ``&`` that the shell's own buttons use: Back, Cancel, Details, Home, Try again. A page takes others,
and none that is in its own ``next_text`` either (``&Next`` unless it says otherwise)."""


@dataclass(frozen=True)
class Busy:
    """Work that has to end, or be cancelled, before the page can be left.

    Loading a list is not that: the list itself says that it is loading, and the page stays free.
    """

    text: str
    """What is going on, with its object: "Creating the vault kv-contoso…"."""
    fraction: float | None = None
    """0 to 1, or None when nobody can know."""
    cancellable: bool = True


class PageModel(QObject):
    """One page's state and sentences. Subclasses set the class attributes and answer the calls they need.

    Signals:
        changed: any property has another value; the shell and the page read all of them again.
        finished: the work that :meth:`proceed` started is done; the shell goes to the next page.
        page_chosen: the person asked for another page by its id ("home", "vault", …).
        notified: a title and a sentence about something that ended while the person may be elsewhere.
        explanation_asked: the person wants an error text explained, from anywhere.
    """

    changed = Signal()
    finished = Signal()
    page_chosen = Signal(str)
    notified = Signal(str, str)
    explanation_asked = Signal()

    id: str = ""
    title: str = ""
    """Short; also in the rail and in the window's title."""
    purpose: str = ""
    """One sentence: what this page is for."""
    irreversible: bool = False
    """The point of no return: Enter does not press Next here, and Back has the focus."""
    enter_goes_on: bool = True
    """Whether Enter presses Next; at the point of no return it never does."""
    resumes: bool = True
    """Whether the next start goes on here, where the set-up was left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._valid = True
        self._busy: Busy | None = None
        self._error: Problem | None = None
        self._next_text = "&Next"

    @property
    def valid(self) -> bool:
        """Whether Next may be pressed (the shell also looks at :attr:`busy`)."""
        return self._valid

    @valid.setter
    def valid(self, valid: bool) -> None:
        self._set("_valid", valid)

    @property
    def busy(self) -> Busy | None:
        """The work that runs now. The shell shows it with patience and offers Cancel."""
        return self._busy

    @busy.setter
    def busy(self, busy: Busy | None) -> None:
        self._set("_busy", busy)

    @property
    def error(self) -> Problem | None:
        """What went wrong; the shell shows it above the page with its remedy and "Try again"."""
        return self._error

    @error.setter
    def error(self, error: Problem | None) -> None:
        self._set("_error", error)

    @property
    def next_text(self) -> str:
        """The primary button's text with its mnemonic; empty hides the button."""
        return self._next_text

    @next_text.setter
    def next_text(self, text: str) -> None:
        self._set("_next_text", text)

    @property
    def done_text(self) -> str:
        """What the work that runs now has done already, in a sentence; asked when it may be stopped."""
        return ""

    def enter(self) -> None:
        """The page is being shown: start loading what it needs."""

    def leave(self) -> None:
        """The page is being left, forwards or backwards: keep what was typed."""

    def proceed(self) -> bool:
        """Next was pressed. True goes on at once; False means that work was started, and :attr:`finished` ends it."""
        return True

    def cancel(self) -> None:
        """Cancel was pressed while :attr:`busy`: ask the work to stop. Answers at once."""

    def retry(self) -> None:
        """Try again was pressed below :attr:`error`; the error is gone already."""

    def retire(self) -> None:
        """The page is dropped for good: stop what still runs for it."""

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()


class StepState(StrEnum):
    """How a step of the journey stands; the rail shows an icon and this word."""

    DONE = "Done"
    CURRENT = "Current"
    ATTENTION = "Needs attention"
    TO_DO = "To do"


@dataclass(frozen=True)
class RailStep:
    """One step in the rail."""

    id: str
    title: str
    state: StepState = StepState.TO_DO
    """Never ``CURRENT``: the shell knows which page is shown."""
    reachable: bool = False
    """Whether the person may go there now by a click."""


class BannerModel(QObject):
    """Who is acting and where. Pages set it; the banner shows it on every page.

    Signals:
        changed: one of the values is new.
    """

    changed = Signal()

    def __init__(self, *, practice: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.practice = practice
        self.account = ""
        self.tenant = ""
        self.subscription = ""
        self.organisation = ""

    def update(
        self,
        *,
        account: str | None = None,
        tenant: str | None = None,
        subscription: str | None = None,
        organisation: str | None = None,
    ) -> None:
        """Set what is given (None: leave as it is; "": not known)."""
        values = {"account": account, "tenant": tenant, "subscription": subscription, "organisation": organisation}
        news = {name: value for name, value in values.items() if value is not None and value != getattr(self, name)}
        for name, value in news.items():
            setattr(self, name, value)
        if news:
            self.changed.emit()


def step_position(steps: Sequence[RailStep], page: str) -> int | None:
    """The 1-based number of a page in the rail; None for a page that is no step (home)."""
    return next((n for n, step in enumerate(steps, 1) if step.id == page), None)
