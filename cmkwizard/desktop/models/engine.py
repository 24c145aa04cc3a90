"""The engine as the pages use it: each call runs on a worker and carries on what the set-up has seen so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.facts import App, Configuration, Key, Registration, Vault
from cmkwizard.core.problems import Kind, Problem

if TYPE_CHECKING:
    from cmkwizard.core.alerts import Alert
    from cmkwizard.core.hand_off import HandOff
    from cmkwizard.core.key_use import KeyUse
    from cmkwizard.core.log_places import LogPlace
    from cmkwizard.core.requirements.finding import Finding
    from cmkwizard.desktop.finding_rows import FindingRow
    from cmkwizard.desktop.models.setup import SetupState
    from cmkwizard.journeys.fixes.fix import FixPlan, Offer
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.repair import Repair
    from cmkwizard.journeys.report import Report
    from cmkwizard.journeys.setup.run import SetupRun
    from cmkwizard.journeys.step import Outcome, StepEvent
    from cmkwizard.journeys.watch import StatusSeen
    from cmkwizard.journeys.watching.rounds import Watched


@dataclass(frozen=True)
class Seen:
    """How far the steps came, and what they saw last."""

    outcome: Outcome
    vault: Vault | None
    key: Key | None
    app: App | None
    configuration: Configuration | None

    def show_in(self, setup: SetupState) -> None:
        """Hand it to the pages."""
        setup.outdated = True
        setup.observed(vault=self.vault, key=self.key, configuration=self.configuration)


@dataclass(frozen=True)
class Planned:
    """A plan, and the report that it rests on."""

    plan: Plan
    report: Report
    second: Report | None = None
    """The same of the second vault, where the applications need one."""
    second_rows: tuple[FindingRow, ...] = ()
    """What is not met of it."""


@dataclass(frozen=True)
class Second:
    """The second vault: its plan, how far its steps came, and the ticket where all is there."""

    plan: Plan
    outcome: Outcome | None
    ticket: str


@dataclass(frozen=True)
class ShownFix:
    """What a fix will change, and what has to be typed before; empty: nothing."""

    plan: FixPlan
    phrase: str


@dataclass(frozen=True)
class ShownUse:
    """What the vault's log says of Adobe's use of the key, and the finding that it is off."""

    use: KeyUse
    rows: tuple[FindingRow, ...] = ()


@dataclass(frozen=True)
class Consent:
    """Which app Adobe uses, whether it is there, and the checked address at which it is accepted."""

    registration: Registration
    app: App | None
    address: str


class SetupEngine:
    """One use of the engine, for the choices as they are when it is made. Made on the GUI thread."""

    def __init__(self, setup: SetupState) -> None:
        self._setup = setup
        self._choices = setup.choices
        self._plan = setup.plan
        self._azure = setup.azure
        self._adobe = setup.adobe
        self._second = setup.second.survey.choices if setup.second is not None else None

    def plan(self, cancel: Cancel) -> Planned:
        """Read everything and make the plan. Nothing is changed."""
        from cmkwizard.desktop.models.report_rows import load, second_rows
        from cmkwizard.journeys.analytics import WholePlan, plan_whole

        load()  # here, so that the window need not
        run = self._run(cancel)
        plan = plan_whole(run)
        assert run.report is not None  # noqa: S101 - a plan is made from one
        if not isinstance(plan, WholePlan) or plan.second_report is None:
            return Planned(plan, run.report)
        rows = second_rows(plan.second_findings, plan.second_report.survey, fixes=False)
        return Planned(plan, run.report, plan.second_report, rows)

    def check(self, cancel: Cancel) -> tuple[Report, ...]:
        """Read everything and answer every requirement, of the first vault and of the second where one is needed.

        Nothing is changed.
        """
        from cmkwizard.desktop.models.report_rows import load
        from cmkwizard.journeys.analytics import check_whole

        load()  # here, so that the window need not
        return check_whole(self._run(cancel))

    def repair(self, alert: Alert, cancel: Cancel) -> Repair:
        """Read everything, and pick what stands for the causes of an alert. Nothing is changed."""
        from cmkwizard.desktop.models.report_rows import load
        from cmkwizard.journeys.repair import repair

        load()  # here, so that the window need not
        return repair(self._run(cancel), alert)

    def make_plan_file(self, path: Path, cancel: Cancel) -> HandOff:
        """Make a plan file of the choices. Reads alone.

        Raises:
            Problem: something stands in the way whoever carries it out, or the file cannot be written.
        """
        from cmkwizard.journeys.hand_off import make
        from cmkwizard.records.plan_files import save_plan_file

        hand_off = make(self._run(cancel))
        save_plan_file(path, hand_off)
        return hand_off

    def offered(self, offer: Offer, cancel: Cancel) -> list[LogPlace]:
        """The answers that can be chosen for the question of a fix. Nothing is changed.

        Raises:
            Problem: they could not be read.
        """
        return offer.list(self._run_apart(cancel))

    def plan_fix(self, finding: Finding, answer: str, cancel: Cancel, *, second: bool) -> ShownFix:
        """Read what the fix of a finding builds on, and make its plan. Nothing is changed.

        ``second``: the finding is about the second vault.

        Raises:
            Problem: the program cannot put it right; or something could not be read.
        """
        from cmkwizard.journeys.fixes.fix import phrase, plan_fix

        run = self._fixing_run(self._run(cancel), second=second)
        plan = plan_fix(run, finding, answer)
        return ShownFix(plan, phrase(finding, run.choices))

    def apply_fix(self, plan: FixPlan, cancel: Cancel, report: Callable[[Any], None], *, second: bool) -> Outcome:
        """Carry out the plan of a fix. Its events are reported, and an address that a person has to open.

        Raises:
            Problem: a step failed, or what is there differs from the plan.
        """
        from cmkwizard.journeys.fixes.fix import apply_fix

        return apply_fix(self._fixing_run(self._run(cancel, report, report), second=second), plan)

    def apply(
        self,
        steps: Sequence[str],
        cancel: Cancel,
        report: Callable[[Any], None],
        *,
        on_address: Callable[[str], None] = lambda _address: None,
    ) -> Seen:
        """Run these steps of the plan; their events are reported as they happen.

        Raises:
            Problem: a step failed, or what is there differs from the plan.
        """
        from cmkwizard.journeys.runner import Runner
        from cmkwizard.journeys.setup.steps import setup_steps

        if self._plan is None:
            raise Problem(Kind.CONFLICT, "There is no plan for these choices.", "Go to the page “Review the plan”.")
        run = self._run(cancel, report, on_address)
        outcome = Runner(run, self._plan).run([step for step in setup_steps(run.policy) if step.key in steps])
        return Seen(outcome, run.seen.vault, run.seen.key, run.seen.app, run.seen.configuration)

    def plan_second(self, cancel: Cancel) -> Second:
        """Read what is there for the second vault, and plan it. Nothing is changed."""
        from cmkwizard.core.analytics import analytics_choices
        from cmkwizard.journeys.analytics import analytics_run, plan_analytics, ticket

        run = self._run(cancel)
        location = run.seen.vault.location if run.seen.vault else ""
        second = analytics_run(run, analytics_choices(run.choices, location))
        plan = plan_analytics(second, run.choices)
        there = not plan.blocked and not plan.actions
        return Second(plan, None, ticket(second, run.choices.analytics.applications) if there else "")

    def apply_second(
        self, plan: Plan, cancel: Cancel, report: Callable[[Any], None], *, on_address: Callable[[str], None]
    ) -> Second:
        """Run the plan of the second vault.

        Raises:
            Problem: a step failed, or what is there differs from the plan.
        """
        from cmkwizard.journeys.analytics import analytics_run, steps_of, ticket
        from cmkwizard.journeys.runner import Runner

        run = self._run(cancel, report, on_address)
        second = analytics_run(run, plan.choices)
        outcome = Runner(second, plan).run(steps_of(plan))
        there = outcome == "done"
        return Second(plan, outcome, ticket(second, run.choices.analytics.applications) if there else "")

    def consent(self, cancel: Cancel) -> Consent:
        """Ask Adobe which app it uses and the directory whether it is there."""
        from cmkwizard.journeys.setup.consent import ConsentStep, consent_address

        run = self._run(cancel)
        ConsentStep().observe(run)
        assert run.seen.registration is not None  # noqa: S101 - observed above
        return Consent(run.seen.registration, run.seen.app, consent_address(run))

    def look_at_key_use(self, cancel: Cancel) -> ShownUse:
        """Ask the vault's log whether Adobe uses the key. Nothing is changed.

        Raises:
            Problem: the vault is not there, or a service does not answer.
        """
        from cmkwizard.desktop.models.report_rows import load, report_rows
        from cmkwizard.journeys.key_use import look_at_key_use

        load()  # here, so that the window need not
        seen = look_at_key_use(self._run(cancel))
        return ShownUse(seen.use, report_rows((seen.finding,), seen.survey) if seen.finding else ())

    def watch(self, cancel: Cancel, report: Callable[[StatusSeen], None]) -> None:
        """Ask Adobe for the status until it has finished; every look is reported."""
        from cmkwizard.journeys.watch import watch_status

        for seen in watch_status(self._run(cancel)):
            report(seen)

    def keep_watching(self, cancel: Cancel, report: Callable[[Watched], None]) -> None:
        """Look at the set-up from time to time until it is cancelled; every look is reported. Nothing is changed."""
        from cmkwizard.journeys.watching.rounds import watch

        for watched in watch(self._run_apart(cancel)):
            report(watched)

    def _fixing_run(self, run: SetupRun, *, second: bool) -> SetupRun:
        """The run itself, or that of the second vault as the last check looked at it."""
        from cmkwizard.journeys.analytics import analytics_run

        return analytics_run(run, self._second) if second and self._second is not None else run

    def _run(
        self,
        cancel: Cancel,
        emit: Callable[[StepEvent], None] = lambda _event: None,
        on_address: Callable[[str], None] = lambda _address: None,
    ) -> SetupRun:
        run = self._run_apart(cancel, emit, on_address)
        before = self._setup.run
        if (
            before is not None
            and before.choices.azure == run.choices.azure
            and before.choices.vault == run.choices.vault
        ):
            run.seen, run.granted_at = replace(before.seen), before.granted_at
            run.report = before.report
        self._setup.run = run
        return run

    def _run_apart(
        self,
        cancel: Cancel,
        emit: Callable[[StepEvent], None] = lambda _event: None,
        on_address: Callable[[str], None] = lambda _address: None,
    ) -> SetupRun:
        """A run that takes nothing up from the ones before, and that the pages do not see."""
        from cmkwizard.clouds.adobe.encryption import Encryption
        from cmkwizard.journeys.setup.run import SetupRun

        setup = self._setup
        services = setup.services
        if self._azure is None:
            raise Problem(Kind.SIGN_IN, "Nobody is signed in to Azure.", "Sign in on the page “Sign in to Azure”.")
        if self._adobe is None:
            raise Problem(
                Kind.SIGN_IN, "Adobe is not connected.", "Test the connection on the page “Connect to Adobe”."
            )
        return SetupRun(
            services,
            self._azure,
            Encryption(self._adobe),
            self._choices,
            cancel=cancel,
            emit=emit,
            opener=lambda _address: True,  # the page opens it, on the GUI thread
            on_address=on_address,
            subscription=setup.subscription,
        )
