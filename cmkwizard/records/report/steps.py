"""Who did what, when, and how it ended: intents of the history with their outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cmkwizard.core.history import EntryKind, HistoryEntry
from cmkwizard.core.history_words import title_of
from cmkwizard.records.report.content import Fact, Step
from cmkwizard.records.report.particulars import facts_of

NOT_KNOWN = "not known"


def steps_of(entries: Iterable[HistoryEntry]) -> tuple[Step, ...]:
    """One step for each intent, in the order of the entries; the outcome may come before or after others' intents.

    An outcome whose intent is not among the entries is left out: it says nothing by itself.
    """
    every = list(entries)
    outcomes = {entry.op_id: entry for entry in every if entry.kind is EntryKind.OUTCOME}
    return tuple(_step(entry, outcomes.get(entry.op_id)) for entry in every if entry.kind is EntryKind.INTENT)


def _step(intent: HistoryEntry, outcome: HistoryEntry | None) -> Step:
    shows = facts_of(outcome.value) if outcome else ()
    meant = tuple(fact for fact in facts_of(intent.value) if fact not in shows)
    reason = _reason(intent.value)
    return Step(
        intent.number,
        intent.at,
        outcome.at if outcome else None,
        intent.actor,
        intent.tenant,
        title_of(intent),
        outcome.outcome if outcome else NOT_KNOWN,
        (*((Fact("Reason", reason),) if reason else ()), *meant, *shows),
    )


def _reason(desired: Any) -> str:
    """Why access was taken away: it is kept in the way back."""
    pack = desired.get("pack")
    return str(pack.get("reason") or "") if isinstance(pack, dict) else ""
