"""What surrounds a vault (V11 to V14): locks, Azure Policy, other keys, the audit log."""

from __future__ import annotations

from cmkwizard.core.facts import Lock
from cmkwizard.core.people import POLICY_OWNER, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.needs import changes
from cmkwizard.core.requirements.rows import is_hsm, kind_word, listed, place, row, vault_of
from cmkwizard.core.survey import NotKnown, Survey


@row(
    "V11",
    Group.VAULT,
    Severity.WARNING,
    "No lock stands in the way, and one protects the vault from deletion",
    why="A read-only lock refuses every change below it; a lock against deletion keeps the vault and its keys.",
    source=sources.AZURE_LOCKS,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.GUIDED,
)
def _locks(survey: Survey) -> Answer | tuple[Answer, ...]:
    if isinstance(survey.locks, NotKnown):
        return not_known(survey.locks)
    closed = [lock for lock in survey.locks if lock.level.lower() == "readonly"]
    if closed:
        return tuple(_read_only(lock, stops=changes(survey)) for lock in closed)
    noun, vault = kind_word(survey.choices), vault_of(survey)
    # A Managed HSM keeps its roles itself, where locks of Azure Resource Manager do not reach.
    roles, hsm = "It also refuses to remove role assignments", is_hsm(survey)
    if survey.locks:
        return tuple(
            met(
                f"The lock {lock.name} (CanNotDelete) on {place(lock.scope)} protects the {noun} from deletion."
                + ("" if hsm else f" {roles}: taking Adobe's access away needs it lifted first."),
                about=lock.scope,
            )
            for lock in survey.locks
        )
    if survey.vault is None and isinstance(vault, Answer):
        if survey.choices.vault.create:
            return not_needed(f"The {noun} does not exist yet. Have a lock protect it from deletion once it is there.")
        return vault
    return not_met(
        f"No lock protects the {noun} {survey.choices.vault.name} from deletion.",
        f"Add a lock of the level CanNotDelete to the {noun} once the set-up is done."
        + ("" if hsm else f" {roles}, so it has to be lifted before Adobe's access can be taken away."),
        severity=Severity.NOTE,
    )


def _read_only(lock: Lock, *, stops: bool) -> Answer:
    notes = f" Its note says: “{lock.notes}”." if lock.notes else ""
    found = f"The lock {lock.name} (ReadOnly) on {place(lock.scope)} refuses every change there.{notes}"
    if stops:
        return not_met(
            f"{found} The set-up has something to change there.",
            f"Have the lock {lock.name} on {place(lock.scope)} lifted, and put back afterwards as CanNotDelete.",
            severity=Severity.BLOCKER,
            about=lock.scope,
        )
    return not_met(
        f"{found} Nothing has to be changed there now; repairs and taking Adobe's access away would be refused.",
        "Have it replaced by a lock of the level CanNotDelete, which protects the vault as well.",
        severity=Severity.NOTE,
        about=lock.scope,
    )


_THINGS = {"vault": "the vault", "key": "the key", "group": "the resource group"}


@row(
    "V12",
    Group.VAULT,
    Severity.WARNING,
    "Azure Policy allows what is to be made",
    why="Azure refuses what a policy denies, when it is made.",
    source=sources.AZURE_POLICY,
    who=POLICY_OWNER,
    fix=Fix.OTHERS,
)
def _policies(survey: Survey) -> Answer | tuple[Answer, ...]:
    if isinstance(survey.denials, NotKnown):
        return not_known(survey.vault if isinstance(survey.vault, NotKnown) else survey.denials)
    if not survey.denials:
        return met("Azure Policy refuses nothing of what is to be made.")
    return tuple(
        not_met(
            f"The Azure Policy “{each.policy}” would refuse {_THINGS.get(each.what, each.what)}."
            + (f" It says: {each.reason.rstrip('.')}." if each.reason else ""),
            f"Choose settings that the policy allows, or ask for an exemption from “{each.policy}”.",
            about=each.assignment,
        )
        for each in survey.denials
    )


@row(
    "V13",
    Group.VAULT,
    Severity.WARNING,
    "The vault holds nothing but Adobe's key",
    why="Who administers one key of a vault often reaches all of them, and what is done to the vault hits them all.",
    source=sources.AZURE_RBAC,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _dedicated(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if isinstance(survey.key_names, NotKnown):
        return not_known(survey.key_names)
    others = other_keys(survey.key_names, survey.choices.key.name)
    if not others:
        return met(f"The vault {vault.name} holds no other key.")
    return not_met(
        f"The vault {vault.name} also holds {'the key' if len(others) == 1 else f'{len(others)} other keys:'} "
        f"{listed(others)}.",
        "Use a vault of its own for Adobe, unless you know that the other keys may share its fate.",
        about=vault.id,
    )


def other_keys(names: tuple[str, ...], chosen: str) -> list[str]:
    """The keys of the vault that are not Adobe's."""
    return [name for name in names if name.lower() != chosen.lower()]


@row(
    "V14",
    Group.VAULT,
    Severity.WARNING,
    "The vault's audit events are kept",
    why="Only they show who used or changed the key, and whether Adobe still reaches it.",
    source=sources.ADOBE_UI,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _audit_log(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        if survey.vault is None and survey.choices.vault.create:
            return not_needed("The vault does not exist yet. Have its audit events kept once it is there.")
        return vault
    if isinstance(survey.diagnostics, NotKnown):
        return not_known(survey.diagnostics)
    kept, noun = [each for each in survey.diagnostics if each.audit], kind_word(survey.choices)
    if kept:
        return met(f"The audit events of the {noun} {vault.name} go to {place(kept[0].destination)}.")
    return not_met(
        f"The audit events of the {noun} {vault.name} are not kept anywhere.",
        "Add a diagnostic setting that sends its audit events to a Log Analytics workspace or a storage account.",
        about=vault.id,
    )


ROWS = (_locks, _policies, _dedicated, _audit_log)
"""The rows of the table, in order."""
