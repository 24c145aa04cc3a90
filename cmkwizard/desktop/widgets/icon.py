"""Own drawings as icons, tinted by whoever shows them and sharp at every scale."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from cmkwizard.desktop.theme import colours
from cmkwizard.records.resources import resources

IconName = Literal[
    "account", "alert", "arrow-left", "arrow-right", "building", "check", "clock", "copy", "cross", "dot", "external",
    "home", "info", "key", "lock", "organisation", "practice", "refresh", "search", "shield", "skip", "spinner",
    "subscription",
]  # fmt: skip
_APP_SIZES = (16, 24, 32, 48, 64)
Tint = Literal["text", "muted", "link", "success", "warning", "danger", "disabled", "on_practice"]


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _pixmap(name: str, rgb: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", rgb).encode()))
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: IconName, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing ``name`` in one colour, ``size`` device-independent pixels wide and high."""
    return _pixmap(name, colour.name(), size, ratio)


def app_icon() -> QIcon:
    """The window's icon, drawn in the sizes that desktops ask for: Qt's own way would load every image format."""
    icon = QIcon()
    for size in _APP_SIZES:
        icon.addPixmap(_pixmap("app", "", size, 1.0))
    return icon


class IconLabel(QWidget):
    """An icon beside a text. It is decoration: the words say the same."""

    def __init__(self, name: IconName, tint: Tint = "text", size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name: IconName = name
        self._tint: Tint = tint
        self._size = size
        self.setFixedSize(size, size)

    def show_icon(self, name: IconName, tint: Tint) -> None:
        """Show another drawing."""
        if (name, tint) != (self._name, self._tint):
            self._name, self._tint = name, tint
            self.update()

    def show_icon_tint(self, tint: Tint) -> None:
        """Show the same drawing in another tint."""
        self.show_icon(self._name, tint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the drawing in the palette's tint."""
        colour: QColor = getattr(colours(self.palette()), self._tint)
        QPainter(self).drawPixmap(0, 0, icon_pixmap(self._name, colour, self._size, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in a new palette."""
        super().changeEvent(event)
        self.update()
