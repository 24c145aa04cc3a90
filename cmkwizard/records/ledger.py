"""Adding to the history: one entry, linked to all before it, or a longer span of what is still seen the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from cmkwizard.core.history import EntryKind
from cmkwizard.records.chain import Key, Row, Span, knot_at, link, span_seal
from cmkwizard.records.moments import moment_or_none
from cmkwizard.records.schema import CLOSE_SPAN, INSERT, INSERT_SPAN, as_json


class Ledger:
    """The history within a transaction that writes.

    Args:
        connection: where the transaction is open.
        key: what entries are sealed with; None: they are not.
    """

    def __init__(self, connection: sqlite3.Connection, key: Key | None) -> None:
        self._connection = connection
        self._run = connection.execute
        self._key = key
        self._id: str = self._run("SELECT id FROM ledger").fetchone()[0]

    def add(
        self,
        kind: str,
        what: str,
        body: Mapping[str, Any],
        *,
        at: str,
        profile: str,
        setup: str,
        op_id: str = "",
        outcome: str = "",
        source: str = "",
        request_id: str = "",
        verified: bool = False,
        tenant: str = "",
        actor: str = "",
    ) -> int:
        """Add an entry after the last one.

        Returns:
            Its number.
        """
        number, before = knot_at(self._connection)
        row = Row(
            seq=number + 1,
            at=at,
            profile=profile,
            setup=setup,
            kind=kind,
            what=what,
            op_id=op_id,
            outcome=outcome,
            body=as_json(body),
            source=source,
            request_id=request_id,
            verified=int(verified),
            tenant=tenant,
            actor=actor,
        )
        tied = link(self._key, self._id, before, row)
        self._run(INSERT, (*row, self._key.id if self._key else None, tied))
        return row.seq

    def finish(self, op_id: str, outcome: str, evidence: Mapping[str, Any], *, at: str) -> None:
        """Add how it ended; the file refuses a second outcome, and one without an intent."""
        about = self._run(
            "SELECT what, profile, setup, tenant, actor FROM history "
            "WHERE op_id = ? AND op_id <> '' AND kind = 'intent'",
            (op_id,),
        ).fetchone()
        what, profile, setup, tenant, actor = about or ("",) * 5
        self.add(
            EntryKind.OUTCOME,
            what,
            {"evidence": evidence},
            at=at,
            profile=profile,
            setup=setup,
            op_id=op_id,
            outcome=outcome,
            tenant=tenant,
            actor=actor,
        )

    def observe(
        self,
        what: str,
        value: Mapping[str, Any],
        *,
        at: str,
        profile: str,
        setup: str,
        source: str,
        request_id: str,
        verified: bool,
    ) -> None:
        """Add what was seen; where it is the same as last time, only its span grows."""
        last = self._run(
            "SELECT h.seq, h.at, h.body, h.source, h.verified, s.until, s.times, s.request_id, s.tick "
            "FROM history h JOIN span s USING (seq) "
            "WHERE profile = ? AND setup = ? AND kind = 'observation' AND what = ? ORDER BY h.seq DESC LIMIT 1",
            (profile, setup, what),
        ).fetchone()
        body: dict[str, Any] = {"value": value}
        tick = self._tick()
        if last is not None:
            seq, since, was, *rest = last
            span = Span(seq, *rest[2:])
            same = (value_text(was), *rest[:2]) == (as_json(value), source, int(verified))
            if same and moment_or_none(since) is not None:
                self._extend(Span(seq, at, span.times + 1, request_id, tick))
                return
            body["closed"] = span._asdict()
            self._run(CLOSE_SPAN, (seq,))
        number = self.add(
            EntryKind.OBSERVATION,
            what,
            body,
            at=at,
            profile=profile,
            setup=setup,
            source=source,
            request_id=request_id,
            verified=verified,
        )
        self._run(INSERT_SPAN, self._sealed(Span(number, at, 1, request_id, tick)))

    def _extend(self, span: Span) -> None:
        seq, *values = self._sealed(span)
        self._run(
            "UPDATE span SET until = ?, times = ?, request_id = ?, tick = ?, key_id = ?, mac = ? WHERE seq = ?",
            (*values, seq),
        )

    def _tick(self) -> int:
        """The next tick. The highest one is always that of an open span: the one that changed last."""
        return int(self._run("SELECT coalesce(max(tick), 0) + 1 FROM span WHERE open = 1").fetchone()[0])

    def _sealed(self, span: Span) -> tuple[Any, ...]:
        key = self._key
        return (*span, key.id if key else None, span_seal(key, self._id, span) if key else None)


def value_text(body: str) -> str:
    """What was seen, out of the body of an observation, as :func:`as_json` writes it; empty: it cannot be read, so that
    what is seen now is new."""
    try:
        return as_json(json.loads(body)["value"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
