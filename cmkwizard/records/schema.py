"""The tables of the records, and how those of an earlier version become these."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.chain import FIRST, Row, knot, link

APPLICATION_ID = 0x434D4B57
"""The letters CMKW: SQLite's mark of whose file this is."""

VERSION = 2
"""The schema that this program writes (SQLite's user_version)."""

OUTCOMES = ("done", "pending", "blocked", "failed", "skipped")
_ADDED = "RAISE(ABORT, 'records are only added to')"

STATEMENTS = (
    # The id of this file: entries of another one do not fit in.
    "CREATE TABLE ledger (id TEXT NOT NULL) STRICT",
    f"""CREATE TABLE history (
    seq INTEGER PRIMARY KEY CHECK (seq > 0), at TEXT NOT NULL, profile TEXT NOT NULL, setup TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('observation', 'intent', 'outcome')), what TEXT NOT NULL, op_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (CASE kind WHEN 'outcome' THEN outcome IN {OUTCOMES} ELSE outcome = '' END),
    body TEXT NOT NULL, source TEXT NOT NULL, request_id TEXT NOT NULL,
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)), tenant TEXT NOT NULL, actor TEXT NOT NULL,
    key_id TEXT, link BLOB NOT NULL CHECK (length(link) = 32)
) STRICT""",
    # How long an observation has held. Only those of open spans change: the newest of a profile, set-up and what. A
    # closed one is sealed with the entry after it.
    """CREATE TABLE span (
    seq INTEGER PRIMARY KEY REFERENCES history (seq), until TEXT NOT NULL, times INTEGER NOT NULL CHECK (times > 0),
    request_id TEXT NOT NULL, tick INTEGER NOT NULL, open INTEGER NOT NULL CHECK (open IN (0, 1)),
    key_id TEXT, mac BLOB, CHECK (open = 1 OR (key_id IS NULL AND mac IS NULL))
) STRICT""",
    "CREATE INDEX history_kinds ON history (profile, setup, kind, what)",
    "CREATE UNIQUE INDEX history_operations ON history (op_id, kind) WHERE op_id <> ''",
    "CREATE INDEX history_intents ON history (profile) WHERE kind = 'intent'",
    "CREATE INDEX span_open ON span (tick) WHERE open = 1",
    *(
        f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT {_ADDED}; END"
        for table, verb in (
            ("history", "UPDATE"),
            ("history", "DELETE"),
            ("span", "DELETE"),
            ("ledger", "UPDATE"),
            ("ledger", "DELETE"),
        )
    ),
    f"""CREATE TRIGGER span_keeps_closed BEFORE UPDATE ON span
WHEN OLD.open = 0 OR NEW.seq <> OLD.seq OR NEW.times < OLD.times BEGIN SELECT {_ADDED}; END""",
    """CREATE TRIGGER outcome_has_intent BEFORE INSERT ON history
WHEN NEW.kind = 'outcome' AND NOT EXISTS (SELECT 1 FROM history WHERE op_id = NEW.op_id AND kind = 'intent')
BEGIN SELECT RAISE(ABORT, 'an outcome belongs to an intent'); END""",
)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, in the transaction that is open."""
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute("INSERT INTO ledger (id) VALUES (?)", (os.urandom(16).hex(),))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Take the entries of a file of version 1 over, as entries that nobody sealed.

    Args:
        old: where the tables of version 1 are.
        new: where the present ones are made, in the transaction that is open; may be the same.
    """
    rows = sorted([*_intents(old), *_outcomes(old), *_observations(old)], key=lambda each: each[:2])
    if old is new:
        for table in ("outcome", "intent", "observation"):
            new.execute(f"DROP TABLE {table}")
    create(new)
    ledger, before = new.execute("SELECT id FROM ledger").fetchone()[0], FIRST
    newest: dict[tuple[str, str, str], int] = {}
    for seq, (_at, _order, values) in enumerate(rows, 1):
        row = Row(seq, *values)
        tied = link(None, ledger, before, row)
        before = knot(None, tied)
        new.execute(INSERT, (*row, None, tied))
        if row.kind == "observation":
            place = (row.profile, row.setup, row.what)
            if place in newest:
                new.execute(CLOSE_SPAN, (newest[place],))
            newest[place] = seq
            new.execute(INSERT_SPAN, (seq, row.at, 1, row.request_id, 0, None, None))


INSERT = f"INSERT INTO history ({', '.join(Row._fields)}, key_id, link) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
CLOSE_SPAN = "UPDATE span SET open = 0, key_id = NULL, mac = NULL WHERE seq = ?"
INSERT_SPAN = "INSERT INTO span (seq, until, times, request_id, tick, open, key_id, mac) VALUES (?,?,?,?,?,1,?,?)"

_Values = tuple[str, int, tuple[Any, ...]]
"""When, which comes first of what was written at the same moment, and the row without its number."""


def _intents(old: sqlite3.Connection) -> list[_Values]:
    query = "SELECT at, profile, step, op_id, action, desired, tenant, actor FROM intent ORDER BY rowid"
    return [
        (at, 1, (at, profile, _setup(desired), "intent", step, op_id, "", body, "", "", 0, tenant, actor))
        for at, profile, step, op_id, action, desired, tenant, actor in old.execute(query)
        for body in (as_json({"action": action, "desired": json.loads(desired)}),)
    ]


def _outcomes(old: sqlite3.Connection) -> list[_Values]:
    query = (
        "SELECT o.at, max(o.at, i.at), i.profile, i.desired, i.step, op_id, o.outcome, o.evidence, i.tenant, i.actor "
        "FROM outcome o JOIN intent i USING (op_id) ORDER BY o.rowid"
    )
    return [
        (after, 2, (at, profile, _setup(desired), "outcome", step, op_id, outcome, body, "", "", 0, tenant, actor))
        for at, after, profile, desired, step, op_id, outcome, evidence, tenant, actor in old.execute(query)
        for body in (as_json({"evidence": json.loads(evidence)}),)
    ]


def _observations(old: sqlite3.Connection) -> list[_Values]:
    query = "SELECT at, profile, what, value, source, request_id FROM observation ORDER BY number"
    return [
        (at, 0, (at, profile, _setup(value), "observation", what, "", "", body, source, request_id, 0, "", ""))
        for at, profile, what, value, source, request_id in old.execute(query)
        for body in (as_json({"value": json.loads(value)}),)
    ]


def _setup(text: str) -> str:
    return setup_of(json.loads(text))


def setup_of(value: Any) -> str:
    """The set-up that a value names: its Adobe organisation."""
    return str(value.get("organisation") or "") if hasattr(value, "get") else ""


def as_json(value: Any) -> str:
    """Plain JSON with sorted keys, as it stands in the records."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_json(text: str) -> dict[str, Any]:
    """Read the body of an entry.

    Raises:
        Problem: of kind ``STORAGE``: somebody else wrote it.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise illegible()
    return value


def illegible() -> Problem:
    """That an entry is not as any program of this kind writes it."""
    return Problem(Kind.STORAGE, "A row of the records cannot be read.", "Keep the file, and start with a new folder.")
