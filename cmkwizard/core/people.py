"""Who can do what is to be done: the words that findings, remedies and requests use."""

from __future__ import annotations

YOU = "you"
VAULT_ADMINISTRATOR = "a vault administrator"
SUBSCRIPTION_OWNER = "an owner of the subscription"
ENTRA_ADMINISTRATOR = "an Entra administrator"
NETWORK_ADMINISTRATOR = "a network administrator"
POLICY_OWNER = "the owner of the Azure Policy"
ADOBE_ADMINISTRATOR = "an Adobe product administrator"
ADOBE_DEVELOPER = "a developer of the Adobe organisation"
ADOBE_OPERATOR = "whoever has the Adobe credential"
ADOBE_SUPPORT = "Adobe support"
ORGANISATION = "whoever keeps your organisation's policy file"
READER = "whoever checks without changing anything"


def others(who: str) -> str:
    """Who is to be asked, where you yourself are one of those who can do it: "you, with Adobe support"."""
    return who.removeprefix(f"{YOU}, with ").removeprefix(f"{YOU}, or ")
