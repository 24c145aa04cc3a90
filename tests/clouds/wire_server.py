"""A TLS server that misbehaves as a test tells it to: raw bytes, no HTTP library in between."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import trustme

from cmkwizard.clouds.profile import Profile, profile_from


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    """A whole HTTP answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body)}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class WireServer:
    """Reads each request whole, remembers it, and lets ``behave(connection, request)`` answer.

    ``behave`` returns False to close the connection. ``certificate_for`` is the name in the certificate, ``not_before``
    and ``not_after`` are its validity.
    """

    def __init__(
        self,
        folder: Path,
        behave: Callable[[ssl.SSLSocket, bytes], bool | None],
        *,
        certificate_for: str = "localhost",
        trusted: bool = True,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> None:
        self._behave = behave
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(self.ca_file))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(certificate_for, not_before=not_before, not_after=not_after).configure_cert(self._context)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="wire server")]
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def profile(self) -> Profile:
        content: dict[str, Any] = {
            "name": "wire",
            "authority": f"{self.url}/login",
            "resource_manager": self.url,
            "graph": f"{self.url}/graph",
            "vault_suffixes": [".vault.localhost"],
            "ims": f"{self.url}/ims",
            "platform": {"VA7": f"{self.url}/platform"},
            "ca_file": str(self.ca_file),
        }
        return profile_from(content)

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for each in [self._socket, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="wire connection")
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            connection = self._context.wrap_socket(plain, server_side=True)
            self._open.append(connection)
            try:
                while request := _read_request(connection):
                    self.requests.append(request)
                    if self._behave(connection, request) is False:
                        break
            finally:
                connection.close()


def _read_request(connection: ssl.SSLSocket) -> bytes:
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(65_536)
        if not part:
            return b""
        text += part
    head, _, body = text.partition(b"\r\n\r\n")
    wanted = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < wanted:
        part = connection.recv(65_536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body
