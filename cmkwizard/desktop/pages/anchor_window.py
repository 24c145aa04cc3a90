"""The window that shows an anchor: twelve words and their QR code, for the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.qr_code import QrCode
from cmkwizard.desktop.widgets.text import Text

if TYPE_CHECKING:
    from cmkwizard.records.anchor import Anchor

_HOW = (
    "Put these words into the ticket, or on paper. Whoever has them can see later that the history up to this entry "
    "is still the same, even without the key of this computer. They hold no secret, and they keep nothing from being "
    "changed: they show it."
)


class AnchorWindow(QDialog):
    """Shows one anchor. It is gone once it is closed; the words can be made again as long as nothing was added."""

    def __init__(self, made: Anchor, rows: tuple[tuple[bool, ...], ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._made = made
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Anchor — cmkwizard")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(24, 20, 24, 16)
        lines.setSpacing(14)
        lines.addWidget(Text(f"The history up to entry {made.number:,}", "heading"))
        lines.addWidget(Text(_HOW))
        middle = QHBoxLayout()
        middle.setSpacing(24)
        words = Text("\n".join(" ".join(made.words[n : n + 3]) for n in range(0, len(made.words), 3)), "code")
        words.let_copy().setAccessibleName(f"Words of the anchor: {' '.join(made.words)}")
        middle.addWidget(words, 1, Qt.AlignmentFlag.AlignTop)
        middle.addWidget(QrCode(rows, "QR code with the same words"), 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(middle)
        buttons = QHBoxLayout()
        self.copy_button = Button("Cop&y for the ticket", "primary", icon="copy")
        self.close_button = Button("C&lose")
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        lines.addLayout(buttons)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        self.resize(640, self.heightForWidth(640))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._made.text)
        announce(self, "The anchor is copied.")
