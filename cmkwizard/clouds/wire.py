"""What goes over the wire: one exchange at a time, under a budget of bytes and time, over checked TLS.

Every HTTP client of the program sends through :class:`GuardedAdapter`. It reads each answer itself, so that no client
can wait or read without end, and it says of every failure whether the request may have left this computer.
"""

from __future__ import annotations

import io
import logging
import re
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
import urllib3
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.retry import Retry

from cmkwizard.clouds.exchange import Exchange, WatchedPool

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing. Everything else is sent once."""
CONNECT_S = 10.0
READ_S = 30.0
DEADLINE_S = 60.0
"""Seconds that one exchange may last in all, a stalled or dripping peer included."""
LARGEST_BODY = 5_000_000
"""Bytes, decoded."""
DEEPEST_JSON = 64
_CHUNK = 65_536
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


_log = logging.getLogger(__name__)


class Reason(StrEnum):
    """Why an exchange failed."""

    FOREIGN_HOST = "foreign-host"
    FOREIGN_TOKEN = "foreign-token"  # noqa: S105 - a name, not a secret
    SENT_TWICE = "sent-twice"
    NO_CONNECTION = "no-connection"
    CERTIFICATE = "certificate"
    BROKEN = "broken"
    TIMEOUT = "timeout"
    REDIRECT = "redirect"
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"


class WireError(requests.ConnectionError):
    """An exchange failed.

    Attributes:
        reason: why.
        sent: whether any byte of the request may have left. False is certain.
        method: the request's method; ``url`` is its address without query and user name.
    """

    def __init__(self, reason: Reason, *, sent: bool, method: str, url: str, detail: str = "") -> None:
        self.reason = reason
        self.sent = sent
        self.method = method
        self.url = bare(url)
        self.detail = detail
        super().__init__(f"{reason}: {method} {self.url}{f' ({detail})' if detail else ''}")


def bare(url: str) -> str:
    """An address without what can hold a secret: query, fragment and user name."""
    address = url.partition("?")[0].partition("#")[0]
    return "(an address with a user name)" if "@" in address else address


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Sends one request at most once and reads the whole answer within the budget.

    Arguments:
        context: the TLS context; nothing else decides what is trusted.
        admit: called with every request before a socket is opened; raises WireError to refuse it.
        note: told how each exchange ended: the answer's headers, or the failure.
        deadline_s: seconds that an exchange may last in all.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        admit: Callable[[requests.PreparedRequest], None],
        note: Callable[[requests.PreparedRequest, Mapping[str, str] | WireError], None],
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._context = context
        self._admit = admit
        self._note = note
        self._deadline_s = deadline_s
        super().__init__(pool_connections=16, pool_maxsize=8, max_retries=Retry(0, read=False, redirect=False))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        """Make the pools, all of them over our own connections."""
        super().init_poolmanager(connections, maxsize, block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": WatchedPool}

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Any = None,
        cert: Any = None,
    ) -> HTTPSConnectionPool:
        """The pool for a request. ``verify``, ``proxies`` and ``cert`` of the caller have no effect.

        Names below ``localhost`` are dialled on 127.0.0.1, while certificate and Host keep the name: resolvers of
        many systems do not know these names.
        """
        del verify, proxies, cert
        parts = urlsplit(str(request.url))
        host = parts.hostname or ""
        keys: dict[str, Any] = {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}
        if host == "localhost" or host.endswith(".localhost"):
            keys["server_hostname"] = host
            host = "127.0.0.1"
        pool = self.poolmanager.connection_from_host(host, parts.port or 443, "https", pool_kwargs=keys)
        assert isinstance(pool, HTTPSConnectionPool)  # noqa: S101 - the only class in the table
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool alone: its TLS context alone decides."""

    def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:  # noqa: ARG002 - the signature of requests
        """Say the name that was asked for, whatever address is dialled."""
        request.headers["Host"] = urlsplit(str(request.url)).netloc

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send, and answer with a response whose body has been read.

        Raises:
            WireError: everything that can go wrong, redirects included.
        """
        del stream, timeout, verify, cert, proxies
        self._admit(request)
        began = time.monotonic()
        try:
            answer = self._exchange(request)
        except WireError as error:
            _log.info("%s, sent: %s", error, error.sent)
            self._note(request, error)
            raise
        self._note(request, answer.headers)
        spent_ms = (time.monotonic() - began) * 1000
        _log.info("%s %s: %d, %.0f ms", request.method, bare(str(request.url)), answer.status_code, spent_ms)
        return answer

    def _exchange(self, request: requests.PreparedRequest) -> requests.Response:
        earlier = sys.exception()
        with Exchange(self._deadline_s) as exchange:

            def failed(reason: Reason, detail: str = "") -> WireError:
                reason = Reason.TIMEOUT if exchange.over else reason
                method, url = str(request.method), str(request.url)
                return WireError(reason, sent=exchange.sent, method=method, url=url, detail=detail)

            try:
                response = super().send(request, stream=True, timeout=(CONNECT_S, READ_S), proxies={})
                try:
                    if 300 <= response.status_code < 400:
                        raise failed(Reason.REDIRECT, str(response.status_code))
                    body = _read(response, exchange, failed)
                finally:
                    response.close()
            except WireError:
                raise
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise failed(_reason(causes(error, earlier), sent=exchange.sent), type(error).__name__) from error
            if exchange.expired:  # a connection shut down at the deadline can look like a short but whole answer
                raise failed(Reason.TIMEOUT)
            if not depth_is_good(body):
                raise failed(Reason.MALFORMED, "nesting")
        return _with_body(response, body)


def _read(response: requests.Response, exchange: Exchange, failed: Callable[..., WireError]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > LARGEST_BODY:
            raise failed(Reason.TOO_LARGE)
        if exchange.over:
            raise failed(Reason.TIMEOUT)
        parts.append(part)
    return b"".join(parts)


def _with_body(response: requests.Response, body: bytes) -> requests.Response:
    """The same answer with its body in memory, for every client that reads it again."""
    whole = requests.Response()
    whole.status_code = response.status_code
    whole.reason = response.reason
    whole.headers = response.headers
    whole.headers.pop("Content-Encoding", None)
    whole.url = response.url
    whole.request = response.request
    whole.encoding = "utf-8"
    whole.raw = io.BytesIO(body)
    whole.content  # noqa: B018 - reads the body into the response
    return whole


def depth_is_good(body: bytes) -> bool:
    """Whether JSON is nested no deeper than allowed, looked at before any decoder recurses into it."""
    if body.lstrip()[:1] not in (b"{", b"["):
        return True
    if body.count(b"[") + body.count(b"{") <= DEEPEST_JSON:
        return True
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST_JSON):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return not brackets


def _reason(chain: list[BaseException], *, sent: bool) -> Reason:
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in chain):
        return Reason.CERTIFICATE
    if any(isinstance(each, urllib3.exceptions.NewConnectionError) for each in chain):
        return Reason.NO_CONNECTION  # a kind of time-out to urllib3
    if any(isinstance(each, (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)) for each in chain):
        return Reason.TIMEOUT
    if not sent:
        return Reason.NO_CONNECTION
    if any(isinstance(each, urllib3.exceptions.DecodeError) for each in chain):
        return Reason.MALFORMED
    return Reason.BROKEN


def causes(error: BaseException, earlier: BaseException | None = None) -> list[BaseException]:
    """The exception and everything behind it, outermost first.

    Libraries keep what lies behind an error in different places: the cause, the context, an argument, ``reason``
    (urllib3), ``inner_exception`` (azure-core). ``earlier`` is what was being dealt with when the failed call began
    (``sys.exception()``): Python makes it the context of whatever fails then, and it has caused nothing.
    """
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or each is earlier or each in found:
            continue
        found.append(each)
        named = (getattr(each, name, None) for name in ("inner_exception", "reason"))
        waiting += [each.__cause__, *named, each.__context__, *each.args]
    return found
