"""How a second start brings back the window of the program that runs hidden: it takes away the mark that it left."""

from __future__ import annotations

from pathlib import Path

from cmkwizard.records.private_files import claim_private_file, remove_private

MARK = "hidden"


def leave_mark(folder: Path) -> None:
    """Say in the folder of the records that the window is hidden.

    Raises:
        Problem: STORAGE: it cannot be written.
    """
    claim_private_file(folder / MARK)


def is_called(folder: Path) -> bool:
    """Whether somebody has taken the mark away since."""
    return not (folder / MARK).exists()


def take_mark(folder: Path) -> bool:
    """Call the hidden window, or put the mark away. False: there was none.

    Raises:
        Problem: STORAGE: it cannot be removed.
    """
    there = not is_called(folder)
    remove_private(folder / MARK)
    return there
