"""Fixes of an existing vault: one property each. Everything else is sent, and left, as it was read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import VAULT_WRITE
from cmkwizard.core.vault_settings import (
    VaultProperty,
    VaultSettings,
    admitting_adobe,
    count_rules,
    differences,
    same_rules,
    trusting,
)
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class VaultFix(ChangingStep[SetupRun]):
    """One property of the vault is as Adobe needs it."""

    changed: VaultProperty
    along: tuple[str, ...] = ()
    """What Azure changes along with it."""
    there: str
    """What is said once it is so."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault as Azure writes it."""
        run.seen.settings = run.pace.read(lambda: run.azure.vault_changes.get_settings(run.vault_scope))

    def seen(self, run: SetupRun) -> Any:
        """All of it: a rule, or a tag, that somebody changes meanwhile is not overwritten."""
        settings = run.seen.settings
        return None if settings is None else [dict(settings.properties), dict(settings.tags)]

    @abstractmethod
    def wanted(self, settings: VaultSettings) -> Any:
        """The property's value as it should be, given all that was read. Pure."""

    @abstractmethod
    def describe(self, settings: VaultSettings) -> Action:
        """What has to be done. Pure."""

    def action(self, run: SetupRun) -> Action | None:
        """Change the property."""
        settings = _there(run)
        return None if self._is_right(settings) else self.describe(settings)

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Writing to the vault."""
        return [(run.vault_scope, VAULT_WRITE)]

    def confirm(self, run: SetupRun) -> None:
        """Read the vault once more, right before it is written.

        Raises:
            Problem: CONFLICT, it is not as it was a moment ago.
        """
        before = _there(run)
        self.observe(run)
        if run.seen.settings != before:
            raise Problem(
                Kind.CONFLICT,
                f"The vault {before.name} is being changed by somebody else. Nothing was changed.",
                "Check again, and look at the vault before you go on.",
            )
        run.seen.settings_before = run.seen.settings

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Send the property's new value."""
        settings = _there(run)
        run.seen.settings = run.azure.vault_changes.set_property(settings.id, self.changed, self.wanted(settings))
        return {"id": settings.id, "property": str(self.changed)}

    def taken(self, run: SetupRun) -> bool:
        """Whether the property is as it should be now."""
        return run.seen.settings is not None and self._is_right(run.seen.settings)

    def verify(self, run: SetupRun) -> Verdict:
        """Whether it is, and whether everything else is as it was before."""
        settings, before = run.seen.settings, run.seen.settings_before
        if settings is None or not self._is_right(settings):
            return Verdict(
                Outcome.PENDING, f"Azure does not show the change of the vault {run.choices.vault.name} yet."
            )
        if before is not None:
            other = list(differences(before, settings, self.changed, *self.along))
            if not same_rules(self.wanted(before), settings.get(self.changed)):
                other.append(str(self.changed))
            if other:
                return Verdict(
                    Outcome.FAILED,
                    f"The vault {settings.name} has been changed, and something else in it is not as it was before "
                    f"({', '.join(other)}). Somebody else may have changed it at the same time: look at it.",
                )
        return Verdict(Outcome.DONE, self.there.format(name=settings.name))

    def _is_right(self, settings: VaultSettings) -> bool:
        return same_rules(self.wanted(settings), settings.get(self.changed))

    def _desired(self, settings: VaultSettings) -> dict[str, Any]:
        return {"vault": settings.id, str(self.changed): self.wanted(settings)}


