"""How a widget is taken away while the window stays."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def remove(widget: QWidget) -> None:
    """Take ``widget`` away: out of sight at once, deleted (and out of its layout with that) when Qt comes to it.

    ``deleteLater`` alone leaves it shown until then (Qt documentation, ``QObject::deleteLater``), so that a frame, or a
    screen reader, could meet what was true before beside what is true now.
    """
    widget.hide()
    widget.deleteLater()
