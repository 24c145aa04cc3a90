"""From an answers file to a set-up that can be planned: who acts, in which directory, in which subscription."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from cmkwizard.core.answers import line_of
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices
from cmkwizard.core.identifiers import GUID
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.core.redact import one_line
from cmkwizard.journeys.services import SetupServices
from cmkwizard.journeys.waiting import Pace

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.core.facts import Account, Subscription, Tenant
    from cmkwizard.journeys.setup.run import SetupRun


T = TypeVar("T", "Tenant", "Subscription")
MOST_ELSEWHERE = 10
"""In so many other directories of the account a subscription is looked for that is not in the chosen one."""


class WrongAnswer(Problem):
    """A value of the answers file that fits its grammar and not the clouds."""

    def __init__(
        self,
        key: str,
        sentence: str,
        remedy: str = "Correct the answers file and run the command again. Nothing was changed.",
    ) -> None:
        super().__init__(Kind.INVALID, f"{key}: {sentence}", remedy)
        self.key = key

    def at_line(self, answers_text: str) -> str:
        """The message with the line of the key in the answers file."""
        return f"line {line_of(answers_text, self.key)}: {self.message}"


def read_answers_file(answers: Path) -> str:
    """The text of an answers file.

    Raises:
        Problem: INVALID, it cannot be read.
    """
    try:
        return answers.read_text(encoding="utf-8-sig")  # some editors begin with a mark
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Problem(
            Kind.INVALID, one_line(f"{answers} cannot be read: {reason}."), "Check the path and the file."
        ) from error


def open_run(
    services: SetupServices,
    choices: Choices,
    opener: Callable[[str], bool] | None,
    *,
    adobe_needed: bool = True,
    subscription_needed: bool = True,
) -> SetupRun:
    """Sign in, and turn the names in the choices into ids. Changes nothing.

    ``adobe_needed``: whether the client secret has to be known; without it Adobe cannot be asked.
    ``subscription_needed``: whether the account has to see the subscription; else its id will do.

    Raises:
        WrongAnswer: a name does not fit what the account can see.
        Problem: SIGN_IN, a person has to sign in; or what the clouds say.
    """
    pace = begin(services)
    secret = adobe_secret(services, choices.adobe) if adobe_needed else services.adobe_secret(choices.adobe) or ""
    azure = azure_in(services, choices.azure.tenant, opener, pace)
    wanted, subscription = choices.azure.subscription, None
    try:
        subscription = find_subscription(azure, wanted, pace)
    except WrongAnswer:
        subscription = _elsewhere(services, azure, wanted, pace) if subscription_needed else None
        if subscription is None and (subscription_needed or not GUID.fullmatch(wanted)):
            raise
    place = AzureChoice(
        tenant=azure.account.tenant_id,
        subscription=subscription.id if subscription else wanted.lower(),
        resource_group=choices.azure.resource_group,
        location=choices.azure.location.lower().replace(" ", ""),
    )
    from cmkwizard.clouds.adobe.encryption import Encryption
    from cmkwizard.journeys.setup.run import SetupRun

    return SetupRun(
        services=services,
        azure=azure,
        adobe=Encryption(services.adobe_session(choices.adobe, secret)),
        choices=msgspec.structs.replace(choices, azure=place),
        cancel=pace.cancel,
        opener=opener,
        subscription=subscription,
    )


def begin(services: SetupServices, cancel: Cancel | None = None) -> Pace:
    """The pace of a new run; Azure's clients are loaded meanwhile, while the sign-in waits for the network."""
    pace = Pace(cancel or Cancel(), services.profile.speed)
    threading.Thread(target=_load_clients, args=(pace.cancel,), name="load Azure clients", daemon=True).start()
    return pace


def azure_in(
    services: SetupServices,
    tenant: str,
    opener: Callable[[str], bool] | None,
    pace: Pace,
    *,
    anew: bool = False,
) -> AzureSession:
    """Sign in to a directory: its id, domain or name, or nothing where the account has only one.

    ``anew``: have a person sign in even where the last sign-in still serves.

    Raises:
        WrongAnswer: the account sees no such directory.
        Problem: SIGN_IN, a person has to sign in; or what the clouds say.
    """
    known = None if anew else pace.read(services.sign_in.restore)
    account = known or _sign_in(services, tenant, opener, pace.cancel)
    return _in_tenant(services, services.azure_session(account), tenant, pace)


