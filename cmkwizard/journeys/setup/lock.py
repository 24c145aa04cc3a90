"""The step for the lock that an organisation's policy asks for, once everything is done. None is ever removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cmkwizard.core.facts import Lock
from cmkwizard.core.requirements.rows import kind_word
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict

LOCK_NAME = "cmkwizard"
_NOTES = "Adobe Experience Platform depends on a key in this vault. Do not delete it."


class LockStep(ChangingStep[SetupRun]):
    """A lock keeps the vault from being deleted."""

    key = "lock"
    title = "Lock"

    def observe(self, run: SetupRun) -> None:
        """List the locks that hold at the vault, inherited ones included."""
        vault = run.seen.vault
        self.adopt(run, [] if vault is None else run.pace.read(lambda: run.azure.locks.list_locks(vault.id)))

    def adopt(self, run: SetupRun, locks: Sequence[Lock]) -> None:
        """Take one of the locks that hold at the vault."""
        run.seen.lock = min(locks, key=lambda each: (each.scope, each.name), default=None)

    def seen(self, run: SetupRun) -> Any:  # noqa: ARG002 - another lock serves as well
        """Nothing that was shown depends on it: a lock that appears meanwhile is the one that is asked for."""
        return None

    def action(self, run: SetupRun) -> Action | None:
        """Place it."""
        if run.seen.lock is not None:
            return None
        noun, roles, first = kind_word(run.choices), "", ""
        if run.choices.vault.kind != "managed-hsm":  # which keeps its roles itself, where no such lock reaches
            roles, first = ", or a role on it,", "Taking Adobe's access away then begins with removing the lock. "
        return Action(
            self.key,
            f"Protect the {noun} {run.choices.vault.name} by a lock",
            f"From then on nobody can delete the {noun}{roles} before somebody has removed the lock. {first}"
            f"Your organisation requires it ({run.lock_demand}).",
            commands.lock_create(run.choices, LOCK_NAME),
            f"Remove the lock under Locks on the {noun}'s page in the Azure portal (Locks Contributor, User "
            "Access Administrator or Owner).",
            {"scope": run.vault_scope, "name": LOCK_NAME, "level": "CanNotDelete"},
        )

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Place it."""
        run.seen.lock = run.azure.locks.create_lock(run.vault.id, LOCK_NAME, _NOTES)
        return {"scope": run.seen.lock.scope, "name": run.seen.lock.name}

    def verify(self, run: SetupRun) -> Verdict:
        """A lock holds as soon as it is there."""
        lock = run.seen.lock
        if lock is None:
            return Verdict(Outcome.PENDING, "Azure does not show the lock yet.")
        return Verdict(Outcome.DONE, f"The lock {lock.name} ({lock.level}) protects the {kind_word(run.choices)}.")
