"""The account, its subscription and its directory roles (I01 to I04, I08, I09)."""

from __future__ import annotations

from cmkwizard.core.built_in_roles import (
    APPLICATION_ADMINISTRATOR,
    CLOUD_APPLICATION_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
)
from cmkwizard.core.facts import App, Subscription
from cmkwizard.core.identifiers import GUID
from cmkwizard.core.people import ENTRA_ADMINISTRATOR, SUBSCRIPTION_OWNER, YOU
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.needs import NEEDED_RIGHTS
from cmkwizard.core.requirements.rights import lacking
from cmkwizard.core.requirements.rows import row
from cmkwizard.core.roles import PROVIDER_REGISTER, allows
from cmkwizard.core.survey import NotKnown, Survey

CONSENT_ROLES = {
    APPLICATION_ADMINISTRATOR: "Application Administrator",
    CLOUD_APPLICATION_ADMINISTRATOR: "Cloud Application Administrator",
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    PRIVILEGED_ROLE_ADMINISTRATOR: "Privileged Role Administrator",
}
"""Directory roles that may accept apps (Grant tenant-wide admin consent to an application, Microsoft Entra)."""

WRONG_DIRECTORY = "InvalidAuthenticationTokenTenant"
"""Azure Resource Manager's code where a token is of another directory than the subscription."""


@row(
    "I01",
    Group.IDENTITY,
    Severity.BLOCKER,
    "You are signed in to the chosen directory",
    why="In another directory, another vault would be connected.",
    source=sources.ADOBE_UI,
    fix=Fix.GUIDED,
)
def _directory(survey: Survey) -> Answer:
    account, chosen = survey.account, survey.choices.azure.tenant
    if isinstance(account, NotKnown):
        return not_known(account)
    name = account.tenant_name or account.tenant_id
    subscription = survey.subscription
    if isinstance(subscription, Subscription) and subscription.tenant_id.lower() != account.tenant_id.lower():
        return not_met(
            f"The subscription {subscription.name} belongs to another directory than {name}, where you are signed in.",
            f"Sign in to the directory {subscription.tenant_id}, or choose another subscription.",
        )
    if _belongs_elsewhere(subscription):
        return not_met(
            f"The chosen subscription belongs to another directory than {name}, where you are signed in.",
            "Sign in to the directory of the subscription, or choose another subscription.",
        )
    if not chosen:
        return not_needed(f"No directory was chosen: {name} is used, which you are signed in to.")
    if GUID.fullmatch(chosen) is None:
        return not_known(f"Whether {chosen} is the directory {name} can be told by its id only.")
    if chosen.lower() == account.tenant_id.lower():
        return met(f"You are signed in to the directory {name}.")
    return not_met(
        f"You are signed in to the directory {name}, and chose {chosen}.",
        "Sign in again, to the chosen directory.",
    )


def _belongs_elsewhere(subscription: Subscription | NotKnown) -> bool:
    refusal = subscription.problem if isinstance(subscription, NotKnown) else None
    return refusal is not None and refusal.reference.code == WRONG_DIRECTORY


@row(
    "I02",
    Group.IDENTITY,
    Severity.WARNING,
    "The account is a member of the directory",
    why="Guests and personal accounts are often kept from reading the directory, and from accepting apps.",
    source=sources.ENTRA_ERRORS,
    fix=Fix.GUIDED,
)
def _member(survey: Survey) -> Answer:
    account = survey.account
    if isinstance(account, NotKnown):
        return not_known(account)
    if account.personal:
        kind = "a personal Microsoft account"
    elif account.guest:
        kind = "a guest in this directory"
    else:
        return met(f"{account.name} is a member of the directory.")
    return not_met(
        f"{account.name} is {kind}.",
        "Sign in with an account of the directory itself, where you have one. Otherwise go on, and have an "
        "administrator of the directory do what is refused.",
    )


