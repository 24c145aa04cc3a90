"""Colours, fonts and spacing: Fusion with an own light and an own dark palette, following the system.

Qt's ``QStyleHints.setColorScheme`` does nothing on a bare X server, so both palettes are our own and tests go through
them. Widgets take their colours from :func:`colours`, which looks at the palette alone: no global state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import QApplication

Scheme = Literal["light", "dark"]

RADIUS = 8.0
"""Corner radius of cards; fields and buttons take 6."""
CONTROL_HEIGHT = 36
"""Height of fields and buttons."""


@dataclass(frozen=True)
class Colours:
    """What a palette has no role for. Text colours keep a contrast of 4.5 on every background they stand on."""

    scheme: Scheme
    window: QColor
    rail: QColor
    surface: QColor
    base: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    outline: QColor
    """Of fields and unchecked boxes: 3 to 1 against what is around it."""
    hairline: QColor
    """Of cards and separators: decoration only."""
    hover: QColor
    accent: QColor
    """A fill under :attr:`on_accent`."""
    on_accent: QColor
    link: QColor
    accent_soft: QColor
    success: QColor
    success_soft: QColor
    warning: QColor
    warning_soft: QColor
    danger: QColor
    danger_soft: QColor
    alarm: QColor
    """A fill under :attr:`on_accent`, for what cannot be undone."""
    practice: QColor
    practice_stripe: QColor
    on_practice: QColor


def _colours(scheme: Scheme, **values: str) -> Colours:
    return Colours(scheme, **{name: QColor(value) for name, value in values.items()})


LIGHT = _colours(
    "light",
    window="#f7f8fa", rail="#edf0f4", surface="#ffffff", base="#ffffff",
    text="#1b2330", muted="#535d6b", disabled="#737c88",
    outline="#7d8793", hairline="#dde2e8", hover="#e6eaf0",
    accent="#1d5fd0", on_accent="#ffffff", link="#1a56bd", accent_soft="#e8effb",
    success="#17693c", success_soft="#e5f3ea", warning="#7d5000", warning_soft="#fcf1d9",
    danger="#b3261e", danger_soft="#fcebe9",
    alarm="#b3261e", practice="#ffd75e", practice_stripe="#f5b91f", on_practice="#2b2000",
)  # fmt: skip
DARK = _colours(
    "dark",
    window="#191c21", rail="#13161a", surface="#22262c", base="#1b1e24",
    text="#e9ecf0", muted="#aab3bf", disabled="#88909b",
    outline="#828c99", hairline="#363c45", hover="#2a2f37",
    accent="#2f6fde", on_accent="#ffffff", link="#85b4ff", accent_soft="#233047",
    success="#68cf96", success_soft="#1d3327", warning="#f1bc5b", warning_soft="#383020",
    danger="#ff9a90", danger_soft="#43292a",
    alarm="#b3261e", practice="#ffd75e", practice_stripe="#f5b91f", on_practice="#2b2000",
)  # fmt: skip


def colours(palette: QPalette) -> Colours:
    """The colours that go with a palette: by the lightness of its window."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def palette(of: Colours) -> QPalette:
    """The Qt palette for a set of colours."""
    made = QPalette(of.surface, of.window)
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for where, colour in (
        (role.Window, of.window), (role.WindowText, of.text), (role.Base, of.base), (role.AlternateBase, of.window),
        (role.Text, of.text), (role.Button, of.surface), (role.ButtonText, of.text), (role.BrightText, of.danger),
        (role.ToolTipBase, of.surface), (role.ToolTipText, of.text), (role.PlaceholderText, of.muted),
        (role.Highlight, of.accent), (role.HighlightedText, of.on_accent), (role.Accent, of.accent),
        (role.Link, of.link), (role.LinkVisited, of.link), (role.Mid, of.outline), (role.Midlight, of.hairline),
        (role.Dark, of.outline), (role.Light, of.surface), (role.Shadow, of.outline),
    ):  # fmt: skip
        made.setColor(where, colour)
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        made.setColor(group.Disabled, where, of.disabled)
    made.setColor(group.Disabled, role.Highlight, of.hover)
    return made


def fill(painter: QPainter, area: QRect, colour: QColor) -> None:
    """Fill an area. ``QPainter.fillRect`` would have PySide6 build every named gradient first."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRect(area)


class Theme(QObject):
    """Puts the palette on the application and follows the system, unless the settings say which one."""

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        """Start with a choice: ``system`` (or anything unknown), ``light`` or ``dark``."""
        super().__init__(app)
        self._app = app
        self._choice = choice
        # Read before the first own palette covers what the platform gave.
        self._system_dark = app.palette().color(QPalette.ColorRole.Window).lightness() < 128
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        """The one that is shown."""
        if self._choice in ("light", "dark"):
            return "dark" if self._choice == "dark" else "light"
        known = QGuiApplication.styleHints().colorScheme()
        if known is Qt.ColorScheme.Unknown:
            return "dark" if self._system_dark else "light"
        return "dark" if known is Qt.ColorScheme.Dark else "light"

    def choose(self, choice: str) -> None:
        """Follow the system, or stay light or dark."""
        self._choice = choice
        self._apply()

    def _system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        wanted = DARK if self.scheme == "dark" else LIGHT
        self._app.setPalette(palette(wanted))


def use_fonts(app: QApplication) -> None:
    """A readable size everywhere; the family is the system's."""
    font = app.font()
    font.setPointSizeF(max(font.pointSizeF(), 10.0))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A larger or smaller (and perhaps bolder) version of a font."""
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * factor)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made
