"""What happens when the program itself fails: the window stays, and a plain report without values is shown.

An exception's message and its variables may hold secrets, so the report has types and places only.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from cmkwizard import __version__

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

_LOG = logging.getLogger(__name__)
_PLACES = 8


def describe(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The report's text: the version, the exception's type and the last places it came through."""
    places = [
        f"  {'/'.join(frame.filename.replace(chr(92), '/').split('/')[-3:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-_PLACES:]
    ]
    return "\n".join((f"cmkwizard {__version__}: {kind.__name__}", *places))


class DefectReport(QObject):
    """Takes the place of ``sys.excepthook`` while the window runs; one report is open at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before = sys.excepthook
        self._open: QMessageBox | None = None
        sys.excepthook = self._report

    def restore(self) -> None:
        """Give ``sys.excepthook`` back."""
        sys.excepthook = self._before

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        text = describe(kind, trace)
        _LOG.error("defect: %s", text)
        if self._open is not None:
            return
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Something went wrong inside cmkwizard")
        box.setText("The program made a mistake. What has been done in the clouds stays as it is.")
        box.setInformativeText(
            "You can go on; if a page no longer answers, close the program and start it again: it continues there."
        )
        box.setDetailedText(text)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open = box
        box.finished.connect(self._closed)
        box.open()

    def _closed(self) -> None:
        self._open = None
