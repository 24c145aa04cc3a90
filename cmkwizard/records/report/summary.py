"""What in the record calls for an answer, and how a reader looks for themselves."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from cmkwizard.core.history import HistoryEntry, What
from cmkwizard.core.state_card import StateCard, StateRow
from cmkwizard.core.state_words import last_part
from cmkwizard.records.report.content import Drift, Requirements, Result, Seal, Step
from cmkwizard.records.report.steps import NOT_KNOWN

_MOST = 25
"""So many exceptions of one sort are named."""


def exceptions_of(
    card: StateCard, requirements: Requirements, steps: Sequence[Step], drift: Drift, seal: Seal
) -> tuple[str, ...]:
    """Everything in the report that is not as it should be, or not known, a sentence each; the gravest first."""
    return (
        *(f"The record: {each}" for each in seal.problems),
        *_of_the_seal(seal),
        *(f"{row.title}: {row.value}{_overtaken(row, steps)}" for row in card.rows if row.known and row.trouble),
        *(f"{row.title}: it was never seen, so nothing is known of it." for row in card.rows if not row.known),
        *_of_the_requirements(requirements),
        *_shortened(
            [f"Differs from the baseline: {each.sentence}" for each in drift.differences],
            "differences from the baseline, in part 6",
        ),
        *_of_the_steps(steps),
    )


def _overtaken(row: StateRow, steps: Sequence[Step]) -> str:
    last = steps[-1] if steps else None
    if last is None or row.as_of is None or row.as_of >= last.at:
        return ""
    return f" That was seen before the last action (entry {last.number})."


def _of_the_seal(seal: Seal) -> Iterator[str]:
    if seal.state == "not verifiable":
        yield "The record could not be verified: whether somebody changed it is not known."
    if seal.unsealed:
        entries = "entry is" if seal.unsealed == 1 else "entries are"
        yield f"{seal.unsealed} {entries} not sealed: a change of them may not show."


def _of_the_requirements(requirements: Requirements) -> Iterator[str]:
    if requirements.as_of is None:
        yield "No check of the requirements is recorded."
        return
    rows = [row for group in requirements.groups for row in group.rows if row.weight != "note"]
    failed = sorted((row for row in rows if row.result is Result.FAIL), key=lambda row: row.weight != "must")
    yield from _shortened(
        [f"{row.id} ({row.weight}) fails: {row.sentence}" for row in failed], "requirements that fail, in part 5"
    )
    unknown = [row.id for row in rows if row.result is Result.NOT_KNOWN]
    if unknown:
        yield f"Not known, whether met: {', '.join(dict.fromkeys(unknown))}."


def _of_the_steps(steps: Sequence[Step]) -> Iterator[str]:
    for word in (NOT_KNOWN, "failed", "blocked"):
        found = [step for step in reversed(steps) if step.outcome == word]
        said = "How it ended is not known" if word == NOT_KNOWN else word.capitalize()
        yield from _shortened(
            [f"Entry {step.number}, {step.at:%Y-%m-%d}. {said}: {step.action}" for step in found],
            f"actions with the outcome “{word}”, in part 4",
        )


def _shortened(sentences: Sequence[str], what: str) -> Iterator[str]:
    yield from sentences[:_MOST]
    if len(sentences) > _MOST:
        yield f"{len(sentences) - _MOST} more {what}."


def commands_of(state: Mapping[str, HistoryEntry]) -> tuple[str, ...]:
    """Commands of the Azure command line that read how things stand now, for what is recorded."""

    def recorded(what: What, name: str) -> str:
        return str(state[what].value.get(name) or "") if what in state else ""

    vault, key = recorded(What.VAULT, "id"), recorded(What.KEY, "identifier")
    app, scope, holder = (
        recorded(What.APP, "application_id"),
        *(recorded(What.ROLE, n) for n in ("scope", "principal_id")),
    )
    return tuple(
        shlex.join(("az", *words))
        for needed, words in (
            (vault, ("keyvault", "show", "--name", last_part(vault))),
            (key, ("keyvault", "key", "show", "--id", key)),
            (app, ("ad", "sp", "show", "--id", app)),
            (scope and holder, ("role", "assignment", "list", "--scope", scope, "--assignee", holder)),
            (vault, ("monitor", "activity-log", "list", "--resource-id", vault, "--offset", "90d")),
        )
        if needed
    )
