"""Verifying the history: whether it is what this program wrote, as far as that can be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.records.chain import Key
from cmkwizard.records.database_problems import FILE_ERRORS, DamagedRecords
from cmkwizard.records.moments import as_moment
from cmkwizard.records.schema import VERSION
from cmkwizard.records.sealing import Head, Loss, SealPlace, discrepancy, ledger_id
from cmkwizard.records.walk import Walk

if TYPE_CHECKING:
    from cmkwizard.records.folder import Records
    from cmkwizard.records.secrets import SecretStore

_MOST_PROBLEMS = 20
_OF_THE_COMPUTER = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""Errors that say nothing of what is in the file."""


class VerificationState(StrEnum):
    """What verifying found."""

    NO_HISTORY = "no history"
    INTACT = "intact"
    INCOMPLETE = "incomplete"
    """All in the file is as it was written; an earlier file, from before it was begun, is not there."""
    ALTERED = "altered"
    NOT_VERIFIABLE = "not verifiable"


@dataclass(frozen=True)
class Verification:
    """What verifying found, in words for people."""

    state: VerificationState
    entries: int
    sealed: int
    """How many entries carry a seal that was checked and fits."""
    unsealed: int
    """How many carry none, or one whose key is gone."""
    problems: tuple[str, ...]
    """What does not fit, or what could not be checked, a sentence or two each."""
    proves: str
    does_not_prove: str
    head_at: datetime | None
    """When the end of the history was last written to the safe place; None: it is not there."""


NO_HISTORY = (
    "There is no history here. That does not mean that nothing happened: where history and key were both removed it "
    "looks the same. Ask the Azure Activity Log and Adobe's audit log."
)
DOES_NOT_PROVE = (
    "It does not prove that whoever can open this computer's safe place was honest, that no program under the same "
    "account tampered with both file and key, that the services told the truth, or that this computer's clock was "
    "right. The seal is tamper-evident: it shows a change, it does not prevent one. What counts are the Azure Activity "
    "Log, the Entra audit log and Adobe's audit log: compare the request ids with them."
)


def verify(records: Records, secrets: SecretStore | None, stop: Callable[[], bool] | None = None) -> Verification:
    """Check the whole history. Reads all of it and asks the safe place, so it may take a while and block.

    Args:
        records: the records.
        secrets: where the key is; None: it is not asked, and then nothing can be proved.
        stop: asked now and then; true ends it.

    Raises:
        Cancelled: ``stop`` said so.
        Problem: of kind ``STORAGE``: the file cannot be read, for another reason than damage.
    """
    records.settle()
    place = SealPlace(secrets, records.folder) if secrets is not None else None
    if place is not None and place.key() is None and records.recorded:
        with suppress(DamagedRecords), records.reading(stop) as connection:
            place.follow_move(ledger_id(connection))
    key, head = (place.key(), place.head()) if place else (None, None)
    walk, gone = Walk(key, head), ""
    if records.recorded:
        try:
            with records.reading(stop) as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] > VERSION:
                    return _newer()
                gone = _gone_through(connection, walk, key, head)
        except DamagedRecords as damaged:
            walk.problems.append(damaged.message)
    elif head is not None and head.seq:
        gone = "the file is not there"
    if gone and head is not None:
        walk.problems.insert(0, _missing(head.seq, head.at, gone))
    not_checked, earlier = _not_checked(walk, secrets, key, head), list[str]()
    for loss in place.losses() if place else ():
        if not loss.seq:
            not_checked.append(_FORGOTTEN.format(_day(loss.at)))
        elif loss.ledger in ("", walk.ledger):
            walk.problems.append(
                f"On {_day(loss.at)} that was so already: {_missing(loss.seq, loss.written, loss.why)}"
            )
        else:
            earlier.append(_begun_anew(loss, records.folder))
    return _judged(walk, head, not_checked, earlier)


def _gone_through(connection: sqlite3.Connection, walk: Walk, key: Key | None, head: Head | None) -> str:
    """Go through the file as it is at one moment; answers why it is not what the safe place remembers."""
    connection.execute("BEGIN")
    try:
        if not walk.check_file(connection):
            return ""
        walk.check_entries(connection)
        return discrepancy(connection, key, head)
    except FILE_ERRORS as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _OF_THE_COMPUTER:
            raise
        walk.problems.append(f"The file is damaged: {error}.")
        return ""
    finally:
        if connection.in_transaction:
            connection.rollback()


