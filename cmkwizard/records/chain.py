"""What ties every entry of the history to all before it, so that a change of an older one shows.

The link of an entry is HMAC-SHA256 over the one before it and the entry itself, with a key that lies in the operating
system's safe place. Where no such place could be used, the link is the plain SHA-256 instead: that shows damage, and
nobody who wants to change something is kept from counting it anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

FIRST = bytes(32)
"""What stands before the first entry."""


class Row(NamedTuple):
    """An entry as it stands in the file, in the order in which its members are sealed."""

    seq: int
    at: str
    profile: str
    setup: str
    kind: str
    what: str
    op_id: str
    outcome: str
    body: str
    source: str
    request_id: str
    verified: int
    tenant: str
    actor: str


class Span(NamedTuple):
    """How long an observation has held, in the order in which its members are sealed."""

    seq: int
    until: str
    times: int
    request_id: str
    tick: int
    """Counts the changes of all spans, so that an older state of the file is told from a newer one."""


class Key:
    """The key of the seals.

    Args:
        secret: 32 random bytes.
    """

    def __init__(self, secret: bytes) -> None:
        import hashlib  # here: it brings OpenSSL along, and who only reads does without

        self.secret = secret
        self.id = hashlib.sha256(b"cmkwizard history key\0" + secret).hexdigest()[:16]
        """Tells the key from others, and nothing else of it."""


def link(key: Key | None, ledger: str, before: bytes, row: Row) -> bytes:
    """The link of ``row``: 32 bytes.

    Args:
        key: None for the plain digest.
        ledger: the id of the file, so that entries of another one do not fit in.
        before: the knot of the entry before it, :data:`FIRST` where there is none.
        row: the entry.
    """
    return _digest(key, b"entry\0" + ledger.encode() + b"\0" + before + canonical(row))


def span_seal(key: Key, ledger: str, span: Span) -> bytes:
    """The seal of a span: 32 bytes."""
    return _digest(key, b"span\0" + ledger.encode() + b"\0" + canonical(span))


def spans_seal(key: Key, ledger: str, spans: Sequence[tuple[object, ...]]) -> bytes:
    """The seal of all open spans together, with the seals that they have: 32 bytes."""
    return _digest(key, b"spans\0" + ledger.encode() + b"\0" + canonical(spans))


def knot(key_id: str | None, link: bytes) -> bytes:
    """What the next entry is tied to: the link of an entry, and which key it was made with, so that nobody can pass it
    off as sealed with one that is gone."""
    return (key_id or "").encode() + link


def knot_at(connection: sqlite3.Connection, seq: int | None = None) -> tuple[int, bytes]:
    """The number and the knot of the entry ``seq``, or of the last one; 0 and :data:`FIRST` where there is none."""
    if seq is None:
        found = connection.execute("SELECT seq, key_id, link FROM history ORDER BY seq DESC LIMIT 1").fetchone()
    else:
        found = connection.execute("SELECT seq, key_id, link FROM history WHERE seq = ?", (seq,)).fetchone()
    return (found[0], knot(found[1], found[2])) if found else (0, FIRST)


def canonical(values: Sequence[object]) -> bytes:
    """The one way to write ``values`` down."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(key: Key | None, message: bytes) -> bytes:
    import hashlib
    import hmac

    return hashlib.sha256(message).digest() if key is None else hmac.digest(key.secret, message, "sha256")
