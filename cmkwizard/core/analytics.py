"""The second procedure: Customer Journey Analytics has a vault, a key and an app of its own, and a ticket for the rest.

Source: Customer Journey Analytics, customer-managed keys; Journey Optimizer, customer-managed keys (which needs this
procedure too, with or without a licence for Customer Journey Analytics). No interface of Adobe's takes the key.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cmkwizard.core.choices import ANALYTICS, JOURNEY_OPTIMIZER, AnalyticsChoice, Choices, VaultChoice
from cmkwizard.core.facts import Registration

APPLICATION_ID = "251e3919-1940-4296-bb8b-6b9a5e8a4805"
"""Of the app of Customer Journey Analytics (Customer Journey Analytics, customer-managed keys)."""
APPLICATION_NAME = "Customer Journey Analytics"
NAMES = {JOURNEY_OPTIMIZER: "Journey Optimizer", ANALYTICS: APPLICATION_NAME}
"""The applications, as people call them."""


def needs_analytics(choices: Choices) -> bool:
    """Whether the second procedure has to be done."""
    return bool(choices.analytics.applications)


def analytics_registration(sign_in: str, landing: str) -> Registration:
    """Which app has to be accepted, and where: documented, not asked of Adobe.

    ``sign_in`` is the address of Microsoft's sign-in, ``landing`` that of Experience Cloud. The consent address is
    checked, and built anew for the directory, as one that came from Adobe is.
    """
    query = f"response_type=code&client_id={APPLICATION_ID}&redirect_uri={landing}&scope=user.read"
    return Registration(APPLICATION_ID, APPLICATION_NAME, f"{sign_in}/common/oauth2/authorize?{query}")


def with_names(choices: Choices) -> AnalyticsChoice:
    """What was chosen for the second vault, with names for what has none: after the first vault, and the first key."""
    analytics, ending = choices.analytics, "-cja"
    first = choices.vault.name[: 24 - len(ending)].rstrip("-")
    return msgspec.structs.replace(
        analytics, vault=analytics.vault or f"{first}{ending}", key=analytics.key or choices.key.name
    )


def analytics_choices(choices: Choices, location: str = "") -> Choices:
    """What the second procedure works with: the second vault, and a key in it that is like the first one.

    ``location`` is that of the first vault, where no region was chosen.
    """
    analytics, azure = with_names(choices), choices.azure
    place = msgspec.structs.replace(
        azure,
        resource_group=analytics.resource_group or azure.resource_group,
        location=azure.location or location,
    )
    like = choices.vault if choices.vault.kind == "vault" else VaultChoice()
    return msgspec.structs.replace(
        choices,
        azure=place,
        vault=msgspec.structs.replace(like, name=analytics.vault, create=True),
        key=msgspec.structs.replace(choices.key, name=analytics.key),
        analytics=AnalyticsChoice(),
    )


@dataclass(frozen=True)
class TicketFacts:
    """What Adobe Customer Care has to be told."""

    organisation: str
    applications: tuple[str, ...]
    tenant_id: str
    tenant_name: str
    subscription: str
    resource_group: str
    vault: str
    vault_uri: str
    key_identifier: str
    """With its version."""


def ticket_text(facts: TicketFacts) -> str:
    """The ticket for Adobe Customer Care, to be copied. No secret is in it."""
    names = " and ".join(NAMES[each] for each in facts.applications)
    tenant = f"{facts.tenant_name} ({facts.tenant_id})" if facts.tenant_name else facts.tenant_id
    lines = (
        f"Subject: Customer-managed key for {APPLICATION_NAME}, organisation {facts.organisation}",
        "",
        f"Our organisation uses {names}. Please set up our own key in Azure Key Vault",
        f"for the data of {APPLICATION_NAME}, and confirm when it is in use.",
        "",
        f"Adobe organisation: {facts.organisation}",
        f"Key identifier (URI): {facts.key_identifier}",
        f"Key vault: {facts.vault} ({facts.vault_uri}), used for nothing else",
        f"Microsoft Entra directory: {tenant}",
        f"Azure subscription: {facts.subscription}, resource group {facts.resource_group}",
        "",
        f"In this directory the app {APPLICATION_ID} ({APPLICATION_NAME}) has been accepted.",
        "On this vault it holds the role Key Vault Crypto Service Encryption User.",
        "The key for Experience Platform is another one, in another vault; it is not part of this request.",
    )
    return "\n".join(lines) + "\n"
