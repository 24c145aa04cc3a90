"""What taking access away would do, read live each time, and what became of a removal that was interrupted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cmkwizard.core.facts import Assignment, Vault
from cmkwizard.core.impact import Impact, impact_of
from cmkwizard.core.policy import RevocationRules
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.rows import place
from cmkwizard.core.revocation_pack import RevocationPack, recorded_pack
from cmkwizard.core.revocation_request import Requester
from cmkwizard.core.survey import Survey
from cmkwizard.journeys.check import check
from cmkwizard.journeys.plan import fingerprint
from cmkwizard.journeys.revocation.by_hand import by_hand
from cmkwizard.journeys.revocation.reading import SETTLE_S, STEP, find, read_held
from cmkwizard.journeys.revocation.requester import requester_of
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.journal import Entry


@dataclass(frozen=True)
class Preview:
    """What was read, frozen: the act is about exactly this, or it is refused."""

    impact: Impact
    survey: Survey = field(repr=False)
    fingerprint: str
    """Of what would go and who keeps access: equal for everybody who sees the same."""
    taken_at: datetime
    actor: str
    """Who read it: directory and object id."""
    requester: Requester
    """The same person, for the organisation's rule of two."""
    profile: str
    tenant: str
    rules: RevocationRules
    """What the organisation adds."""
    skew: timedelta
    """The clouds' clock minus this computer's."""
    by_hand: str
    """How it is done without this program."""
    earlier: tuple[str, ...] = ()
    """What became of a removal that was interrupted, a sentence each."""
    unsettled: bool = False
    """Whether that is not known yet for one of them: until it is, nothing else is sent."""


def preview(run: SetupRun) -> Preview:
    """Read everything that the act rests on. Nothing is changed.

    Raises:
        Problem: STORAGE: the records cannot be read or written, so that nothing may be removed.
        Cancelled: somebody asked to stop.
    """
    survey = check(run).survey
    vault = survey.vault if isinstance(survey.vault, Vault) else None
    earlier = [_settle(run, entry, vault) for entry in _open(run)]
    impact = impact_of(survey, read_held(run, survey))
    account = run.azure.account
    return Preview(
        impact=impact,
        survey=survey,
        fingerprint=_fingerprint(run, impact),
        taken_at=run.clock(),
        actor=run.actor,
        requester=requester_of(run),
        profile=run.profile.name,
        tenant=account.tenant_id,
        rules=run.policy.revocation,
        skew=timedelta(seconds=run.services.guard.outcomes.skew_s or 0.0),
        by_hand=by_hand(run.choices, impact),
        earlier=tuple(sentence for sentence, _ in earlier),
        unsettled=not all(settled for _, settled in earlier),
    )


def _fingerprint(run: SetupRun, impact: Impact) -> str:
    """A name for what would happen; locks are left out: one is lifted between the look and the act."""
    target = impact.assignment
    return fingerprint(
        [
            run.profile.name,
            run.azure.account.tenant_id,
            [impact.organisation, impact.configuration, impact.status],
            [impact.vault_id.lower(), impact.key_identifier, sorted(impact.other_keys)],
            [impact.application_id.lower(), impact.app_object_id.lower()],
            None if target is None else identity(target),
            sorted([each.principal_id, each.role, each.scope, each.how] for each in impact.others),
            list(impact.unread),
        ]
    )


def identity(each: Assignment) -> list[str]:
    """All that makes an assignment the one that was shown."""
    created = each.created.isoformat() if each.created else ""
    return [each.id.lower(), each.scope.lower(), each.role.lower(), each.principal_id.lower(), created, each.condition]


def _open(run: SetupRun) -> list[Entry]:
    entries = run.journal.open_intents(run.profile.name) if run.services.recorded else []
    return [each for each in entries if each.step == STEP and each.tenant == run.azure.account.tenant_id]


def _settle(run: SetupRun, entry: Entry, vault: Vault | None) -> tuple[str, bool]:
    """Find out what became of a removal that was interrupted, and close its entry: a sentence, and whether it is known.

    Where it cannot be read, or the request may still be on its way, the entry stays open: the next look tries again.
    """
    when = f"{entry.at:%Y-%m-%d %H:%M} UTC"
    try:
        there = _still_there(run, recorded_pack(entry.desired), vault)
    except Problem as problem:
        return f"What became of the removal of {when}, whose end was not read, is not known. {problem.message}", False
    age_s = (run.clock() - entry.at).total_seconds() * run.pace.speed
    if there and 0 <= age_s < SETTLE_S:
        waits = f"The removal of {when}, whose end was not read, may still be on its way. Read again in 2 minutes."
        return waits, False
    evidence = {"outcome": "still there" if there else "removed", "resolved": "read at the next look", "there": there}
    run.journal.finish(entry.op_id, Outcome.FAILED if there else Outcome.DONE, evidence)
    became = (
        "did not take effect: the role is still there. It is not sent again by itself."
        if there
        else "took effect: the role is gone."
    )
    return f"The removal of {when}, whose end was not read, {became}", True


def _still_there(run: SetupRun, pack: RevocationPack, vault: Vault | None) -> bool:
    removed = pack.assignment
    if "/managedhsms/" not in pack.vault_id.lower():
        return run.pace.read(lambda: run.azure.roles.get_assignment(removed.id)) is not None
    if vault is None or vault.id.lower() != pack.vault_id.lower():
        raise Problem(Kind.NOT_FOUND, f"It is a role in {place(pack.vault_id)}, which was not read now.")
    target = Assignment(removed.id, removed.name, removed.scope, removed.role, removed.principal_id)
    return find(run, vault, target) is not None
