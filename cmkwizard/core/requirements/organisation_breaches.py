"""What goes against a rule of the organisation's policy: one function for each rule, judged from the facts.

Each answers None where nothing does, a sentence with what was found, or why that is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cmkwizard.core.facts import Key, Vault
from cmkwizard.core.name_patterns import matches
from cmkwizard.core.roles import LOCK_WRITE, allows
from cmkwizard.core.rotation import days_of
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey


@dataclass(frozen=True)
class ToDo:
    """What can only be done once the vault is there."""

    sentence: str


def _vault(survey: Survey) -> Vault | NotKnown | None:
    """The vault as it is; None where it will be made as chosen."""
    if survey.vault is NOT_READ and survey.choices.vault.create:
        return None
    return survey.vault


def _key(survey: Survey) -> Key | NotKnown | None:
    """The key as it is; None where it will be made as chosen."""
    if survey.key is NOT_READ and survey.vault in (None, NOT_READ) and survey.choices.vault.create:
        return None
    return survey.key


def _called(what: str, name: str) -> str:
    return f"The {what} {name}" if name else f"The {what}"


def _place(name: str) -> str:
    return name.lower().replace(" ", "")


def tenant(survey: Survey) -> str | NotKnown | None:
    """A directory that is not among the allowed ones."""
    account = survey.account
    id_ = survey.choices.azure.tenant if isinstance(account, NotKnown) else account.tenant_id
    if not id_:
        return account if isinstance(account, NotKnown) else None
    allowed = [each.lower() for each in survey.policy.allowed.tenants]
    return None if id_.lower() in allowed else f"The directory is {id_}."


def location(survey: Survey) -> str | NotKnown | None:
    """A region that is not."""
    vault, azure = _vault(survey), survey.choices.azure
    if isinstance(vault, NotKnown):
        return vault
    place = vault.location if vault else azure.location
    allowed = [_place(each) for each in survey.policy.allowed.locations]
    if not place or _place(place) in allowed:
        return None
    return f"{_called('vault', survey.choices.vault.name)} {'is' if vault else 'would be'} in {place}."


def kind(survey: Survey) -> str | NotKnown | None:
    """A kind of vault that is not."""
    vault, choice = _vault(survey), survey.choices.vault
    found = choice.kind
    if isinstance(vault, Vault):
        found = "managed-hsm" if vault.managed_hsm else "vault"
    return (
        None if found in survey.policy.allowed.kinds else f"{_called('vault', choice.name)} is of the kind “{found}”."
    )


def tier(survey: Survey) -> str | NotKnown | None:
    """A tier that is not."""
    vault, choice = _vault(survey), survey.choices.vault
    if isinstance(vault, NotKnown):
        return vault
    if choice.kind == "managed-hsm" or (vault is not None and vault.managed_hsm):
        return None
    found = (vault.sku if vault else choice.sku).lower()
    return (
        None
        if found in survey.policy.allowed.tiers
        else f"{_called('vault', choice.name)} {'is' if vault else 'would be'} of the tier “{found}”."
    )


def name(what: str, of: Callable[[Survey], tuple[str, str]]) -> Callable[[Survey], str | None]:
    """A name that does not match; ``of`` answers pattern and name."""

    def breach(survey: Survey) -> str | None:
        pattern, chosen = of(survey)
        if not chosen or matches(pattern, chosen):
            return None
        return f"The name of the {what} is {chosen}."

    return breach


def tags(survey: Survey) -> str | NotKnown | None:
    """Tags that an existing vault lacks; a new one gets them."""
    vault = _vault(survey)
    if vault is None:
        return None  # a new vault gets them
    if isinstance(vault, NotKnown):
        return vault
    there = dict(vault.tags)
    missing = [f"{name}={value}" for name, value in survey.policy.tags.items() if there.get(name) != value]
    return f"The vault {vault.name} lacks the tags {', '.join(missing)}." if missing else None


def key_size(survey: Survey) -> str | NotKnown | None:
    """A key that is too short."""
    key, choice = _key(survey), survey.choices.key
    if isinstance(key, NotKnown):
        return key
    size = key.size if key else choice.size
    return (
        None
        if size >= survey.policy.required.key_size
        else f"{_called('key', choice.name)} {'has' if key else 'would have'} {size} bits."
    )


def hsm(survey: Survey) -> str | NotKnown | None:
    """A key that hardware does not protect."""
    key, choice = _key(survey), survey.choices.key
    if isinstance(key, NotKnown):
        return key
    type_ = key.type if key else choice.type
    return (
        None
        if type_ == "RSA-HSM"
        else f"{_called('key', choice.name)} {'is' if key else 'would be'} of the type {type_}."
    )


def network(survey: Survey) -> str | NotKnown | None:
    """A vault that all networks reach."""
    vault, choice = _vault(survey), survey.choices.vault
    if isinstance(vault, NotKnown):
        return vault
    if vault is None:
        closed = choice.network == "restricted"
    else:
        closed = not vault.public_access or vault.default_action.lower() == "deny"
    return None if closed else f"{_called('vault', choice.name)} {'is' if vault else 'would be'} open to all networks."


def retention(survey: Survey) -> str | NotKnown | None:
    """A vault that keeps what is deleted too briefly."""
    vault, choice = _vault(survey), survey.choices.vault
    if isinstance(vault, NotKnown):
        return vault
    days = vault.retention_days if vault else choice.retention_days
    if days >= survey.policy.required.retention_days:
        return None
    return f"{_called('vault', choice.name)} {'keeps' if vault else 'would keep'} what is deleted for {days} days."


def rotation(survey: Survey) -> str | NotKnown | None:
    """An existing key that nothing rotates, or too rarely; a new one gets its rotation."""
    key, found = _key(survey), survey.rotation
    if key is None:
        return None  # a new key gets it
    if isinstance(key, NotKnown):
        return key
    if isinstance(found, NotKnown):
        return found
    if found is None or not found.rotates:
        return f"The key {key.name} is not rotated by itself."
    days = days_of(found.after)
    if key.expires is None and days is not None and days > survey.policy.required.rotation_days:
        return f"The key {key.name} is rotated after {days} days."
    return None


def audit_log(survey: Survey) -> str | ToDo | NotKnown | None:
    """Audit events of an existing vault that go elsewhere, or nowhere; and a vault that is still to be made."""
    vault, settings = _vault(survey), survey.diagnostics
    if vault is None:
        return ToDo("The new vault's audit events go nowhere at first.")
    if isinstance(settings, NotKnown):
        return settings
    wanted = survey.policy.required.audit_log.lower()
    if any(each.audit and each.destination.lower() == wanted for each in settings):
        return None
    return f"The audit events of the vault {survey.choices.vault.name} do not go there."


def lock(survey: Survey) -> str | ToDo | NotKnown | None:
    """A vault in use without a lock, or an account that may not place it at the end of the set-up."""
    vault, done = _vault(survey), survey.configuration
    if isinstance(vault, Vault):
        if isinstance(survey.locks, NotKnown):
            return survey.locks
        if any(each.level.lower() in ("cannotdelete", "readonly") for each in survey.locks):
            return None
        if not isinstance(done, NotKnown) and done is not None:
            return f"No lock protects the vault {vault.name}."
    if isinstance(survey.rights, NotKnown):
        return survey.rights
    if not allows(survey.rights, LOCK_WRITE):
        return ToDo("The lock is placed at the end of the set-up, and your account may not place locks.")
    return None
