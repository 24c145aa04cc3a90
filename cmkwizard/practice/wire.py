"""Plays faults on the wire: answers that never come, break off, drip, swell or lie."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
import zlib
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from cmkwizard.practice.faults import Fault
from cmkwizard.practice.web import Reply, Surface

# Codes that the services use for a status, where the fault names none.
_CODES = {
    400: "BadRequest",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    408: "RequestTimeout",
    409: "Conflict",
    412: "PreconditionFailed",
    429: "TooManyRequests",
    500: "InternalServerError",
    502: "BadGateway",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
_SERVICE_CODES = {
    ("keyvault", 403): "Forbidden",
    ("keyvault", 404): "KeyNotFound",
    ("keyvault", 429): "Throttled",
    ("graph", 403): "Authorization_RequestDenied",
    ("graph", 404): "Request_ResourceNotFound",
    ("entra", 429): "temporarily_unavailable",
    ("entra", 503): "temporarily_unavailable",
    ("platform", 403): "403025",
    ("platform", 429): "429050",
}
_PORTAL = """<!DOCTYPE html><html lang="en"><head><title>Guest network</title></head>
<body><h1>Welcome to the guest network</h1><p>Accept the conditions to go on.</p>
<form method="post" action="/accept"><button>Accept</button></form></body></html>"""
_SPACES = b" " * 1024 * 1024


class Answer(msgspec.Struct):
    """A reply as bytes."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def from_reply(cls, reply: Reply) -> Answer:
        """Encodes a reply: dict and list as JSON, text as HTML, bytes as they are."""
        match reply.body:
            case None:
                return cls(reply.status, b"", dict(reply.headers))
            case bytes() as body:
                return cls(reply.status, body, dict(reply.headers))
            case str() as text:
                return cls(reply.status, text.encode(), {"Content-Type": "text/html; charset=utf-8", **reply.headers})
            case values:
                body = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()
                return cls(reply.status, body, {"Content-Type": "application/json; charset=utf-8", **reply.headers})

    def response(self) -> Response:
        """The answer, unharmed."""
        return Response(self.body, self.status, self.headers)


def stand_in(fault: Fault, surface: Surface, asked: str) -> Reply:
    """The reply in place of the service's own: of somebody in between, or an error as the service writes it."""
    if fault.fault == "captive_portal":
        return Reply(200, _PORTAL)
    if fault.fault == "redirect":
        location = asked if fault.location == "same" else fault.location or "https://elsewhere.invalid/"
        return Reply(fault.code or 302, None, {"Location": location})
    code = fault.error_code or _SERVICE_CODES.get((surface.name, fault.code)) or _CODES.get(fault.code, "Error")
    reply = surface.error(fault.code, code, fault.message or "The practice cloud was told to answer so.")
    if fault.body is not None:
        reply = Reply(fault.code, fault.body)
    if fault.retry_after is not None:
        reply.headers["Retry-After"] = fault.retry_after
    return reply


async def spoil(fault: Fault, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends an answer the way the fault has it."""
    match fault.fault:
        case "slow":
            headers = {**answer.headers, "Content-Length": str(len(answer.body))}
            await StreamingResponse(_drip(answer.body, fault.interval_s), answer.status, headers)(scope, receive, send)
        case "huge":
            swollen = _swell_plain(answer.body, fault.size)
            headers = dict(answer.headers)
            if fault.variant != "plain":
                swollen = _swell_gzip(answer.body, fault.size)
                headers["Content-Encoding"] = "gzip"
            await StreamingResponse(swollen, answer.status, headers)(scope, receive, send)
        case "malformed":
            body = _malformed(answer.body, fault.variant or "cut")
            await Response(body, answer.status, answer.headers)(scope, receive, send)
        case "truncated":
            await _begin(answer, len(answer.body) + 512, send)
            transport(scope).close()
            await gone(receive)
        case "reset":
            await _begin(
                Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers),
                max(len(answer.body), 64),
                send,
            )
            reset(scope)
            await gone(receive)
        case name:
            raise ValueError(f"{name} does not spoil an answer")


def transport(scope: Scope) -> asyncio.Transport:
    """The connection beneath a request."""
    found: asyncio.Transport = scope["extensions"]["practice.transport"]
    return found


def reset(scope: Scope) -> None:
    """Breaks the connection so that the other side sees a reset: a socket closed with nothing lingering."""
    connection = transport(scope)
    raw: socket.socket = connection.get_extra_info("socket")
    linger = "hh" if sys.platform == "win32" else "ii"
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(linger, 1, 0))
    connection.abort()


async def gone(receive: Receive) -> None:
    """Waits until the client has gone away (or the practice cloud ends the connection)."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _begin(answer: Answer, promised: int, send: Send) -> None:
    headers = {**answer.headers, "Content-Length": str(promised)}
    encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})


async def _drip(body: bytes, interval_s: float) -> AsyncIterator[bytes]:
    for position in range(len(body)):
        await asyncio.sleep(interval_s)
        yield body[position : position + 1]


async def _swell_plain(body: bytes, size: int) -> AsyncIterator[bytes]:
    """White space, then the true body: valid JSON of the given size."""
    for _ in range(size // len(_SPACES)):
        yield _SPACES
        await asyncio.sleep(0)
    yield body


async def _swell_gzip(body: bytes, size: int) -> AsyncIterator[bytes]:
    """The same as gzip, a thousandth of it on the wire: the block of white space is packed once and repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(_SPACES) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum, length = 0, len(body)
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    for _ in range(size // len(_SPACES)):
        checksum = zlib.crc32(_SPACES, checksum)
        length += len(_SPACES)
        yield block
        await asyncio.sleep(0)
    checksum = zlib.crc32(body, checksum)
    end = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    yield end.compress(body) + end.flush() + struct.pack("<II", checksum, length & 0xFFFFFFFF)


def _malformed(body: bytes, variant: str) -> bytes:
    """The body as a broken server might have written it."""
    inner = body.strip()[1:-1].strip() if body.strip()[:1] == b"{" else b""
    comma = b"," if inner else b""
    match variant:
        case "nan":
            return b'{"value":NaN,"status":NaN,"properties":NaN' + comma + inner + b"}"
        case "duplicate":
            first = inner.partition(b":")[0] or b'"value"'
            return b"{" + inner + comma + first + b':"second"}'
        case "deep":
            return b'{"value":' + b"[" * 100_000 + b"]" * 100_000 + comma + inner + b"}"
        case "types":
            return b'{"value":7,"properties":"text","id":[],"status":{},"access_token":5,"error":3}'
        case _:
            return body[: max(1, len(body) * 2 // 3)] + b"\x00{"
