"""Telling a person who may be looking elsewhere that something has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from cmkwizard.desktop.widgets.icon import app_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSystemTrayIcon


class Notification(QObject):
    """A desktop notification where there is one, and the window's demand for attention in every case.

    Signals:
        chosen: the person pressed a notification.
    """

    chosen = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str) -> bool:
        """Notify. False: the desktop shows no messages, so that the window itself has to say it."""
        from PySide6.QtWidgets import QSystemTrayIcon

        QApplication.alert(self._window)
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        icon = self.tray_icon()
        icon.show()
        icon.showMessage(title, text, app_icon())
        return True

    def tray_icon(self) -> QSystemTrayIcon:
        """The program's one icon in the tray, made when it is first needed."""
        from PySide6.QtWidgets import QSystemTrayIcon

        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.setToolTip("cmkwizard")
            self._tray.messageClicked.connect(self._clicked)
        return self._tray

    @Slot()
    def _clicked(self) -> None:
        self._window.activateWindow()
        self.chosen.emit()
