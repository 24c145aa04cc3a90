"""Pictures of the window while it is toured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QScrollArea

from cmkwizard.desktop.shell import Shell


class Pictures:
    """Numbered PNG files in a folder; without a folder nothing is taken.

    Args:
        shell: what is shown; its whole window is taken.
        folder: made when it is not there.
        taken: called after each picture (it takes longer than a frame).
    """

    def __init__(self, shell: Shell, folder: Path | None, taken: Callable[[], None]) -> None:
        self._shell = shell
        self._folder = folder
        self._taken = taken
        self._count = 0

    def take(self, page: str, state: str = "") -> None:
        """Save the window as it is; of a page that is longer than the window, its end as well."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        name = f"{self._count:02d}-{page}" + (f"-{state}" if state else "")
        self._save(name)
        holder = self._shell.frame.stack.currentWidget()
        if isinstance(holder, QScrollArea) and holder.verticalScrollBar().maximum() > 0:
            bar = holder.verticalScrollBar()
            before = bar.value()
            bar.setValue(bar.maximum())
            self._save(f"{name}-end")
            bar.setValue(before)
        self._taken()

    def _save(self, name: str) -> None:
        assert self._folder is not None  # noqa: S101 - looked at in take()
        self._shell.window().grab().save(str(self._folder / f"{name}.png"))
