"""The act: one request that removes one assignment. It is sent once, and what became of it is found out by reading."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from cmkwizard.core.facts import Assignment, Vault
from cmkwizard.core.key_access import Access, where
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.revocation_pack import Occasion, RevocationPack, pack_of
from cmkwizard.core.revocation_request import request_needed
from cmkwizard.core.survey import NotKnown
from cmkwizard.journeys.revocation.preview import Preview, identity
from cmkwizard.journeys.revocation.reading import SETTLE_S, STEP, find, read_left
from cmkwizard.journeys.revocation.refusals import Confirmation, refusals
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from cmkwizard.journeys.waiting import LONGEST_THROTTLE_S, growing_waits
from cmkwizard.records.pack_files import save_pack_file

LONGEST_LOOK_S = 5.0
"""Seconds (of ours) that may pass between the last look at the assignment and the request."""
_MAY_HAVE_ARRIVED = frozenset({Kind.UNCLEAR, Kind.UNTRUSTED, Kind.SERVICE})

Word = Literal["removed", "still there", "not known"]


@dataclass(frozen=True)
class Revoked:
    """How it ended, as it was read afterwards."""

    outcome: Word
    assignment: Assignment
    others: tuple[Access, ...] | None
    """Who can use the key now; None: that could not be read, or the assignment is not known to be gone."""
    sent_at: datetime
    request_id: str
    """Azure's; empty: no answer came."""
    problem: Problem | None = None
    """What Azure (or the network) said instead of a clear yes."""

    @property
    def sentence(self) -> str:
        """What is proven, and what is not."""
        there = where(self.assignment.scope)
        if self.outcome == "removed":
            said = f"The role of Adobe's app on {there} is gone: Azure does not show it any more."
        elif self.outcome == "still there":
            said = f"The role of Adobe's app on {there} is still there: Adobe keeps its access. It was not sent again."
        else:
            said = (
                f"Whether the role of Adobe's app on {there} is gone is not known. The removal was sent once, and is "
                "not sent again. Read the impact again: it says what is there."
            )
        return f"{said} {self.said}".strip() if self.outcome != "removed" else said

    @property
    def said(self) -> str:
        """What Azure (or the network) said instead of a clear yes, and where it was refused, what to do and who can."""
        problem = self.problem
        if problem is None:
            return ""
        remedy = f" {problem.remedy} ({problem.who})" if self.outcome == "still there" and problem.remedy else ""
        return f"{problem.message}{remedy}"


class _Sent(NamedTuple):
    at: datetime
    request_id: str
    problem: Problem | None


def revoke(run: SetupRun, preview: Preview, confirmation: Confirmation, pack_path: Path) -> Revoked:
    """Remove the one assignment that was shown: the way back is on the disk first, and the assignment is as it was.

    Raises:
        Problem: DECLINED, something is missing; CONFLICT, it is not as it was shown; STORAGE, the way back or the
            journal cannot be written. In all these cases nothing was sent.
        Cancelled: somebody asked to stop before anything was sent.
    """
    assignment, vault = _demand_allowed(run, preview, confirmation, pack_path)
    pack = _pack(run, preview, confirmation, assignment)
    save_pack_file(pack_path, pack)
    looked = time.monotonic(), run.clock()
    _demand_unchanged(run, vault, assignment)
    run.cancel.check()
    op_id = _intend(run, preview, confirmation, pack, pack_path)
    _demand_recent(run, op_id, *looked)
    sent = _send(run, vault, assignment)
    outcome = _outcome(run, vault, assignment, sent.problem)
    others = _others(run, preview, assignment) if outcome == "removed" else None
    revoked = Revoked(outcome, assignment, others, sent.at, sent.request_id, sent.problem)
    if outcome != "not known":  # else the entry stays open, and the next look closes it
        run.journal.finish(op_id, Outcome.DONE if outcome == "removed" else Outcome.FAILED, _evidence(revoked))
    return revoked


def _demand_allowed(
    run: SetupRun, preview: Preview, confirmation: Confirmation, pack_path: Path
) -> tuple[Assignment, Vault]:
    found = refusals(preview, confirmation, pack_path, now=run.clock())
    vault = preview.survey.vault
    if found or preview.impact.assignment is None:
        raise Problem(Kind.DECLINED, f"Nothing was removed. {' '.join(found)}", "Put this right first.")
    if run.actor != preview.actor or run.policy.revocation != preview.rules:
        raise _changed("Who is signed in, or what your organisation requires,")
    if not isinstance(vault, Vault) or run.choices != preview.survey.choices:
        raise _changed("What was chosen")
    for entry in run.journal.entries(run.profile.name):
        used = entry.desired.get("preview") == _name(preview)
        if entry.step == STEP and (used or (entry.outcome is None and _about(entry.desired, preview))):
            raise _changed("A removal has been sent since this was shown, so that what is shown")
    return preview.impact.assignment, vault


