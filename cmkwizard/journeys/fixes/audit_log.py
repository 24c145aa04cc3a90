"""The fix for a vault whose audit events go nowhere: one diagnostic setting is added, the others stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cmkwizard.core.log_places import LogPlace, log_place
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import DIAGNOSTICS_WRITE
from cmkwizard.journeys import commands
from cmkwizard.journeys.fixes.reused import read_vault
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict

SETTING = "cmkwizard-audit"
"""The name of the diagnostic setting that this program adds."""


def place_problem(text: str) -> str:
    """What is wrong with where the logs shall go; empty: nothing."""
    if log_place(text) is not None:
        return ""
    return (
        "This is not the resource id of a Log Analytics workspace, a storage account or an event hub's authorisation "
        "rule. It begins with /subscriptions/ and stands on the resource's page under Properties."
    )


def workspaces(run: SetupRun) -> list[LogPlace]:
    """The Log Analytics workspaces of the chosen subscription that the account can read, by name.

    Raises:
        Problem: they could not be read.
    """
    found = run.pace.read(lambda: run.azure.diagnostics.list_workspaces(run.choices.azure.subscription))
    return sorted(found, key=lambda place: place.words.lower())


class AuditLogFix(ChangingStep[SetupRun]):
    """The vault's audit events go to a place that a person named."""

    key = "audit-log"
    title = "Audit log"

    def __init__(self, destination: str) -> None:
        place = log_place(destination)
        if place is None:
            raise Problem(Kind.INVALID, place_problem(destination), "Paste the resource id again.")
        self._place: LogPlace = place

    def observe(self, run: SetupRun) -> None:
        """Read the vault and its diagnostic settings."""
        read_vault(run)
        run.seen.diagnostics = tuple(run.pace.read(lambda: run.azure.diagnostics.list_settings(run.vault.id)))

    def seen(self, run: SetupRun) -> Any:
        """All settings: none is overwritten."""
        return [run.vault.id, [asdict(each) for each in run.seen.diagnostics]]

    def action(self, run: SetupRun) -> Action | None:
        """Add the setting."""
        if any(each.audit for each in run.seen.diagnostics):
            return None
        if any(each.name.lower() == SETTING for each in run.seen.diagnostics):
            raise Problem(
                Kind.CONFLICT,
                f"The vault has a diagnostic setting {SETTING} already, and it does not hold the audit events.",
                "Add the audit events to it on the vault's page Diagnostic settings.",
            )
        return Action(
            self.key,
            f"Write the audit events of the vault {run.vault.name} to {self._place.id.rpartition('/')[2]}",
            "Who did what in the vault, and from where, is kept there from now on. The other diagnostic settings "
            f"stay: {len(run.seen.diagnostics) or 'there are none'}. The place may cost money.",
            commands.audit_log_create(run.vault.id, SETTING, self._place),
            f"Delete the diagnostic setting {SETTING} on the vault's page Diagnostic settings.",
            {"vault": run.vault.id, "name": SETTING, "destination": self._place.id},
        )

    def rights(self, run: SetupRun) -> list[tuple[str, str]]:
        """Writing diagnostic settings, at the vault. (Azure asks for a right on the place as well.)"""
        return [(run.vault.id, DIAGNOSTICS_WRITE)]

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Add it."""
        run.azure.diagnostics.create_setting(run.vault.id, SETTING, self._place)
        self.observe(run)
        return {"vault": run.vault.id, "name": SETTING}

    def verify(self, run: SetupRun) -> Verdict:
        """Whether Azure shows it."""
        if not any(each.audit for each in run.seen.diagnostics):
            return Verdict(Outcome.PENDING, "Azure does not show the diagnostic setting yet.")
        return Verdict(Outcome.DONE, f"The audit events of the vault {run.vault.name} are kept.")
