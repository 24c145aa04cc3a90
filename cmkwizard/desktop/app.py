"""Opens the window and keeps it running: first the paint, then everything else."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.defect_report import DefectReport
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.theme import Theme, use_fonts
from cmkwizard.desktop.widgets.icon import app_icon

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services

Tour = Callable[[Shell], None]
"""Called once the window has been painted; it ends the program with ``QApplication.exit(status)``."""


def run_window(services: Services, *, warm_up: Callable[[Cancel], None] | None = None, tour: Tour | None = None) -> int:
    """Show the window until it is closed, and answer the exit status.

    Args:
        services: the clouds and the records; nothing of them is used before the first paint.
        warm_up: imports what the clouds need. Called on a worker when the person first leaves the home page, so that
            the idle window stays small and the first sign-in does not wait for imports.
        tour: walks the window by itself.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - a core application cannot show a window
    app.setApplicationName("cmkwizard")
    app.setDesktopFileName("cmkwizard")
    app.setStyle("Fusion")
    use_fonts(app)
    theme = Theme(app, services.settings.theme)
    tasks = Tasks()
    banner = BannerModel(practice=services.profile.practice)
    journey = SetupPages(services, tasks, banner)
    shell = Shell(banner, journey, lambda: HomePage(HomeModel(services, tasks, journey)))
    defects = DefectReport(shell)
    endings = _Endings(shell)
    if warm_up is not None:
        _WarmUp(shell, tasks, warm_up)
    shell.show_page(HOME)
    paint = FirstPaint(shell)
    paint.painted.connect(lambda: _after_first_paint(app, shell, tour))
    shell.show()
    try:
        return app.exec()
    finally:
        endings.restore()
        defects.restore()
        tasks.shutdown()
        theme.deleteLater()


def _after_first_paint(app: QApplication, shell: Shell, tour: Tour | None) -> None:
    app.setWindowIcon(app_icon())
    if tour is not None:
        tour(shell)


class FirstPaint(QObject):
    """Waits for a window's first paint.

    Signals:
        painted: the window has been painted once; comes from the event loop, after the paint itself.
    """

    painted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._watched = shell.frame
        self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for the paint, once."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)
        return False


class _WarmUp(QObject):
    """Imports the SDKs on a worker when somebody goes from home to another page for the first time."""

    def __init__(self, shell: Shell, tasks: Tasks, warm_up: Callable[[Cancel], None]) -> None:
        super().__init__(shell)
        self._shell = shell
        self._tasks = tasks
        self._warm_up = warm_up
        shell.page_shown.connect(self._page_shown)

    @Slot(str)
    def _page_shown(self, page: str) -> None:
        if page != HOME:
            self._shell.page_shown.disconnect(self._page_shown)
            self._tasks.run(self._warm_up, done=lambda _: None, failed=_not_warm)


def _not_warm(_problem: Problem) -> None:
    """The first real use meets the same problem, and says so where it matters."""


class _Endings(QObject):
    """Closes the window when the operating system asks the program to end.

    Python runs a signal's handler only between its own instructions, and there are none while Qt waits: the wake-up
    socket makes some.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._handlers = {s: signal.signal(s, _noted) for s in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)

    def restore(self) -> None:
        """Put the former handlers back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    @Slot()
    def _asked(self) -> None:
        self._read.recv(64)
        self._shell.close_now()


def _noted(_number: int, _frame: object) -> None:
    """The wake-up socket has what is needed."""