def _name(preview: Preview) -> str:
    return f"{preview.fingerprint} {preview.taken_at.isoformat()}"


def _about(desired: Mapping[str, Any], preview: Preview) -> bool:
    target = preview.impact.assignment
    return target is not None and str(desired.get("removed", "")).lower() == target.id.lower()


def _pack(run: SetupRun, preview: Preview, confirmation: Confirmation, assignment: Assignment) -> RevocationPack:
    account = run.azure.account
    occasion = Occasion(
        run.clock(),
        f"{account.name} ({account.object_id})",
        account.tenant_id,
        run.profile.name,
        confirmation.reason.strip(),
        confirmation.ticket.strip(),
    )
    return pack_of(preview.impact, assignment, occasion)


def _demand_unchanged(run: SetupRun, vault: Vault, assignment: Assignment) -> None:
    now = find(run, vault, assignment)
    if now is None:
        raise _changed("The role is not there any more: somebody has removed it. What was shown")
    if identity(now) != identity(assignment):
        raise _changed("The role")


def _changed(what: str) -> Problem:
    return Problem(
        Kind.CONFLICT,
        f"{what} is not as it was when the impact was shown. Nothing was sent.",
        "Read the impact again, look at it, and confirm anew.",
    )


def _intend(run: SetupRun, preview: Preview, confirmation: Confirmation, pack: RevocationPack, pack_path: Path) -> str:
    desired: dict[str, Any] = {
        "removed": pack.assignment.id,
        "preview": _name(preview),
        "pack": msgspec.to_builtins(pack),
        "pack_file": str(pack_path),
    }
    if request_needed(preview.rules):  # who asked for it stands in the records of whoever acted
        desired["request"] = msgspec.to_builtins(confirmation.request)
    return run.intend(STEP, "Take Adobe's access away", desired)


def _demand_recent(run: SetupRun, op_id: str, looked: float, looked_at: datetime) -> None:
    """See that the last look is recent, by both clocks: one of them stands still while the computer sleeps."""
    passed, by_clock = time.monotonic() - looked, abs(run.clock() - looked_at)
    if passed <= LONGEST_LOOK_S and by_clock <= timedelta(seconds=LONGEST_LOOK_S):
        return
    run.journal.finish(op_id, Outcome.SKIPPED, {"outcome": "still there", "resolved": "not sent"})
    raise _changed("More than 5 seconds have passed since the role was looked at, and whether it")


def _send(run: SetupRun, vault: Vault, assignment: Assignment) -> _Sent:
    """Send the one request; whatever comes back, it is not sent again."""
    at = run.clock()
    try:
        if vault.managed_hsm:
            return _Sent(at, run.azure.key_changes.delete_local_assignment(vault, assignment), None)
        return _Sent(at, run.azure.roles.delete_assignment(assignment), None)
    except Problem as problem:
        return _Sent(at, problem.reference.request_id, problem)


def _outcome(run: SetupRun, vault: Vault, assignment: Assignment, problem: Problem | None) -> Word:
    """What became of the request, by reading: at once where Azure refused it, else until it had the time to show."""
    patient = problem is None or problem.kind in _MAY_HAVE_ARRIVED
    deadline = run.pace.deadline(SETTLE_S if patient else 0.0)
    try:
        _wait_as_asked(run, problem)
        for wait in growing_waits():
            if find(run, vault, assignment) is None:
                return "removed"
            if not deadline.wait(wait):
                return "still there"
    except (Problem, Cancelled):
        return "not known"
    return "not known"


def _wait_as_asked(run: SetupRun, problem: Problem | None) -> None:
    """Wait before anything else is asked, as the service wants it; where that is long, Azure counts reads apart."""
    seconds = problem.retry_after if problem is not None else None
    if seconds and seconds <= LONGEST_THROTTLE_S:
        run.cancel.wait(seconds)


def _others(run: SetupRun, preview: Preview, assignment: Assignment) -> tuple[Access, ...] | None:
    try:
        left = read_left(run, preview.survey, assignment)
    except Cancelled:
        return None
    return None if isinstance(left, NotKnown) else left


def _evidence(revoked: Revoked) -> dict[str, Any]:
    problem = revoked.problem
    others = None if revoked.others is None else [each.sentence for each in revoked.others]
    return {
        "outcome": revoked.outcome,
        "sent_at": revoked.sent_at.isoformat(),
        "request_id": revoked.request_id,
        "problem": problem.kind.value if problem else "",
        "code": problem.reference.code if problem else "",
        "said": revoked.said,
        "others": others,
    }
