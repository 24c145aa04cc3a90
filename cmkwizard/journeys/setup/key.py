"""The step for the key: created through Azure Resource Manager, only where it is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.core.roles import KEY_WRITE
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class KeyStep(ChangingStep[SetupRun]):
    """The key is there."""

    key = "key"
    title = "Key"
    requirements = ("K02", "K03", "K04", "K05", "K06", "K07", "K12")

    def observe(self, run: SetupRun) -> None:
        """Read the key's current version."""
        vault, name = run.seen.vault, run.choices.key.name
        run.seen.key = None if vault is None else run.pace.read(lambda: run.azure.keys.get_key(vault, name))

    def seen(self, run: SetupRun) -> Any:
        """All its properties."""
        key = run.seen.key
        if key is None:
            return None
        dates = [each.isoformat() if each else None for each in (key.not_before, key.expires)]
        return [key.identifier, key.type, key.size, sorted(key.operations), key.enabled, *dates]

    def action(self, run: SetupRun) -> Action | None:
        """Create it."""
        key, rotation = run.choices.key, run.policy.required.rotation_days
        if run.seen.key is not None:
            return None
        return Action(
            self.key,
            f"Create the key {key.name}",
            f"A new {key.type} key of {key.size} bits for wrapping and unwrapping, without an end date"
            + (f"; Key Vault makes a new version of it every {rotation} days." if rotation else "."),
            commands.key_create(run.choices, rotation),
            "Delete the key while Adobe does not use it; it stays recoverable as long as the vault's retention says.",
            {"vault": run.vault_scope, "name": key.name, "type": key.type, "size": key.size},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Creating keys, in the vault or above it."""
        if run.seen.vault is not None:
            return [(run.vault_scope, KEY_WRITE)]
        return [(run.group_scope if run.seen.group else run.subscription_scope, KEY_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Create it."""
        run.seen.key = run.azure.keys.create_key(run.vault, run.choices.key, run.policy.required.rotation_days)
        return {"identifier": run.seen.key.identifier}

    def verify(self, run: SetupRun) -> Verdict:
        """A key is ready as soon as it is there."""
        if run.seen.key is None:
            return Verdict(Outcome.PENDING, "Azure is creating the key.")
        return Verdict(Outcome.DONE, f"The key is there: {run.seen.key.identifier}")
