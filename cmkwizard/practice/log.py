"""The request log of the practice cloud."""

from __future__ import annotations

import msgspec


class LogEntry(msgspec.Struct):
    """One request as it came in and how it ended. `status` is None when no answer was given."""

    n: int
    at: str  # ISO 8601, UTC
    service: str
    method: str
    host: str
    path: str
    query: str
    status: int | None = None
    principal: str | None = None
    applied: str | None = None
    fault: str | None = None


class RequestLog:
    """Every request so far, numbered from 1."""

    def __init__(self) -> None:
        self._entries: list[LogEntry] = []

    def open(self, *, at: str, service: str, method: str, host: str, path: str, query: str) -> LogEntry:
        """Notes a request; the caller completes the entry as the request goes on."""
        entry = LogEntry(len(self._entries) + 1, at, service, method, host, path, query)
        self._entries.append(entry)
        return entry

    def since(self, n: int) -> list[dict[str, object]]:
        """The entries numbered above n, oldest first."""
        return [msgspec.structs.asdict(entry) for entry in self._entries[n:]]
