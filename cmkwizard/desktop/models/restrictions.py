"""What the organisation's policy leaves to choose from, and how a page says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.requirements.organisation import rules_in_words

Option = tuple[str, str, str]
"""Id, text with a mnemonic, and what it means."""


def allowed_options(options: Sequence[Option], allowed: Collection[str]) -> tuple[Option, ...]:
    """The options that may be chosen; all where nothing is restricted, or nothing would be left."""
    return tuple(each for each in options if each[0] in allowed) or tuple(options)


def policy_title(policy: OrganisationPolicy, words: str) -> str:
    """Who set what ``words`` say; empty where they say nothing."""
    return f"Set by your organisation ({policy.file})" if words else ""


def policy_words(policy: OrganisationPolicy, ids: Collection[str]) -> str:
    """What the policy says under these ids of the table; empty where it says nothing."""
    return "\n".join(rules_in_words(policy, ids))
