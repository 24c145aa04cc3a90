"""What assistive technology is told: names of widgets, and announcements of what happens without the focus moving."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have a screen reader say ``text``. It does so only while the window is active: show the text as well."""
    event = QAccessibleAnnouncementEvent(widget, text)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def without_mnemonic(text: str) -> str:
    """A button's or label's text as it is read: ``&&`` is an ampersand, a single ``&`` marks a letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def name(widget: QWidget, text: str, description: str = "") -> None:
    """Give a widget its accessible name (and description), without mnemonic marks."""
    widget.setAccessibleName(without_mnemonic(text))
    if description:
        widget.setAccessibleDescription(description)


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
    from PySide6.QtGui import QKeySequence

    texts = [b.text() for b in window.findChildren(QAbstractButton) if b.isVisibleTo(window)]
    texts += [x.text() for x in window.findChildren(QLabel) if x.buddy() is not None and x.isVisibleTo(window)]
    return [key for text in texts if (key := QKeySequence.mnemonic(text).toString())]
