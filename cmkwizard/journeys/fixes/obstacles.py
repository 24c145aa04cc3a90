"""What stands in the way of a fix: rights that the account lacks, and locks. Findings that block its plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cmkwizard.core.facts import Lock
from cmkwizard.core.people import SUBSCRIPTION_OWNER
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Fix, Group, Severity
from cmkwizard.core.requirements.rows import place
from cmkwizard.core.roles import (
    ASSIGNMENT_WRITE,
    DIAGNOSTICS_WRITE,
    HSM_KEY_WRITE,
    KEY_WRITE,
    LOCK_WRITE,
    PROVIDER_REGISTER,
    VAULT_WRITE,
    Rights,
    allows,
)
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import ChangingStep


class _Need(NamedTuple):
    id: str
    purpose: str
    roles: str


_EVERYWHERE = frozenset({"O01"})
_RULES = {"K01": _EVERYWHERE | {"O06", "O10", "O11"}}
"""Which rules of the organisation's policy a fix can break, by the id of its finding."""
_NEEDS = {
    PROVIDER_REGISTER: _Need("I05", "register Key Vault in the subscription", "Contributor"),
    VAULT_WRITE: _Need("I05", "change the vault", "Key Vault Contributor or Contributor"),
    KEY_WRITE: _Need("I05", "create the key", "Key Vault Contributor or Contributor"),
    HSM_KEY_WRITE: _Need("I05", "create the key", "Managed HSM Contributor or Contributor"),
    LOCK_WRITE: _Need("I06", "place a lock on the vault", "Locks Contributor, User Access Administrator or Owner"),
    DIAGNOSTICS_WRITE: _Need("I05", "say where the vault's logs go", "Monitoring Contributor or Contributor"),
    ASSIGNMENT_WRITE: _Need(
        "I06", "give a role on the vault", "Key Vault Data Access Administrator, User Access Administrator or Owner"
    ),
}


def obstacles(run: SetupRun, steps: Iterable[ChangingStep[SetupRun]]) -> list[Finding]:
    """Name each right that the steps' actions need and that the account lacks, and each lock that forbids them.

    Conditions on a grant and Azure Policy are not seen here; a service that refuses for them says so.

    Raises:
        Problem: the rights could not be read.
    """
    wanted: dict[str, list[str]] = {}
    for step in steps:
        if step.action(run) is not None:
            for scope, action in step.rights(run):
                wanted.setdefault(scope, []).append(action)
    found: list[Finding] = []
    for scope, actions in wanted.items():
        granted = _granted(run, scope)
        found += [_lacking(_NEEDS[action], scope) for action in actions if not allows(granted, action)]
        found += [_locked(lock) for lock in _locks(run, scope) if lock.level.lower() == "readonly"]
    return found


def forbidden(run: SetupRun, finding_id: str) -> list[Finding]:
    """Name each rule of the organisation's policy that a fix would break: its directory, and the key that it makes."""
    return [each for each in run.findings(_RULES.get(finding_id, _EVERYWHERE)) if each.blocks]


def _granted(run: SetupRun, scope: str) -> list[Rights]:
    try:
        return run.pace.read(lambda: run.azure.roles.list_rights(scope))
    except Problem as problem:
        if problem.kind in (Kind.PERMISSION, Kind.NOT_FOUND):
            return []
        raise


def _locks(run: SetupRun, scope: str) -> list[Lock]:
    try:
        return run.pace.read(lambda: run.azure.locks.list_locks(scope))
    except Problem as problem:
        if problem.kind in (Kind.PERMISSION, Kind.NOT_FOUND):
            return []  # not known: Azure refuses the change then, and names the lock
        raise


def _lacking(need: _Need, scope: str) -> Finding:
    where = place(scope)
    return Finding(
        need.id,
        Severity.BLOCKER,
        f"Your account may not {need.purpose} ({where}).",
        f"Ask for the role {need.roles} on {where}. If you hold it as eligible, activate it first.",
        SUBSCRIPTION_OWNER,
        group=Group.IDENTITY,
        fix=Fix.OTHERS,
        about=scope,
    )


def _locked(lock: Lock) -> Finding:
    where = place(lock.scope)
    return Finding(
        "V11",
        Severity.BLOCKER,
        f"The lock {lock.name} on {where} forbids every change{f' ({lock.notes})' if lock.notes else ''}.",
        f"Have the lock lifted for as long as the change takes, and placed again afterwards. That needs Owner or User "
        f"Access Administrator on {where}, so it may take a second person; this program lifts no lock.",
        SUBSCRIPTION_OWNER,
        fix=Fix.OTHERS,
        about=lock.scope,
    )
