"""The icon in the tray: how the watch stands, the window again, and the end."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from cmkwizard.core.watch_alerts import Urgency
from cmkwizard.desktop.models.watching import WatchingModel
from cmkwizard.desktop.notification import Notification
from cmkwizard.desktop.widgets.icon import app_icon
from cmkwizard.desktop.widgets.text import plain
from cmkwizard.desktop.window import NAME

_SIZES = (16, 24, 32, 48, 64)
_DOT = "#d13438"


class Tray(QObject):
    """The program's icon, with its menu, while the window may be hidden.

    Signals:
        window_asked: the person wants the window.
        end_asked: the person wants the program to end.
    """

    window_asked = Signal()
    end_asked = Signal()

    def __init__(self, notification: Notification, watching: WatchingModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watching = watching
        self._notification = notification
        self._menu = QMenu()
        self._state = QAction(self._menu)
        self._state.setEnabled(False)
        self._open = QAction(f"&Show {NAME}", self._menu)
        self._look = QAction("&Look now", self._menu)
        self._quit = QAction("&Quit", self._menu)
        self._open.triggered.connect(self.window_asked)
        self._look.triggered.connect(self._look_now)
        self._quit.triggered.connect(self.end_asked)
        for action in (self._state, self._open, self._look):
            self._menu.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(self._quit)
        self._menu.aboutToShow.connect(self._show_state)
        watching.changed.connect(self._show_state)
        notification.chosen.connect(self.window_asked)
        self._icon: QSystemTrayIcon | None = None
        self._alarmed = False

    @property
    def menu(self) -> QMenu:
        """What the person can ask of the icon."""
        return self._menu

    @property
    def shown(self) -> bool:
        """Whether the icon was put into the tray."""
        return self._icon is not None and self._icon.isVisible()

    def show(self) -> None:
        """Put the icon into the tray."""
        if self._icon is None:
            self._icon = self._notification.tray_icon()
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._activated)
        self._icon.show()
        self._show_state()

    def hide(self) -> None:
        """Take the icon out of the tray."""
        if self._icon is not None:
            self._icon.hide()

    def close(self) -> None:
        """Take it away for good, before the program ends."""
        self.hide()
        self._watching.changed.disconnect(self._show_state)
        self._menu.deleteLater()

    @Slot()
    def _show_state(self) -> None:
        watching = self._watching
        open_ = [each for each in watching.shown if not each.passed]
        title = open_[0].alert.title if open_ else watching.state.value
        self._state.setText(plain(title, 80).replace("&", "&&"))
        self._look.setEnabled(watching.can_look)
        if self._icon is None:
            return
        self._icon.setToolTip(plain(f"{NAME}: {title}", 120))
        alarmed = any(each.alert.urgency is not Urgency.NEWS for each in open_)
        if alarmed != self._alarmed:
            self._alarmed = alarmed
            self._icon.setIcon(_alarmed_icon() if alarmed else app_icon())

    @Slot()
    def _look_now(self) -> None:
        self._watching.look_now()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """A click shows the window; where a click opens the menu (macOS), it does so alone."""
        of_its_own = QSystemTrayIcon.ActivationReason
        if reason in (of_its_own.Trigger, of_its_own.DoubleClick) and not self._menu.isVisible():
            self.window_asked.emit()


def _alarmed_icon() -> QIcon:
    """The program's icon with a dot; the tooltip and the menu say the same in words."""
    marked = QIcon()
    for size in _SIZES:
        picture: QPixmap = app_icon().pixmap(size, size)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        half = size // 2
        painter.drawEllipse(QRect(size - half, size - half, half, half))
        painter.setBrush(QColor(_DOT))
        edge = max(1, size // 16)
        painter.drawEllipse(QRect(size - half + edge, size - half + edge, half - 2 * edge, half - 2 * edge))
        painter.end()
        marked.addPixmap(picture)
    return marked
