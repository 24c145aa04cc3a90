"""The set-up without a window: ``cmkwizard setup``. One JSON object a line on stdout, errors on stderr."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.redact import one_line
from cmkwizard.core.status import Status
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.setup_session import WrongAnswer, open_run, read_answers_file
from cmkwizard.journeys.step import Outcome, StepEvent

if TYPE_CHECKING:
    from cmkwizard.core.requirements import Finding
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.setup.run import SetupRun

DONE, FAILED, USAGE, PERSON, _, UNSAFE = range(6)
"""Exit statuses of the command line; 4 is the records' lock, which is taken before."""
_EXITS = {Kind.SIGN_IN: PERSON, Kind.DECLINED: PERSON, Kind.STORAGE: UNSAFE}
WATCH_S = 48 * 3600.0
"""Seconds (of the cloud's time) for which the completion is watched; Adobe: typically less than a day."""


def run_setup(services: SetupServices, answers: Path | None, *, plan_only: bool, yes: bool) -> int:
    """Run the set-up with an answers file, as the command line does; answers its exit status."""
    if answers is None:
        return _complain(sys.stderr, USAGE, "The answers are missing.", "Give --answers FILE.")
    try:
        text = read_answers_file(answers)
    except Problem as problem:
        return _complain(sys.stderr, USAGE, problem.message, problem.remedy)
    return run(services, text, plan_only=plan_only, yes=yes, out=sys.stdout, opener=services.opener)


def run(
    services: SetupServices,
    answers_text: str,
    *,
    plan_only: bool,
    yes: bool,
    out: TextIO,
    opener: Callable[[str], bool] | None,
    err: TextIO | None = None,
) -> int:
    """Run the set-up with the text of an answers file.

    Args:
        services: the clouds and the records.
        answers_text: TOML.
        plan_only: print the plan and change nothing.
        yes: go past the point of no return.
        out: gets one JSON object a line.
        opener: opens an address for a person in a browser; None: nobody is there.
        err: gets errors, and addresses that a person has to open; stderr by default.

    Returns:
        0 done · 1 failed, or a finding blocks · 2 the answers are wrong · 3 a person is needed · 5 records unusable.
    """
    command = _Command(services, opener, out, err or sys.stderr)
    try:
        choices = read_answers(answers_text, services.policy)
        if yes and not plan_only and not choices.acknowledge.irreversible:
            raise WrongAnswer(
                "acknowledge.irreversible",
                "has to be true for --yes: the submission cannot be undone.",
                "Correct the answers file and run the command again. Nothing was sent.",
            )
    except WrongAnswer as problem:
        return _complain(command.err, USAGE, problem.at_line(answers_text), problem.remedy)
    except Problem as problem:
        return _complain(command.err, USAGE, problem.message, problem.remedy)
    try:
        return command.carry_out(choices, plan_only=plan_only, yes=yes)
    except WrongAnswer as problem:
        command.result("BLOCKED")
        return _complain(command.err, USAGE, problem.at_line(answers_text), problem.remedy)
    except Problem as problem:
        command.result(Status.UNKNOWN if command.handed_in else "FAILED")
        return _complain(command.err, _EXITS.get(problem.kind, FAILED), problem.message, problem.remedy)
    except (Cancelled, KeyboardInterrupt):
        command.result(Status.UNKNOWN if command.handed_in else "STOPPED")
        raise


