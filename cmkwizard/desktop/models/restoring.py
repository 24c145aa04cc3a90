"""What an earlier start left behind, read on workers: first what needs only the records, later the sign-ins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.presets import apply_presets
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.status import Status, parse_status
from cmkwizard.desktop.models.services import Given, Services

if TYPE_CHECKING:
    from cmkwizard.clouds.adobe.sign_in import AdobeSession
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.core.facts import Account, Tenant

SignedIn = tuple["Account", "AzureSession", tuple["Tenant", ...]]
BEFORE_ADOBE = ("", "before", "azure", "adobe")
"""Pages on which Adobe has not accepted the credential yet."""


@dataclass(frozen=True)
class Left:
    """What the records tell."""

    choices: Choices
    page: str
    """The page that was shown last; empty when nothing was begun."""
    submitted: bool
    status: Status
    policy: OrganisationPolicy
    """What the organisation presets and restricts."""
    word: str = ""
    """Adobe's own word for it, and when it said so; of the submission."""
    seen_at: datetime | None = None


def read_left(services: Services) -> Left:
    """Read policy, draft, journal and observations. No network, no keyring.

    Raises:
        Problem: the records, or the organisation's policy, cannot be read.
    """
    from cmkwizard.core.history import What

    profile = services.profile.name
    policy = services.policy
    draft = services.drafts.load(profile)
    choices = prefilled(draft.choices if draft else apply_presets(Choices(), policy), services.given)
    submission = {"organisation": choices.adobe.organisation, "configuration": choices.adobe.configuration}
    submitted = any(
        entry.outcome == "done" and submission.items() <= entry.desired.items()
        for entry in services.journal.entries(profile, "submission")
    )
    seen = services.observations.latest(profile, What.STATUS, choices.adobe.organisation) if submitted else None
    word = str(seen.value.get("word", "")) if seen else ""
    status = parse_status(word) if seen else Status.NOT_SUBMITTED
    return Left(choices, draft.page if draft else "", submitted, status, policy, word, seen.until if seen else None)


def read_secret(services: Services, choices: Choices) -> str:
    """Find the safe place for secrets and read the client secret from it; empty when there is none. May block."""
    services.secrets.open()
    return services.adobe_secret(choices.adobe) or ""


def read_sign_ins(
    services: Services, choices: Choices, page: str, secret: str, cancel: Cancel
) -> tuple[SignedIn | None, AdobeSession | None]:
    """Sign in to Azure again without a prompt, and take up Adobe where its credential had been accepted.

    Raises:
        Problem: the sign-in service cannot be reached.
    """
    adobe = services.adobe_session(choices.adobe, secret) if secret and page not in BEFORE_ADOBE else None
    account = in_directory(services, services.sign_in.restore(), choices.azure.tenant)
    return (signed_in(services, account, cancel) if account else None), adobe


def in_directory(services: Services, account: Account | None, tenant: str) -> Account | None:
    """The account in the directory of the choices, where it is in another one; None: that takes a sign-in."""
    if account is None or not tenant or account.tenant_id == tenant:
        return account
    try:
        return services.sign_in.switch_directory(tenant)
    except Problem as problem:
        if problem.kind is Kind.SIGN_IN:
            return None
        raise


def signed_in(services: Services, account: Account, cancel: Cancel) -> SignedIn:
    """On a worker: the clients for an account, the directories it can act in, and the name of its own.

    Raises:
        Problem: the directories cannot be listed.
        Cancelled: a person asked to stop.
    """
    from cmkwizard.journeys.waiting import Pace

    if account.guest or account.personal:
        from cmkwizard.desktop.models.report_rows import load

        load()  # here, so that the window need not: there is something to be said of the account
    azure = services.azure_session(account)
    tenants = tuple(Pace(cancel, services.profile.speed).read(azure.subscriptions.list_tenants))
    named = next((tenant.name for tenant in tenants if tenant.id == account.tenant_id), "")
    return (account if account.tenant_name else replace(account, tenant_name=named)), azure, tenants


def prefilled(choices: Choices, given: Given) -> Choices:
    """The choices with the Adobe credential that came with the start, where none is chosen yet."""
    if choices.adobe.organisation or choices.adobe.client_id or not given.client_id:
        return choices
    adobe = msgspec.structs.replace(choices.adobe, organisation=given.organisation, client_id=given.client_id)
    return msgspec.structs.replace(choices, adobe=adobe)
