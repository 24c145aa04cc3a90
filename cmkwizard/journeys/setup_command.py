"""The set-up without a window: ``cmkwizard setup``. One JSON object a line on stdout, errors on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.status import Status
from cmkwizard.journeys.lines import FAILED, PERSON, USAGE, Lines
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.setup_session import WrongAnswer, open_run, read_answers_file
from cmkwizard.journeys.step import Outcome, StepEvent

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.setup.run import SetupRun


def run_setup(
    services: SetupServices, answers: Path | None, *, plan_only: bool, yes: bool, ticket_file: Path | None = None
) -> int:
    """Run the set-up with an answers file, as the command line does; answers its exit status."""
    lines = Lines(services, sys.stdout, sys.stderr)
    if answers is None:
        return lines.complain(USAGE, "The answers are missing.", "Give --answers FILE.")
    try:
        text = read_answers_file(answers)
    except Problem as problem:
        return lines.complain(USAGE, problem.message, problem.remedy)
    return run(
        services,
        text,
        plan_only=plan_only,
        yes=yes,
        out=sys.stdout,
        opener=services.opener,
        ticket_file=ticket_file,
    )


def run(
    services: SetupServices,
    answers_text: str,
    *,
    plan_only: bool,
    yes: bool,
    out: TextIO,
    opener: Callable[[str], bool] | None,
    err: TextIO | None = None,
    ticket_file: Path | None = None,
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
        ticket_file: gets the ticket for Adobe Customer Care, where the applications need one.

    Returns:
        0 done · 1 failed, or a finding blocks · 2 the answers are wrong · 3 a person is needed · 5 records unusable.
    """
    lines = Lines(services, out, err or sys.stderr)
    try:
        choices = read_answers(answers_text, services.policy)
        if yes and not plan_only and not choices.acknowledge.irreversible:
            raise WrongAnswer(
                "acknowledge.irreversible",
                "has to be true for --yes: the submission cannot be undone.",
                "Correct the answers file and run the command again. Nothing was sent.",
            )
    except WrongAnswer as problem:
        return lines.complain(USAGE, problem.at_line(answers_text), problem.remedy)
    except Problem as problem:
        return lines.complain(USAGE, problem.message, problem.remedy)
    try:
        return _carry_out(lines, choices, opener, plan_only=plan_only, yes=yes, ticket_file=ticket_file)
    except WrongAnswer as problem:
        lines.result("BLOCKED")
        return lines.complain(USAGE, problem.at_line(answers_text), problem.remedy)
    except Problem as problem:
        lines.result(Status.UNKNOWN if lines.handed_in else "FAILED")
        return lines.refuse(problem)
    except (Cancelled, KeyboardInterrupt):
        lines.result(Status.UNKNOWN if lines.handed_in else "STOPPED")
        raise


def _carry_out(
    lines: Lines,
    choices: Choices,
    opener: Callable[[str], bool] | None,
    *,
    plan_only: bool,
    yes: bool,
    ticket_file: Path | None,
) -> int:
    """Sign in, plan, and run the plan as far as is allowed."""
    lines.run = run = open_run(lines.services, choices, lines.opener(opener))
    run.emit = lines.event
    from cmkwizard.journeys.analytics import plan_whole
    from cmkwizard.journeys.runner import Runner
    from cmkwizard.journeys.setup.steps import CREATE, GRANT, LOCK, SUBMIT

    plan = plan_whole(run)
    if plan_only or plan.blocked:
        return lines.plan(plan)
    for finding in plan.findings:
        lines.finding(finding)
    runner = Runner(run, plan)
    outcome = runner.run((*CREATE, *GRANT))
    if outcome is not Outcome.DONE:
        return _unfinished(lines, run, outcome)
    outcome, second = _second(lines, run, plan, ticket_file)
    if second is not None and outcome is not Outcome.DONE:
        return _unfinished(lines, second, outcome)
    if plan.of("submission").action is not None and not yes:
        lines.event(StepEvent("submission", Outcome.BLOCKED, "Not confirmed: this cannot be undone.", 0))
        lines.result(Status.NOT_SUBMITTED)
        return lines.complain(
            PERSON, "Everything is ready; the key has not been submitted.", "Run it again with --yes."
        )
    outcome = runner.run(SUBMIT)
    if outcome is not Outcome.DONE:
        return _unfinished(lines, run, outcome)
    return lines.watch(run, finish=lambda: runner.run(LOCK if run.policy.required.lock else ()))


def _second(lines: Lines, run: SetupRun, plan: Plan, ticket_file: Path | None) -> tuple[Outcome, SetupRun | None]:
    """Run the second procedure where the applications need it, and tell the ticket; its run, or None without one.

    Raises:
        Problem: as a runner; or INVALID, the ticket's file cannot be written.
    """
    from cmkwizard.journeys.analytics import analytics_run, second_plan, steps_of, ticket
    from cmkwizard.journeys.runner import Runner

    planned = second_plan(plan)
    if planned is None:
        return Outcome.SKIPPED, None
    second = analytics_run(run, planned.choices)
    outcome = Runner(second, planned).run(steps_of(planned))
    if outcome is Outcome.DONE:
        text = ticket(second, run.choices.analytics.applications)
        lines.event(StepEvent("analytics-ticket", Outcome.DONE, text, 0))
        if ticket_file is not None:
            _write(ticket_file, text)
    return outcome, second


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(
            Kind.INVALID,
            f"The ticket cannot be written to {file}: {error.strerror}.",
            "Choose another file for --ticket and run it again: only what is missing is done.",
        ) from error


def _unfinished(lines: Lines, run: SetupRun, outcome: Outcome) -> int:
    """A step is still waiting, or Azure failed it."""
    lines.result("PENDING" if outcome is Outcome.PENDING else "FAILED")
    if run.seen.app is None and run.seen.key is not None:
        from cmkwizard.journeys.setup.consent import consent_address

        return lines.complain(
            PERSON,
            "Adobe's app is not in your directory: consent has not been given, or it was declined.",
            f"Have an Entra administrator accept the app at {consent_address(run)} and run it again.",
        )
    return lines.complain(FAILED, "The set-up is not finished.", "Run it again: only what is missing is done.")
