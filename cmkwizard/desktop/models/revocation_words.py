"""Sentences of the revocation that stand on several of its pages, made of what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmkwizard.core.built_in_roles import role_name
from cmkwizard.core.choices import Choices
from cmkwizard.core.revocation_effects import OTHER_TIMES

if TYPE_CHECKING:
    from cmkwizard.core.impact import Impact
    from cmkwizard.core.policy import RevocationRules

KINDS = {
    "cannot be undone": "Cannot be undone",
    "may not come back": "May not come back",
    "can be given back": "What giving the role back brings",
}
"""What a consequence is, the gravest first, with its heading."""


def about(choices: Choices) -> tuple[tuple[str, str], ...]:
    """What the set-up of this computer is about, by name and value; empty values are left out."""
    pairs = (
        ("Organisation", choices.adobe.organisation),
        ("Vault", choices.vault.name),
        ("Key", choices.key.name),
        ("Subscription", choices.azure.subscription),
    )
    return tuple(pair for pair in pairs if pair[1])


def lacking(choices: Choices) -> str:
    """What is not known and has to be, in a sentence; empty: nothing."""
    missing = [
        name
        for name, value in (
            ("the directory", choices.azure.tenant),
            ("the subscription", choices.azure.subscription),
            ("the vault", choices.vault.name),
            ("the key", choices.key.name),
            ("the organisation", choices.adobe.organisation),
        )
        if not value
    ]
    if not missing:
        return ""
    return (
        f"This computer does not know {', '.join(missing)}. Go through the set-up's pages up to “Key” first: "
        "they change nothing, and tell the program what this is about."
    )


def demanded(rules: RevocationRules) -> str:
    """What the organisation's rules add to what is always asked for, in sentences; empty: nothing."""
    parts = []
    if rules.two_persons:
        parts.append("a second person with another account, who acts on the request file of the first")
    if rules.cooling_off_minutes:
        parts.append(f"{rules.cooling_off_minutes} minutes between the request file and the act")
    if rules.arming_delay_seconds:
        parts.append(f"the impact to be in sight for {rules.arming_delay_seconds} seconds")
    if not parts:
        return ""
    return f"Your organisation requires {'; '.join(parts)}. To give access back, one person is enough, at once."


def facts(impact: Impact) -> tuple[tuple[str, str], ...]:
    """What would go, by name and value."""
    assignment = impact.assignment
    pairs = [
        ("Organisation", f"{impact.organisation}, with all its sandboxes"),
        ("Configuration", f"{impact.configuration} ({impact.status or 'not known to Adobe'})"),
        ("Vault", impact.vault_id or impact.vault_name),
        ("Key", impact.key_identifier or impact.key_name),
        ("Adobe's app", f"application {impact.application_id}, object {impact.app_object_id}"),
    ]
    if assignment is not None:
        pairs += [
            ("Assignment that would go", assignment.id),
            ("Its role", f"{role_name(assignment.role)} ({assignment.role})"),
            ("Its scope", assignment.scope),
        ]
    return tuple(pairs)


def sources(impact: Impact) -> str:
    """Where the times come from."""
    named = dict.fromkeys(each.source for each in impact.windows)
    if not named:
        return ""
    return f"Source: {'; '.join(named)}. Giving access back may take as long. {OTHER_TIMES}"


def who_else(impact: Impact) -> tuple[str, ...]:
    """Who else would keep access, a sentence each."""
    if not impact.others:
        return ("Nobody else that Azure shows keeps a role with which the key can be used.",)
    keeps = "Adobe would keep access: this one assignment is not its only way to the key."
    return (*((keeps,) if impact.adobe_keeps else ()), *(f"{each.sentence} ({each.how})." for each in impact.others))
