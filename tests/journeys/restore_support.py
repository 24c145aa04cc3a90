"""Rehearsals of giving Adobe's role back: what was taken away, and what Adobe's app holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from cmkwizard.core.revocation_pack import Occasion, RevocationPack, pack_of
from cmkwizard.journeys.restore import Recorded, RestorePlan, plan_restore, recorded_removals, restore
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.reading import STEP
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import EXISTING_ANSWERS, VAULT, opened
from tests.journeys.setup_support import Rehearsal, answers

ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
ROLE = "Key Vault Crypto Service Encryption User"
HSM = answers(
    azure={"resource_group": "rg-experience"},
    vault={"kind": "managed-hsm", "name": "hsm-contoso", "create": False},
    key={"type": "RSA-HSM"},
)


@dataclass(frozen=True)
class Held:
    """What makes a role the same one."""

    scope: str
    role: str
    principal_id: str
    condition: str


def held(rehearsal: Rehearsal) -> list[Held]:
    """What Adobe's app holds in the practice cloud."""
    world = rehearsal.cloud.world
    (app,) = [each for each in world.directory.service_principals.values() if each.app_id == ADOBE]
    return [
        Held(each.scope.lower(), each.role, each.principal_id, each.condition or "")
        for each in world.estate.assignments.values()
        if each.principal_id == app.object_id
    ]


def pack_for(run: SetupRun) -> RevocationPack:
    """The way back for what is there now, as the revocation makes it."""
    impact = preview(run).impact
    assert impact.assignment is not None
    return pack_of(impact, impact.assignment, _occasion(run))


def _occasion(run: SetupRun) -> Occasion:
    return Occasion(run.clock(), "alice", run.azure.account.tenant_id, run.profile.name, "a drill")


def take_away(rehearsal: Rehearsal, scope: str = VAULT) -> None:
    rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": scope, "remove": True}]})


@contextmanager
def revoked(rehearsal: Rehearsal) -> Iterator[tuple[SetupRun, RevocationPack, list[Held]]]:
    """A run in which Adobe's access was taken away, with the way back and what Adobe's app held before."""
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        pack, before = pack_for(run), held(rehearsal)
        take_away(rehearsal)
        assert held(rehearsal) == []
        yield run, pack, before


def given_back(run: SetupRun, pack: RevocationPack) -> RestorePlan:
    plan = plan_restore(run, pack)
    assert not plan.blocked, plan.findings
    assert restore(run, plan) is Outcome.DONE
    return plan


def record(run: SetupRun, pack: RevocationPack, **evidence: Any) -> None:
    desired = {"removed": pack.assignment.id, "pack": msgspec.to_builtins(pack)}
    op_id = run.intend(STEP, "Take Adobe's access away", desired)
    if evidence:
        run.journal.finish(op_id, Outcome.DONE, evidence)


def removals(run: SetupRun) -> tuple[Recorded, ...]:
    return recorded_removals(run.journal, run.profile.name)
