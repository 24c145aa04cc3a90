"""What Adobe requires of a vault itself (V05 to V10, V17)."""

from __future__ import annotations

from cmkwizard.core.facts import Account, Vault
from cmkwizard.core.people import VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.rows import cut_off, row, vault_of
from cmkwizard.core.survey import Survey

_NEW_VAULT = "Choose another vault, or let this program create a new one."


@row(
    "V05",
    Group.VAULT,
    Severity.BLOCKER,
    "The vault belongs to the directory that you are signed in to",
    why="Adobe's app and its role live in the directory that the vault trusts.",
    source=sources.ADOBE_UI,
    fix=Fix.NONE,
)
def _directory(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if not isinstance(survey.account, Account):
        return not_known(survey.account)
    if vault.tenant_id.lower() == survey.account.tenant_id.lower():
        return met(f"The vault {vault.name} belongs to the directory that you are signed in to.")
    return not_met(
        f"The vault {vault.name} belongs to another directory than the one you are signed in to.",
        "Sign in to the vault's directory, or choose another vault.",
        about=vault.id,
    )


@row(
    "V06",
    Group.VAULT,
    Severity.BLOCKER,
    "Soft delete is on",
    why="Without it, a key that somebody deletes is gone at once, and all data under it.",
    source=sources.ADOBE_VAULT,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _soft_delete(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if vault.soft_delete:
        return met(f"Soft delete is on: what is deleted can be recovered for {vault.retention_days} days.")
    return not_met(
        f"Soft delete is off for the vault {vault.name}. Adobe requires it.",
        "Turn soft delete on (it cannot be turned off again), or choose another vault.",
        about=vault.id,
    )


@row(
    "V07",
    Group.VAULT,
    Severity.BLOCKER,
    "Purge protection is on",
    why="Without it, somebody could erase the key for good, and all data under it.",
    source=sources.ADOBE_VAULT,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _purge_protection(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if vault.purge_protection:
        return met("Purge protection is on: nobody can erase what was deleted before its time.")
    return not_met(
        f"Purge protection is off for the vault {vault.name}. Adobe requires it.",
        "Turn purge protection on, or choose another vault. It is one way: it cannot be turned off again, and the "
        f"vault's name and content then stay for {vault.retention_days} days after a deletion.",
        about=vault.id,
    )


@row(
    "V08",
    Group.VAULT,
    Severity.BLOCKER,
    "The vault uses Azure role-based access control",
    why="Adobe's app is let in by a role; a vault with access policies does not look at roles.",
    source=sources.AZURE_RBAC,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _role_based(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if vault.managed_hsm:
        return not_needed("A Managed HSM always works with roles of its own (P09).")
    if vault.rbac:
        return met(f"The vault {vault.name} uses role-based access control.")
    return not_met(
        f"The vault {vault.name} uses access policies. Adobe requires Azure role-based access control."
        f"{cut_off(survey, 'a vault that does not look at roles')}",
        f"{_NEW_VAULT} Switching this one over would cut off everyone who relies on its access policies, at once; "
        "this program does not do it.",
        about=vault.id,
    )


@row(
    "V09",
    Group.VAULT,
    Severity.WARNING,
    "No access policy would lose its effect",
    why="The switch to role-based access control ends all access policies at the same moment: whatever uses the vault "
    "without a role stops working.",
    source=sources.AZURE_RBAC,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _access_policies(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    count = len(vault.access_policies)
    if vault.rbac or vault.managed_hsm:
        return not_needed(f"The vault {vault.name} does not work with access policies.")
    if not count:
        return met(f"The vault {vault.name} has no access policies.")
    who = "1 access policy" if count == 1 else f"{count} access policies"
    return not_met(
        f"{who} of the vault {vault.name} would lose {'its' if count == 1 else 'their'} effect if it were switched to "
        "role-based access control.",
        "Leave this vault as it is, and use another one for Adobe. If it has to be switched, first give each of those "
        "who have a policy the role that matches it.",
        about=vault.id,
    )


@row(
    "V10",
    Group.VAULT,
    Severity.BLOCKER,
    "The vault's tier is one that Adobe supports",
    why="Adobe supports Standard, Premium and Managed HSM; not Dedicated HSM and Payments HSM.",
    source=sources.ADOBE_VAULT,
    fix=Fix.NONE,
)
def _tier(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if vault.managed_hsm:
        return met("Adobe supports keys in a Managed HSM.")
    if vault.sku.lower() in ("standard", "premium"):
        return met(f"Adobe supports vaults of the tier {vault.sku}.")
    return not_met(f"The vault's tier {vault.sku} is not one that Adobe supports.", _NEW_VAULT, about=vault.id)


@row(
    "V17",
    Group.VAULT,
    Severity.WARNING,
    "A vault that exists already is as the one that was to be made",
    why="An existing vault is used as it is, and never changed to fit.",
    source=sources.THIS_PROGRAM,
    fix=Fix.GUIDED,
)
def _as_chosen(survey: Survey) -> Answer:
    choice = survey.choices.vault
    vault = vault_of(survey)
    if not choice.create:
        return not_needed("No vault was to be made.")
    if isinstance(vault, Answer):
        return vault
    differences = _differences(vault, choice.sku, choice.retention_days)
    if not differences:
        return met(f"The vault {vault.name} exists already, as it was to be made.")
    return not_met(
        f"The vault {vault.name} exists already, with {' and '.join(differences)}.",
        "It will be used as it is. Choose another name if that is not what you want.",
        about=vault.id,
    )


def _differences(vault: Vault, sku: str, retention_days: int) -> list[str]:
    found = []
    if vault.sku.lower() != sku.lower():
        found.append(f"tier {vault.sku} instead of {sku}")
    if vault.retention_days != retention_days:
        found.append(f"{vault.retention_days} days of retention instead of {retention_days}")
    return found


ROWS = (_directory, _soft_delete, _purge_protection, _role_based, _access_policies, _tier)
"""The rows of the table, in order."""
DIFFERENCE = (_as_chosen,)
"""The row that comes last."""
