"""A few options under a title, set as close as a field under its label."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cmkwizard.desktop.widgets.text import Text

Part = TypeVar("Part", bound=QWidget)


class Titled(QWidget, Generic[Part]):
    """Shows ``title`` above ``part``, which carries its own accessible name."""

    def __init__(self, title: str, part: Part) -> None:
        super().__init__()
        self.part: Part = part
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(5)
        lines.addWidget(Text(title))
        lines.addWidget(part)
