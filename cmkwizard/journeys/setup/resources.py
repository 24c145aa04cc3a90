"""The steps for what a vault needs around it: the resource provider and the resource group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import GROUP_WRITE, PROVIDER_REGISTER
from cmkwizard.journeys import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class ProviderStep(ChangingStep[SetupRun]):
    """Key Vault is switched on in the subscription."""

    key = "provider"
    title = "Key Vault in the subscription"

    def observe(self, run: SetupRun) -> None:
        """Read the registration of Microsoft.KeyVault."""
        subscription = run.choices.azure.subscription
        run.seen.provider = run.pace.read(lambda: run.azure.subscriptions.get_provider(subscription).registered)

    def seen(self, run: SetupRun) -> Any:
        """Whether it is registered."""
        return run.seen.provider

    def action(self, run: SetupRun) -> Action | None:
        """Register it."""
        if run.seen.provider:
            return None
        return Action(
            self.key,
            "Register Key Vault in the subscription",
            "The subscription may hold key vaults.",
            commands.provider_register(run.choices),
            "Unregister Microsoft.KeyVault in the subscription's settings while it holds no vault.",
            {"subscription": run.choices.azure.subscription, "provider": "Microsoft.KeyVault"},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Registering, at the subscription."""
        return [(run.subscription_scope, PROVIDER_REGISTER)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Ask for the registration."""
        run.azure.subscriptions.register_provider(run.choices.azure.subscription)
        return {"requested": True}

    def verify(self, run: SetupRun) -> Verdict:
        """Azure takes minutes."""
        if run.seen.provider:
            return Verdict(Outcome.DONE, "Key Vault is registered in the subscription.")
        return Verdict(Outcome.PENDING, "Azure is registering Key Vault in the subscription; this can take minutes.")


class GroupStep(ChangingStep[SetupRun]):
    """The resource group is there."""

    key = "group"
    title = "Resource group"

    def observe(self, run: SetupRun) -> None:
        """Read the resource group."""
        azure = run.choices.azure
        run.seen.group = run.pace.read(
            lambda: run.azure.subscriptions.get_group(azure.subscription, azure.resource_group)
        )

    def seen(self, run: SetupRun) -> Any:
        """Its region and state."""
        group = run.seen.group
        return None if group is None else {"location": group.location, "state": group.state}

    def action(self, run: SetupRun) -> Action | None:
        """Create it."""
        azure = run.choices.azure
        if run.seen.group is not None or not run.choices.vault.create:
            return None
        return Action(
            self.key,
            f"Create the resource group {azure.resource_group}",
            f"A new, empty resource group in the region {azure.location}.",
            commands.group_create(run.choices),
            "Delete the resource group; everything in it goes with it.",
            {"subscription": azure.subscription, "name": azure.resource_group, "location": azure.location},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Creating groups, at the subscription."""
        return [(run.subscription_scope, GROUP_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Create it."""
        azure = run.choices.azure
        run.seen.group = run.azure.subscriptions.create_group(azure.subscription, azure.resource_group, azure.location)
        return {"name": run.seen.group.name, "location": run.seen.group.location}

    def taken(self, run: SetupRun) -> bool:
        """Whether the group that stands there now is the one that was asked for."""
        group, wanted = run.seen.group, run.choices.azure.location
        if group is None:
            return False
        if group.location.lower() != wanted.lower():
            raise Problem(
                Kind.CONFLICT,
                f"A resource group {group.name} has appeared in another region ({group.location}).",
                "Choose another name, or use this resource group.",
            )
        return True

    def verify(self, run: SetupRun) -> Verdict:
        """A group is ready as soon as it is there."""
        if run.seen.group is None:
            return Verdict(Outcome.PENDING, "Azure is creating the resource group.")
        return Verdict(Outcome.DONE, f"The resource group {run.seen.group.name} is there.")
