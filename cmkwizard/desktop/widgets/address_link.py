"""An address that can be opened and copied, and that says where it leads."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cmkwizard.desktop.accessibility import announce
from cmkwizard.desktop.widgets.button import Button
from cmkwizard.desktop.widgets.inputs import LineEdit


class AddressLink(QWidget):
    """A read-only line with the address, "Open" and "Copy".

    Signals:
        opened: the person pressed Open; whether a browser took it.
    """

    opened = Signal(bool)

    def __init__(
        self, name: str, opener: Callable[[str], bool], *, open_text: str = "&Open in the browser",
        copy_text: str = "Cop&y the address", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._opener = opener
        self._line = LineEdit(longest=4000)
        self._line.setReadOnly(True)
        self._line.setAccessibleName(name)
        self.open_button = Button(open_text, icon="external")
        self.copy_button = Button(copy_text, icon="copy")
        self.open_button.clicked.connect(self._open)
        self.copy_button.clicked.connect(self._copy)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addWidget(self._line)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.open_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        lines.addLayout(row)
        self.show_address("")

    def show_address(self, address: str) -> None:
        """Show an address; an empty one hides the widget."""
        if self._line.text() != address:
            self._line.setText(address)
            self._line.setCursorPosition(0)
        self.setVisible(bool(address))

    @property
    def address(self) -> str:
        """The address that is shown."""
        return self._line.text()

    @Slot()
    def _open(self) -> None:
        self.opened.emit(self._opener(self.address))

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address)
        announce(self, "Address copied.")
