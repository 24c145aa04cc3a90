"""Sealing the history: the key and the head lie in the operating system's safe place, apart from the file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import os
import re
import sqlite3
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.records.chain import Key, knot_at, spans_seal
from cmkwizard.records.secrets import HISTORY

if TYPE_CHECKING:
    from cmkwizard.records.secrets import SecretStore

_LOG = logging.getLogger(__name__)
_FILES = HISTORY + "of/"
"""How the entries begin that say where a file was sealed last."""
_MOST_LOSSES = 5
"""So many are kept: Windows Credential Manager takes 2560 bytes."""


@dataclass(frozen=True)
class Head:
    """Where the history ended. What is in the file has to agree with it, or go on from it."""

    ledger: str
    key_id: str
    seq: int
    """The number of the last entry; 0 for none."""
    knot: str
    """What it ties the next one to, in hexadecimal."""
    tick: int
    """The highest tick of a span."""
    spans: str
    """The seal of all open spans together, in hexadecimal."""
    at: str
    """When this was written down."""


@dataclass(frozen=True)
class Loss:
    """That the file did not hold what the safe place remembered. It is never forgotten: later entries hide it."""

    at: str
    """When that was seen."""
    seq: int
    """The number of the last entry that was remembered; 0: not even that."""
    written: str
    """When that was remembered."""
    why: str
    ledger: str = ""
    """The id of the file that was remembered."""
    aside: str = ""
    """The name under which this program put that file aside, because it was damaged."""


class SealPlace:
    """What the safe place holds of the history of one folder. Every method may block, as those of ``secrets``.

    It belongs to the path, not to the file: only so is it seen that a file is not there any more. Beside that it holds,
    by the id of a file, where that was sealed last, so that a folder can be moved.
    """

    def __init__(self, secrets: SecretStore, folder: Path) -> None:
        self._secrets = secrets
        self._own = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self._place = self._own

    def follow_move(self, ledger: str) -> None:
        """Where nothing is held for this path, go by what is held for the one at which the file was sealed last."""
        earlier = self._secrets.get(f"{_FILES}{ledger}") or ""
        if self.key() is None and re.fullmatch("[0-9a-f]{16}", earlier):
            self._place = earlier

    def take_over(self, ledger: str) -> None:
        """Hold for this path what :meth:`follow_move` finds. What is held for the other one stays: a copy may be
        there."""
        self.follow_move(ledger)
        held = {name: self._secrets.get(self._entry(name)) for name in ("lost", "head", "key")}
        self._place = self._own
        for name, value in held.items():
            if value is not None:
                self._secrets.set(self._entry(name), value)

    def _entry(self, name: str) -> str:
        return f"{HISTORY}{self._place}/{name}"

    def key(self) -> Key | None:
        """The key, or None."""
        try:
            secret = base64.b64decode(self._secrets.get(self._entry("key")) or "", validate=True)
        except binascii.Error:
            return None
        return Key(secret) if len(secret) == 32 else None

    def make_key(self) -> Key | None:
        """A new key, in place of one that is gone. None: the safe place did not take it."""
        secret = os.urandom(32)
        kept = self._secrets.set(self._entry("key"), base64.b64encode(secret).decode())
        return Key(secret) if kept else None

    def head(self) -> Head | None:
        """The head, or None."""
        try:
            return Head(**json.loads(self._secrets.get(self._entry("head")) or ""))
        except (ValueError, TypeError):
            return None

    def keep_head(self, head: Head) -> None:
        """Let this be the head, of a file that lies here."""
        if self._secrets.get(_FILES + head.ledger) != self._own:
            self._secrets.set(_FILES + head.ledger, self._own)
        self._secrets.set(self._entry("head"), json.dumps(asdict(head)))

    def losses(self) -> tuple[Loss, ...]:
        """What was found not to be there, the first first."""
        try:
            return tuple(Loss(**each) for each in json.loads(self._secrets.get(self._entry("lost")) or "[]"))
        except (ValueError, TypeError):
            return ()

    def keep_loss(self, loss: Loss) -> None:
        """Remember this too."""
        kept = [*self.losses(), loss][:_MOST_LOSSES]
        self._secrets.set(self._entry("lost"), json.dumps([asdict(each) for each in kept], ensure_ascii=False))


class Sealer:
    """The key with which the history is sealed, and the one who brings its head to the safe place.

    The head follows on a thread of its own, so that no entry waits for a safe place: after a crash the file may be
    ahead of it, by what was added in the moment before.

    Args:
        place: where key and head are.
        key: the key.
    """

    def __init__(self, place: SealPlace, key: Key) -> None:
        self.key = key
        self._place = place
        self._remembered = place.head()
        self._changed = threading.Condition()
        self._wanted: Head | None = None
        self._losses: list[Loss] = []
        self._running = False

    @property
    def first(self) -> bool:
        """Whether the safe place knew no end of the history when this began: it has to, before anything is added."""
        return self._remembered is None

    def begin(self, connection: sqlite3.Connection, now: str, aside: str) -> None:
        """Compare the file with what the safe place remembers, and go on from there. Does not block.

        Args:
            connection: where the file is open.
            now: the time.
            aside: the name of the file that was just put aside for it; empty: none was.
        """
        head, loss = self._remembered, discrepancy(connection, self.key, self._remembered)
        if loss:
            _LOG.warning("the history does not hold what the safe place remembers: %s", loss)
            known = (head.seq, head.at, loss, head.ledger) if head else (0, "", loss, "")
            self._losses.append(Loss(now, *known, aside))
        self.follow(connection, now)

    def follow(self, connection: sqlite3.Connection, now: str) -> None:
        """Bring the head to what is in the file now, soon. Does not block."""
        head = head_of(connection, self.key, now)
        with self._changed:
            self._wanted = head
            if not self._running:
                self._running = True
                threading.Thread(target=self._bring, name="head of the history", daemon=True).start()

    def settle(self, seconds: float) -> bool:
        """Wait until the safe place has the newest head.

        Returns:
            Whether it has.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _bring(self) -> None:
        while True:
            with self._changed:
                head, self._wanted = self._wanted, None
                losses, self._losses = self._losses, []
                if head is None:
                    self._running = False
                    self._changed.notify_all()
                    return
            for loss in losses:  # first: the new head would hide them
                self._place.keep_loss(loss)
            self._place.keep_head(head)


