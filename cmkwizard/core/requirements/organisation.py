"""What the organisation itself requires: one row for each rule of its policy file."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from cmkwizard.core.people import ORGANISATION, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.requirements import organisation_breaches as breaches
from cmkwizard.core.requirements.finding import (
    Answer,
    Fix,
    Group,
    Requirement,
    Severity,
    met,
    not_known,
    not_met,
    not_needed,
)
from cmkwizard.core.survey import NotKnown, Survey

_SOURCE = "Your organisation's policy file (policy.toml)"
_NO_POLICY = "No organisation policy is installed on this computer."
_CHOOSER = f"{YOU}, or {ORGANISATION}"
"""Who can put a choice right: whoever chose it, or whoever can allow it."""
_WHY = "Your organisation decided it; nothing is changed against it."


@dataclass(frozen=True)
class _Rule:
    """One rule of the policy file."""

    id: str
    key: str
    """Where it stands in the file."""
    required: str
    demand: Callable[[OrganisationPolicy], str]
    """What the policy says, as the end of the sentence "Your organisation …"; empty where the rule is not given."""
    breach: Callable[[Survey], str | breaches.ToDo | NotKnown | None]
    """What is against it, in a sentence; None: nothing."""
    remedy: str
    severity: Severity = Severity.BLOCKER
    fix: Fix = Fix.GUIDED
    who: str = _CHOOSER


def _answer(rule: _Rule, survey: Survey) -> Answer:
    policy = survey.policy
    if not policy.file:
        return not_needed(_NO_POLICY)
    demand = rule.demand(policy)
    if not demand:
        return not_needed(f"The policy {policy.file} does not say ({rule.key}).")
    rule_text = f"Your organisation {demand} ({rule.key} in {policy.file})."
    breach = rule.breach(survey)
    if isinstance(breach, NotKnown):
        return not_known(f"{rule_text} {breach.why}")
    if isinstance(breach, breaches.ToDo):
        return not_met(f"{breach.sentence} {rule_text}", rule.remedy, severity=Severity.WARNING, fix=Fix.GUIDED)
    if breach is None:
        return met(rule_text)
    return not_met(f"{breach} {rule_text}", rule.remedy)


def _row(rule: _Rule) -> Requirement:
    return Requirement(
        rule.id,
        Group.ORGANISATION,
        rule.severity,
        rule.required,
        _WHY,
        _SOURCE,
        rule.who,
        rule.fix,
        lambda survey: _answer(rule, survey),
    )


_CHOOSE = "Choose {} that is allowed, or ask for the policy to be changed."
_NAME_REMEDY = "Choose a name that fits, or ask for the policy to be changed."
_RULES = (
    _Rule(
        "O01",
        "allowed.tenants",
        "The directory is one that your organisation allows",
        lambda p: f"allows the directories {', '.join(p.allowed.tenants)}" if p.allowed.tenants else "",
        breaches.tenant,
        "Sign in to a directory that is allowed, or ask for the policy to be changed.",
    ),
    _Rule(
        "O02",
        "allowed.locations",
        "The region is one that your organisation allows",
        lambda p: f"allows the regions {', '.join(p.allowed.locations)}" if p.allowed.locations else "",
        breaches.location,
        _CHOOSE.format("a region"),
    ),
    _Rule(
        "O03",
        "allowed.kinds",
        "The kind of vault is one that your organisation allows",
        lambda p: f"allows the kinds {', '.join(p.allowed.kinds)}" if p.allowed.kinds else "",
        breaches.kind,
        _CHOOSE.format("a kind of vault"),
    ),
    _Rule(
        "O04",
        "allowed.tiers",
        "The vault's tier is one that your organisation allows",
        lambda p: f"allows the tiers {', '.join(p.allowed.tiers)}" if p.allowed.tiers else "",
        breaches.tier,
        _CHOOSE.format("a tier"),
    ),
    _Rule(
        "O05",
        "names.vault",
        "The vault's name is as your organisation names vaults",
        lambda p: f"names vaults like {p.names.vault}" if p.names.vault else "",
        breaches.name("vault", lambda s: (s.policy.names.vault, s.choices.vault.name)),
        _NAME_REMEDY,
    ),
    _Rule(
        "O06",
        "names.key",
        "The key's name is as your organisation names keys",
        lambda p: f"names keys like {p.names.key}" if p.names.key else "",
        breaches.name("key", lambda s: (s.policy.names.key, s.choices.key.name)),
        _NAME_REMEDY,
    ),
    _Rule(
        "O07",
        "names.resource_group",
        "The resource group's name is as your organisation names them",
        lambda p: f"names resource groups like {p.names.resource_group}" if p.names.resource_group else "",
        breaches.name("resource group", lambda s: (s.policy.names.resource_group, s.choices.azure.resource_group)),
        _NAME_REMEDY,
    ),
    _Rule(
        "O08",
        "names.configuration",
        "The configuration's name at Adobe is as your organisation names them",
        lambda p: f"names configurations like {p.names.configuration}" if p.names.configuration else "",
        breaches.name("configuration", lambda s: (s.policy.names.configuration, s.choices.adobe.configuration)),
        _NAME_REMEDY,
    ),
    _Rule(
        "O09",
        "tags",
        "The vault has your organisation's tags",
        lambda p: f"tags vaults with {', '.join(f'{k}={v}' for k, v in p.tags.items())}" if p.tags else "",
        breaches.tags,
        "Add the tags to the vault, under Tags in the Azure portal.",
        Severity.WARNING,  # the rule is for new vaults
        who=VAULT_ADMINISTRATOR,
    ),
    _Rule(
        "O10",
        "required.key_size",
        "The key is as long as your organisation requires",
        lambda p: f"requires keys of at least {p.required.key_size} bits" if p.required.key_size else "",
        breaches.key_size,
        "Choose a longer key. The length of a key cannot be changed: an existing one has to be replaced by a new one.",
    ),
    _Rule(
        "O11",
        "required.hsm",
        "The key is protected by hardware",
        lambda p: "requires keys that are protected by hardware (RSA-HSM)" if p.required.hsm else "",
        breaches.hsm,
        "Choose a key of the type RSA-HSM, in a vault of the premium tier or a Managed HSM.",
    ),
    _Rule(
        "O12",
        "required.restricted_network",
        "The vault's network is restricted",
        lambda p: "requires vaults with a restricted network" if p.required.restricted_network else "",
        breaches.network,
        "Choose a vault with a restricted network, or have whoever administers this one restrict it (Networking).",
    ),
    _Rule(
        "O13",
        "required.retention_days",
        "What is deleted can be recovered as long as your organisation requires",
        lambda p: (
            f"requires a retention of at least {p.required.retention_days} days" if p.required.retention_days else ""
        ),
        breaches.retention,
        "Choose a longer retention. It is fixed when a vault is made: choose another vault than an existing one.",
    ),
    _Rule(
        "O14",
        "required.rotation_days",
        "The key is rotated by itself",
        lambda p: (
            f"requires that keys are rotated after {p.required.rotation_days} days at most"
            if p.required.rotation_days
            else ""
        ),
        breaches.rotation,
        "Set a rotation policy on the key's page in the Azure portal.",
        who=VAULT_ADMINISTRATOR,
    ),
    _Rule(
        "O15",
        "required.audit_log",
        "The vault's audit events go where your organisation wants them",
        lambda p: f"wants vaults' audit events in {p.required.audit_log}" if p.required.audit_log else "",
        breaches.audit_log,
        "Once the vault is there, add a diagnostic setting for its audit events with this destination (see V14).",
        who=VAULT_ADMINISTRATOR,
    ),
    _Rule(
        "O16",
        "required.lock",
        "A lock protects the vault",
        lambda p: "requires a lock against deletion on the vault" if p.required.lock else "",
        breaches.lock,
        "Run the set-up with an account that may place locks (Locks Contributor, User Access Administrator or Owner), "
        "or have the lock added under Locks on the vault's page in the Azure portal.",
        Severity.WARNING,
        Fix.PROGRAM,
        SUBSCRIPTION_OWNER,
    ),
)


def rules_in_words(policy: OrganisationPolicy, ids: Collection[str]) -> tuple[str, ...]:
    """What the policy says under these ids, each in a sentence: "Your organisation allows …"."""
    demands = [rule.demand(policy) for rule in _RULES if rule.id in ids]
    return tuple(f"Your organisation {demand}." for demand in demands if demand)


def _writable(survey: Survey) -> Answer:
    policy = survey.policy
    if not policy.file:
        return not_needed(_NO_POLICY)
    if not policy.writable:
        return met(f"The policy is {policy.file}.")
    return not_met(
        f"{policy.writable} Your organisation's policy binds nobody so ({policy.file}).",
        "Have an administrator of this computer own the file and its folders, and let nobody else write them.",
        who="an administrator of this computer",
        about=policy.file,
    )


ROWS: tuple[Requirement, ...] = (
    *(_row(rule) for rule in _RULES),
    Requirement(
        "O17",
        Group.ORGANISATION,
        Severity.WARNING,
        "Only administrators of this computer can write its policy file",
        "Whoever can write the file decides what is allowed.",
        _SOURCE,
        ORGANISATION,
        Fix.OTHERS,
        _writable,
    ),
)
"""The rows of the table, in order."""
