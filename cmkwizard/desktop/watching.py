"""The watch in the window: joins its model to Home, to the notifications, and to what closing the window means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from cmkwizard.desktop.background import Background
from cmkwizard.desktop.models.home import HomeModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.staying import StayingModel
from cmkwizard.desktop.models.watching import START_MS, WatchingModel
from cmkwizard.desktop.pages.home import HomePage
from cmkwizard.desktop.pages.watching import show_on_home
from cmkwizard.desktop.shell import HOME, Shell
from cmkwizard.desktop.support import Support
from cmkwizard.desktop.tasks import Tasks

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services

WORDS_MS = 5_000
"""Between two looks at the clock while Home shows when the watch looked and looks again."""


class Watching(QObject):
    """Everything of the watch that one window has."""

    def __init__(
        self,
        shell: Shell,
        setup: SetupState,
        services: Services,
        tasks: Tasks,
        support: Support,
        *,
        start_ms: int = START_MS,
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._support = support
        self._home: HomeModel | None = None
        self.model = WatchingModel(setup, self, start_ms=start_ms)
        self.staying = StayingModel(services, tasks, QSystemTrayIcon.isSystemTrayAvailable, self)
        self.background = Background(shell, self.model, self.staying, services)
        self._words = QTimer(self, interval=WORDS_MS)
        self._words.timeout.connect(self._time_passed)
        self.model.told.connect(self._tell)
        self.staying.changed.connect(self._switched)
        shell.busy_changed.connect(self.model.pause)
        shell.page_shown.connect(self._page_shown)

    @Slot(str)
    def _page_shown(self, page: str) -> None:
        if page != HOME:
            self._words.stop()
            return
        home = self._shell.page
        if isinstance(home, HomePage) and self._home is None:
            self._home = home.model
            for part in show_on_home(home, self.model, self.staying):
                part.page_chosen.connect(self._lead)
        self.staying.load()
        self._words.start()

    @Slot(str, str)
    def _tell(self, title: str, text: str) -> None:
        self._shell.tell(title, text, shown=self._shell.page_id == HOME)

    @Slot()
    def _time_passed(self) -> None:
        if self._shell.window().isVisible():
            self.model.changed.emit()

    @Slot()
    def _switched(self) -> None:
        self.model.consider()

    @Slot(str, str)
    def _lead(self, page: str, adobe_alert: str) -> None:
        """To the page that helps."""
        if self._home is None:
            return
        if page == "repair":
            self._support.repair(adobe_alert)
        elif page == "check":
            self._home.check()
        else:
            self._home.page_chosen.emit(page)