def head_of(connection: sqlite3.Connection, key: Key, now: str) -> Head:
    """The head of what is in the file now."""
    seq, tied = knot_at(connection)
    (tick, spans), ledger = _open_spans(connection), ledger_id(connection)
    return Head(ledger, key.id, seq, tied.hex(), tick, spans_seal(key, ledger, spans).hex(), now)


def discrepancy(connection: sqlite3.Connection, key: Key | None, head: Head | None) -> str:
    """Why the file is not what the safe place remembers, nor goes on from there; empty: it is or does, or nothing is
    remembered because nothing was sealed with ``key``."""
    if head is None:
        sealed = connection.execute(
            "SELECT 1 FROM history WHERE key_id = ? LIMIT 1", (key.id if key else "",)
        ).fetchone()
        return HEAD_LOST if sealed else ""
    if head.ledger != ledger_id(connection):
        return "another file is in its place"
    seq, _ = knot_at(connection)
    if seq < head.seq:
        return f"its last entries are missing ({seq} of {head.seq} are there)"
    if knot_at(connection, head.seq)[1].hex() != head.knot:
        return "its entries are not the same"
    tick, spans = _open_spans(connection)
    same = key is not None and (seq, tick, key.id) == (head.seq, head.tick, head.key_id)
    if tick < head.tick or (same and key and spans_seal(key, head.ledger, spans).hex() != head.spans):
        return "how long things were seen is not the same"
    return ""


HEAD_LOST = "the safe place no longer knows where they ended, so nobody can tell whether later ones are missing"


def ledger_id(connection: sqlite3.Connection) -> str:
    """The id of the file."""
    row = connection.execute("SELECT id FROM ledger").fetchone()
    return str(row[0]) if row else ""


def _open_spans(connection: sqlite3.Connection) -> tuple[int, list[tuple[object, ...]]]:
    """The highest tick, and the spans that can still grow, with their seals, in the order of their entries."""
    query = "SELECT tick, seq, until, times, request_id, key_id, hex(mac) FROM span WHERE open = 1 ORDER BY seq"
    spans = connection.execute(query).fetchall()
    return max((span[0] for span in spans), default=0), spans
