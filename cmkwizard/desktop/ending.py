"""Ending in good order when the operating system asks the program to end."""

from __future__ import annotations

import os
import signal
import sys

from PySide6.QtCore import QObject, QSocketNotifier, Slot

from cmkwizard.desktop.shell import Shell


class _Pipe:
    """The two ends by which a signal wakes Qt, as descriptors; nothing is loaded for it."""

    def __init__(self) -> None:
        self.read, self.write = os.pipe()
        os.set_blocking(self.write, False)

    def empty(self) -> None:
        os.read(self.read, 64)

    def close(self) -> None:
        os.close(self.read)
        os.close(self.write)


class _Sockets:
    """The same for Windows, where Qt listens to sockets alone."""

    def __init__(self) -> None:
        import socket

        self._ends = socket.socketpair()
        for end in self._ends:
            end.setblocking(False)
        self.read, self.write = (end.fileno() for end in self._ends)

    def empty(self) -> None:
        self._ends[0].recv(64)

    def close(self) -> None:
        for end in self._ends:
            end.close()


class Ending(QObject):
    """Closes the window at SIGINT and SIGTERM.

    Python runs a signal's handler only between its own instructions, and there are none while Qt waits: what can be
    read from the wake-up pipe makes some.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._wake_up = _Sockets() if sys.platform == "win32" else _Pipe()
        self._before = signal.set_wakeup_fd(self._wake_up.write, warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, _noted) for number in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._wake_up.read, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)

    def restore(self) -> None:
        """Put the former handlers back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._wake_up.close()

    @Slot()
    def _asked(self) -> None:
        self._wake_up.empty()
        self._shell.close_now()


def _noted(_number: int, _frame: object) -> None:
    """The wake-up pipe has what is needed."""
