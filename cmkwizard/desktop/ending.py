"""Ending in good order when the operating system asks the program to end."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot

from cmkwizard.desktop.shell import Shell


class Ending(QObject):
    """Closes the window at SIGINT and SIGTERM.

    Python runs a signal's handler only between its own instructions, and there are none while Qt waits: the wake-up
    socket makes some.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, _noted) for number in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)

    def restore(self) -> None:
        """Put the former handlers back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    @Slot()
    def _asked(self) -> None:
        self._read.recv(64)
        self._shell.close_now()


def _noted(_number: int, _frame: object) -> None:
    """The wake-up socket has what is needed."""
