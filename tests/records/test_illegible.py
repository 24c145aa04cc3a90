"""Single entries that were damaged, in a file that is sound otherwise: they hide nothing beside them."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cmkwizard.core.history import What
from cmkwizard.core.history_words import sentence_of
from cmkwizard.core.problems import Problem
from cmkwizard.records.folder import Records
from cmkwizard.records.moments import utc_now
from cmkwizard.records.status_card import status_card
from tests.history_support import ORGANISATION, PROFILE
from tests.records.edits import unguarded

WHO = {"profile": PROFILE, "tenant": "t", "actor": "a", "setup": ORGANISATION}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two statuses, a vault and an action."""
    records = at_work(tmp_path / "records")
    for word in ("RUNNING", "COMPLETED"):
        records.observations.add(PROFILE, What.STATUS, {"word": word, "organisation": ORGANISATION}, "GET config")
    records.observations.add(PROFILE, What.VAULT, {"name": "kv"}, "GET vault", setup=ORGANISATION)
    records.journal.finish(records.journal.intend("lock", "Lock the vault", {}, **WHO), "done", {})
    records.close()
    return records.folder


def at_work(folder: Path) -> Records:
    records = Records(folder)
    records.lock("window")
    return records


def damage(folder: Path, change: str, number: int) -> None:
    query = f"UPDATE history SET {change} WHERE seq = {number}"  # noqa: S608
    unguarded(folder / "records.sqlite", random.Random(1), lambda connection, *_: connection.execute(query))  # noqa: S311


DAMAGES = (
    "at = replace(at, '-', '+')",
    "at = '2026-11-24'",
    "body = substr(body, 2)",
    "body = '[]'",
    "body = '{\"value\": [1]}'",
    "body = CAST(replace(CAST(body AS BLOB), x'22', x'f1') AS TEXT)",
    "kind = 'nbservation'",
)


@pytest.mark.parametrize("change", DAMAGES)
@pytest.mark.parametrize("number", [1, 2])
def test_an_entry_that_cannot_be_read_hides_no_other(folder: Path, change: str, number: int) -> None:
    damage(folder, change, number)
    records = Records(folder)
    entries = list(records.history.iterate())
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.number for entry in entries if not entry.legible] == [number]
    assert "damaged or changed" in sentence_of(entries[number - 1])
    assert entries[number - 1].at <= entries[2].at
    records.close()


@pytest.mark.parametrize("change", DAMAGES[:-1])
def test_nothing_older_stands_in_for_the_newest_that_cannot_be_read(folder: Path, change: str) -> None:
    damage(folder, change, 2)
    records = Records(folder)
    assert set(records.history.state(PROFILE, ORGANISATION)) == {What.VAULT}
    assert status_card(records, utc_now())["word"] is None
    records.close()
    records = at_work(folder)
    assert records.observations.latest(PROFILE, What.STATUS) is None
    for _ in range(2):
        records.observations.add(
            PROFILE, What.STATUS, {"word": "COMPLETED", "organisation": ORGANISATION}, "GET config"
        )
    assert records.history.state(PROFILE, ORGANISATION)[What.STATUS].number == 6, "it goes on, with an entry of its own"
    records.close()


@pytest.mark.parametrize("change", ["at = 'x'", "body = '{}'", "body = 'x'", 'body = \'{"action": 1, "desired": {}}\''])
def test_an_action_that_cannot_be_read_is_a_problem_before_another_begins(folder: Path, change: str) -> None:
    damage(folder, change, 4)
    records = Records(folder)
    with pytest.raises(Problem, match=r"A row of the records cannot be read\."):
        records.journal.entries()
    records.close()


def test_the_oldest_entry_without_a_moment_is_shown_too(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "records.sqlite")) as connection:
        last = connection.execute("SELECT max(seq) FROM history").fetchone()[0]
    for number in range(1, last + 1):
        damage(folder, "at = 'x'", number)
    records = Records(folder)
    assert len(list(records.history.iterate())) == last
    assert len(records.history.setups()) == 1
    records.close()


def test_an_outcome_says_what_was_done(folder: Path) -> None:
    records = Records(folder)
    ended = records.history.entry(5)
    assert ended is not None
    assert (ended.action, sentence_of(ended)) == ("Lock the vault", "Lock the vault. It was done.")
    records.close()
    damage(folder, "body = 'x'", 4)
    records = Records(folder)
    ended = records.history.entry(5)
    assert ended is not None
    assert (ended.legible, sentence_of(ended)) == (True, "lock. It was done.")
    records.close()
