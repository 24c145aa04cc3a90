"""Adobe's app in the directory (P01 to P04)."""

from __future__ import annotations

from cmkwizard.core.facts import App
from cmkwizard.core.people import ADOBE_SUPPORT, ENTRA_ADMINISTRATOR, YOU
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.identity import CONSENT_ROLES
from cmkwizard.core.requirements.rows import app_fact, cut_off, row, submitted
from cmkwizard.core.survey import NotKnown, Survey


def app_of(survey: Survey) -> App | Answer:
    """Adobe's app in the directory, or what is to be said where it is not there."""
    app = app_fact(survey)
    if isinstance(app, App):
        return app
    if isinstance(app, NotKnown):
        return not_known(app)
    return not_needed("Adobe's app is not in the directory yet (P01).")


@row(
    "P01",
    Group.APP,
    Severity.BLOCKER,
    "Adobe's app is in the directory, and enabled",
    why="Adobe signs in to the vault as this app.",
    source=sources.ADOBE_API,
    who=ENTRA_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _present(survey: Survey) -> Answer:
    app = app_fact(survey)
    if isinstance(app, NotKnown):
        return not_known(app)
    if app is None:
        return _absent(survey)
    if app.enabled:
        return met(f"Adobe's app {app.name} is in the directory.", about=app.object_id)
    return not_met(
        f"Adobe's app {app.name} is disabled in your directory.{cut_off(survey)}",
        "Enable it under Enterprise applications in the Entra admin centre.",
        fix=Fix.GUIDED,
        about=app.object_id,
    )


def _absent(survey: Survey) -> Answer:
    if submitted(survey):
        return not_met(
            f"Adobe's app is not in your directory any more.{cut_off(survey)}",
            "Restore the app in the Entra admin centre (deleted apps are kept for 30 days), and tell Adobe support.",
            who=f"{ENTRA_ADMINISTRATOR}, with {ADOBE_SUPPORT}",
            fix=Fix.GUIDED,
        )
    roles = survey.directory_roles
    may_accept = not isinstance(roles, NotKnown) and any(role.lower() in CONSENT_ROLES for role in roles)
    remedy = "Go on: the set-up opens Adobe's consent page, on which a person accepts the app."
    if not may_accept:
        remedy = "Accept the app on Adobe's consent page, for the organisation; the set-up waits until it is there."
    return not_met(
        "Adobe's app is not in your directory yet.", remedy, who=YOU if may_accept else "", severity=Severity.NOTE
    )


@row(
    "P02",
    Group.APP,
    Severity.BLOCKER,
    "The app is the one that Adobe names",
    why="The id in Adobe's documents is a sample: each time, the one that Adobe answers counts.",
    source=sources.ADOBE_UI,
    fix=Fix.NONE,
)
def _same(survey: Survey) -> Answer:
    app = app_of(survey)
    if isinstance(app, Answer):
        return app
    if isinstance(survey.registration, NotKnown):
        return not_known(survey.registration)
    named = survey.registration.application_id
    if app.application_id.lower() == named.lower():
        return met(f"The app has the application id that Adobe names: {named}.")
    return not_met(
        f"The app {app.name} has the application id {app.application_id}; Adobe names {named}.",
        "Check again. If it stays so, accept the app that Adobe names, and give the role to no other.",
        about=app.object_id,
    )


@row(
    "P03",
    Group.APP,
    Severity.NOTE,
    "The app's publisher is verified",
    why="Anybody can call an app Adobe's: the publisher and the application id tell whose it is.",
    source=sources.ENTRA_CONSENT,
    fix=Fix.GUIDED,
)
def _publisher(survey: Survey) -> Answer:
    app = app_of(survey)
    if isinstance(app, Answer):
        if survey.app is None:
            return not_known(
                "The directory shows an app's publisher once it is there; the consent page shows it before."
            )
        return app
    owner = f"It belongs to the directory {app.owner_tenant}." if app.owner_tenant else "Its directory is not shown."
    if app.publisher:
        return met(f"Microsoft has verified the publisher of the app {app.name} ({app.publisher}). {owner}")
    return not_met(
        f"The app {app.name} has no verified publisher. {owner}",
        f"Compare its application id {app.application_id} with the one that Adobe shows you; they have to be the same.",
        about=app.object_id,
    )


@row(
    "P04",
    Group.APP,
    Severity.BLOCKER,
    "The consent address leads to Microsoft's sign-in, and back to Adobe",
    why="A forged address could have another app accepted.",
    source=sources.ADOBE_API,
    who=f"{YOU}, with {ADOBE_SUPPORT}",
    fix=Fix.NONE,
)
def _address(survey: Survey) -> Answer:
    if isinstance(survey.app, App):
        return not_needed("Adobe's app is in the directory already: no consent address is opened.")
    if isinstance(survey.consent_problem, NotKnown):
        return not_known(survey.consent_problem)
    if not survey.consent_problem:
        return met("The consent address leads to Microsoft's sign-in for your directory, and back to Adobe.")
    return not_met(
        survey.consent_problem,
        "Ask Adobe support for the consent address of your organisation, and check who can change what this computer "
        "receives.",
    )


ROWS = (_present, _same, _publisher, _address)
"""The rows of the table, in order."""