class _Command:
    """One run of the command: where its output goes, and what it says at the end."""

    def __init__(self, services: SetupServices, opener: Callable[[str], bool] | None, out: TextIO, err: TextIO) -> None:
        self.services = services
        self.opener = opener
        self.out = out
        self.err = err
        self.handed_in = False
        self._started = time.monotonic()
        self._run: SetupRun | None = None
        self._lines = threading.Lock()

    def carry_out(self, choices: Choices, *, plan_only: bool, yes: bool) -> int:
        """Sign in, plan, and run the plan as far as is allowed."""
        self._run = run = open_run(self.services, choices, self._opener())
        run.emit = self.event
        from cmkwizard.journeys.plan import plan_setup
        from cmkwizard.journeys.runner import Runner
        from cmkwizard.journeys.setup import CREATE, GRANT, SUBMIT

        plan = plan_setup(run)
        if plan_only or plan.blocked:
            return self._show(plan)
        for finding in plan.findings:
            self._finding(finding)
        runner = Runner(run, plan)
        outcome = runner.run((*CREATE, *GRANT))
        if outcome is not Outcome.DONE:
            return self._unfinished(outcome)
        if plan.of("submission").action is not None and not yes:
            self.event(StepEvent("submission", Outcome.BLOCKED, "Not confirmed: this cannot be undone.", 0))
            self.result(Status.NOT_SUBMITTED)
            return _complain(
                self.err, PERSON, "Everything is ready; the key has not been submitted.", "Run it again with --yes."
            )
        outcome = runner.run(SUBMIT)
        if outcome is not Outcome.DONE:
            return self._unfinished(outcome)
        return self._watch(run)

    def event(self, event: StepEvent) -> None:
        """Print what happened to a step."""
        self._print({"step": event.step, "outcome": event.outcome.value, "ms": event.ms, "detail": event.detail})

    def result(self, word: str) -> None:
        """Print the last line."""
        run = self._run
        key = run.seen.key if run else None
        self._print(
            {
                "result": str(word),
                "configuration": run.choices.adobe.configuration if run else "",
                "key_identifier": key.identifier if key else "",
                "requests": self.services.guard.requests,
                "ms": round((time.monotonic() - self._started) * 1000),
            }
        )

    def _print(self, line: dict[str, Any]) -> None:
        with self._lines:
            self.out.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.out.flush()

    def _opener(self) -> Callable[[str], bool] | None:
        """The given opener; an address that it cannot open is printed for a person."""
        given = self.opener
        if given is None:
            return None

        def open_or_print(address: str) -> bool:
            opened = given(address)
            if not opened:
                self.err.write(f"open: {address}\n")
                self.err.flush()
            return opened

        return open_or_print

    def _show(self, plan: Plan) -> int:
        for step in plan.steps:
            line: dict[str, Any] = {"step": step.key, "outcome": "skipped", "ms": 0, "detail": step.note}
            if step.action is not None:
                action = step.action
                line |= {"outcome": "pending", "detail": f"{action.title}. {action.changes}"}
                line |= {"command": action.command, "undo": action.undo}
            self._print(line)
        for finding in plan.findings:
            self._finding(finding)
        self.result("BLOCKED" if plan.blocked else "PLANNED")
        if not plan.blocked:
            return DONE
        blocking = [finding for finding in plan.findings if finding.blocks]
        for finding in blocking:
            _complain(self.err, FAILED, f"{finding.id}: {finding.sentence}", f"{finding.remedy} (who: {finding.who})")
        return FAILED

    def _finding(self, finding: Finding) -> None:
        self._print(
            {
                "step": "plan",
                "outcome": "blocked" if finding.blocks else "done",
                "ms": 0,
                "detail": finding.sentence,
                "finding": finding.id,
                "severity": finding.severity.value,
                "remedy": finding.remedy,
                "who": finding.who,
            }
        )

    def _unfinished(self, outcome: Outcome) -> int:
        """A step is still waiting, or Azure failed it."""
        run = self._run
        self.result("PENDING" if outcome is Outcome.PENDING else "FAILED")
        if run is not None and run.seen.app is None and run.seen.key is not None:
            from cmkwizard.journeys.setup.consent import consent_address

            return _complain(
                self.err,
                PERSON,
                "Adobe's app is not in your directory: consent has not been given, or it was declined.",
                f"Have an Entra administrator accept the app at {consent_address(run)} and run it again.",
            )
        return _complain(self.err, FAILED, "The set-up is not finished.", "Run it again: only what is missing is done.")

    def _watch(self, run: SetupRun) -> int:
        from cmkwizard.journeys.watch import watch_status

        self.handed_in = True
        run.remember_deployment()
        began, told = time.monotonic(), ""
        for look in watch_status(run):
            ms = round((time.monotonic() - began) * 1000)
            outcome = {Status.COMPLETED: Outcome.DONE, Status.FAILED: Outcome.FAILED}.get(look.status, Outcome.PENDING)
            sentence = look.problem.message if look.problem else look.sentence
            if sentence != told:
                told = sentence
                self.event(StepEvent("completion", outcome, sentence, ms))
            if look.status.ended or look.elapsed.total_seconds() * run.pace.speed > WATCH_S:
                break
        self.result(look.status if look.status is not Status.UNKNOWN else look.word)
        if look.status is Status.COMPLETED:
            return DONE
        if look.status is Status.FAILED:
            return _complain(
                self.err,
                FAILED,
                "Adobe could not use the key (FAILED).",
                "Check the key, the vault, the role and the app in the Azure portal, then ask Adobe support.",
            )
        return _complain(
            self.err, FAILED, f"Adobe has not finished ({look.word}).", "Nothing is wrong so far: look again later."
        )


def _complain(err: TextIO, status: int, message: str, remedy: str) -> int:
    err.writelines(f"error: {one_line(line)}\n" for line in message.split("\n"))
    if remedy:
        err.write(f"do: {one_line(remedy)}\n")
    err.flush()
    return status
