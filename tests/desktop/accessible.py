"""What tells whether a window is for everybody: widgets without a name, keys wanted twice, colours that stand apart."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def unnamed(window: QWidget) -> list[QWidget]:
    """The visible widgets that take the focus and have no name of their own; empty in a finished window."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton | QLabel) and widget.text())
        and not widget.objectName().startswith("qt_")
    ]


def mnemonics(window: QWidget) -> list[str]:
    """The keys (``Alt+N``) that the visible buttons and labelled fields react to; no key may come twice."""
    texts = [b.text() for b in window.findChildren(QAbstractButton) if b.isVisibleTo(window)]
    texts += [x.text() for x in window.findChildren(QLabel) if x.buddy() is not None and x.isVisibleTo(window)]
    return [key for text in texts if (key := QKeySequence.mnemonic(text).toString())]


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: QColor) -> float:
        channels = (colour.redF(), colour.greenF(), colour.blueF())
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
