"""An anchor: twelve words that hold the history as it is now. Kept outside this computer, in a ticket or on paper, they
show later whether its past is still the same, even to somebody who does not trust whoever holds the key."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.chain import knot_at
from cmkwizard.records.moments import as_moment

if TYPE_CHECKING:
    from mnemonic import Mnemonic

    from cmkwizard.records.folder import Records

_NUMBER = 4
"""Bytes of the entry's number; the other twelve are of the digest."""


@dataclass(frozen=True)
class Anchor:
    """The history up to one entry, in a form for people."""

    number: int
    at: datetime
    """When that entry was written."""
    words: tuple[str, ...]
    """Twelve English words of the BIP-39 list; the last one holds a check."""
    text: str
    """What belongs into the ticket; the QR code holds it too."""


@dataclass(frozen=True)
class AnchorFound:
    """That the history still holds what an anchor was made of."""

    number: int
    at: datetime
    since: int
    """How many entries were added since."""


def anchor(records: Records) -> Anchor:
    """Make an anchor of the history as it is now. Reads the last entry only.

    Raises:
        Problem: of kind ``NOT_FOUND``: there is no history. Of kind ``STORAGE``: it cannot be read.
    """
    nothing = Problem(Kind.NOT_FOUND, "There is no history to anchor yet.", "Check the set-up first.")
    if not records.recorded:
        raise nothing
    with records.reading() as connection:
        number, knot = knot_at(connection)
        if not number:
            raise nothing
        at = _written(connection, number)
    words = tuple(_list().to_mnemonic(_entropy(number, knot)).split())
    lines = (
        f"cmkwizard history, entry {number} of {at:%Y-%m-%d %H:%M} UTC:",
        " ".join(words[:6]),
        " ".join(words[6:]),
    )
    return Anchor(number, at, words, "\n".join(lines))


def find_anchor(records: Records, words: str) -> AnchorFound | str:
    """Look whether the history holds what an anchor was made of.

    That alone says that the entry was tied to the same past; that all entries are still as they were tied is what
    verifying says.

    Args:
        records: the records.
        words: the twelve words, however they are spaced and whatever their case.

    Returns:
        The entry; or a sentence that says why not.

    Raises:
        Problem: of kind ``STORAGE``: the history cannot be read.
    """
    given, known = words.lower().split(), _list()
    if len(given) != 12:
        return f"An anchor has twelve words; these are {len(given)}."
    strange = [word for word in given if word not in known.wordlist]
    if strange:
        return f"“{strange[0]}” is no word of an anchor. Look for a typing error."
    try:
        entropy = bytes(known.to_entropy(given))
    except ValueError:
        return "These twelve words do not belong together. Look for a typing error, or for words out of order."
    if not records.recorded:
        return "There is no history here to compare the anchor with."
    number = int.from_bytes(entropy[:_NUMBER], "big")
    with records.reading() as connection:
        last, _ = knot_at(connection)
        found, knot = knot_at(connection, number)
        if not found:
            return (
                f"The anchor was made at entry {number}, and the history ends at entry {last}: later entries are "
                "missing, or the anchor is of another history."
            )
        if _entropy(number, knot) != entropy:
            return (
                f"Entry {number} is there, and it or what came before it is not what the anchor was made of: the "
                "history was changed, or the anchor is of another history."
            )
        return AnchorFound(number, _written(connection, number), last - number)


def qr_rows(made: Anchor) -> tuple[tuple[bool, ...], ...]:
    """The QR code of the anchor's text: rows of modules, true for dark, without a quiet zone (four are needed)."""
    import segno

    return tuple(tuple(bool(each) for each in row) for row in segno.make(made.text, error="m", micro=False).matrix)


def _list() -> Mnemonic:
    from mnemonic import Mnemonic

    return Mnemonic("english")


def _entropy(number: int, knot: bytes) -> bytes:
    return number.to_bytes(_NUMBER, "big") + hashlib.sha256(b"anchor\0" + knot).digest()[: 16 - _NUMBER]


def _written(connection: sqlite3.Connection, number: int) -> datetime:
    return as_moment(connection.execute("SELECT at FROM history WHERE seq = ?", (number,)).fetchone()[0])
