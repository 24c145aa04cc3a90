"""What assistive technology is told: names of widgets, and announcements of what happens without the focus moving."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


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
