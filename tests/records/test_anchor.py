"""Anchors: twelve words that tell later whether the past is still the same."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
import segno
from mnemonic import Mnemonic

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.anchor import AnchorFound, anchor, find_anchor, qr_rows
from cmkwizard.records.chain import Key
from cmkwizard.records.folder import Records
from tests.history_support import fill
from tests.records.edits import relink, unguarded


@pytest.fixture
def records(tmp_path: Path) -> Records:
    fill(tmp_path / "records.sqlite", 40)
    return Records(tmp_path)


def test_an_anchor_is_found_again_however_it_is_typed_and_however_much_came_after(tmp_path: Path) -> None:
    fill(tmp_path / "records.sqlite", 40)
    records = Records(tmp_path)
    records.lock("window")
    made = anchor(records)
    assert (made.number, len(made.words)) == (40, 12)
    assert all(word in made.text for word in made.words)
    assert "entry 40 of 2026-01-05 15:09 UTC" in made.text
    for number in range(3):
        records.observations.add("public", "status", {"word": "FAILED", "look": number}, "GET config")
    typed = "  " + made.text.partition("\n")[2].upper().replace(" ", "   ")
    assert find_anchor(records, typed) == AnchorFound(40, made.at, 3)
    records.close()


def test_a_past_that_was_changed_does_not_fit_even_for_who_has_the_key(records: Records) -> None:
    made = anchor(records)
    records.close()

    def change(connection: sqlite3.Connection, _chance: random.Random, _last: int) -> None:
        connection.execute("UPDATE history SET body = replace(body, 'NEW', 'OLD') WHERE seq = 2")
        relink(connection, 1, Key(b"k" * 32))

    unguarded(records.folder / "records.sqlite", random.Random(1), change)  # noqa: S311
    said = find_anchor(records, " ".join(made.words))
    assert isinstance(said, str)
    assert "the history was changed" in said


def test_an_end_that_was_cut_is_told(records: Records, tmp_path: Path) -> None:
    made = anchor(records)
    fill(tmp_path / "shorter" / "records.sqlite", 12)
    said = find_anchor(Records(tmp_path / "shorter"), " ".join(made.words))
    assert isinstance(said, str)
    assert "made at entry 40, and the history ends at entry 12" in said


def test_words_that_are_mistyped_are_told(records: Records) -> None:
    words = list(anchor(records).words)
    assert find_anchor(records, " ".join(words[:11])) == "An anchor has twelve words; these are 11."
    assert "“hous” is no word" in str(find_anchor(records, " ".join(["hous", *words[1:]])))
    orders = ([*words[1:], words[0]], [*words[2:], *words[:2]], list(reversed(words)))
    said = {str(find_anchor(records, " ".join(order))) for order in orders}
    assert any("do not belong together" in each for each in said)
    assert not any(each.startswith("AnchorFound") for each in said)


def test_nothing_is_anchored_where_there_is_nothing(tmp_path: Path) -> None:
    words = "abandon " * 11 + "about"
    assert find_anchor(Records(tmp_path), words) == "There is no history here to compare the anchor with."
    for _ in range(2):
        with pytest.raises(Problem) as refused:
            anchor(Records(tmp_path))
        assert refused.value.kind is Kind.NOT_FOUND
        fill(tmp_path / "records.sqlite", 0)


def test_the_code_holds_the_text(records: Records) -> None:
    made = anchor(records)
    assert Mnemonic("english").check(" ".join(made.words))
    expected = segno.make(made.text, error="m", micro=False)
    assert [bytes(map(int, row)) for row in qr_rows(made)] == [bytes(row) for row in expected.matrix]