def _load_clients(cancel: Cancel) -> None:
    from cmkwizard.clouds.azure.loading import load_clients

    with contextlib.suppress(Cancelled):
        load_clients(cancel)


def adobe_secret(services: SetupServices, choice: AdobeChoice) -> str:
    """The client secret of the chosen credential.

    Raises:
        Problem: it is not known here: SIGN_IN where a person can enter it, else STORAGE.
    """
    secret = services.adobe_secret(choice)
    if not secret:
        if services.secrets.reason:  # where no window can ask, and nothing can be kept, no person can help either
            raise Problem(Kind.STORAGE, services.secrets.reason, "Set CMKWIZARD_ADOBE_CLIENT_SECRET for this run.")
        raise Problem(
            Kind.SIGN_IN,
            f"The client secret of the Adobe credential {choice.client_id} is not known here.",
            "Set CMKWIZARD_ADOBE_CLIENT_SECRET for this run, or enter it once in the window.",
        )
    return secret


def _sign_in(
    services: SetupServices,
    tenant: str,
    opener: Callable[[str], bool] | None,
    cancel: Cancel,
) -> Account:
    if opener is None:
        raise Problem(
            Kind.SIGN_IN,
            "Nobody is signed in to Azure.",
            "Sign in once in the window (start cmkwizard without a command), then run it again.",
        )
    named = tenant if GUID.fullmatch(tenant) or "." in tenant else None
    return services.sign_in.interactive(tenant=named, opener=opener, on_address=_nobody, cancel=cancel)


def _nobody(address: str) -> None:
    """Nobody looks at an address that the opener could open."""


def _in_tenant(services: SetupServices, azure: AzureSession, wanted: str, pace: Pace) -> AzureSession:
    """The account in the wanted directory (an id, domain or name; empty when the account has only one)."""
    account = azure.account
    if wanted.lower() == account.tenant_id.lower():
        return azure
    tenants = pace.read(azure.subscriptions.list_tenants)
    if not wanted:
        if len(tenants) > 1:
            names = "; ".join(f"{each.name} ({each.id})" for each in tenants)
            raise WrongAnswer("azure.tenant", f"missing, and this account has several directories: {names}.")
        return azure
    tenant = _one(tenants, wanted, "azure.tenant", lambda each: (each.id, each.domain, each.name))
    if tenant.id.lower() == account.tenant_id.lower():
        return azure
    return services.azure_session(services.sign_in.switch_directory(tenant.id))


def find_subscription(azure: AzureSession, wanted: str, pace: Pace) -> Subscription:
    """The subscription of the directory with this id or name.

    Raises:
        WrongAnswer: the account sees no such subscription, or several.
        Problem: what Azure says.
    """

    def read() -> list[Subscription]:
        return [each for page in azure.subscriptions.list_subscriptions() for each in page]

    return _one(pace.read(read), wanted, "azure.subscription", lambda each: (each.id, each.name))


def _elsewhere(services: SetupServices, azure: AzureSession, wanted: str, pace: Pace) -> Subscription | None:
    """The subscription in another directory of the account: nothing can be done there from here; a check says so."""
    others = [each for each in pace.read(azure.subscriptions.list_tenants) if each.id != azure.account.tenant_id]
    for tenant in others[:MOST_ELSEWHERE]:
        there = services.azure_session(replace(azure.account, tenant_id=tenant.id))
        with contextlib.suppress(Problem):  # it is not there either, or that directory asks for a sign-in of its own
            return find_subscription(there, wanted, pace)
    return None


def _one(known: list[T], wanted: str, key: str, names: Callable[[T], tuple[str, ...]]) -> T:
    """The one thing that is called so; ids before names."""
    fitting = [each for each in known if wanted.lower() in (name.lower() for name in names(each) if name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        ids = ", ".join(each.id for each in fitting)
        raise WrongAnswer(key, f"several are called “{wanted}”. Use the id: {ids}.")
    shown = "; ".join(f"{each.name} ({each.id})" for each in known[:10]) or "none"
    raise WrongAnswer(key, f"this account sees nothing called “{wanted}”. It sees {shown}.")
