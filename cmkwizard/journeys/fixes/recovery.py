"""The fix for a deleted vault: it is brought back where it was. What has the same name is never written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cmkwizard.core.facts import DeletedVault
from cmkwizard.core.people import SUBSCRIPTION_OWNER
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import VAULT_WRITE
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict
from cmkwizard.journeys.waiting import growing_waits


class RecoverVaultFix(ChangingStep[SetupRun]):
    """The deleted vault is back."""

    key = "recover-vault"
    title = "Deleted vault"
    settle_s = 120.0
    waits_for_earlier = True  # a second request would write to the vault that the first one brings back

    def observe(self, run: SetupRun) -> None:
        """Look for the deleted vault with this name, and look where the one with this name was.

        Raises:
            Problem: CONFLICT, the resource group in which it was is gone.
        """
        azure, choices = run.azure, run.choices
        found = run.pace.read(lambda: azure.vaults.get_deleted(choices.azure.subscription, choices.vault.name))
        run.seen.deleted_vault = found or run.seen.deleted_vault  # gone from the list, it is looked for where it was
        place = run.seen.deleted_vault.id if run.seen.deleted_vault else run.vault_scope
        run.seen.settings = run.pace.read(lambda: azure.vault_changes.get_settings(place))
        if found is not None:
            self._see_group(run, found)

    def _see_group(self, run: SetupRun, deleted: DeletedVault) -> None:
        _, _, subscription, _, group = deleted.id.split("/")[:5]
        if run.pace.read(lambda: run.azure.subscriptions.get_group(subscription, group)) is None:
            raise Problem(
                Kind.CONFLICT,
                f"The resource group {group}, in which the deleted vault {deleted.name} was, is not there any more. "
                "Azure recovers a vault into its own resource group alone.",
                f"Create a resource group {group} again, then recover the vault.",
                who=SUBSCRIPTION_OWNER,
            )

    def seen(self, run: SetupRun) -> Any:
        """Which deleted vault it is, and whether something stands in its place."""
        deleted = run.seen.deleted_vault
        at = deleted.deleted_at.isoformat() if deleted and deleted.deleted_at else ""
        return [deleted.id if deleted else None, at, run.seen.settings is not None]

    def action(self, run: SetupRun) -> Action | None:
        """Bring it back."""
        if run.seen.settings is not None:
            return None
        deleted = _deleted(run)
        group = deleted.id.split("/")[4]
        elsewhere = group.lower() != run.choices.azure.resource_group.lower()
        return Action(
            self.key,
            f"Recover the deleted vault {deleted.name}",
            f"The vault comes back in the resource group {group}, with its keys and its firewall, and without the "
            "roles that were given on it: Adobe's app and everybody else has to be given theirs again (P05)."
            + (f" Choose the resource group {group} afterwards." if elsewhere else ""),
            commands.vault_recover(deleted.id, deleted.location),
            "Delete the vault again; it stays recoverable as long as its retention says.",
            {"id": deleted.id, "location": deleted.location},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Writing vaults, in the resource group where it was."""
        return [(_deleted(run).id.partition("/providers/")[0], VAULT_WRITE)]

    def confirm(self, run: SetupRun) -> None:
        """See once more that the vault is deleted, and that nothing stands in its place.

        Raises:
            Problem: CONFLICT, it is not so.
        """
        before = self.seen(run)
        self.observe(run)
        if self.seen(run) != before:
            raise Problem(
                Kind.CONFLICT,
                f"The vault {run.choices.vault.name} is not as it was a moment ago. Nothing was changed.",
                "Check again.",
            )

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Start the recovery."""
        deleted = _deleted(run)
        run.azure.vault_changes.begin_recover(deleted, run.azure.account.tenant_id)
        return {"id": deleted.id}

    def taken(self, run: SetupRun) -> bool:
        """Whether the vault stands in its place again, whoever brought it back."""
        return run.seen.settings is not None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Azure has finished bringing it back."""
        name, settings = run.choices.vault.name, run.seen.settings
        if settings is None:
            return Verdict(Outcome.PENDING, f"Azure is recovering the vault {name}.")
        state = str(settings.properties.get("provisioningState") or "Succeeded")
        if state.lower() in ("failed", "canceled"):
            return Verdict(Outcome.FAILED, f"Azure could not recover the vault {name} ({state}).")
        if state.lower() != "succeeded":
            return Verdict(Outcome.PENDING, f"Azure is recovering the vault {name} ({state}).")
        return Verdict(Outcome.DONE, f"The vault {name} is back. Roles on it have to be given again.")

    def waits(self) -> Iterator[float]:
        """A vault takes seconds."""
        return growing_waits(2.0)


def _deleted(run: SetupRun) -> DeletedVault:
    if run.seen.deleted_vault is None:
        raise Problem(
            Kind.CONFLICT,
            f"There is no deleted vault {run.choices.vault.name} in the subscription, or this account cannot see it.",
            "Check again. If another subscription had it, choose that one.",
        )
    return run.seen.deleted_vault
