"""What an interrupted fix left open in the journal: closed by reading, never by sending anything again."""

from __future__ import annotations

from collections.abc import Callable

from cmkwizard.core.problems import Problem
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import ChangingStep, Outcome
from cmkwizard.records.journal import Entry

_OBJECTS = ("vault", "id", "scope", "hsm")


def settle(run: SetupRun, step_of: Callable[[Entry], ChangingStep[SetupRun] | None]) -> None:
    """Read what became of every fix of this account's directory and vault that was begun and not written down as ended.

    What cannot be read, or may still arrive, stays open. ``step_of`` knows which step an entry is of; None: it is no
    fix's.

    Raises:
        Problem: STORAGE, the journal cannot be used.
        Cancelled: somebody asked to stop.
    """
    for entry in run.journal.open_intents(run.profile.name):
        step = step_of(entry)
        if step is None or entry.tenant != run.azure.account.tenant_id or not _of_this_run(run, entry):
            continue
        run.attempt = entry.op_id
        try:
            step.observe(run)
            there = step.taken(run)
        except Problem:
            continue
        age_s = (run.clock() - entry.at).total_seconds() * run.pace.speed
        if there or age_s > step.settle_s:
            outcome = Outcome.DONE if there else Outcome.FAILED
            run.journal.finish(entry.op_id, outcome, {"resolved": "read at the next start", "there": there})


def _of_this_run(run: SetupRun, entry: Entry) -> bool:
    """Whether an entry is about the chosen vault and key."""
    named = next((str(entry.desired[name]) for name in _OBJECTS if entry.desired.get(name)), "")
    same_vault = named.lower().endswith(f"/{run.choices.vault.name}".lower())
    return same_vault and entry.desired.get("key", run.choices.key.name) == run.choices.key.name
