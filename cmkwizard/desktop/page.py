"""The page contract: a thin widget over a :class:`PageModel`, and the journey that strings pages together.

How a page is written::

    class KeyPage(Page):
        model: KeyModel

        def build(self) -> None:
            self.name = self.add(Field("Key &name", QLineEdit(), help="1 to 127 letters, digits and hyphens"))
            self.name.editor.textChanged.connect(self.model.edit_name)

        def show_model(self) -> None:      # called after every model.changed, and once after build
            self.name.show_error(self.model.name_error)

        def initial_focus(self) -> QWidget | None:
            return self.name.editor

The shell builds a page when it is first shown, then keeps it. The page never touches the shell, buttons outside it, or
the order of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import SignalInstance, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cmkwizard.core.problems import Problem
from cmkwizard.desktop.page_model import PageModel, RailStep

Part = TypeVar("Part", bound=QWidget)


class Page(QWidget):
    """Lays out fields and binds them to its model. Everything the shell asks is on :attr:`model`."""

    def __init__(self, model: PageModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(16)
        self._filled = False
        self.build()
        if not self._filled:
            self.body.addStretch(1)
        self.show_model()
        model.changed.connect(self._model_changed)

    def build(self) -> None:
        """Lay out the widgets (with :meth:`add`) and connect them to the model. Called once."""

    def show_model(self) -> None:
        """Show the model as it is now. Must be cheap and must not emit edits: it is called after every change."""

    def initial_focus(self) -> QWidget | None:
        """The widget that gets the focus when the page is shown; None leaves it to the shell."""
        return None

    def add(self, part: Part, *, stretch: int = 0) -> Part:
        """Put a widget below the others and return it; ``stretch`` 1 takes the free height (one list per page)."""
        self._filled = self._filled or stretch > 0
        self.body.addWidget(part, stretch)
        return part

    @Slot()
    def _model_changed(self) -> None:
        """Show the model, and lay out once: else Qt does it anew for every widget that appears."""
        self.body.setEnabled(False)
        try:
            self.show_model()
        finally:
            self.body.setEnabled(True)


class Journey(Protocol):
    """The pages of a journey in their order, as the shell needs them.

    The set-up's is ``cmkwizard.desktop.pages.catalogue.SetupPages(services, tasks, banner)``, over the page graph of
    ``journeys``; it imports a page's module only when that page is built.
    """

    @property
    def changed(self) -> SignalInstance:
        """The state or the reachability of a step is new."""
        ...

    @property
    def restarted(self) -> SignalInstance:
        """It is about another organisation now: the pages that were built are to be dropped."""
        ...

    @property
    def organisation(self) -> str:
        """The id of the Adobe organisation that it is about; empty: none is chosen yet."""
        ...

    def exchange(self, organisation: str, failed: Callable[[Problem], None]) -> None:
        """Keep what was chosen for its organisation, and go on with another one's (empty: begin anew).

        ``restarted`` says that it is done; ``failed`` gets the problem, and then everything is as it was.
        """
        ...

    @property
    def remark(self) -> str:
        """What a person should know beside the work, such as that the choices could not be saved; mostly empty."""
        ...

    def steps(self) -> Sequence[RailStep]:
        """The rail's steps in order."""
        ...

    def resume_page(self) -> str:
        """Where set-up goes on: the page after the last one that is finished."""
        ...

    def way_to(self, page: str) -> str:
        """The page itself when it makes sense now, else the one that has to be finished first."""
        ...

    def page_after(self, page: str) -> str | None:
        """Where Next leads; None on the last page (its primary button then leads home)."""
        ...

    def page_before(self, page: str) -> str | None:
        """Where Back leads; None on the first page (Back then leads home)."""
        ...

    def build(self, page: str) -> Page:
        """Make the page's model and widget, on the GUI thread, when it is first shown."""
        ...
