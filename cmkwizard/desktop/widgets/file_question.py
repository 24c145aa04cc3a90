"""Asks for a file in the desktop's own way, beside the window: nothing waits for the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

JSON, TEXT, ZIP = ("Files of this program (*.json)", "json"), ("Text (*.txt)", "txt"), ("ZIP files (*.zip)", "zip")
Kind = tuple[str, str]
"""What the list of files is narrowed to, and the ending of a new name."""


class FileQuestion:
    """One question at a time, above ``parent``."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._question: QFileDialog | None = None

    def ask_where(self, title: str, name: str, chosen: Callable[[str], object], kind: Kind = JSON) -> None:
        """Where to write a new file, with a suggested name; ``chosen`` gets its path."""
        from PySide6.QtWidgets import QFileDialog

        question = QFileDialog(self._parent, title, name)
        question.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        question.setDefaultSuffix(kind[1])
        self._ask(question, chosen, kind)

    def ask_which(self, title: str, chosen: Callable[[str], object], kind: Kind = JSON) -> None:
        """Which file to read; ``chosen`` gets its path."""
        from PySide6.QtWidgets import QFileDialog

        question = QFileDialog(self._parent, title)
        question.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask(question, chosen, kind)

    def _ask(self, question: QFileDialog, chosen: Callable[[str], object], kind: Kind) -> None:
        if self._question is not None:
            question.deleteLater()
            self._question.raise_()
            return
        question.setNameFilter(kind[0])
        question.fileSelected.connect(chosen)
        question.finished.connect(self._asked)
        self._question = question
        question.open()

    def _asked(self, _result: int) -> None:
        if self._question is not None:
            self._question.deleteLater()
            self._question = None
