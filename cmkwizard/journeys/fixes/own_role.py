"""The fix for an account that may not change keys in the vault: it is given a role there, and that role alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.core.built_in_roles import CRYPTO_OFFICER
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import ASSIGNMENT_WRITE, allows_data, assignment_name
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.fixes.reused import read_vault
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class OwnRoleFix(ChangingStep[SetupRun]):
    """The account holds a role with which it may change the vault's keys, and it is in effect."""

    key = "own-role"
    title = "Your own role"
    settle_s = 600.0
    conflict_is_read = True  # the same assignment under another name
    deadline_s = 1200.0

    def __init__(self, *data_actions: str) -> None:
        self._needed = data_actions

    def observe(self, run: SetupRun) -> None:
        """Read the vault, what the account may do in it, and whether the vault itself lets it in.

        Raises:
            Problem: the vault refuses for another reason than a role that is missing, or not in effect yet.
        """
        read_vault(run)
        vault, name, account = run.vault, run.choices.key.name, run.azure.account.object_id
        granted = run.pace.read(lambda: run.azure.roles.list_rights(vault.id))
        run.seen.may_change_keys = all(allows_data(granted, each) for each in self._needed)
        held = run.pace.read(lambda: run.azure.roles.list_assignments(vault.id, account))
        run.seen.own_assignment = next((each for each in held if each.role == CRYPTO_OFFICER), None)
        try:
            run.pace.read(lambda: run.azure.data_plane.get_recovery_level(vault, name))
        except Problem as problem:
            if problem.kind is not Kind.PROPAGATING:
                raise
            run.seen.let_in = False
        else:
            run.seen.let_in = True

    def seen(self, run: SetupRun) -> Any:
        """The vault, and whether the account's roles serve."""
        return [run.vault.id, self._held(run)]

    def action(self, run: SetupRun) -> Action | None:
        """Give the role."""
        if self._held(run):
            return None
        account = run.azure.account
        return Action(
            self.key,
            f"Give yourself the role Key Vault Crypto Officer on the vault {run.vault.name}",
            f"{account.name} may make, change, delete and use the keys of this vault, and nothing else in it. Whoever "
            "makes a vault may not do so by that alone. Azure needs up to 10 minutes until it is in effect.",
            commands.own_role_create(run.vault.id, account.object_id),
            "Remove the assignment on the vault's page Access control (IAM) when the key is as it should be. Adobe "
            "does not need it.",
            {"scope": run.vault.id, "role": CRYPTO_OFFICER, "principal_id": account.object_id},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Giving roles, at the vault."""
        return [(run.vault.id, ASSIGNMENT_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Give it, under a name that depends on vault, role and account alone."""
        scope, principal = run.vault.id, run.azure.account.object_id
        name = assignment_name(scope, CRYPTO_OFFICER, principal)
        given = run.azure.roles.create_assignment(scope, CRYPTO_OFFICER, principal, name, principal_type="User")
        run.seen.own_assignment, run.seen.let_in = given, False
        return {"id": given.id}

    def taken(self, run: SetupRun) -> bool:
        """Whether the account holds such a role now."""
        return run.seen.own_assignment is not None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the vault itself sees the role: only it knows."""
        if not self._held(run):
            return Verdict(Outcome.PENDING, "Azure does not show your role yet.")
        if not run.seen.let_in:
            return Verdict(
                Outcome.PENDING,
                "Your role is given. Azure needs up to 10 minutes until the vault sees it.",
            )
        return Verdict(Outcome.DONE, f"You may change the keys of the vault {run.vault.name}.")

    def _held(self, run: SetupRun) -> bool:
        return run.seen.may_change_keys or run.seen.own_assignment is not None
