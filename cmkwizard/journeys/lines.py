"""What a command without a window prints: one JSON object a line on stdout, errors on stderr."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.redact import one_line
from cmkwizard.core.status import Status
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.step import Outcome, StepEvent

if TYPE_CHECKING:
    from cmkwizard.core.requirements.finding import Finding
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.setup.run import SetupRun

DONE, FAILED, USAGE, PERSON, _, UNSAFE = range(6)
"""Exit statuses of the command line; 4 is the records' lock, which is taken before."""
_EXITS = {Kind.SIGN_IN: PERSON, Kind.DECLINED: PERSON, Kind.STORAGE: UNSAFE}
WATCH_S = 48 * 3600.0
"""Seconds (of the cloud's time) for which the completion is watched; Adobe: typically less than a day."""


class Lines:
    """Where one run of a command says what happens, and what it says at the end."""

    def __init__(self, services: SetupServices, out: TextIO, err: TextIO) -> None:
        self.services = services
        self.err = err
        self.run: SetupRun | None = None
        self.handed_in = False
        """Whether Adobe has the key: how far it is, is all that is not known then."""
        self._out = out
        self._started = time.monotonic()
        self._one_at_a_time = threading.Lock()

    def event(self, event: StepEvent) -> None:
        """Print what happened to a step."""
        self._print({"step": event.step, "outcome": event.outcome.value, "ms": event.ms, "detail": event.detail})

    def finding(self, finding: Finding) -> None:
        """Print a finding of the plan."""
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

    def say(self, **line: str) -> None:
        """Print a line of the command's own."""
        self._print(line)

    def plan(self, plan: Plan, **more: str) -> int:
        """Print a plan that is not carried out, with its findings; answers the exit status."""
        for step in plan.steps:
            line: dict[str, Any] = {"step": step.key, "outcome": "skipped", "ms": 0, "detail": step.note}
            if step.action is not None:
                action = step.action
                line |= {"outcome": "pending", "detail": f"{action.title}. {action.changes}"}
                line |= {"command": action.command, "undo": action.undo}
            self._print(line)
        for finding in plan.findings:
            self.finding(finding)
        self.result("BLOCKED" if plan.blocked else "PLANNED", **more)
        if not plan.blocked:
            return DONE
        blocking = [finding for finding in plan.findings if finding.blocks]
        for finding in blocking:
            self.complain(FAILED, f"{finding.id}: {finding.sentence}", f"{finding.remedy} (who: {finding.who})")
        return FAILED

    def result(self, word: str, **more: str) -> None:
        """Print the last line."""
        run = self.run
        key = run.seen.key if run else None
        self._print(
            {
                "result": str(word),
                "configuration": run.choices.adobe.configuration if run else "",
                "key_identifier": key.identifier if key else "",
                "requests": self.services.guard.requests,
                "ms": round((time.monotonic() - self._started) * 1000),
                **more,
            }
        )

    def complain(self, status: int, message: str, remedy: str) -> int:
        """Say on stderr what is wrong, line by line, and what to do now; answers the exit status."""
        self.err.writelines(f"error: {one_line(line)}\n" for line in message.split("\n"))
        if remedy:
            self.err.write(f"do: {one_line(remedy)}\n")
        self.err.flush()
        return status

    def refuse(self, problem: Problem) -> int:
        """Say on stderr what a problem is; answers the exit status that its kind has."""
        return self.complain(_EXITS.get(problem.kind, FAILED), problem.message, problem.remedy)

    def opener(self, given: Callable[[str], bool] | None) -> Callable[[str], bool] | None:
        """The given opener; an address that it cannot open is printed for a person."""
        if given is None:
            return None

        def open_or_print(address: str) -> bool:
            opened = given(address)
            if not opened:
                self.err.write(f"open: {address}\n")
                self.err.flush()
            return opened

        return open_or_print

    def watch(self, run: SetupRun, *, finish: Callable[[], object] = lambda: None, **more: str) -> int:
        """Print how far Adobe is until it has finished, and the last line; answers the exit status.

        ``finish`` does what is left to be done once Adobe has completed.
        """
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
            if look.elapsed.total_seconds() * run.pace.speed > WATCH_S:  # what has ended ends by itself
                break
        left = None
        if look.status is Status.COMPLETED:
            try:
                finish()
            except Problem as problem:
                left = problem
        self.result(look.status if look.status is not Status.UNKNOWN else look.word, **more)
        if look.status is Status.COMPLETED:
            return self.refuse(left) if left else DONE
        if look.status is Status.FAILED:
            return self.complain(
                FAILED,
                "Adobe could not use the key (FAILED).",
                "Check the key, the vault, the role and the app in the Azure portal, then ask Adobe support.",
            )
        return self.complain(
            FAILED, f"Adobe has not finished ({look.word}).", "Nothing is wrong so far: look again later."
        )

    def _print(self, line: dict[str, Any]) -> None:
        with self._one_at_a_time:
            self._out.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._out.flush()
