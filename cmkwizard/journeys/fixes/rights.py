"""What the account may not do although a fix needs it: findings that block its plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cmkwizard.core.people import SUBSCRIPTION_OWNER
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements import Finding, Fix, Group, Severity
from cmkwizard.core.roles import (
    ASSIGNMENT_WRITE,
    DIAGNOSTICS_WRITE,
    KEY_WRITE,
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


_NEEDS = {
    PROVIDER_REGISTER: _Need("I05", "register Key Vault in the subscription", "Contributor"),
    VAULT_WRITE: _Need("I05", "change the vault", "Key Vault Contributor or Contributor"),
    KEY_WRITE: _Need("I05", "create the key", "Key Vault Contributor or Contributor"),
    DIAGNOSTICS_WRITE: _Need("I05", "say where the vault's logs go", "Monitoring Contributor or Contributor"),
    ASSIGNMENT_WRITE: _Need(
        "I06", "give a role on the vault", "Key Vault Data Access Administrator, User Access Administrator or Owner"
    ),
}


def missing_rights(run: SetupRun, steps: Iterable[ChangingStep[SetupRun]]) -> list[Finding]:
    """Name each right that the steps' actions need and that the account does not hold.

    Conditions on a grant, Azure Policy and locks are not seen here.

    Raises:
        Problem: the rights could not be read.
    """
    wanted: dict[str, list[str]] = {}
    for step in steps:
        if step.action(run) is not None:
            for scope, action in step.rights(run):
                wanted.setdefault(scope, []).append(action)
    found = []
    for scope, actions in wanted.items():
        granted = _granted(run, scope)
        found += [_finding(_NEEDS[action], scope) for action in actions if not allows(granted, action)]
    return found


def _granted(run: SetupRun, scope: str) -> list[Rights]:
    try:
        return run.pace.read(lambda: run.azure.roles.list_rights(scope))
    except Problem as problem:
        if problem.kind in (Kind.PERMISSION, Kind.NOT_FOUND):
            return []
        raise


def _finding(need: _Need, scope: str) -> Finding:
    where = scope_name(scope)
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


def scope_name(scope: str) -> str:
    """A scope in words."""
    parts = scope.strip("/").split("/")
    if len(parts) <= 2:
        return "the subscription"
    kind = {"vaults": "the vault", "managedHSMs": "the Managed HSM"}.get(parts[-2], "the resource group")
    return f"{kind} {parts[-1]}"