class SoftDeleteFix(VaultFix):
    """Soft delete is on."""

    key = "soft-delete"
    title = "Soft delete"
    changed = VaultProperty.SOFT_DELETE
    along = ("softDeleteRetentionInDays",)  # written from now on: 90 days, where nobody chose another time
    there = "Soft delete is on for the vault {name}."

    def wanted(self, settings: VaultSettings) -> Any:  # noqa: ARG002 - it does not depend on what was read
        """On."""
        return True

    def describe(self, settings: VaultSettings) -> Action:
        """Turn it on."""
        return Action(
            self.key,
            f"Turn soft delete on for the vault {settings.name}",
            "A vault or key that somebody deletes can be brought back until its retention is over. Nothing else in "
            "the vault changes.",
            commands.soft_delete_on(settings.id),
            "Soft delete cannot be turned off again.",
            self._desired(settings),
        )


class PurgeProtectionFix(VaultFix):
    """Purge protection is on."""

    key = "purge-protection"
    title = "Purge protection"
    changed = VaultProperty.PURGE_PROTECTION
    there = "Purge protection is on for the vault {name}."

    def wanted(self, settings: VaultSettings) -> Any:  # noqa: ARG002 - it does not depend on what was read
        """On."""
        return True

    def describe(self, settings: VaultSettings) -> Action:
        """Turn it on."""
        days = settings.properties.get("softDeleteRetentionInDays") or 90
        return Action(
            self.key,
            f"Turn purge protection on for the vault {settings.name}",
            f"Nobody can remove the vault, its keys, secrets or certificates for good before they have been deleted "
            f"for {days} days; their names stay taken until then. Nothing else in the vault changes.",
            commands.purge_protection_on(settings.id),
            "Purge protection cannot be turned off again.",
            self._desired(settings),
        )


class TrustedServicesFix(VaultFix):
    """The vault's firewall lets trusted Microsoft services through."""

    key = "trusted-services"
    title = "Trusted Microsoft services"
    changed = VaultProperty.NETWORK
    there = "The firewall of the vault {name} lets trusted Microsoft services through."

    def wanted(self, settings: VaultSettings) -> Any:
        """The rules as they are, with the way for trusted services."""
        return trusting(settings.get(self.changed))

    def describe(self, settings: VaultSettings) -> Action:
        """Let them through."""
        return Action(
            self.key,
            f"Let trusted Microsoft services through the firewall of the vault {settings.name}",
            f"Adobe's storage reaches the key as a trusted Microsoft service, if it holds a role. {_rest(settings)}",
            commands.bypass_on(settings.id),
            "Untick “Allow trusted Microsoft services to bypass this firewall” on the vault's networking page while "
            "Adobe does not use the key.",
            self._desired(settings),
        )


class AdobeAddressFix(VaultFix):
    """The vault's firewall names Adobe's address."""

    key = "adobe-address"
    title = "Adobe's address"
    changed = VaultProperty.NETWORK
    there = "The firewall of the vault {name} names Adobe's address; it takes effect within 10 minutes."

    def wanted(self, settings: VaultSettings) -> Any:
        """The rules as they are, with one for Adobe's address."""
        return admitting_adobe(settings.get(self.changed))

    def describe(self, settings: VaultSettings) -> Action:
        """Add the rule."""
        return Action(
            self.key,
            f"Add Adobe's address {ADOBE_ADDRESS} to the firewall of the vault {settings.name}",
            f"Adobe's monitoring reaches the vault from {ADOBE_ADDRESS}; allow 10 minutes. {_rest(settings)}",
            commands.address_add(settings.id),
            f"Remove {ADOBE_ADDRESS} on the vault's networking page. Adobe then reports that it cannot reach the key.",
            self._desired(settings),
        )


def _rest(settings: VaultSettings) -> str:
    addresses, networks = count_rules(settings.get(VaultProperty.NETWORK))
    return (
        f"The other rules stay: {_count(addresses, 'address rule')}, {_count(networks, 'virtual network rule')}, and "
        "the default action."
    )


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _there(run: SetupRun) -> VaultSettings:
    if run.seen.settings is None:
        raise Problem(
            Kind.CONFLICT,
            f"The vault {run.choices.vault.name} is not there any more, or this account cannot see it.",
            "Check again.",
        )
    return run.seen.settings
