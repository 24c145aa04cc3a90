"""Scrolls a page so that something on it is seen."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

MARGIN = 24


def bring_into_view(part: QWidget) -> None:
    """Scroll the area that holds ``part`` once its layout is done."""
    holder: QWidget | None = part.parentWidget()
    while holder is not None and not isinstance(holder, QScrollArea):
        holder = holder.parentWidget()
    if isinstance(holder, QScrollArea):
        area = holder
        QTimer.singleShot(0, part, lambda: area.ensureWidgetVisible(part, 0, MARGIN))
