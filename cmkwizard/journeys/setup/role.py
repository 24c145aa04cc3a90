"""The step for the role of Adobe's app on the vault. An assignment that serves is adopted; none is ever removed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from cmkwizard.clouds.azure.key_changes import HSM_KEYS
from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.facts import Assignment
from cmkwizard.core.roles import ASSIGNMENT_WRITE, CRYPTO_SERVICE_ENCRYPTION_USER, assignment_name
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict

PROPAGATION_S = 600.0
"""Until a role is in effect everywhere: "up to 10 minutes" (Azure, troubleshoot Azure RBAC). Nothing shows it for
another principal than oneself, so the time is waited for."""


class RoleStep(ChangingStep[SetupRun]):
    """Adobe's app holds Key Vault Crypto Service Encryption User on the vault, and Azure has had time to spread it.

    A Managed HSM has roles of its own, with one of the same meaning. How long they take is unverified:
    as long is waited.
    """

    key = "role"
    title = "Role"
    settle_s = 600.0
    conflict_is_read = True  # the same assignment under another name
    deadline_s = 2 * PROPAGATION_S

    def observe(self, run: SetupRun) -> None:
        """List what the app holds at the vault, inherited roles included."""
        vault, app = run.seen.vault, run.seen.app
        if vault is None or app is None:
            run.seen.assignment = None
            return
        if vault.managed_hsm:
            held = run.pace.read(lambda: run.azure.data_plane.list_local_assignments(vault, app.object_id))
        else:
            held = run.pace.read(lambda: run.azure.roles.list_assignments(vault.id, app.object_id))
        self.adopt(run, held)

    def adopt(self, run: SetupRun, held: Sequence[Assignment]) -> None:
        """Take the one among the roles that hold at the vault with which Adobe's app is served."""
        vault, app = run.seen.vault, run.seen.app
        serving = [
            each
            for each in held
            if vault and app and each.role == _role(run) and each.principal_id == app.object_id
            if not vault.managed_hsm or each.scope in ("/", HSM_KEYS)  # not one for a single key
        ]
        run.seen.assignment = min(serving, key=_nearest(vault.id if vault else ""), default=None)
        if run.seen.assignment is not None and run.granted_at is None:
            run.granted_at = time.monotonic() - _age_s(run, run.seen.assignment) / run.pace.speed

    def seen(self, run: SetupRun) -> Any:
        """Which assignment serves."""
        return run.seen.assignment.id if run.seen.assignment else None

    def action(self, run: SetupRun) -> Action | None:
        """Give the role."""
        if run.seen.assignment is not None:
            return None
        registration, app = run.seen.registration, run.seen.app
        role, principal_id = _role(run), app.object_id if app else None
        name = assignment_name(run.vault_scope, role, principal_id) if principal_id else None
        application_id = registration.application_id if registration else ""
        hsm = _in_hsm(run)
        where, role_name = ("in the Managed HSM", "Managed HSM") if hsm else ("on the vault", "Key Vault")
        create = commands.local_role_create if hsm else commands.role_create
        return Action(
            self.key,
            f"Give Adobe's app its role {where}",
            f"Adobe's app may read the {'HSM' if hsm else 'vault'}'s keys and wrap and unwrap with them "
            f"({role_name} Crypto Service Encryption User), and nothing else.",
            create(run.choices, application_id, principal_id, name),
            "Remove the assignment while Adobe does not use the key. Later, removing it takes Adobe's access away, and "
            "Adobe may then purge your organisation's data.",
            {
                "scope": run.vault_scope,
                "role": role,
                "application_id": application_id,
                "principal_id": principal_id,
            },
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Giving roles, at the vault or above it. Who may do it in a Managed HSM, Azure does not tell."""
        if _in_hsm(run):
            return []
        if run.seen.vault is not None:
            return [(run.vault_scope, ASSIGNMENT_WRITE)]
        return [(run.group_scope if run.seen.group else run.subscription_scope, ASSIGNMENT_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Give it, under a name that depends on vault, role and app alone."""
        vault, role, principal = run.vault, _role(run), run.app.object_id
        name = assignment_name(vault.id, role, principal)
        if vault.managed_hsm:
            run.azure.key_changes.create_local_assignment(vault, role, principal, name)
        else:
            run.seen.assignment = run.azure.roles.create_assignment(vault.id, role, principal, name)
        run.granted_at = time.monotonic()
        return {"name": name, "principal_id": principal}

    def taken(self, run: SetupRun) -> bool:
        """Whether an assignment serves now, whoever made it."""
        return run.seen.assignment is not None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the role is there and old enough. After the submission its age does not matter any more."""
        if run.seen.assignment is None:
            return Verdict(Outcome.PENDING, "Azure does not show the role yet.")
        if run.granted_at is not None and run.seen.configuration is None:
            left = PROPAGATION_S - (time.monotonic() - run.granted_at) * run.pace.speed
        else:
            left = 0.0
        if left > 0:
            sentence = "The role is given. Azure needs up to 10 minutes until it is in effect everywhere."
            return Verdict(Outcome.PENDING, sentence, again_in_s=left)
        return Verdict(Outcome.DONE, "Adobe's app holds its role on the vault.")


def _in_hsm(run: SetupRun) -> bool:
    return run.choices.vault.kind == "managed-hsm"


def _role(run: SetupRun) -> str:
    return HSM_CRYPTO_SERVICE_ENCRYPTION_USER if _in_hsm(run) else CRYPTO_SERVICE_ENCRYPTION_USER


def _nearest(vault_id: str) -> Any:
    """Order assignments: those on the vault itself first."""
    return lambda each: (each.scope.lower() != vault_id.lower(), each.id)


def _age_s(run: SetupRun, assignment: Assignment) -> float:
    """How long an assignment that was there has been given, in seconds; without a date it is taken for old."""
    if assignment.created is None:
        return PROPAGATION_S
    # A practice cloud's clock may be ahead of ours: the role then counts as given just now.
    return max(0.0, (run.clock() - assignment.created).total_seconds())
