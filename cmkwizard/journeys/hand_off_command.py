"""A shared set-up without a window: ``cmkwizard hand-off``. Prints the same lines as ``cmkwizard setup``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cmkwizard.core.answers import read_answers
from cmkwizard.core.hand_off import PARTS, HandOff, Part, part_named, rights_of
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.status import Status
from cmkwizard.journeys.lines import DONE, FAILED, PERSON, USAGE, Lines
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.setup_session import WrongAnswer, open_run, read_answers_file
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.plan_files import load_plan_file, save_plan_file

if TYPE_CHECKING:
    from cmkwizard.journeys.setup.run import SetupRun


@dataclass(frozen=True)
class HandOffOrder:
    """What the command line asks for: to make a plan file, to tell of one, or to carry out a part of one."""

    plan_file: Path | None = None
    """The file to tell of, or to carry out a part of."""
    answers: Path | None = None
    """The choices for a new file."""
    output: Path | None = None
    """Where a new file is put."""
    part: str = ""
    plan_only: bool = False
    yes: bool = False
    """Go past the point of no return."""
    acknowledged: bool = False
    """Whoever submits has understood that it cannot be undone."""
    client_id: str = ""
    """Another Adobe credential than the plan's."""

    @property
    def fault(self) -> str:
        """What does not go together; empty: nothing."""
        if self.plan_file is None and (self.answers is None or self.output is None):
            return "Name a plan file; or give --answers FILE and --output PLAN for a new one."
        if self.plan_file is not None and (self.answers or self.output):
            return "A new plan file is made with --answers and --output, and without a plan file."
        if self.part and self.part not in {part.id for part in PARTS}:
            return f"--part: allowed are {', '.join(part.id for part in PARTS)}."
        if not self.part and (self.plan_only or self.yes):
            return "--plan and --yes go with --part."
        if self.yes and self.part == "adobe" and not self.plan_only and not self.acknowledged:
            return "--yes needs --acknowledge-irreversible here: the submission cannot be undone."
        return ""


