"""How a row of the table is written, and how its check reads the survey."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import App, Configuration, Key, Vault
from cmkwizard.core.people import YOU
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Requirement, Severity, not_known, not_needed
from cmkwizard.core.submission import is_about
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey

Check = Callable[[Survey], Answer | tuple[Answer, ...]]

UP_TO = 5
"""How many names a sentence lists."""


def row(
    id_: str,
    group: Group,
    severity: Severity,
    required: str,
    *,
    why: str,
    source: str,
    who: str = YOU,
    fix: Fix = Fix.NONE,
) -> Callable[[Check], Requirement]:
    """Make the decorated check a row of the table."""
    return lambda check: Requirement(id_, group, severity, required, why, source, who, fix, check)


def vault_of(survey: Survey) -> Vault | Answer:
    """The vault, or what is to be said where there is none to look at."""
    if isinstance(survey.vault, Vault):
        return survey.vault
    if isinstance(survey.vault, NotKnown):
        return not_known(survey.vault)
    name, noun = survey.choices.vault.name, kind_word(survey.choices)
    if survey.choices.vault.create:
        return not_needed(f"The {noun} {name} does not exist yet: it is made as Adobe requires.")
    return not_known(f"There is no {noun} {name} to look at.")


def key_of(survey: Survey) -> Key | Answer:
    """The key's current version, or what is to be said where there is none to look at."""
    if not key_absent(survey):
        if isinstance(survey.key, NotKnown):
            return not_known(survey.vault if isinstance(survey.vault, NotKnown) else survey.key)
        if survey.key is not None:
            return survey.key
    name = survey.choices.key.name
    if submitted(survey) or (survey.vault is None and not survey.choices.vault.create):
        return not_known(f"There is no key {name} to look at.")
    return not_needed(f"The key {name} does not exist yet: it is made as Adobe requires.")


def app_fact(survey: Survey) -> App | NotKnown | None:
    """Adobe's app as it was read; where it was not looked for, why it could not be: Adobe did not name it."""
    if survey.app is NOT_READ and isinstance(survey.registration, NotKnown):
        return survey.registration
    return survey.app


def key_absent(survey: Survey) -> bool:
    """Whether the key is known not to be there: where there is no vault, there is no key."""
    return survey.key is None or survey.vault is None


def submitted(survey: Survey) -> Configuration | None:
    """What Adobe holds about the chosen vault and key: from then on, what is missing cuts Adobe off."""
    found = survey.configuration
    if not isinstance(found, Configuration):
        return None
    vault = survey.vault if isinstance(survey.vault, Vault) else None
    return found if is_about(found, survey.choices, vault) else None


def cut_off(survey: Survey, what: str = "this") -> str:
    """What it may mean for Adobe that access to the key is narrower than it was; empty while Adobe was not given it.

    Adobe lists the same causes under a removal on purpose and under a failure (Adobe customer-managed keys, alert
    resolution reference): which of them it will be is never promised. ``what`` stands for the cause in the sentence.
    """
    if submitted(survey) is None:
        return ""
    return (
        f" Adobe was given this key, and may take {what} for access withdrawn on purpose: "
        "Adobe may purge your organisation's data."
    )


def is_hsm(survey: Survey) -> bool:
    """Whether a Managed HSM was chosen."""
    return survey.choices.vault.kind == "managed-hsm" or (isinstance(survey.vault, Vault) and survey.vault.managed_hsm)


def kind_word(choices: Choices) -> str:
    """What the keys are kept in, in a word."""
    return "Managed HSM" if choices.vault.kind == "managed-hsm" else "vault"


def listed(names: Iterable[str], most: int = UP_TO) -> str:
    """Names in a sentence: ``a, b and c``, or ``a, b and 7 more``."""
    every = list(names)
    shown = every if len(every) <= most else [*every[: most - 1], f"{len(every) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


_PLACES = {
    "subscriptions": "the subscription",
    "resourcegroups": "the resource group {}",
    "managementgroups": "the management group {}",
    "vaults": "the vault {}",
    "managedhsms": "the Managed HSM {}",
    "keys": "the key {}",
}


def place(scope: str) -> str:
    """A resource id in words: ``the resource group rg-cmk``."""
    parts = scope.strip("/").split("/")
    if len(parts) < 2:
        return "the whole directory"
    return _PLACES.get(parts[-2].lower(), "{}").format(parts[-1])
