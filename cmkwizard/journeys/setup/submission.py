"""The step that hands the key in to Adobe: the point of no return, sent once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.status import SENTENCES, parse_status
from cmkwizard.core.submission import is_about
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.consent import ConsentStep, confirm_registration
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.vault import VaultStep
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Step, Verdict
from cmkwizard.journeys.waiting import growing_waits

ADOBE_LEAST_S = 10.0
"""Seconds (of the cloud's time) between two looks at one submission at least."""


class SubmissionStep(ChangingStep[SetupRun]):
    """Adobe has been given the key."""

    key = "submission"
    title = "Submission"
    requirements = ("D05", "D07")
    settle_s = 900.0
    waits_for_earlier = True  # there is nothing that keeps Adobe from taking a key twice
    conflict_is_read = True  # an earlier request may have arrived late

    def observe(self, run: SetupRun) -> None:
        """Ask Adobe for the configuration by its name."""
        run.seen.configuration = run.pace.read(lambda: run.adobe.get_configuration(run.choices.adobe.configuration))

    def seen(self, run: SetupRun) -> Any:
        """What Adobe holds; its status moves on by itself and is left out."""
        found = run.seen.configuration
        return None if found is None else [found.organisation, found.vault_uri, found.key_name, found.key_identifier]

    def action(self, run: SetupRun) -> Action | None:
        """Hand it in."""
        if run.seen.configuration is not None:
            return None
        adobe, key = run.choices.adobe, run.seen.key
        return Action(
            self.key,
            "Submit the key to Adobe",
            f"Adobe puts the key under the data of all sandboxes of the organisation {adobe.organisation}.",
            commands.submission(run.choices, run.platform_address, key.identifier if key else None),
            "This cannot be undone: there is no way back to keys that Adobe manages.",
            {
                "organisation": adobe.organisation,
                "configuration": adobe.configuration,
                "vault": run.vault_scope,
                "key": run.choices.key.name,
            },
            final=True,
        )

    def confirm(self, run: SetupRun) -> None:
        """See that vault, key, app and role are still as Adobe needs them, and that the person has understood.

        Raises:
            Problem: they are not.
        """
        if not run.choices.acknowledge.irreversible:
            raise Problem(
                Kind.DECLINED,
                "The submission cannot be undone, and this has not been acknowledged.",
                "Acknowledge it first (acknowledge.irreversible = true in an answers file).",
            )
        confirm_registration(run)
        before = run.seen.key
        for step in (VaultStep(), KeyStep(), ConsentStep(), RoleStep()):
            _confirm(step, run)
        if before != run.seen.key:
            raise _changed("the key is not the one it was")

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Send the submission, once."""
        if run.seen.key is None:
            raise _changed("the key is not there")
        identifier = run.seen.key.identifier
        answer = run.adobe.submit(run.choices.adobe.configuration, identifier)
        if is_about(answer, run.choices, run.seen.vault):  # else only what is read afterwards counts
            run.seen.configuration = answer
        return {"key_identifier": identifier, "status": answer.status}

    def taken(self, run: SetupRun) -> bool:
        """Whether Adobe holds the key now."""
        found = run.seen.configuration
        if found is None:
            return False
        if not is_about(found, run.choices, run.seen.vault):
            raise Problem(
                Kind.CONFLICT,
                _another_key(run),
                "Find out who submitted it before anything else is done.",
                who="you, with whoever else administers Adobe Experience Platform",
            )
        return True

    def refused(self, run: SetupRun, problem: Problem) -> Problem:
        """Adobe takes one configuration for an organisation, and no call lists them: it may have another name."""
        if problem.kind is not Kind.CONFLICT:
            return super().refused(run, problem)
        choices, says = run.choices, f" It says: {problem.reference.raw}" if problem.reference.raw else ""
        return Problem(
            Kind.CONFLICT,
            f"Adobe refused the submission: the organisation seems to have a configuration under another name than "
            f"{choices.adobe.configuration}.{says} Nothing was submitted. In Azure, the vault {choices.vault.name}, "
            f"the key {choices.key.name} and the role of Adobe's app stand as planned, and Adobe does not use them.",
            "Run it again with the name, the vault and the key of the configuration that Adobe has: it is followed "
            "then, and nothing is submitted. What was made for this one can be deleted.",
            who="you, with whoever else administers Adobe Experience Platform",
            reference=problem.reference,
        )

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Adobe shows this very submission; how far it is, the completion shows."""
        found = run.seen.configuration
        if found is None:
            return Verdict(Outcome.PENDING, "Adobe does not show the submission yet.")
        if not is_about(found, run.choices, run.seen.vault):
            return Verdict(Outcome.FAILED, _another_key(run))
        return Verdict(Outcome.DONE, f"Adobe holds the submission {run.choices.adobe.configuration}.")

    def waits(self) -> Iterator[float]:
        """Adobe is not asked more often than every ten seconds."""
        return growing_waits(ADOBE_LEAST_S, 30.0)


class CompletionStep(Step[SetupRun]):
    """Adobe uses the key. Looked at only: nothing can be done to hurry it."""

    key = "completion"
    title = "Completion"

    def observe(self, run: SetupRun) -> None:
        """Ask Adobe how far it is."""
        run.seen.configuration = run.pace.read(lambda: run.adobe.get_configuration(run.choices.adobe.configuration))

    def seen(self, run: SetupRun) -> Any:  # noqa: ARG002
        """Nothing that a plan could rest on."""
        return None

    def verify(self, run: SetupRun) -> Verdict:
        """Never better than the evidence: done only when Adobe says COMPLETED about this very key."""
        found = run.seen.configuration
        if found is None:
            return Verdict(Outcome.PENDING, "Adobe does not show the submission yet.")
        if not is_about(found, run.choices, run.seen.vault):
            return Verdict(Outcome.FAILED, "Adobe answers with a status of another key.")
        status = parse_status(found.status)
        outcome = {"COMPLETED": Outcome.DONE, "FAILED": Outcome.FAILED}.get(status, Outcome.PENDING)
        return Verdict(outcome, f"{found.status}: {SENTENCES[status]}")


def _another_key(run: SetupRun) -> str:
    return f"Adobe holds another key under the name {run.choices.adobe.configuration}."


def _confirm(step: Step[SetupRun], run: SetupRun) -> None:
    step.observe(run)
    blocking = [finding for finding in run.findings(step.requirements) if finding.blocks]
    if blocking:
        raise Problem(Kind.CONFLICT, blocking[0].sentence, blocking[0].remedy, who=blocking[0].who)
    if isinstance(step, ChangingStep) and step.action(run) is not None:
        raise _changed(f"“{step.title}” is not there any more")
    verdict = step.verify(run)
    if verdict.outcome is not Outcome.DONE:
        raise Problem(Kind.PROPAGATING, f"It is too early to submit the key. {verdict.detail}", "Wait, then submit it.")


def _changed(what: str) -> Problem:
    return Problem(
        Kind.CONFLICT,
        f"Something has changed since it was checked: {what}. Nothing was submitted.",
        "Make the plan again, and start from there.",
    )
