"""The step for the vault. An existing vault is used as it is, and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import VAULT_WRITE
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict
from cmkwizard.journeys.waiting import growing_waits

OPERATION_TAG = "cmkwizard-op"
"""The tag of a vault that this program made: its value names the attempt in the journal."""


class VaultStep(ChangingStep[SetupRun]):
    """The vault is there and ready."""

    key = "vault"
    title = "Vault"
    settle_s = 120.0
    requirements = ("V05", "V06", "V07", "V08", "V10", "W02")
    waits_for_earlier = True  # a second request would write to the vault that the first one makes

    def observe(self, run: SetupRun) -> None:
        """Read the vault, or the Managed HSM."""
        azure, choice = run.choices.azure, run.choices.vault
        get = run.azure.managed_hsms.get_hsm if choice.kind == "managed-hsm" else run.azure.vaults.get_vault
        run.seen.vault = run.pace.read(lambda: get(azure.subscription, azure.resource_group, choice.name))

    def seen(self, run: SetupRun) -> Any:
        """All its properties."""
        return None if run.seen.vault is None else asdict(run.seen.vault)

    def action(self, run: SetupRun) -> Action | None:
        """Create it."""
        choice, azure = run.choices.vault, run.choices.azure
        if run.seen.vault is not None or not choice.create:
            return None
        network = (
            "open to trusted Microsoft services and Adobe's address only"
            if choice.network == "restricted"
            else "open to all networks for those who hold a role"
        )
        tags = ", ".join(f"{name}={value}" for name, value in run.policy.tags.items())
        return Action(
            self.key,
            f"Create the vault {choice.name}",
            f"A new {choice.sku} vault in {azure.location}: role-based access, purge protection, "
            f"{choice.retention_days} days of soft delete, {network}."
            + (f" It gets the tags of your organisation: {tags}." if tags else ""),
            commands.vault_create(run.choices, run.policy.tags),
            f"Delete the vault. It stays recoverable for {choice.retention_days} days and keeps its name until then; "
            "purge protection cannot be turned off.",
            {"id": run.vault_scope, "location": azure.location, **_wanted(run)},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Creating vaults, in the group (or in the subscription while there is no group)."""
        return [(run.group_scope if run.seen.group else run.subscription_scope, VAULT_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Start the creation."""
        azure, choice = run.choices.azure, run.choices.vault
        run.seen.vault = run.azure.vaults.begin_create(
            azure.subscription,
            azure.resource_group,
            choice.name,
            azure.location,
            run.azure.account.tenant_id,
            choice,
            {**run.policy.tags, OPERATION_TAG: run.attempt},
        )
        return {"id": run.seen.vault.id, "uri": run.seen.vault.uri}

    def taken(self, run: SetupRun) -> bool:
        """Whether the vault that stands there now is the one that was asked for: it bears this attempt's tag."""
        vault = run.seen.vault
        if vault is None:
            return False
        if dict(vault.tags).get(OPERATION_TAG) != run.attempt:
            raise Problem(
                Kind.CONFLICT,
                f"A vault {vault.name} has appeared that this program did not create.",
                "Look at it in the Azure portal. Use it as an existing vault, or choose another name.",
            )
        return True

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Azure has finished making it."""
        vault = run.seen.vault
        if vault is None:
            return Verdict(Outcome.PENDING, "Azure is creating the vault.")
        if vault.ready:
            return Verdict(Outcome.DONE, f"The vault {vault.name} is ready.")
        if vault.state.lower() in ("failed", "canceled"):
            return Verdict(Outcome.FAILED, f"Azure could not create the vault {vault.name} ({vault.state}).")
        return Verdict(Outcome.PENDING, f"Azure is creating the vault {vault.name} ({vault.state}).")

    def waits(self) -> Iterator[float]:
        """A vault takes seconds."""
        return growing_waits(2.0)


def _wanted(run: SetupRun) -> dict[str, Any]:
    choice = run.choices.vault
    return {"sku": choice.sku, "retention_days": choice.retention_days, "network": choice.network}
