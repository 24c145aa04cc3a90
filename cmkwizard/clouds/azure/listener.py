"""Waits on loopback for the browser to come back from the sign-in page.

Native-app sign-in: RFC 8252, sections 7.3 and 8.3. The listener takes one answer, and only one that carries the state
of this very sign-in.
"""

from __future__ import annotations

import contextlib
import hmac
import html
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem, Reference
from cmkwizard.core.redact import safe_line
from cmkwizard.core.remedies.computer import NO_LISTENER, NOBODY_CAME
from cmkwizard.core.remedies.table import REMEDIES

LARGEST_ANSWER = 65_536
"""Bytes of a posted form."""
SILENT_S = 5
"""Seconds after which a connection that says nothing is closed."""
_POLL_S = 0.025

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - cmkwizard</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1.05rem/1.6 system-ui,sans-serif;max-width:36rem;margin:16vh auto;padding:0 1.5rem}}
h1{{font-size:1.5rem}}@media(prefers-color-scheme:dark){{body{{background:#1c1e21;color:#e8e8e8}}}}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>
"""


class Listener:
    """A one-shot web server on 127.0.0.1, at a port that the system chooses. Use it as a context manager.

    ``expect`` names the state; ``wait`` answers with the fields that the browser brought. Whatever else knocks (other
    programs, pre-connects of the browser, forged answers) is turned away and changes nothing.
    """

    def __init__(self) -> None:
        """Take a port.

        Raises:
            Problem: ``SIGN_IN``, when this computer gives none.
        """
        try:
            self._server = _Server(("127.0.0.1", 0), _Visit)
        except OSError as error:
            row = REMEDIES[NO_LISTENER]
            said = Reference(raw=safe_line(error.strerror or type(error).__name__))
            raise Problem(row.kind, row.cause, row.do, who=row.who, reference=said) from error
        self._server.listener = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL_S}, name="sign-in listener", daemon=True
        )
        self._state = ""
        self._lock = threading.Lock()
        self._taken = False
        self._arrived = threading.Event()
        self._answer: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._server.close_visits()
        self._thread.join()

    @property
    def redirect_uri(self) -> str:
        """Where the sign-in page sends the browser; the sign-in service ignores the port for ``localhost``."""
        return f"http://localhost:{self._server.server_port}"

    def expect(self, state: str) -> None:
        """Take the answer that carries this state, from now on."""
        self._state = state

    def wait(self, cancel: Cancel, timeout_s: float) -> dict[str, str]:
        """Wait for the browser.

        Raises:
            Cancelled: within 100 ms of being asked to stop.
            Problem: ``SIGN_IN``, when nobody came in time.
        """
        ends = time.monotonic() + timeout_s
        while not self._arrived.wait(_POLL_S):
            cancel.check()
            if time.monotonic() > ends:
                row = REMEDIES[NOBODY_CAME]
                waited = f"It was waited for {max(round(timeout_s / 60), 1)} min."
                raise Problem(row.kind, f"{row.cause} {waited}", row.do, who=row.who)
        return self._answer

    def offer(self, fields: dict[str, str]) -> bool:
        """Whether this is the answer that is waited for; taken once."""
        state = fields.get("state", "")
        if not self._state or not hmac.compare_digest(state.encode(), self._state.encode()):
            return False
        if not (fields.get("code") or fields.get("error")):
            return False
        with self._lock:
            if self._taken:
                return False
            self._taken = True
        self._answer = fields
        return True

    def arrived(self) -> None:
        """The browser has its page: let the waiting side go on."""
        self._arrived.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False
    listener: Listener

    def __init__(self, *args: Any) -> None:
        self._visits: set[socket.socket] = set()
        self._visits_lock = threading.Lock()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._visits_lock:
            self._visits.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._visits_lock:
            self._visits.discard(request)
        super().shutdown_request(request)

    def close_visits(self) -> None:
        with self._visits_lock:
            visits = list(self._visits)
        for visit in visits:
            with contextlib.suppress(OSError):
                visit.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever hangs up here is of no interest, and the request may hold a code."""


class _Visit(BaseHTTPRequestHandler):
    timeout = SILENT_S
    server: _Server

    def do_GET(self) -> None:
        """The answer in the address."""
        self._take(urlsplit(self.path).query)

    def do_POST(self) -> None:
        """The answer in a form."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_ANSWER:
            self._show(413, "This cannot be read", "The sign-in goes on in the page that cmkwizard opened.")
            return
        self._take(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def log_message(self, *_: Any) -> None:
        """Log nothing: the address holds the code."""

    def _take(self, form: str) -> None:
        try:
            fields = dict(parse_qsl(form, max_num_fields=50))
        except ValueError:
            fields = {}
        if not self.server.listener.offer(fields):
            self._show(400, "This is not the sign-in", "The sign-in goes on in the page that cmkwizard opened.")
            return
        try:
            if fields.get("error"):
                self._show(200, "You are not signed in", "You can close this page. cmkwizard says what to do now.")
            else:
                self._show(200, "You are signed in", "You can close this page now and go back to cmkwizard.")
        finally:
            self.server.listener.arrived()

    def _show(self, status: int, title: str, text: str) -> None:
        page = _PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(page)
        self.wfile.flush()
        self.close_connection = True
