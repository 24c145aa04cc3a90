"""Steps of the set-up as fixes: each reads what it builds on itself, because no earlier step of a plan has."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.rows import kind_word
from cmkwizard.core.roles import HSM_KEY_WRITE, KEY_WRITE, LOCK_WRITE
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.lock import LockStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup.vault import VaultStep
from cmkwizard.journeys.step import Outcome, Verdict


class KeyFix(KeyStep):
    """The key is there, in a vault that is there."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault and the key."""
        read_vault(run)
        super().observe(run)

    def seen(self, run: SetupRun) -> Any:
        """Both."""
        return [asdict(run.vault), super().seen(run)]

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Creating keys there."""
        return [(run.vault.id, HSM_KEY_WRITE if run.vault.managed_hsm else KEY_WRITE)]


class RoleFix(RoleStep):
    """Adobe's app holds its role on a vault that is there. Assignments of an app that is gone stay."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault, the app and what it holds."""
        read_vault(run)
        read_app(run)
        super().observe(run)

    def seen(self, run: SetupRun) -> Any:
        """The vault, the app and the assignment that serves."""
        return [run.vault.id, run.app.object_id, super().seen(run)]

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Azure shows the role; that it is in effect is not waited for: nothing builds on it here."""
        if run.seen.assignment is None:
            return Verdict(Outcome.PENDING, "Azure does not show the role yet.")
        return Verdict(
            Outcome.DONE,
            "Adobe's app holds its role. Azure needs up to 10 minutes until a new one is in effect everywhere.",
        )


class LockFix(LockStep):
    """A lock protects a vault that is there."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault and its locks."""
        read_vault(run)
        super().observe(run)

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Placing locks, at the vault."""
        return [(run.vault.id, LOCK_WRITE)]


def read_vault(run: SetupRun) -> None:
    """Read the vault, or the Managed HSM.

    Raises:
        Problem: CONFLICT, it is not there.
    """
    VaultStep().observe(run)
    if run.seen.vault is None:
        raise Problem(
            Kind.CONFLICT,
            f"There is no {kind_word(run.choices)} {run.choices.vault.name} in the resource group "
            f"{run.choices.azure.resource_group}, or this account cannot see it.",
            "Check again. One that was deleted has to be recovered first.",
        )


def read_app(run: SetupRun) -> None:
    """Read Adobe's app in the directory.

    Raises:
        Problem: CONFLICT, it is not there.
    """
    ConsentStep().observe(run)
    if run.seen.app is None:
        raise Problem(
            Kind.CONFLICT,
            "Adobe's app is not in your directory yet, so that nothing can be given to it.",
            "Have it accepted first (P01).",
        )
