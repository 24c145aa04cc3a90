"""Steps of the set-up as fixes: each reads what it builds on itself, because no earlier step of a plan has."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.setup.consent import ConsentStep
from cmkwizard.journeys.setup.key import KeyStep
from cmkwizard.journeys.setup.role import RoleStep
from cmkwizard.journeys.setup.run import SetupRun


class KeyFix(KeyStep):
    """The key is there, in a vault that is there."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault and the key."""
        read_vault(run)
        super().observe(run)

    def seen(self, run: SetupRun) -> Any:
        """Both."""
        return [asdict(run.vault), super().seen(run)]


class RoleFix(RoleStep):
    """Adobe's app holds its role on a vault that is there."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault, the app and what it holds.

        Raises:
            Problem: CONFLICT, the vault or the app is not there.
        """
        read_vault(run)
        ConsentStep().observe(run)
        if run.seen.app is None:
            raise Problem(
                Kind.CONFLICT,
                "Adobe's app is not in your directory yet, so that nothing can be given to it.",
                "Have it accepted first (P01).",
            )
        super().observe(run)

    def seen(self, run: SetupRun) -> Any:
        """The vault, the app and the assignment that serves."""
        return [run.vault.id, run.app.object_id, super().seen(run)]


def read_vault(run: SetupRun) -> None:
    """Read the vault.

    Raises:
        Problem: CONFLICT, it is not there.
    """
    azure, name = run.choices.azure, run.choices.vault.name
    vaults = run.azure.vaults
    run.seen.vault = run.pace.read(lambda: vaults.get_vault(azure.subscription, azure.resource_group, name))
    if run.seen.vault is None:
        raise Problem(
            Kind.CONFLICT,
            f"There is no vault {name} in the resource group {azure.resource_group}, or this account cannot see it.",
            "Check again. A vault that was deleted has to be recovered first (V03).",
        )
