"""Going through the whole history, entry by entry, and noting what does not fit."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any, NamedTuple

from cmkwizard.records.chain import FIRST, Key, Row, Span, knot, link, span_seal
from cmkwizard.records.schema import create
from cmkwizard.records.sealing import Head, ledger_id


class _Seen(NamedTuple):
    """The last observation of a profile, set-up and what."""

    at: str
    span: Span
    is_open: bool
    key_id: str | None
    mac: bytes | None


_COLUMNS = ", ".join(f"h.{each}" for each in Row._fields)
_QUERY = (
    f"SELECT {_COLUMNS}, h.key_id, h.link, s.seq, s.until, s.times, s.request_id, s.tick, s.open, s.key_id, s.mac "  # noqa: S608
    "FROM history h LEFT JOIN span s USING (seq) ORDER BY h.seq"
)


class Walk:
    """What going through the history found.

    Args:
        key: the key of the seals; None: only what needs none is checked.
        head: what the safe place remembers; None: nothing.
    """

    def __init__(self, key: Key | None, head: Head | None) -> None:
        self.entries = 0
        self.sealed = 0
        """Entries with a seal of ``key`` that fits."""
        self.loose = 0
        """Entries after the head, and spans that changed after it, without a seal."""
        self.foreign = 0
        """Entries with the seal of an earlier key."""
        self.ledger = ""
        """The id of the file."""
        self.begun = ""
        """When the first entry was written."""
        self.problems: list[str] = []
        self._key = key
        self._head = head
        self._newest: dict[tuple[str, str, str], _Seen] = {}

    def check_file(self, connection: sqlite3.Connection) -> bool:
        """Check the file itself: its pages, indexes, tables and the triggers that guard them.

        Returns:
            Whether it is sound enough for the entries to be read.
        """
        told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        if told != ["ok"]:
            self.problems.append(f"The file is damaged: {'; '.join(told)}.")
            return False
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            self.problems.append("A row belongs to an entry that is not there.")
        with closing(sqlite3.connect(":memory:")) as fresh:
            create(fresh)
            for name in sorted(_schema(connection) ^ _schema(fresh)):
                self.problems.append(f"The tables are not as this program makes them ({name[0]}).")
        stray = "SELECT count(*) FROM span JOIN history USING (seq) WHERE kind <> 'observation'"
        if connection.execute(stray).fetchone()[0]:
            self.problems.append("A time is noted for an entry that has none.")
        return True

    def check_entries(self, connection: sqlite3.Connection) -> None:
        """Check each entry against the one before it, and each span."""
        ledger, before = ledger_id(connection), FIRST
        self.ledger = ledger
        for values in connection.execute(_QUERY):
            row, (key_id, tied), span = Row(*values[:14]), values[14:16], values[16:]
            self.entries += 1
            self.begun = self.begun or row.at
            if row.seq != self.entries:
                self.problems.append(f"Entries are missing before number {row.seq}.")
                self.entries = row.seq
            self._check_link(ledger, before, row, key_id, tied)
            if row.kind == "observation":
                self._check_span(row, span)
            before = knot(key_id, tied)
        for newest in self._newest.values():
            self._check_open(ledger, newest)

    def _check_link(self, ledger: str, before: bytes, row: Row, key_id: str | None, tied: bytes) -> None:
        head = self._head
        if key_id is not None and (self._key is None or key_id != self._key.id):
            self.foreign += 1
            return
        if link(self._key if key_id else None, ledger, before, row) != tied:
            self.problems.append(f"Entry {row.seq} was changed, or what stood before it was.")
        elif key_id:
            self.sealed += 1
        elif head is not None and row.seq > head.seq:
            self.loose += 1

    def _check_span(self, row: Row, values: tuple[Any, ...]) -> None:
        if values[0] is None:
            self.problems.append(f"Of entry {row.seq} it is not noted how long it was seen.")
            return
        place = (row.profile, row.setup, row.what)
        earlier = self._newest.get(place)
        if earlier is not None:
            span, told = earlier.span, _closed(row.body)
            # An entry of an earlier version of this program was one sight, and its successor says nothing of it.
            fits = span._asdict() == told if told else (span.until, span.times) == (earlier.at, 1)
            if earlier.is_open or not fits:
                self.problems.append(f"How long entry {span.seq} was seen was changed.")
        self._newest[place] = _Seen(row.at, Span(*values[:5]), bool(values[5]), values[6], values[7])

    def _check_open(self, ledger: str, seen: _Seen) -> None:
        at, span, is_open, key_id, mac = seen
        key, head = self._key, self._head
        changed = f"How long entry {span.seq} was seen was changed."
        if not is_open:
            self.problems.append(changed)
        elif key is not None and key_id == key.id:
            if mac != span_seal(key, ledger, span):
                self.problems.append(changed)
        elif (head is not None and span.tick > head.tick) or (head is None and (span.until, span.times) != (at, 1)):
            self.loose += 1


def _closed(body: str) -> Any:
    try:
        content = json.loads(body)
    except ValueError:  # its link does not fit either
        return None
    return content.get("closed") if isinstance(content, dict) else None


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str, str, str | None]]:
    # What SQLite keeps for itself stays behind where a file of an earlier version had it.
    query = "SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return {(str(row[0]), *row[1:]) for row in connection.execute(query)}
