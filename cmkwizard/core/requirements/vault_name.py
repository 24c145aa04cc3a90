"""A vault's name, region and presence (V01 to V04, V16)."""

from __future__ import annotations

from cmkwizard.core.facts import DeletedVault, Vault, VaultName
from cmkwizard.core.identifiers import vault_name_problem
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.rows import cut_off, kind_word, row
from cmkwizard.core.survey import NotKnown, Survey


def _name_of_new(survey: Survey) -> VaultName | Answer:
    """Whether a new vault can have the name, or what is to be said where none is made."""
    if isinstance(survey.vault, Vault):
        return not_needed(f"The {kind_word(survey.choices)} {survey.vault.name} exists already.")
    if not survey.choices.vault.create:
        return not_needed("No vault is made.")
    if isinstance(survey.vault, NotKnown):
        return not_known(survey.vault)
    return not_known(survey.vault_name) if isinstance(survey.vault_name, NotKnown) else survey.vault_name


@row(
    "V01",
    Group.VAULT,
    Severity.BLOCKER,
    "The vault's name is one that Azure accepts",
    why="Azure refuses other names, and a vault cannot be renamed.",
    source=sources.AZURE_ERRORS,
    fix=Fix.GUIDED,
)
def _accepted(survey: Survey) -> Answer:
    name = survey.choices.vault.name
    if not name:
        return not_known("No vault has been chosen yet.")
    if problem := vault_name_problem(name):
        return not_met(f"Azure does not accept {name} as a vault name. {problem}", "Choose another name.")
    answer = survey.vault_name
    if isinstance(answer, VaultName) and answer.reason == "AccountNameInvalid":
        return not_met(f"Azure does not accept {name} as a vault name.", "Choose another name.")
    return met(f"{name} is a name that Azure accepts.")


@row(
    "V02",
    Group.VAULT,
    Severity.BLOCKER,
    "The new vault's name is free",
    why="Vault names are unique in all of Azure, deleted vaults included.",
    source=sources.AZURE_ERRORS,
    fix=Fix.GUIDED,
)
def _free(survey: Survey) -> Answer:
    answer = _name_of_new(survey)
    if isinstance(answer, Answer):
        return answer
    if answer.available:
        return met(f"The name {answer.name} is free.")
    if answer.reason == "AccountNameInvalid":
        return not_needed("Azure does not accept the name (V01).")
    if isinstance(survey.deleted_vault, DeletedVault):
        return not_needed(f"A deleted vault of this subscription holds the name {answer.name} (V03).")
    return not_met(
        f"The vault name {answer.name} is taken: vault names are unique in all of Azure.",
        "Choose another name. If the vault is yours, choose its subscription and resource group.",
    )


@row(
    "V03",
    Group.VAULT,
    Severity.BLOCKER,
    "No deleted vault holds the name",
    why="A deleted vault keeps its name until it is recovered or erased, up to 90 days later.",
    source=sources.AZURE_RECOVERY,
    fix=Fix.PROGRAM,
)
def _not_deleted(survey: Survey) -> Answer:
    deleted = survey.deleted_vault
    if isinstance(survey.vault, Vault):
        return not_needed(f"The {kind_word(survey.choices)} {survey.vault.name} exists.")
    if isinstance(deleted, DeletedVault):
        return _deleted(deleted, survey)
    if isinstance(survey.vault_name, VaultName) and survey.vault_name.available:
        return met(f"No deleted vault holds the name {survey.vault_name.name}.")
    if isinstance(deleted, NotKnown):
        return not_known(survey.vault if isinstance(survey.vault, NotKnown) else deleted)
    return met("No deleted vault of this subscription holds the name.")


def _deleted(deleted: DeletedVault, survey: Survey) -> Answer:
    when = f" on {deleted.deleted_at:%Y-%m-%d}" if deleted.deleted_at else ""
    until = (
        f" It can be recovered until it is erased on {deleted.purge_at:%Y-%m-%d}, and holds its name until then."
        if deleted.purge_at
        else ""
    )
    again = "A recovered vault comes back without its role assignments: Adobe's app needs its role once more."
    lost = cut_off(survey)
    if survey.choices.vault.create:
        return not_met(
            f"A deleted vault still holds the name {deleted.name}{when and f' (deleted{when})'}.{until}{lost}",
            f"Choose another name, or recover the deleted vault and use it. {again}",
            about=deleted.id,
        )
    return not_met(
        f"The vault {deleted.name} was deleted{when}.{until}{lost}",
        f"Recover it, if it is the one you mean. {again}",
        severity=Severity.WARNING,  # that it is missing is what blocks (V16)
        about=deleted.id,
    )


@row(
    "V04",
    Group.VAULT,
    Severity.BLOCKER,
    "The subscription can have vaults in the region",
    why="Azure offers key vaults in some regions only, and not every subscription has all of them.",
    source=sources.AZURE_ERRORS,
    fix=Fix.GUIDED,
)
def _region(survey: Survey) -> Answer:
    if isinstance(survey.vault, Vault):
        return not_needed(f"The {kind_word(survey.choices)} {survey.vault.name} is in {survey.vault.location}.")
    if not survey.choices.vault.create:
        return not_needed("No vault is made.")
    if isinstance(survey.vault, NotKnown):
        return not_known(survey.vault)
    region = survey.choices.azure.location
    if not region:
        return not_met("A new resource group and vault need a region.", "Choose a region.")
    if isinstance(survey.regions, NotKnown):
        return not_known(survey.regions)
    if _plain(region) in {_plain(each) for each in survey.regions}:
        return met(f"The subscription can have vaults in {region}.")
    return not_met(f"The subscription cannot have key vaults in the region {region}.", "Choose another region.")


def _plain(region: str) -> str:
    return region.replace(" ", "").lower()


@row(
    "V16",
    Group.VAULT,
    Severity.BLOCKER,
    "The vault that is to be used exists",
    why="Everything else builds on it.",
    source=sources.ADOBE_VAULT,
    fix=Fix.GUIDED,
)
def _exists(survey: Survey) -> Answer:
    name, noun = survey.choices.vault.name, kind_word(survey.choices)
    if isinstance(survey.vault, Vault):
        return met(f"The {noun} {survey.vault.name} exists.", about=survey.vault.id)
    if isinstance(survey.vault, NotKnown):
        return not_known(survey.vault)
    if survey.choices.vault.create:
        return not_needed(f"The vault {name} is to be made.")
    return not_met(
        f"There is no {noun} {name} in the resource group {survey.choices.azure.resource_group}, "
        f"or this account cannot see it.{cut_off(survey, 'a vault that is gone')}",
        "Check the name, the resource group and the subscription"
        + (", or recover the deleted vault (V03)." if isinstance(survey.deleted_vault, DeletedVault) else _make(noun)),
    )


def _make(noun: str) -> str:
    return ", or let this program create the vault." if noun == "vault" else "."


ROWS = (_accepted, _free, _not_deleted, _region)
"""The rows of the table, in order."""
EXISTENCE = (_exists,)
"""The row that comes after the vault's properties."""
