"""The fix for a Managed HSM in which Adobe's app holds no role: roles there are the HSM's own, not Azure's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.clouds.azure.key_changes import HSM_KEYS
from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.roles import assignment_name
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.fixes.reused import read_app, read_vault
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class LocalRoleFix(ChangingStep[SetupRun]):
    """Adobe's app holds Managed HSM Crypto Service Encryption User for the HSM's keys."""

    key = "local-role"
    title = "Role in the Managed HSM"
    settle_s = 600.0
    conflict_is_read = True  # the same assignment under another name

    def observe(self, run: SetupRun) -> None:
        """Read the HSM, the app and what it holds there."""
        read_vault(run)
        read_app(run)
        hsm, app = run.vault, run.app
        held = run.pace.read(lambda: run.azure.data_plane.list_local_assignments(hsm, app.object_id))
        places = {"", HSM_KEYS, f"{HSM_KEYS}/{run.choices.key.name.lower()}"}
        serving = [each for each in held if each.role == HSM_CRYPTO_SERVICE_ENCRYPTION_USER]
        run.seen.assignment = next((each for each in serving if each.scope.rstrip("/").lower() in places), None)

    def seen(self, run: SetupRun) -> Any:
        """The HSM, the app and the assignment that serves."""
        return [run.vault.id, run.app.object_id, run.seen.assignment.id if run.seen.assignment else None]

    def action(self, run: SetupRun) -> Action | None:
        """Give the role."""
        if run.seen.assignment is not None:
            return None
        hsm, app = run.vault, run.app
        return Action(
            self.key,
            f"Give Adobe's app its role in the Managed HSM {hsm.name}",
            "Adobe's app may read the HSM's keys and wrap and unwrap with them (Managed HSM Crypto Service Encryption "
            "User, for all keys), and nothing else.",
            commands.local_role_create(hsm.name, hsm.id, app.object_id),
            "Remove the assignment while Adobe does not use the key. Later, removing it takes Adobe's access away, and "
            "Adobe may then purge your organisation's data.",
            {"hsm": hsm.id, "role": HSM_CRYPTO_SERVICE_ENCRYPTION_USER, "principal_id": app.object_id},
        )

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Give it, under a name that depends on HSM, role and app alone."""
        name = self._name(run)
        run.azure.key_changes.create_local_assignment(
            run.vault, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, run.app.object_id, name
        )
        self.observe(run)
        return {"name": name}

    def taken(self, run: SetupRun) -> bool:
        """Whether an assignment serves now, whoever made it."""
        return run.seen.assignment is not None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the HSM shows the role."""
        if run.seen.assignment is None:
            return Verdict(Outcome.PENDING, "The Managed HSM does not show the role yet.")
        return Verdict(Outcome.DONE, "Adobe's app holds its role in the Managed HSM.")

    def _name(self, run: SetupRun) -> str:
        return assignment_name(run.vault.id, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, run.app.object_id)
