"""Fills the window and keeps it running."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.defect_report import DefectReport
from cmkwizard.desktop.ending import Ending
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.pages.catalogue import FIRST_PARTS, LATER_PARTS, SetupPages, load_parts
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.theme import Theme, use_fonts
from cmkwizard.desktop.watching import Watching
from cmkwizard.desktop.widgets.icon import app_icon
from cmkwizard.desktop.window import Window, open_window

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services


SWITCH_S = 0.0005
"""How long a worker keeps the interpreter while the window wants it. Every call into Qt gives it away, so a page of two
hundred calls would wait two hundred times for Python's usual 5 ms when a worker computes."""
BETWEEN_PARTS_MS = 10
"""Between two modules that are loaded on the GUI thread, so that each is a short stop."""


def run_window(
    services: Services,
    *,
    window: Window | None = None,
    tour: bool = False,
    screenshots: Path | None = None,
    background: bool = False,
) -> int:
    """Fill the window, show it until it is closed, and answer the exit status.

    Args:
        services: the clouds and the records.
        window: the empty window that is on the screen already; None opens one.
        tour: let the window walk the set-up by itself.
        screenshots: where the tour saves a picture of every page.
        background: begin without the window: an icon in the tray shows it.
    """
    window = window or open_window()
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 - open_window made it
    use_fonts(app)
    theme = Theme(app, services.settings.theme)
    tasks = Tasks()
    banner = BannerModel(practice=services.profile.practice)
    journey = SetupPages(services, tasks, banner)
    shell = Shell(banner, journey, lambda: HomePage(HomeModel(services, tasks, journey)))
    shell.page_leaves.connect(tasks.begin_after_paint)
    shell.closed.connect(app.quit)
    defects = DefectReport(shell)
    ending = Ending(shell)
    watching = Watching(shell, journey.setup, services, tasks, Support(shell, tasks))
    warm_up = WarmUp(shell, services, tasks)
    window.setWindowIcon(app_icon())
    window.setCentralWidget(shell)
    shell.show_page(HOME)
    if background:
        watching.background.hide()
    if tour:
        watching.model.pause(True)  # what the tour counts are its own requests
        from cmkwizard.desktop.tour import Tour

        QTimer.singleShot(0, Tour(shell, services, screenshots).start)
    gc.freeze()  # nearly all that is there by now stays; going through it again would only hold the window up
    gc.enable()
    switch = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        return app.exec()
    finally:
        sys.setswitchinterval(switch)
        ending.restore()
        defects.restore()
        tasks.shutdown()
        for part in (warm_up, theme, window):
            part.deleteLater()


class WarmUp(QObject):
    """Loads what the other pages need when a page other than home is shown for the first time.

    By turns what a worker can load and the pages that need it: the requirements and the next pages, the rest of the
    rules and the other pages, the SDKs. Not earlier: a window that idles at home stays small, and there is time enough
    until somebody has signed in.
    """

    def __init__(self, shell: Shell, services: Services, tasks: Tasks) -> None:
        super().__init__(shell)
        self._shell = shell
        self._services = services
        self._tasks = tasks
        turns: list[tuple[Callable[[Cancel], None], Sequence[str]]] = [
            (_load_requirements, FIRST_PARTS),
            (_load_rules, LATER_PARTS),
            (self._load_clouds, ()),
        ]
        self._turns = iter(turns)
        self._parts: Iterator[None] = iter(())
        self._next_part = QTimer(self, interval=BETWEEN_PARTS_MS)
        self._next_part.timeout.connect(self._load_part)
        shell.page_shown.connect(self._page_shown)

    @Slot(str)
    def _page_shown(self, page: str) -> None:
        if page != HOME:
            self._shell.page_shown.disconnect(self._page_shown)
            self._next_turn()

    def _next_turn(self) -> None:
        work, parts = next(self._turns, (None, ()))
        if work is not None:
            self._parts = load_parts(parts)
            self._tasks.run(work, done=self._worker_loaded, failed=_not_loaded)

    def _worker_loaded(self, _nothing: None) -> None:
        self._next_part.start()

    @Slot()
    def _load_part(self) -> None:
        if next(self._parts, self) is self:
            self._next_part.stop()
            self._next_turn()

    def _load_clouds(self, cancel: Cancel) -> None:
        from cmkwizard.clouds.azure.loading import load_clients

        _ = self._services.sign_in
        load_clients(cancel)


def _load_requirements(_cancel: Cancel) -> None:
    for module in ("requirements", "remedies"):
        import_module(f"cmkwizard.core.{module}.table")


def _load_rules(_cancel: Cancel) -> None:
    from cmkwizard.desktop.models.report_rows import load

    load()


def _not_loaded(_problem: Problem) -> None:
    """The first real use meets the same problem, and says so where it matters."""
