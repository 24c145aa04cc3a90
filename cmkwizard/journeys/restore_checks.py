"""What stands in the way of giving a role back, and what is only shown."""

from __future__ import annotations

from dataclasses import replace

from cmkwizard.clouds.azure.key_changes import HSM_KEYS
from cmkwizard.core.people import SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Fix, Group, Severity
from cmkwizard.core.revocation_pack import RevocationPack
from cmkwizard.journeys.setup.run import SetupRun

_STOPS = frozenset({"I01", "I03"})
"""Findings of a check without which the role cannot be given at all: the directory, and a subscription that works.

What else a check finds is shown and does not hold it up: it can be put right afterwards, and meanwhile the time runs
after which Adobe may purge the data.
"""


def demand_about(run: SetupRun, pack: RevocationPack) -> None:
    """See that the run acts where the pack says.

    Raises:
        Problem: INVALID, it does not.
    """
    differences = {
        "other clouds": (pack.profile, run.profile.name),
        "another directory": (pack.tenant, run.azure.account.tenant_id),
        "another vault": (pack.vault_id, run.vault_scope),
        "another Adobe organisation": (pack.organisation, run.choices.adobe.organisation),
    }
    for what, (written, chosen) in differences.items():
        if written.lower() != chosen.lower():
            raise Problem(
                Kind.INVALID,
                f"This way back is for {what} ({written}) than what is chosen here ({chosen or 'nothing'}). Nothing "
                "was changed.",
                "Choose what the file was written for, or the file that belongs to this set-up.",
            )


def unlike(run: SetupRun, pack: RevocationPack) -> list[Finding]:
    """Why the role, given back as it was, would serve nobody, or would not be the same."""
    removed, app, found = pack.assignment, run.seen.app, []
    if app is None or app.object_id.lower() != removed.principal_id.lower():
        what = "is not in your directory any more" if app is None else "was accepted anew and has another object id"
        found.append(
            Finding(
                "P01" if app is None else "P07",
                Severity.BLOCKER,
                f"Adobe's app {what}, so that the role of before would let nobody in.",
                "Have the app accepted, then have Adobe's role given anew by a check of the set-up.",
                VAULT_ADMINISTRATOR,
                group=Group.APP,
                fix=Fix.GUIDED,
                about=removed.principal_id,
            )
        )
    if run.vault.managed_hsm and removed.scope != HSM_KEYS:
        found.append(
            Finding(
                "P09",
                Severity.BLOCKER,
                f"The role was for {removed.scope} in the Managed HSM; this program gives it for all keys alone.",
                f"Give it by hand: {pack.restore_command}",
                SUBSCRIPTION_OWNER,
                group=Group.HSM,
                fix=Fix.GUIDED,
                about=removed.scope,
            )
        )
    return found


def shown(finding: Finding) -> Finding:
    """A finding of the check as the plan shows it."""
    if finding.id in _STOPS or not finding.blocks:
        return finding
    return replace(finding, severity=Severity.WARNING)
