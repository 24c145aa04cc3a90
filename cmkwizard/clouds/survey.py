"""The survey: everything that a check has to know is read, side by side. Nothing is ever changed by it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cmkwizard.clouds.app_registry import AppRegistry
from cmkwizard.clouds.computer import has_browser, read_computer
from cmkwizard.clouds.crew import Crew
from cmkwizard.clouds.survey_azure import AzureSurvey
from cmkwizard.clouds.topics import Facts, Read, Topic, unread
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import Choices
from cmkwizard.core.facts import Configuration, Registration, Subscription
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.survey import NotKnown, Survey

if TYPE_CHECKING:
    from cmkwizard.clouds.azure.session import AzureSession
    from cmkwizard.clouds.http import Guard

CREW = 6
"""Threads that read at the same time."""
WATCHING = 2
"""The same of a look: nobody waits for it."""


def take_survey(
    azure: AzureSession,
    adobe: AppRegistry,
    choices: Choices,
    *,
    guard: Guard,
    read: Read,
    now: datetime,
    subscription: Subscription | None = None,
    policy: OrganisationPolicy | None = None,
    cancel: Cancel,
) -> Survey:
    """Read all that the choices ask for; what they leave open stays ``NOT_READ``.

    Args:
        azure: the signed-in account; ``choices`` hold ids for tenant and subscription.
        adobe: the organisation's credential.
        choices: what the survey is about.
        guard: the way out, which knows how the hosts answered.
        read: sends a read, again where that is worth it (``journeys.waiting.Pace.read``).
        now: the time of the survey.
        subscription: the chosen one, where it was read already.
        policy: the organisation's, which gives new things their tags and rotation.
        cancel: asks to stop.

    Returns:
        The facts. What was refused is NotKnown, with the right that would do; no refusal is raised.

    Raises:
        Cancelled: somebody asked to stop; requests under way end by themselves.
    """
    began = time.monotonic()
    facts, rules = Facts(read, lambda: guard.request_id), policy or OrganisationPolicy()
    facts.values["account"] = azure.account
    with Crew(CREW, cancel) as crew:
        azures = AzureSurvey(azure, choices, rules, facts, crew)
        browser = crew.start(has_browser)
        adobes = _AdobeSurvey(adobe, choices, facts, now)
        crew.start(lambda: azures.read_app(adobes.read_registration()))
        crew.start(adobes.read_configuration)
        azures.read_all(subscription)
        crew.finish()
        computer = read_computer(guard, began, browser=browser.result(), key_vault_api=azure.vaults.api_version())
    return Survey(
        at=now, choices=choices, computer=computer, policy=rules, request_ids=facts.request_ids, **facts.values
    )


def take_look(
    azure: AzureSession,
    adobe: AppRegistry,
    choices: Choices,
    *,
    guard: Guard,
    read: Read,
    now: datetime,
    cancel: Cancel,
    configuration: Configuration | None = None,
) -> Survey:
    """Read the few facts that are watched: Adobe's answer, the vault, its key, the app and its role. About 7 requests.

    Arguments and answer are those of :func:`take_survey`; what is not watched stays ``NOT_READ``. ``configuration``:
    what Adobe answered right before, on this thread, where it need not be asked again.

    Raises:
        Cancelled: somebody asked to stop; requests under way end by themselves.
    """
    facts = Facts(read, lambda: guard.request_id)
    facts.values["account"] = azure.account
    if configuration is not None:
        facts.keep("configuration", configuration)
    with Crew(WATCHING, cancel) as crew:
        azures = AzureSurvey(azure, choices, OrganisationPolicy(), facts, crew)
        adobes = _AdobeSurvey(adobe, choices, facts, now)
        crew.start(lambda: azures.read_app(adobes.read_registration()))
        if configuration is None:
            crew.start(adobes.read_configuration)
        crew.start(azures.read_least)
        crew.finish()
    return Survey(at=now, choices=choices, request_ids=facts.request_ids, **facts.values)


class _AdobeSurvey:
    """Adobe's side: which app, and what it holds under the chosen name."""

    def __init__(self, adobe: AppRegistry, choices: Choices, facts: Facts, now: datetime) -> None:
        self._adobe = adobe
        self._chosen = choices.adobe
        self._facts = facts
        self._now = now

    def read_registration(self) -> Registration | NotKnown | None:
        """Adobe's registration and how long its token serves; None: no credential is chosen."""
        if not (self._chosen.organisation and self._chosen.client_id):
            return None
        topic = Topic("the app that Adobe asks you to consent to")
        found = self._facts.take("registration", topic, self._adobe.get_registration)
        token = Topic("Adobe's token")
        left = self._adobe.token_left_s
        if left:
            self._facts.values["adobe_token_until"] = self._now + timedelta(seconds=left)
        elif isinstance(found, NotKnown) and found.problem:
            self._facts.values["adobe_token_until"] = unread(token, found.problem)
        return found

    def read_configuration(self) -> None:
        """What Adobe holds under the chosen name."""
        name = self._chosen.configuration
        if not (name and self._chosen.organisation and self._chosen.client_id):
            return
        topic = Topic(f"what Adobe holds under the name {name}")
        self._facts.take("configuration", topic, lambda: self._adobe.get_configuration(name))