@row(
    "I03",
    Group.IDENTITY,
    Severity.BLOCKER,
    "The subscription is enabled",
    why="In a disabled subscription, nothing can be created or changed.",
    source=sources.AZURE_SUBSCRIPTIONS,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.OTHERS,
)
def _subscription(survey: Survey) -> Answer:
    subscription = survey.subscription
    if isinstance(subscription, NotKnown):
        return not_known(subscription)
    if subscription.state.lower() in ("enabled", "warned", "pastdue"):
        return met(f"The subscription {subscription.name} is {subscription.state}.")
    return not_met(
        f"The subscription {subscription.name} is {subscription.state}: nothing can be created in it.",
        "Choose another subscription, or have this one enabled again.",
        about=f"/subscriptions/{subscription.id}",
    )


@row(
    "I04",
    Group.IDENTITY,
    Severity.BLOCKER,
    "Key Vault is registered in the subscription",
    why="Before that, Azure makes no vault in the subscription.",
    source=sources.AZURE_PROVIDERS,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.PROGRAM,
)
def _registered(survey: Survey) -> Answer:
    if isinstance(survey.provider, NotKnown):
        return not_known(survey.provider)
    if survey.provider:
        return met("Key Vault is registered in the subscription.")
    need = NEEDED_RIGHTS[PROVIDER_REGISTER]
    if isinstance(survey.rights, NotKnown):
        return not_met(
            f"Key Vault is not registered in the subscription. Whether your account may {need.purpose} is not known. "
            f"{survey.rights.why}",
            "Go on: the set-up tries to register it.",
            severity=Severity.WARNING,
            who=YOU,
        )
    if allows(survey.rights, need.action):
        return not_met(
            "Key Vault is not registered in the subscription yet.",
            "Go on: the set-up registers it.",
            severity=Severity.NOTE,
            who=YOU,
        )
    return lacking(survey, need, f"Key Vault is not registered, and your account may not {need.purpose}.")


@row(
    "I08",
    Group.IDENTITY,
    Severity.WARNING,
    "The account may accept apps for the directory",
    why="Adobe's app gets into the directory when somebody accepts it; in most directories only some roles may.",
    source=sources.ENTRA_CONSENT,
    who=ENTRA_ADMINISTRATOR,
    fix=Fix.OTHERS,
)
def _consent(survey: Survey) -> Answer:
    if isinstance(survey.app, App):
        return not_needed("Adobe's app is in the directory already.")
    if isinstance(survey.directory_roles, NotKnown):
        return not_known(survey.directory_roles)
    held = [CONSENT_ROLES[role.lower()] for role in survey.directory_roles if role.lower() in CONSENT_ROLES]
    if held:
        return met(f"Your account is {held[0]}, which may accept apps.")
    return not_met(
        "Your account holds no directory role that may accept apps for everybody: the consent to Adobe's app may be "
        "refused.",
        "Try it, where your directory lets people accept apps themselves; otherwise send the consent address to an "
        "administrator (Cloud Application Administrator is enough). The set-up waits until the app is there.",
    )


@row(
    "I09",
    Group.IDENTITY,
    Severity.BLOCKER,
    "The resource group is not being deleted",
    why="Whatever is made in it goes with it.",
    source="Azure Resource Manager, delete resource groups",
    fix=Fix.GUIDED,
)
def _group(survey: Survey) -> Answer:
    group = survey.group
    if isinstance(group, NotKnown):
        return not_known(group)
    if group is None:
        return not_needed("There is no such resource group yet.")
    if group.state.lower() != "deleting":
        return met(f"The resource group {group.name} is there.")
    return not_met(
        f"The resource group {group.name} is being deleted.",
        "Choose another resource group, or wait until it is gone.",
    )


FIRST = (_directory, _member, _subscription, _registered)
"""The rows before those on rights, in order."""
LAST = (_consent, _group)
"""The rows after them."""
