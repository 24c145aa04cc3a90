"""That the key is there, recoverable, and named as Adobe needs it (K01, K08 to K12)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from cmkwizard.core.facts import Key, Vault
from cmkwizard.core.identifiers import KeyIdentifier
from cmkwizard.core.people import ADOBE_SUPPORT, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.firewall import ROLE_REFUSALS
from cmkwizard.core.requirements.rows import cut_off, is_hsm, key_absent, key_of, row, submitted, vault_of
from cmkwizard.core.survey import NotKnown, Survey


@row(
    "K01",
    Group.KEY,
    Severity.BLOCKER,
    "The key is there",
    why="Without its key, Adobe's data stores cannot be read.",
    source=sources.ADOBE_RESOLUTION,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _exists(survey: Survey) -> Answer:
    name = survey.choices.key.name
    if not key_absent(survey):
        if isinstance(survey.key, NotKnown):
            return not_known(survey.vault if isinstance(survey.vault, NotKnown) else survey.key)
        return met(f"The key {name} is there.", about=survey.key.identifier if survey.key else "")
    if survey.vault is None and not survey.choices.vault.create:
        return not_known(f"There is no vault {survey.choices.vault.name} to look at.")
    if submitted(survey):
        return not_met(
            f"The key {name} is not there any more.{cut_off(survey)}",
            "Recover the key, or its vault, where it was deleted. Do not make a new key of the same name: the data "
            "stays under the old one. If it cannot be recovered, ask Adobe support.",
            who=f"{VAULT_ADMINISTRATOR}, with {ADOBE_SUPPORT}",
            fix=Fix.OTHERS,
        )
    if survey.deleted_key is True:
        return not_needed(f"There is no key {name}, because it was deleted (K10).")
    return not_met(
        f"The key {name} does not exist yet.",
        "Go on: the set-up creates it.",
        who=YOU,
        severity=Severity.NOTE,
    )


@row(
    "K08",
    Group.KEY,
    Severity.WARNING,
    "A deleted key can be recovered, and not erased",
    why="An erased key takes all data under it along.",
    source=sources.MICROSOFT_CUSTOMER_KEY,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.NONE,
)
def _recoverable(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    access = survey.data_access
    if isinstance(access, NotKnown):
        return not_known(access)
    level = access.recovery_level
    if not level:
        because = f" (it refused with {access.refusal})" if access.refusal else ""
        role = "a local role such as Managed HSM Crypto User" if is_hsm(survey) else "a role such as Key Vault Reader"
        takes = f" That takes {role} there." if access.refusal in ROLE_REFUSALS else ""
        return not_known(f"Only the vault itself tells how a deleted key is kept, and it did not{because}.{takes}")
    if "recoverable" in level.lower() and "purgeable" not in level.lower():
        return met(f"A deleted key {key.name} can be recovered, and nobody can erase it before its time ({level}).")
    return not_met(
        f"A deleted key {key.name} could be erased at once ({level}).",
        "Turn purge protection on for the vault (V07).",
        about=key.identifier,
    )


@row(
    "K09",
    Group.KEY,
    Severity.NOTE,
    "Wrapping and unwrapping with the key works",
    why="A trial is the only proof that a key works; Adobe makes it when the key is submitted.",
    source=sources.THIS_PROGRAM,
    fix=Fix.NONE,
)
def _works(survey: Survey) -> Answer:
    key = key_of(survey)
    if isinstance(key, Answer):
        return key
    return not_known("A trial with your own account is not made: it needs a role on the keys.")


@row(
    "K10",
    Group.KEY,
    Severity.BLOCKER,
    "No deleted key holds the name",
    why="A deleted key keeps its name until it is recovered or erased.",
    source=sources.AZURE_RECOVERY,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _not_deleted(survey: Survey) -> Answer:
    name = survey.choices.key.name
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if isinstance(survey.key, Key):
        return not_needed(f"The key {name} is there.")
    if isinstance(survey.deleted_key, NotKnown):
        return not_known(survey.key if isinstance(survey.key, NotKnown) else survey.deleted_key)
    if not survey.deleted_key:
        return met(f"No deleted key of the vault {vault.name} holds the name {name}.")
    return not_met(
        f"A deleted key of the vault {vault.name} still holds the name {name}.{cut_off(survey)}",
        "Recover the deleted key, if it is the one you mean"
        + ("." if submitted(survey) else ", or choose another name."),
        about=f"{vault.uri}keys/{name}",
    )


@row(
    "K11",
    Group.KEY,
    Severity.NOTE,
    "A backup of the key is recorded",
    why="A backup can be restored when vault and key are lost, into a vault of the same subscription and geography.",
    source=sources.MICROSOFT_CUSTOMER_KEY,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _backup(survey: Survey) -> Answer:
    key, backup = key_of(survey), survey.key_backup_at
    if isinstance(key, Answer):
        return key
    if isinstance(backup, datetime):
        return met(f"A backup of the key {key.name} was recorded on {backup:%Y-%m-%d}.")
    if isinstance(backup, NotKnown):
        return not_known(backup)
    return not_met(
        f"This computer's records know of no backup of the key {key.name}.",
        "Download a backup on the key's page in the Azure portal, and keep it where the vault's administrators keep "
        "such things. It can be opened by Azure only.",
        about=key.identifier,
    )


@row(
    "K12",
    Group.KEY,
    Severity.BLOCKER,
    "The key's identifier names this vault, and a version",
    why="Adobe is given the identifier with its version; of another vault, it would be another key.",
    source=sources.ADOBE_API,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.NONE,
)
def _identifier(survey: Survey) -> Answer:
    key, vault = key_of(survey), vault_of(survey)
    if isinstance(key, Answer):
        return key
    if isinstance(vault, Answer):
        return vault
    wrong = _wrong(key.identifier, vault)
    if not wrong:
        return met(f"The key's identifier is {key.identifier}.", about=key.identifier)
    return not_met(
        f"The identifier that Azure answered for the key {key.name} cannot be given to Adobe: {wrong}.",
        "Check again. If it stays so, look at the key in the Azure portal, and do not submit it.",
        about=key.identifier,
    )


def _wrong(text: str, vault: Vault) -> str:
    host = urlsplit(vault.uri).netloc.lower().removesuffix(":443")
    try:
        identifier = KeyIdentifier.parse(text, [f".{host.partition('.')[2]}"])
    except (Problem, ValueError):
        return "it is not the identifier of a key in this cloud"
    if identifier.host.removesuffix(":443") != host:
        return f"it names the vault {identifier.host} instead of {host}"
    return "" if identifier.version else "it names no version"


EXISTENCE = (_exists,)
"""The row that comes before the key's properties."""
ROWS = (_recoverable, _works, _not_deleted, _backup, _identifier)
"""The rows that come after them, in order."""
