"""The window: the only room that knows Qt. Pages say what they are, the shell does the rest."""

from __future__ import annotations

import builtins

_IMPORT = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401 - between the two lines that keep Python's import as it is

# PySide6 puts an import of its own in the place of Python's, which reads the source of every module that is loaded from
# then on (it looks for uses of its `__feature__` switches, which nothing here uses): a third of the start, megabytes of
# lines that stay in memory, and the SDKs load half as fast.
builtins.__import__ = _IMPORT
