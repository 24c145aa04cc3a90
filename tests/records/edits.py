"""What somebody who can write to the records, and has no key, might do to them. Each edit is drawn from a seed."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cmkwizard.records.chain import Key, Row, Span, knot, knot_at, link, span_seal

TEXTS = ("at", "profile", "setup", "what", "op_id", "body", "source", "request_id", "tenant", "actor")
Work = Callable[[sqlite3.Connection, random.Random, int], None]


def unguarded(path: Path, chance: random.Random, work: Work) -> None:
    """Do ``work`` with the triggers out of the way, and put them back."""
    with quick(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN")
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        work(connection, chance, connection.execute("SELECT max(seq) FROM history").fetchone()[0])
        for _, guard in guards:
            connection.execute(guard)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def quick(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for one who does not wait for the disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


def rows(connection: sqlite3.Connection) -> list[Row]:
    names = ", ".join(Row._fields)
    return [Row(*row) for row in connection.execute(f"SELECT {names} FROM history ORDER BY seq")]  # noqa: S608


def relink(connection: sqlite3.Connection, start: int, key: Key | None) -> None:
    """Count all links from ``start`` on anew."""
    ledger = connection.execute("SELECT id FROM ledger").fetchone()[0]
    before = knot_at(connection, start - 1)[1]
    for row in rows(connection):
        if row.seq >= start:
            tied = link(key, ledger, before, row)
            before = knot(key.id if key else None, tied)
            connection.execute(
                "UPDATE history SET link = ?, key_id = ? WHERE seq = ?", (tied, key.id if key else None, row.seq)
            )


def change_text(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """A letter more or less in a member of an entry."""
    column, seq = chance.choice(TEXTS), chance.randint(1, last)
    was = connection.execute(f"SELECT {column} FROM history WHERE seq = ?", (seq,)).fetchone()[0]  # noqa: S608
    now = was + "x" if chance.random() < 0.5 or not was else was[:-1]
    connection.execute(f"UPDATE history SET {column} = ? WHERE seq = ?", (now, seq))  # noqa: S608


def change_word(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """What was seen says something else, and is still sound JSON."""
    statuses = [row for row in rows(connection) if '"word"' in row.body]
    row = chance.choice(statuses)
    for word in ("COMPLETED", "RUNNING", "NEW", "FAILED"):
        if f'"word": "{word}"' in row.body:
            body = row.body.replace(f'"word": "{word}"', f'"word": "{"FAILED" if word != "FAILED" else "COMPLETED"}"')
            connection.execute("UPDATE history SET body = ? WHERE seq = ?", (body, row.seq))


def change_verified(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    connection.execute("UPDATE history SET verified = 1 - verified WHERE seq = ?", (chance.randint(1, last),))


def change_outcome(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    seq = chance.choice([row.seq for row in rows(connection) if row.kind == "outcome"])
    connection.execute(
        "UPDATE history SET outcome = CASE outcome WHEN 'done' THEN 'failed' ELSE 'done' END WHERE seq = ?", (seq,)
    )


def swap(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """Two entries change places, with everything that belongs to them."""
    first, second = chance.sample(range(1, last + 1), 2)
    for table in ("history", "span"):
        for old, new in ((first, last + 1000), (second, first), (last + 1000, second)):
            connection.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (new, old))  # noqa: S608


def drop(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An entry is taken out; half of the time those after it move up."""
    seq = chance.randint(1, last)
    for table in ("span", "history"):
        connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))  # noqa: S608
    if chance.random() < 0.5:
        for each in range(seq + 1, last + 1):
            for table in ("history", "span"):
                connection.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (each - 1, each))  # noqa: S608


def drop_and_relink(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    seq = chance.randint(1, last - 1)
    for table in ("span", "history"):
        connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))  # noqa: S608
    for each in range(seq + 1, last + 1):
        for table in ("history", "span"):
            connection.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (each - 1, each))  # noqa: S608
    relink(connection, seq, None)


