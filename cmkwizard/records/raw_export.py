"""The records as they are, for other programs: JSON, which is complete, and CSV, which is for tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cmkwizard.core.history import HistoryEntry
from cmkwizard.core.history_words import sentence_of, title_of

if TYPE_CHECKING:
    from cmkwizard.records.history import History, SetupKey
    from cmkwizard.records.verification import Verification

FORMAT = "cmkwizard-history/1"
HOW_TO_READ = (
    "Every recorded observation and action, oldest first. An observation holds from `at` until `until`: it was seen so "
    "`times` times, and the request ids name the first and the latest of these calls. An intent says what was about to "
    "be done, and the outcome with the same `op_id` how it ended; an intent without one was interrupted. All times are "
    "in UTC. This is evidence about the past, not the state of the clouds."
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def entry_json(entry: HistoryEntry) -> dict[str, Any]:
    """One entry as plain JSON; every key is always there."""
    return {
        "number": entry.number,
        "at": _written(entry.at),
        "until": _written(entry.until),
        "times": entry.times,
        "kind": entry.kind.value,
        "profile": entry.profile,
        "organisation": entry.setup,
        "what": entry.what,
        "title": title_of(entry),
        "sentence": sentence_of(entry),
        "value": entry.value,
        "source": entry.source,
        "first_request_id": entry.first_request_id,
        "request_id": entry.request_id,
        "verified": entry.verified,
        "tenant": entry.tenant,
        "actor": entry.actor,
        "op_id": entry.op_id,
        "action": entry.action,
        "outcome": entry.outcome,
        "legible": entry.legible,
    }


def verification_json(verification: Verification) -> dict[str, Any]:
    """What verifying found as plain JSON."""
    return {
        "state": verification.state.value,
        "entries": verification.entries,
        "sealed": verification.sealed,
        "unsealed": verification.unsealed,
        "problems": list(verification.problems),
        "proves": verification.proves,
        "does_not_prove": verification.does_not_prove,
        "head_at": _written(verification.head_at) if verification.head_at else None,
    }


def json_parts(
    history: History | None,
    setup: SetupKey | None = None,
    verify: Callable[[], Verification] | None = None,
    **more: object,
) -> Iterator[str]:
    """One JSON object, in parts, however many entries there are: it never stands in memory as a whole.

    Args:
        history: where to read; None: nothing is recorded.
        setup: of which set-up; None: all that is recorded.
        verify: asked after the entries were read; None: the member ``verification`` is null.
        more: members to put in front of the entries.

    Raises:
        Problem: of kind ``STORAGE``: the history cannot be read. What was answered before is no whole object.
    """
    heading = {"format": FORMAT, "how_to_read": HOW_TO_READ, **more}
    yield json.dumps(heading, ensure_ascii=False)[:-1] + ', "entries": ['
    between = "\n"
    for entry in _entries(history, setup):
        yield between + json.dumps(entry_json(entry), ensure_ascii=False)
        between = ",\n"
    found = verification_json(verify()) if verify else None
    yield f'\n], "verification": {json.dumps(found, ensure_ascii=False)}}}\n'


def csv_parts(history: History | None, setup: SetupKey | None = None) -> Iterator[str]:
    """A CSV table (RFC 4180, with a heading), a line at a time.

    No cell can be taken for a formula: one that begins like a formula gets an apostrophe in front, as OWASP's page on
    CSV injection advises. JSON is what is exact.

    Raises:
        Problem: of kind ``STORAGE``: the history cannot be read.
    """
    columns = [
        *("number", "at", "until", "times", "kind", "profile", "organisation", "what", "title", "sentence", "value"),
        *("source", "first_request_id", "request_id", "verified", "tenant", "actor", "op_id", "action", "outcome"),
        "legible",
    ]
    yield _line(columns)
    for entry in _entries(history, setup):
        row = entry_json(entry) | {"value": json.dumps(entry.value, ensure_ascii=False, sort_keys=True)}
        yield _line([_cell(row[column]) for column in columns])


def _entries(history: History | None, setup: SetupKey | None) -> Iterator[HistoryEntry]:
    if history is None:
        return iter(())
    return history.iterate(setup.profile, setup.setup) if setup else history.iterate()


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