def run_hand_off(
    services: SetupServices,
    order: HandOffOrder,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Make a plan file, tell of one, or carry out a part of one.

    Returns:
        0 done · 1 failed, or a finding blocks, or the file is out of date · 2 wrong usage, or a file that is unreadable
        or was changed · 3 a person is needed: to sign in, to consent, to confirm, or whose part comes first · 5 a file
        or the records cannot be written.
    """
    lines = Lines(services, out or sys.stdout, err or sys.stderr)
    if order.fault:
        return lines.complain(USAGE, order.fault, "See cmkwizard hand-off --help. Nothing was sent.")
    try:
        if order.plan_file is None:
            return _make(lines, order)
        hand_off = load_plan_file(order.plan_file)
    except WrongAnswer as problem:
        text = read_answers_file(order.answers) if order.answers else ""
        return lines.complain(USAGE, problem.at_line(text), problem.remedy)
    except Problem as problem:
        if problem.kind is Kind.INVALID:
            return lines.complain(USAGE, problem.message, problem.remedy)
        return lines.refuse(problem)
    if not order.part:
        return _tell(lines, hand_off)
    try:
        return _Carrying(lines, order, hand_off).carry_out()
    except Problem as problem:
        return _refused(lines, hand_off, problem)
    except (Cancelled, KeyboardInterrupt):
        lines.result(Status.UNKNOWN if lines.handed_in else "STOPPED", fingerprint=hand_off.fingerprint)
        raise


def _make(lines: Lines, order: HandOffOrder) -> int:
    assert order.answers is not None  # noqa: S101 - the order was checked
    assert order.output is not None  # noqa: S101
    services = lines.services
    choices = read_answers(read_answers_file(order.answers), services.policy)
    lines.run = run = open_run(services, choices, lines.opener(services.opener), subscription_needed=False)
    from cmkwizard.journeys.hand_off import make

    hand_off = make(run)
    save_plan_file(order.output, hand_off)
    for remark in hand_off.made.remarks:
        lines.say(step="made", outcome="skipped", detail=remark)
    return _tell(lines, hand_off)


def _tell(lines: Lines, hand_off: HandOff) -> int:
    """Say who does what, and who has done what. Needs no network."""
    for part in PARTS:
        receipt = hand_off.receipt(part.id)
        if receipt is None:
            rights = rights_of(part, hand_off.choices, lock=hand_off.lock)
            needs = " ".join(right.sentence for right in rights)
            detail = f"{part.title}: {part.person}. Needs {needs}"
        else:
            detail = f"{part.title}: done by {receipt.account} on {receipt.at:%d %B %Y at %H:%M UTC}."
        lines.say(part=part.id, outcome="done" if receipt else "pending", person=part.person, detail=detail)
    lines.say(result="PLAN FILE", fingerprint=hand_off.fingerprint, next=_next(hand_off))
    return DONE


class _Carrying:
    """One part, carried out by this program."""

    def __init__(self, lines: Lines, order: HandOffOrder, hand_off: HandOff) -> None:
        self.lines = lines
        self.order = order
        self.hand_off = hand_off
        self.part: Part = part_named(order.part)

    def carry_out(self) -> int:
        """Sign in, see what the others did, plan, and run the plan as far as is allowed."""
        from cmkwizard.journeys.hand_off import carry_out, open_part, plan_part

        lines, hand_off, part, order = self.lines, self.hand_off, self.part, self.order
        opener = lines.opener(lines.services.opener)
        lines.run = run = open_part(lines.services, hand_off, part, opener, client_id=order.client_id)
        run.emit = lines.event
        plan = plan_part(run, hand_off, part)
        if order.plan_only or plan.blocked:
            return lines.plan(plan, fingerprint=hand_off.fingerprint, next=_next(hand_off))
        for finding in plan.findings:
            lines.finding(finding)
        confirmed = order.yes and order.acknowledged
        outcome, after = carry_out(run, hand_off, part, plan, acknowledged=confirmed)
        if outcome is Outcome.BLOCKED:
            self._result(Status.NOT_SUBMITTED)
            return lines.complain(
                PERSON,
                "Everything is ready; the key has not been submitted.",
                "Run it again with --yes --acknowledge-irreversible.",
            )
        if outcome is not Outcome.DONE:
            self._result("PENDING" if outcome is Outcome.PENDING else "FAILED")
            return self._unfinished(run)
        lines.handed_in = part.id == "adobe"
        self._save(after)
        if part.id == "adobe":
            return lines.watch(run, fingerprint=self.hand_off.fingerprint, next=_next(self.hand_off))
        self._result("DONE")
        return DONE

    def _save(self, after: HandOff) -> None:
        if after is self.hand_off:
            return
        assert self.order.plan_file is not None  # noqa: S101 - a part is of a file
        path = save_plan_file(self.order.plan_file, after, self.hand_off)
        self.hand_off = after
        self.lines.say(step="receipt", outcome="done", detail=f"The receipt is in {path}.")

    def _unfinished(self, run: SetupRun) -> int:
        if self.part.id == "entra" and run.seen.app is None:
            from cmkwizard.journeys.setup.consent import consent_address

            return self.lines.complain(
                PERSON,
                "Adobe's app is not in your directory: consent has not been given, or it was declined.",
                f"Accept the app at {consent_address(run)} and run it again.",
            )
        return self.lines.complain(FAILED, "The part is not finished.", "Run it again: only what is missing is done.")

    def _result(self, word: str) -> None:
        self.lines.result(word, fingerprint=self.hand_off.fingerprint, next=_next(self.hand_off))


def _refused(lines: Lines, hand_off: HandOff, problem: Problem) -> int:
    from cmkwizard.journeys.hand_off import OutOfTurn

    if isinstance(problem, OutOfTurn):
        lines.result("PENDING", fingerprint=hand_off.fingerprint, next=problem.first.id)
        return lines.refuse(problem)
    if lines.handed_in:
        word = str(Status.UNKNOWN)
    else:
        word = "BLOCKED" if problem.kind in (Kind.CONFLICT, Kind.INVALID, Kind.PERMISSION) else "FAILED"
    lines.result(word, fingerprint=hand_off.fingerprint, next=_next(hand_off))
    if problem.kind is Kind.INVALID:
        return lines.complain(USAGE, problem.message, problem.remedy)
    return lines.refuse(problem)


def _next(hand_off: HandOff) -> str:
    """Whose turn it is: the id of the part; empty when all are done."""
    return hand_off.next_part.id if hand_off.next_part else ""