def cut_tail(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """The last entries are taken off, and the spans before them opened again."""
    keep = chance.randint(0, last - 1)
    for table in ("span", "history"):
        connection.execute(f"DELETE FROM {table} WHERE seq > ?", (keep,))  # noqa: S608
    connection.execute(
        "UPDATE span SET open = 1 WHERE seq IN (SELECT max(seq) FROM history WHERE kind = 'observation' "
        "GROUP BY profile, setup, what)"
    )


def insert(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An entry is put between others."""
    seq = chance.randint(1, last)
    for each in range(last, seq - 1, -1):
        for table in ("history", "span"):
            connection.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (each + 1, each))  # noqa: S608
    _added(connection, seq)
    if chance.random() < 0.5:
        relink(connection, seq, None)


def append(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An entry is put after the last one, with the link that an unsealed one would have."""
    _added(connection, last + 1)
    relink(connection, last + 1, None)


def _added(connection: sqlite3.Connection, seq: int) -> None:
    connection.execute(
        "INSERT INTO history SELECT ?, at, profile, setup, 'intent', 'role', 'made up' || ?, '', body, '', '', 0, "
        "tenant, actor, NULL, zeroblob(32) FROM history ORDER BY seq LIMIT 1",
        (seq, seq),
    )


def rechain(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An entry is changed, and all links are counted anew: plainly, or with a key of one's own."""
    change_word(connection, chance, last)
    relink(connection, 1, chance.choice((None, Key(b"\1" * 32))))


def strip(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """The seals of some entries are taken away."""
    relink(connection, chance.randint(1, last), None)


def other_key(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An entry is changed and passed off as sealed with another key."""
    seq = chance.randint(1, last)
    connection.execute("UPDATE history SET body = '{}', key_id = 'other' WHERE seq = ?", (seq,))


def change_span(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """How long something was seen is changed; half of the time the seal is taken away too."""
    seq = chance.choice([row[0] for row in connection.execute("SELECT seq FROM span")])
    change = chance.choice(("until = '2027-01-01T00:00:00.000000Z'", "times = times + 5", "request_id = 'other'"))
    connection.execute(f"UPDATE span SET {change} WHERE seq = ?", (seq,))  # noqa: S608
    if chance.random() < 0.5:
        connection.execute("UPDATE span SET key_id = NULL, mac = NULL WHERE seq = ?", (seq,))


def own_span(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """A span is sealed with a key of one's own."""
    ledger = connection.execute("SELECT id FROM ledger").fetchone()[0]
    row = connection.execute("SELECT seq, until, times + 1, request_id, tick + 9 FROM span WHERE open = 1").fetchone()
    seal = span_seal(Key(b"\1" * 32), ledger, Span(*row))
    connection.execute("UPDATE span SET times = ?, tick = ?, mac = ? WHERE seq = ?", (row[2], row[4], seal, row[0]))


def lose_span(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    connection.execute(
        "DELETE FROM span WHERE seq = (SELECT max(seq) FROM span WHERE seq <= ?)", (chance.randint(1, last),)
    )


def switch_span(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    """An open span is closed, or a closed one opened."""
    seq = chance.choice([row[0] for row in connection.execute("SELECT seq FROM span")])
    connection.execute("UPDATE span SET open = 1 - open WHERE seq = ?", (seq,))


def other_ledger(connection: sqlite3.Connection, chance: random.Random, last: int) -> None:
    connection.execute("UPDATE ledger SET id = ?", (f"{chance.getrandbits(128):032x}",))


ROWS: tuple[Work, ...] = (
    change_text,
    change_word,
    change_verified,
    change_outcome,
    swap,
    drop,
    drop_and_relink,
    cut_tail,
    insert,
    rechain,
    strip,
    other_key,
    change_span,
    own_span,
    lose_span,
    switch_span,
    other_ledger,
)


def flip(path: Path, chance: random.Random) -> None:
    """One bit of the file."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def overwrite(path: Path, chance: random.Random) -> None:
    """Some bytes of the file."""
    content = bytearray(path.read_bytes())
    start, length = chance.randrange(len(content) - 300), chance.randint(2, 300)
    content[start : start + length] = chance.randbytes(length)
    path.write_bytes(content)


def truncate(path: Path, chance: random.Random) -> None:
    """The end of the file is missing, to a page or in the middle of one; or all of it."""
    content = path.read_bytes()
    size = chance.choice((chance.randrange(len(content)), chance.randrange(len(content) // 4096) * 4096))
    path.write_bytes(content[:size])


def unguard(path: Path, chance: random.Random) -> None:
    """A trigger or an index is taken away."""
    with quick(path) as connection:
        found = connection.execute("SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL")
        kind, name = chance.choice(found.fetchall())
        connection.execute(f"DROP {kind} {name}")


FILES: tuple[Callable[[Path, random.Random], None], ...] = (flip, flip, overwrite, truncate, unguard)


def roll_back(path: Path, chance: random.Random, earlier: list[Path]) -> None:
    """The file as it was at an earlier moment."""
    shutil.copy(chance.choice(earlier), path)
