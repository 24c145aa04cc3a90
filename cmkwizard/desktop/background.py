"""The program without its window: hidden instead of closed, started so at login, shown again when it is called."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QFileSystemWatcher, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.staying import StayingModel
from cmkwizard.desktop.models.watching import WatchingModel
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.tray import Tray
from cmkwizard.records.hidden_window import is_called, leave_mark, take_mark

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services

TRAY_AGAIN_MS = 30_000
"""Between two looks whether the tray is still there while the window is hidden."""
TRAY_COMES_MS = 15_000
"""How long a tray is waited for at login: desktops start it beside everything else."""
_ASK_MS = 250
STAYS_TITLE = "cmkwizard goes on watching"
STAYS_TEXT = "Its icon in the tray shows the window again, and quits."


class Background(QObject):
    """Hides the window where a person has switched that on, and shows it again."""

    def __init__(self, shell: Shell, watching: WatchingModel, staying: StayingModel, services: Services) -> None:
        super().__init__(shell)
        self._shell = shell
        self._watching = watching
        self._staying = staying
        self._services = services
        self._folder = services.records.folder
        self._hidden = False
        self._told = False
        self._ending = False
        self.tray = Tray(shell.notification, watching, self)
        self.tray.window_asked.connect(self.show_window)
        self.tray.end_asked.connect(self._end)
        self._calls = QFileSystemWatcher(self)
        self._calls.directoryChanged.connect(self._look_for_call)
        self._tray_again = QTimer(self, interval=TRAY_AGAIN_MS)
        self._tray_again.timeout.connect(self._look_for_tray)
        shell.hide_instead = self._hide_instead
        shell.closed.connect(self._closed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - there is a window
        app.setQuitOnLastWindowClosed(False)  # the shell says when it is closed for good
        app.commitDataRequest.connect(self._session_ends)
        if sys.platform == "darwin":
            app.installEventFilter(self)
        self._take_mark()

    @property
    def hidden(self) -> bool:
        """Whether the program runs without its window."""
        return self._hidden

    def hide(self) -> None:
        """Go on without the window."""
        self._hidden = self._watching.unattended = True
        self.tray.show()
        self._shell.window().hide()
        if self._services.records.writing:
            self._calls.addPath(str(self._folder))  # before: whoever takes the mark at once is heard as well
            try:
                leave_mark(self._folder)
            except Problem:  # a second start then opens a window of its own, and says so
                self._calls.removePath(str(self._folder))
        self._tray_again.start()
        self._watching.consider()

    @Slot()
    def show_window(self) -> None:
        """Show the window, and bring it to the front."""
        window = self._shell.window()
        if self._hidden:
            self._hidden = self._watching.unattended = False
            self._tray_again.stop()
            self._take_mark()
            self.tray.hide()
            self._staying.load()
            window.show()
        window.raise_()
        window.activateWindow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On macOS, "Quit" of the application's menu ends the program; closing the window alone hides it."""
        if event.type() is QEvent.Type.Quit:
            self._ending = True
        return super().eventFilter(watched, event)

    def _hide_instead(self) -> bool:
        if self._ending or self._hidden or not self._staying.stays:
            return False
        self.hide()
        if not self._told:
            self._told = True
            self._shell.notification.tell(STAYS_TITLE, STAYS_TEXT)
        return True

    @Slot()
    def _look_for_call(self) -> None:
        if self._hidden and is_called(self._folder):
            self.show_window()

    @Slot()
    def _look_for_tray(self) -> None:
        """A window that nobody could bring back is shown."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self.show_window()

    @Slot()
    def _session_ends(self) -> None:
        """The person logs out: closing is meant. A hidden window is not asked by Qt."""
        self._ending = True
        if self._hidden:
            QTimer.singleShot(0, self, self._end)

    @Slot()
    def _end(self) -> None:
        """End the program; while something runs in the window, ask there first."""
        self._ending = True
        if self._shell.page.model.busy is None:
            self._shell.close_now()
            return
        self.show_window()
        self._shell.window().close()
        self._ending = False

    @Slot()
    def _closed(self) -> None:
        self._shell.closed.disconnect(self._closed)  # once: a second signal closes what is closed
        self.tray.close()
        self._take_mark()

    def _take_mark(self) -> None:
        if self._calls.directories():
            self._calls.removePaths(self._calls.directories())
        if self._services.records.writing:  # another one's mark is left alone
            with contextlib.suppress(Problem):  # one that stays: a second start only says that the window is shown
                take_mark(self._folder)


def tray_comes() -> bool:
    """Wait for the tray; False: none came in time."""
    waiting = QEventLoop()
    ask = QTimer(interval=_ASK_MS)
    ask.timeout.connect(lambda: waiting.quit() if QSystemTrayIcon.isSystemTrayAvailable() else None)
    if not QSystemTrayIcon.isSystemTrayAvailable():
        ask.start()
        QTimer.singleShot(TRAY_COMES_MS, waiting.quit)
        waiting.exec()
        ask.stop()
    return QSystemTrayIcon.isSystemTrayAvailable()
