"""One request and its answer: what is known of it, and how it is ended at its deadline."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any, Self

from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


class Exchange:
    """One request and its answer: knows whether the request left, and ends it at the deadline."""

    def __init__(self, deadline_s: float) -> None:
        self.sent = False
        self.expired = False
        self._ends = time.monotonic() + deadline_s
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._alarm = threading.Timer(deadline_s, self._expire)
        self._alarm.name = "exchange deadline"
        self._alarm.daemon = True

    def __enter__(self) -> Self:
        _current.exchange = self
        self._alarm.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._alarm.cancel()
        _current.exchange = None
        with self._lock:
            self._socket = None

    def watch(self, watched: socket.socket) -> None:
        """Shut this socket down at the deadline."""
        with self._lock:
            self._socket = watched
            expired = self.expired
        if expired:
            _shut(watched)

    @property
    def over(self) -> bool:
        """Whether the time is used up."""
        return self.expired or time.monotonic() > self._ends

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is not None:
                _shut(self._socket)


class _Current(threading.local):
    exchange: Exchange | None = None


_current = _Current()


def _shut(watched: socket.socket) -> None:
    with contextlib.suppress(OSError):
        watched.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPSConnection):
    """A connection that tells the running exchange what it does.

    The deadline shuts down a duplicate of the socket: the TLS layer takes the original over while it shakes hands.
    """

    _twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._drop_twin()
        self._twin = made.dup()
        self._join()
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._join()
        if _current.exchange is not None:
            _current.exchange.sent = True
        super().request(*args, **kwargs)

    def close(self) -> None:
        self._drop_twin()
        super().close()

    def _join(self) -> None:
        if _current.exchange is not None and self._twin is not None:
            _current.exchange.watch(self._twin)

    def _drop_twin(self) -> None:
        twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()


class WatchedPool(HTTPSConnectionPool):
    """Connections that belong to the exchange of the thread that uses them."""

    ConnectionCls = _Connection