def _not_checked(walk: Walk, secrets: SecretStore | None, key: Key | None, head: Head | None) -> list[str]:
    """Why the history cannot be proved to be intact, where nothing speaks against it."""
    if secrets is None:
        return ["The safe place of this computer was not asked, so no seal could be checked."]
    if secrets.kind == "session":
        return [f"No seal could be checked. {secrets.reason}"]
    if key is None:
        return [_NO_KEY]
    reasons = []
    if head is None:
        reasons.append("The safe place does not know where the history ended, so later entries may be missing.")
    if walk.foreign:
        reasons.append(f"{_count(walk.foreign)} sealed with a key that is gone.")
    if walk.loose:
        reasons.append(
            f"{_count(walk.loose)} written without a seal since the end of the history was last noted. Whoever can "
            "write to the file could have added them."
        )
    return reasons


def _judged(walk: Walk, head: Head | None, not_checked: list[str], earlier: list[str]) -> Verification:
    few = walk.problems[:_MOST_PROBLEMS]
    if len(walk.problems) > len(few):
        few.append(f"And {len(walk.problems) - len(few)} more.")
    at = f" up to {_day(head.at)}" if head else ""
    if few:
        state, proves = VerificationState.ALTERED, _ALTERED
    elif not walk.entries:
        state, proves = VerificationState.NO_HISTORY, NO_HISTORY
    elif not_checked:
        state, proves = VerificationState.NOT_VERIFIABLE, _NOT_VERIFIABLE
    elif earlier:
        begun = f"{_SINCE.format(_day(walk.begun))} {_INTACT.format(at)}"
        state, proves = VerificationState.INCOMPLETE, begun
    else:
        state, proves = VerificationState.INTACT, _INTACT.format(at)
    return Verification(
        state,
        walk.entries,
        walk.sealed,
        walk.entries - walk.sealed,
        tuple(few) + tuple(earlier) + (tuple(not_checked) if walk.entries else ()),
        proves,
        DOES_NOT_PROVE,
        as_moment(head.at) if head else None,
    )


def _newer() -> Verification:
    reason = "A newer version of this program wrote the history. Only that one can verify it."
    return Verification(VerificationState.NOT_VERIFIABLE, 0, 0, 0, (reason,), _NOT_CHECKED, DOES_NOT_PROVE, None)


def _missing(seq: int, written: str, why: str) -> str:
    known = f"entry {seq} of {_day(written)}" if written else "an earlier history"
    return (
        f"The safe place remembers {known}, and {why}. The file was cut, put back to an earlier state, replaced or "
        "removed. Where the program found it damaged, the old file is kept beside it."
    )


def _begun_anew(loss: Loss, folder: Path) -> str:
    """That an earlier file is not there any more, and where it is."""
    said = f"The history was begun anew on {_day(loss.at)}. The one before it had {loss.seq:,} entries, the last"
    said += f" remembered on {_day(loss.written)}"
    if not loss.aside:
        return (
            f"{said}. Its file was removed or replaced by somebody or something else, so nobody can tell what it held."
        )
    where = "lies beside this one" if (folder / loss.aside).is_file() else "is not there any more"
    return (
        f"{said}. This program found its file damaged, and put it aside as {loss.aside}, which {where}. By accident or "
        "on purpose, damage looks the same: keep that file as evidence."
    )


def _count(number: int) -> str:
    return "1 entry was" if number == 1 else f"{number:,} entries were"


def _day(text: str) -> str:
    return f"{as_moment(text):%Y-%m-%d %H:%M} UTC" if text else "an unknown time"


_NO_KEY = (
    "The safe place of this computer holds no key for this history: it was sealed on another computer or by another "
    "account, it never was, or the key was removed."
)
_FORGOTTEN = (
    "On {} the safe place did not know where the history ended, so nobody can tell whether entries were missing then."
)
_SINCE = "Of what was before {} nothing is proved: see the Azure Activity Log and Adobe's audit log. Since then:"
_INTACT = (
    "All entries{} are as this program wrote them, in that order, and none is missing: without the key in this "
    "computer's safe place nobody could have changed, removed or added one. Entries without a seal of their own are "
    "held by what was sealed after them, as they were then."
)
_ALTERED = "The history is not as this program wrote it, so nothing in it is proved."
_NOT_CHECKED = "Nothing was checked."
_NOT_VERIFIABLE = (
    "Nothing speaks against the history: the file is sound, and its entries follow one another without a gap. That "
    "shows damage by accident, and does not prove that nobody changed it."
)
