"""The connection to Adobe, and which of its applications are in use (D01 to D04, D09)."""

from __future__ import annotations

from dataclasses import replace

from cmkwizard.core.facts import Registration
from cmkwizard.core.identifiers import client_id_problem, organisation_problem
from cmkwizard.core.people import ADOBE_ADMINISTRATOR, ADOBE_DEVELOPER, YOU
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import (
    Answer,
    Fix,
    Group,
    Severity,
    met,
    not_known,
    not_met,
    not_needed,
)
from cmkwizard.core.requirements.rows import row
from cmkwizard.core.survey import NotKnown, Survey

ADOBE_SIGN_IN = "Adobe sign-in"
"""The name that a problem's reference gives Adobe's sign-in (IMS)."""
NO_REGION = "403027"
"""Adobe's gateway: no Experience Platform for this organisation, credential and region."""

_UNSETTLED = frozenset({Kind.UNREACHABLE, Kind.UNCLEAR, Kind.UNTRUSTED, Kind.THROTTLED, Kind.SERVICE, Kind.STORAGE})
"""What says nothing of the credential or the organisation."""


def _refusal(survey: Survey) -> tuple[str, Problem] | None:
    """What Adobe refused, and the row that it belongs to. None: it refused nothing, or nothing that says why."""
    for fact in (survey.adobe_token_until, survey.registration):
        if not isinstance(fact, NotKnown) or fact.problem is None or fact.problem.kind in _UNSETTLED:
            continue
        return _row_of(fact.problem, survey), fact.problem
    return None


def _row_of(problem: Problem, survey: Survey) -> str:
    if problem.reference.service == ADOBE_SIGN_IN or problem.kind in (Kind.SIGN_IN, Kind.DECLINED):
        return "D01"
    if problem.reference.code == NO_REGION:
        return "D03"
    if problem.kind is Kind.PERMISSION:
        return "D04"
    chosen = survey.choices.adobe
    malformed = organisation_problem(chosen.organisation) or client_id_problem(chosen.client_id)
    return "D01" if malformed else "D03"


def _said(survey: Survey, id_: str) -> Answer:
    """What is to be said where Adobe did not answer as it should."""
    refusal = _refusal(survey)
    if refusal is None:
        unread = survey.registration if isinstance(survey.registration, NotKnown) else survey.adobe_token_until
        return not_known(unread) if isinstance(unread, NotKnown) else not_known("Adobe was not asked.")
    row_id, problem = refusal
    if problem.kind is Kind.SIGN_IN and not problem.reference.service:  # no secret: Adobe was never asked
        return not_known(problem.message, problem.remedy)
    if row_id != id_:
        return not_known(f"Adobe refused before that could be seen ({row_id}).")
    return not_met(problem.message, problem.remedy, who=problem.who)


@row(
    "D01",
    Group.ADOBE,
    Severity.BLOCKER,
    "Adobe takes the credential",
    why="Which app to accept, and how the key is submitted, only Adobe's interface tells.",
    source=sources.ADOBE_CREDENTIALS,
    who=ADOBE_DEVELOPER,
    fix=Fix.GUIDED,
)
def _token(survey: Survey) -> Answer:
    until = survey.adobe_token_until
    if isinstance(until, NotKnown):
        if isinstance(survey.registration, Registration):
            return met("Adobe takes the credential.")
        return _said(survey, "D01")
    if until > survey.at:
        return met(f"Adobe takes the credential. Its token lasts until {until:%Y-%m-%d %H:%M} UTC.")
    return not_met(
        f"The token from Adobe ended on {until:%Y-%m-%d %H:%M} UTC.", "Check again: a new one is asked for.", who=YOU
    )


@row(
    "D02",
    Group.ADOBE,
    Severity.WARNING,
    "The organisation id looks like one",
    why="With a mistyped id, Adobe answers that the region is missing.",
    source="Adobe Experience Platform, troubleshooting",
    fix=Fix.GUIDED,
)
def _organisation(survey: Survey) -> Answer:
    organisation = survey.choices.adobe.organisation
    if not organisation:
        return not_known("No Adobe organisation has been chosen yet.")
    problem = organisation_problem(organisation)
    if problem is None:
        return met(f"{organisation} has the form of an organisation id.")
    return not_met(
        f"{organisation} does not look like an organisation id. {problem}",
        "Copy it from the Adobe Developer Console.",
    )


@row(
    "D03",
    Group.ADOBE,
    Severity.BLOCKER,
    "Adobe answers for the organisation in the chosen region",
    why="Each organisation's data is in one region, and only its host knows the organisation.",
    source=sources.ADOBE_API,
    fix=Fix.GUIDED,
)
def _region(survey: Survey) -> Answer:
    if isinstance(survey.registration, Registration):
        return met(f"Adobe answers for the organisation in the region {survey.choices.adobe.region}.")
    said, refusal = _said(survey, "D03"), _refusal(survey)
    if refusal is None or refusal[1].reference.code != NO_REGION:
        return said
    return replace(said, sentence=f"{said.sentence} It was asked in the region {survey.choices.adobe.region}.")


@row(
    "D04",
    Group.ADOBE,
    Severity.BLOCKER,
    "The credential may manage customer-managed keys",
    why="Adobe gives its app and takes keys only where a role with that permission was given to the credential.",
    source=sources.ADOBE_AUTHENTICATION,
    who=ADOBE_ADMINISTRATOR,
    fix=Fix.OTHERS,
)
def _permission(survey: Survey) -> Answer:
    if isinstance(survey.registration, Registration):
        return met("The credential may manage customer-managed keys.")
    return _said(survey, "D04")


_APPLICATIONS = {
    "journey-optimizer": "Journey Optimizer",
    "customer-journey-analytics": "Customer Journey Analytics",
}


@row(
    "D09",
    Group.ADOBE,
    Severity.WARNING,
    "Journey Optimizer and Customer Journey Analytics have a vault and key of their own",
    why="They need a procedure of their own: another vault, another app of Adobe's, and a ticket with Customer Care.",
    source=f"{sources.ADOBE_JOURNEYS}; {sources.ADOBE_ANALYTICS}",
    fix=Fix.GUIDED,
)
def _applications(survey: Survey) -> Answer:
    chosen, first = survey.choices.analytics, survey.choices.vault.name
    if not chosen.applications:
        return not_needed("Neither Journey Optimizer nor Customer Journey Analytics was chosen.")
    names = " and ".join(_APPLICATIONS.get(each, each) for each in chosen.applications)
    if not (chosen.vault and chosen.key):
        return not_met(
            f"{names}: no vault and key were chosen for Customer Journey Analytics, which Journey Optimizer needs too.",
            "Go on: the page “Review the plan” suggests names for them, and takes others. Once they are there, Adobe "
            "Customer Care gets the key by a ticket.",
        )
    if chosen.vault.lower() == first.lower():
        return not_met(
            f"{names}: the vault {chosen.vault} is the one for Experience Platform. Adobe asks for a vault that is "
            "used for nothing else.",
            "Choose another vault for Customer Journey Analytics.",
        )
    return met(
        f"{names}: the vault {chosen.vault} and the key {chosen.key} are chosen; a ticket carries the key to Adobe."
    )


CONNECTION = (_token, _organisation, _region, _permission)
"""The rows before those on the submission, in order."""
ROWS = (_applications,)
"""The row after them."""
