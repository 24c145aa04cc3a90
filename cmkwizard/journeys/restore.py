"""Giving Adobe's app back exactly the role that was taken away: from the way back in a file, or from the journal.

One person is enough, whatever the organisation's policy says about taking access away. Nothing here promises that all
is as before: Adobe needs its time, and data that it has purged does not come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cmkwizard.clouds.azure.key_changes import HSM_KEYS
from cmkwizard.core.after import Removal
from cmkwizard.core.built_in_roles import role_name
from cmkwizard.core.facts import Assignment
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.rows import place
from cmkwizard.core.revocation_pack import RemovedAssignment, RevocationPack, recorded_pack
from cmkwizard.core.roles import ASSIGNMENT_WRITE
from cmkwizard.journeys.check import check
from cmkwizard.journeys.fixes.obstacles import obstacles
from cmkwizard.journeys.fixes.reused import read_vault
from cmkwizard.journeys.plan import Plan, fingerprint, planned_step, without_acknowledgement
from cmkwizard.journeys.restore_checks import demand_about, shown, unlike
from cmkwizard.journeys.revocation.reading import STEP
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict
from cmkwizard.records.journal import Entry, Journal

HONEST = (
    "Adobe's access may take minutes to 24 hours to return, and up to 7 days for caches. Data that Adobe has purged "
    "does not come back."
)
"""Adobe customer-managed keys, overview and alert resolution reference."""
_THE_ROLE = frozenset({"P05", "P09"})
"""What is being put right."""


@dataclass(frozen=True)
class Recorded:
    """A removal that the journal tells of, with the way back."""

    entry: Entry
    pack: RevocationPack
    removal: Removal
    others: tuple[str, ...] | None
    """Who else could use the key afterwards, in words; None: that was not read."""

    @property
    def read_at(self) -> datetime | None:
        """When its end was read; None: it was not."""
        return self.entry.finished_at


def recorded_removals(journal: Journal, profile: str) -> tuple[Recorded, ...]:
    """The removals of a profile that were sent, or may have been, the newest first.

    What was recorded by another version of the program, or damaged, is left out: the file of the way back remains.

    Raises:
        Problem: STORAGE, the journal cannot be read.
    """
    entries = [each for each in journal.entries(profile) if each.step == STEP and each.outcome != Outcome.SKIPPED]
    found = (_recorded(each) for each in reversed(entries))
    return tuple(each for each in found if each is not None)


def _recorded(entry: Entry) -> Recorded | None:
    try:
        pack = recorded_pack(entry.desired)
        sent_at = datetime.fromisoformat(str(entry.evidence.get("sent_at") or entry.at.isoformat()))
    except (Problem, ValueError):
        return None
    others = entry.evidence.get("others")
    removal = Removal(
        sent_at=sent_at,
        outcome=str(entry.evidence.get("outcome") or "not known"),
        organisation=pack.organisation,
        assignment_id=pack.assignment.id,
        principal_id=pack.assignment.principal_id,
        application_id=pack.application_id,
        vault_id=pack.vault_id,
        key_identifier=pack.key_identifier,
        request_id=str(entry.evidence.get("request_id") or ""),
        by=pack.by,
        ticket=pack.ticket,
        said=str(entry.evidence.get("said") or ""),
    )
    return Recorded(entry, pack, removal, tuple(map(str, others)) if isinstance(others, list) else None)


class RestoreStep(ChangingStep[SetupRun]):
    """Adobe's app holds the role that was removed, on the same place. It is sent under the name that it had."""

    key = "restore"
    title = "Adobe's role"
    settle_s = 600.0
    conflict_is_read = True  # the same assignment under another name

    def __init__(self, pack: RevocationPack) -> None:
        self._pack = pack

    def observe(self, run: SetupRun) -> None:
        """Read the vault, the app, and the assignment with the same place, role and holder.

        The app is read by the id in the pack: the role can be given back while Adobe does not answer.
        """
        read_vault(run)
        vault, removed = run.vault, self._pack.assignment
        run.seen.app = run.pace.read(lambda: run.azure.directory.get_app(self._pack.application_id))
        if vault.managed_hsm:
            held = run.pace.read(lambda: run.azure.data_plane.list_local_assignments(vault, removed.principal_id))
        else:
            held = run.pace.read(lambda: run.azure.roles.list_held(vault.id, removed.principal_id))
        run.seen.assignment = _same(held, removed)

    def seen(self, run: SetupRun) -> Any:
        """The vault, the app, and whether the role is there."""
        app, there = run.seen.app, run.seen.assignment
        return [run.vault.id, app.object_id if app else None, there.id if there else None, self._pack.digest]

    def action(self, run: SetupRun) -> Action | None:
        """Give the role back."""
        if run.seen.assignment is not None:
            return None
        removed = self._pack.assignment
        return Action(
            self.key,
            f"Give Adobe's app its role back on {_where(removed)}",
            f"Adobe's app holds {role_name(removed.role)} on {_where(removed)} again, and nothing else. {HONEST}",
            self._pack.restore_command,
            "Take Adobe's access away again. Adobe may then purge your organisation's data.",
            _given(self._pack),
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Giving roles there. Who may do it in a Managed HSM, Azure does not tell."""
        return [] if run.vault.managed_hsm else [(self._pack.assignment.scope, ASSIGNMENT_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Give it, once."""
        vault, removed = run.vault, self._pack.assignment
        if vault.managed_hsm:
            run.azure.key_changes.create_local_assignment(vault, removed.role, removed.principal_id, removed.name)
        else:
            run.azure.roles.create_assignment(
                removed.scope,
                removed.role,
                removed.principal_id,
                removed.name,
                principal_type=removed.principal_type,
                condition=removed.condition,
            )
        return {"name": removed.name, "principal_id": removed.principal_id}

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Azure shows the role. When Adobe can use the key again, nothing here can see."""
        if run.seen.assignment is None:
            return Verdict(Outcome.PENDING, "Azure does not show the role yet.")
        removed = self._pack.assignment
        return Verdict(
            Outcome.DONE, f"Adobe's app holds {role_name(removed.role)} on {_where(removed)} again. {HONEST}"
        )


@dataclass(frozen=True)
class RestorePlan(Plan):
    """A plan that gives one role back."""

    pack: RevocationPack | None = None


def plan_restore(run: SetupRun, pack: RevocationPack) -> RestorePlan:
    """Check everything as a set-up does, and plan to give the role back. Nothing is changed.

    What a check finds is shown. It blocks only where the role could not be given, or would serve nobody. A removal of
    this role that was interrupted is closed in the journal where the role is seen to be gone.

    Raises:
        Problem: INVALID, the pack is about other clouds, another directory or another vault than the run; or what the
            plan builds on could not be read.
        Cancelled: somebody asked to stop.
    """
    demand_about(run, pack)
    report = check(run)
    step = RestoreStep(pack)
    step.observe(run)
    if run.seen.assignment is None:
        _close_removals(run, pack)
    stops = [*unlike(run, pack), *obstacles(run, [step])] if step.action(run) is not None else []
    named = {each.id for each in stops} | _THE_ROLE
    rest = tuple(shown(each) for each in report.problems if each.id not in named)
    planned = planned_step(step, run)
    choices = without_acknowledgement(run.choices)
    whole = [run.actor, msgspec.to_builtins(choices), pack.digest, planned.fingerprint]
    return RestorePlan(run.actor, choices, (planned,), (*stops, *rest), fingerprint(whole), pack)


def restore(run: SetupRun, plan: RestorePlan) -> Outcome:
    """Give the role back as it was planned: one request, sent once. DONE, or PENDING while Azure does not show it.

    Raises:
        Problem: the plan is blocked, something is not as it was when it was made, or Azure refused.
        Cancelled: somebody asked to stop; started again, it is read first what became of it.
    """
    if plan.pack is None:
        raise Problem(Kind.INVALID, "There is no way back in this plan.", "Make the plan again.")
    return Runner(run, plan).run((RestoreStep(plan.pack),))


def note_there(run: SetupRun, pack: RevocationPack) -> None:
    """Write down that the role is there though nothing was sent: whoever gave it back, the removal stands no more.

    Raises:
        Problem: STORAGE, the journal cannot be written.
    """
    removed = pack.assignment.id.lower()
    if any(each.pack.assignment.id.lower() == removed for each in recorded_removals(run.journal, run.profile.name)):
        op_id = run.intend(RestoreStep.key, "See that Adobe's app holds its role again", _given(pack))
        run.journal.finish(op_id, Outcome.DONE, {"resolved": "it was there already: nothing was sent"})


def _given(pack: RevocationPack) -> dict[str, Any]:
    """What the journal says of a role that is given back."""
    removed = pack.assignment
    return {
        "scope": removed.scope,
        "role": removed.role,
        "principal_id": removed.principal_id,
        "application_id": pack.application_id,
        "name": removed.name,
    }


def _close_removals(run: SetupRun, pack: RevocationPack) -> None:
    """Write down that a removal of which that was not known took effect: once the role is back, nobody could tell."""
    if not run.services.recorded:
        return
    evidence = {"outcome": "removed", "resolved": "read before the role was given back", "there": False}
    for entry in run.journal.open_intents(run.profile.name):
        if entry.step == STEP and str(entry.desired.get("removed", "")).lower() == pack.assignment.id.lower():
            run.journal.finish(entry.op_id, Outcome.DONE, evidence)


def _same(held: Sequence[Assignment], removed: RemovedAssignment) -> Assignment | None:
    """The one with the same place, role, holder and condition."""
    wanted = (removed.scope.lower(), removed.role.lower(), removed.principal_id.lower(), removed.condition)
    return next(
        (
            each
            for each in held
            if (each.scope.lower(), each.role.lower(), each.principal_id.lower(), each.condition) == wanted
        ),
        None,
    )


def _where(removed: RemovedAssignment) -> str:
    return "all keys of the Managed HSM" if removed.scope == HSM_KEYS else place(removed.scope)
