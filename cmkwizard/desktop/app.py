"""Fills the window and keeps it running."""

from __future__ import annotations

import gc
import sys
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
from cmkwizard.desktop.pages.catalogue import SetupPages, load_pages
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
WARM_UP_AFTER_MS = 60
"""Once the first page of the set-up is painted."""
BETWEEN_PAGES_MS = 15
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

    The rules on a worker, then the pages themselves, then the SDKs on a worker. Not earlier: a window that idles at
    home stays small, and there is time enough until somebody has signed in.
    """

    def __init__(self, shell: Shell, services: Services, tasks: Tasks) -> None:
        super().__init__(shell)
        self._shell = shell
        self._services = services
        self._tasks = tasks
        self._pages = load_pages()
        self._next_page = QTimer(self, interval=BETWEEN_PAGES_MS)
        self._next_page.timeout.connect(self._load_page)
        shell.page_shown.connect(self._page_shown)

    @Slot(str)
    def _page_shown(self, page: str) -> None:
        if page != HOME:
            self._shell.page_shown.disconnect(self._page_shown)
            QTimer.singleShot(WARM_UP_AFTER_MS, self, self._begin)

    @Slot()
    def _begin(self) -> None:
        self._tasks.run(_load_rules, done=self._rules_loaded, failed=_not_loaded)

    def _rules_loaded(self, _nothing: None) -> None:
        self._next_page.start()

    @Slot()
    def _load_page(self) -> None:
        if next(self._pages, self) is self:
            self._next_page.stop()
            self._tasks.run(self._load_clouds, done=_loaded, failed=_not_loaded)

    def _load_clouds(self, cancel: Cancel) -> None:
        from cmkwizard.clouds.azure.loading import load_clients

        _ = self._services.sign_in
        load_clients(cancel)


def _load_rules(_cancel: Cancel) -> None:
    from cmkwizard.desktop.models.report_rows import load

    load()


def _loaded(_nothing: None) -> None:
    """Nobody waits for it."""


def _not_loaded(_problem: Problem) -> None:
    """The first real use meets the same problem, and says so where it matters."""
