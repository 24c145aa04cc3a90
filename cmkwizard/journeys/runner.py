"""Drives the steps of a plan. Each change: write down the intent, send once, read the truth, write down the outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.remedies.table import wait_words
from cmkwizard.journeys.plan import Plan, fingerprint, without_acknowledgement
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import ChangingStep, Outcome, Step, StepEvent, Verdict
from cmkwizard.journeys.waiting import LONGEST_THROTTLE_S
from cmkwizard.records.journal import Entry

_MAY_HAVE_ARRIVED = frozenset({Kind.UNCLEAR, Kind.UNTRUSTED, Kind.THROTTLED, Kind.SERVICE, Kind.NOT_FOUND})
"""After these the truth is read before anything is said. (Not found: what it builds on is too new to be seen.)"""
_CONFLICT_SETTLE_S = 60.0


class Runner:
    """Runs steps of one plan. What was shown is what is done: where anything differs, it stops before it changes it."""

    def __init__(self, run: SetupRun, plan: Plan) -> None:
        self._run = run
        self._plan = plan

    def run(self, steps: Sequence[Step[SetupRun]]) -> Outcome:
        """Run the steps in order, as far as they go: DONE, or the outcome that stopped it (PENDING: still waiting).

        Raises:
            Problem: a step failed; its event has been emitted, and its outcome is in the journal.
            Cancelled: somebody asked to stop; what was under way is looked at again at the next start.
        """
        self._check_plan()
        for step in steps:
            outcome = self._step(step)
            if outcome not in (Outcome.DONE, Outcome.SKIPPED):
                return outcome
        return Outcome.DONE

    def _check_plan(self) -> None:
        if self._plan.blocked:
            finding = next(each for each in self._plan.findings if each.blocks)
            raise Problem(Kind.CONFLICT, finding.sentence, finding.remedy, who=finding.who)
        if self._run.actor != self._plan.actor:
            raise _stale("the account")
        if without_acknowledgement(self._run.choices) != self._plan.choices:
            raise _stale("the choices")

    def _step(self, step: Step[SetupRun]) -> Outcome:
        self._run.cancel.check()
        started = time.monotonic()

        def tell(outcome: Outcome, detail: str) -> None:
            self._run.emit(StepEvent(step.key, outcome, detail, round((time.monotonic() - started) * 1000)))

        try:
            return self._carry_out(step, tell)
        except Problem as problem:
            blocked = problem.kind in (Kind.CONFLICT, Kind.DECLINED, Kind.STORAGE)
            tell(Outcome.BLOCKED if blocked else Outcome.FAILED, problem.message)
            raise

    def _carry_out(self, step: Step[SetupRun], tell: Callable[[Outcome, str], None]) -> Outcome:
        run = self._run
        step.observe(run)
        arrived = isinstance(step, ChangingStep) and self._settle_earlier(step)
        if not arrived and fingerprint(step.seen(run)) != self._plan.of(step.key).fingerprint:
            raise _stale(f"“{step.title}”")
        action = step.action(run) if isinstance(step, ChangingStep) else None
        if action is None or not isinstance(step, ChangingStep):
            verdict = self._verified(step, tell)
            outcome = Outcome.SKIPPED if verdict.outcome is Outcome.DONE else verdict.outcome
            tell(outcome, verdict.detail)
            return outcome
        step.confirm(run)
        tell(Outcome.PENDING, action.title)
        run.attempt = run.intend(step.key, action.title, action.desired)
        evidence = self._apply(step, tell)
        verdict = self._verified(step, tell)
        if verdict.outcome is not Outcome.PENDING:
            run.journal.finish(run.attempt, verdict.outcome, evidence)
        tell(verdict.outcome, verdict.detail)
        return verdict.outcome

    def _apply(self, step: ChangingStep[SetupRun], tell: Callable[[Outcome, str], None]) -> Mapping[str, Any]:
        """Send once; where it is not known whether that arrived, find out."""
        try:
            return step.apply(self._run)
        except Problem as problem:
            conflict = problem.kind is Kind.CONFLICT and step.conflict_is_read
            if problem.kind not in _MAY_HAVE_ARRIVED and not conflict:
                self._run.journal.finish(self._run.attempt, Outcome.FAILED, _evidence(problem))
                raise
            self._wait_as_asked(problem, tell)
            return self._read_truth(step, problem)

    def _wait_as_asked(self, problem: Problem, tell: Callable[[Outcome, str], None]) -> None:
        """Wait as long as the service asks before it is asked anything else; longer than ten minutes a person does."""
        seconds = problem.retry_after
        if not seconds:
            return
        if seconds > LONGEST_THROTTLE_S:
            # The intent stays open: the next start reads what became of the request.
            raise Problem(
                problem.kind,
                f"{problem.message} It asks to wait {wait_words(seconds)}. The request was not sent again.",
                f"Wait {wait_words(seconds)}, then start again: everything is read anew first.",
                reference=problem.reference,
                retry_after=seconds,
            ) from problem
        tell(Outcome.PENDING, f"{problem.message} Waiting {wait_words(seconds)}, as it asks; nothing is sent again.")
        self._run.cancel.wait(seconds)

    def _read_truth(self, step: ChangingStep[SetupRun], problem: Problem) -> Mapping[str, Any]:
        run = self._run
        try:
            # What stands in the way is there to be seen; what is still being made may not be.
            settle_s = min(step.settle_s, _CONFLICT_SETTLE_S) if problem.kind is Kind.CONFLICT else step.settle_s
            arrived = self._appears(step, settle_s)
        except Problem as other:
            if other.kind is Kind.CONFLICT:
                run.journal.finish(run.attempt, Outcome.BLOCKED, _evidence(other))
            raise
        if arrived:
            return {**_evidence(problem), "resolved": "read after an unclear answer"}
        run.journal.finish(run.attempt, Outcome.FAILED, {**_evidence(problem), "resolved": "absent"})
        raise step.refused(run, problem) from problem

    def _appears(self, step: ChangingStep[SetupRun], within_s: float) -> bool:
        """Whether the effect of a request shows within the time."""
        run = self._run
        deadline = run.pace.deadline(within_s)
        for wait in step.waits():
            step.observe(run)
            if step.taken(run):
                return True
            if not deadline.wait(wait):
                return False
        return False

    def _settle_earlier(self, step: ChangingStep[SetupRun]) -> bool:
        """Close what an interrupted run left open, by reading; True when its request turns out to have arrived."""
        arrived = False
        for entry in self._open_intents(step.key):
            # Only a submission would be repeated by a request that is still on its way: all others have one name.
            age_s = (self._run.clock() - entry.at).total_seconds() * self._run.pace.speed
            within_s = max(0.0, step.settle_s - age_s) if step.waits_for_earlier else 0.0
            self._run.attempt = entry.op_id
            try:
                appeared = self._appears(step, within_s)
            except Problem as problem:
                if problem.kind is not Kind.CONFLICT:
                    raise
                appeared = False
            outcome = Outcome.DONE if appeared else Outcome.FAILED
            self._run.journal.finish(entry.op_id, outcome, {"resolved": "read at the next start", "there": appeared})
            arrived = arrived or appeared
        return arrived

    def _open_intents(self, key: str) -> list[Entry]:
        run = self._run
        tenant = run.azure.account.tenant_id
        entries = run.journal.open_intents(run.profile.name)
        return [entry for entry in entries if entry.step == key and entry.tenant == tenant]

    def _verified(self, step: Step[SetupRun], tell: Callable[[Outcome, str], None]) -> Verdict:
        """Look until the effect is there, or the deadline is over; PENDING then."""
        run = self._run
        pace = run.pace
        deadline = pace.persons_deadline(run.person_s) if step.by_a_person else pace.deadline(step.deadline_s)
        waits = step.waits()
        told = ""
        while (verdict := step.verify(run)).outcome is Outcome.PENDING:
            if verdict.detail != told:
                told = verdict.detail
                tell(Outcome.PENDING, told)
            if not deadline.wait(verdict.again_in_s if verdict.again_in_s is not None else next(waits)):
                break
            step.observe(run)
        return verdict


def _evidence(problem: Problem) -> dict[str, Any]:
    return {"problem": problem.kind.value, "code": problem.reference.code, "request_id": problem.reference.request_id}


def _stale(what: str) -> Problem:
    return Problem(
        Kind.CONFLICT,
        f"{what[0].upper()}{what[1:]}: this is not as it was when the plan was shown. Nothing was changed.",
        "Make the plan again and look at it.",
    )
