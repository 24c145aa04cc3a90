"""The role of Adobe's app on the vault (P05 to P08)."""

from __future__ import annotations

from datetime import timedelta

from cmkwizard.core.built_in_roles import role_name
from cmkwizard.core.facts import App, Assignment, Vault
from cmkwizard.core.people import SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.app import app_of
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.needs import adobe_assignments
from cmkwizard.core.requirements.rows import app_fact, cut_off, is_hsm, listed, place, row, submitted, vault_of
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.status import Status, parse_status
from cmkwizard.core.survey import NotKnown, Survey

PROPAGATION = timedelta(minutes=10)
"""Until a role is in effect everywhere (Azure RBAC, troubleshooting)."""

_ROLE = role_name(CRYPTO_SERVICE_ENCRYPTION_USER)
_HSM = not_needed("A Managed HSM has roles of its own (P09).")
_PROVED = (Status.UPDATE_EXISTING_RESOURCES, Status.COMPLETED)
"""What Adobe answers once it has reached the key."""


def not_yet(survey: Survey) -> Answer:
    """What is to be said where there is no vault, or no app, to which a role could belong."""
    for fact in (survey.vault, app_fact(survey)):
        if isinstance(fact, NotKnown):
            return not_known(fact)
    if submitted(survey) or (survey.vault is None and not survey.choices.vault.create):
        return not_known("There is no vault or no app to look at (V16, P01).")
    return not_met(
        "Adobe's app does not hold its role yet.", "Go on: the set-up gives it.", who=YOU, severity=Severity.NOTE
    )


@row(
    "P05",
    Group.APP,
    Severity.BLOCKER,
    "Adobe's app holds its role on the vault",
    why="Without it, Adobe cannot use the key, and takes it for access withdrawn once the key is in use.",
    source=sources.ADOBE_API,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.PROGRAM,
)
def _held(survey: Survey) -> Answer:
    if is_hsm(survey):
        return _HSM
    vault, app = survey.vault, survey.app
    if not isinstance(vault, Vault) or not isinstance(app, App):
        return not_yet(survey)
    held = adobe_assignments(survey, vault, app)
    if isinstance(held, NotKnown):
        return not_known(held)
    if held:
        return met(f"Adobe's app holds the role {_ROLE} on {place(held[0].scope)}.", about=held[0].id)
    if submitted(survey):
        return not_met(
            f"Adobe's app does not hold the role {_ROLE} on the vault {vault.name} any more.{cut_off(survey)}",
            "Give Adobe's app its role on the vault again, at once, unless its access was taken away on purpose.",
            about=vault.id,
        )
    return not_met(
        f"Adobe's app does not hold the role {_ROLE} on the vault {vault.name} yet.",
        "Go on: the set-up gives it.",
        who=YOU,
        severity=Severity.NOTE,
        about=vault.id,
    )


@row(
    "P06",
    Group.APP,
    Severity.WARNING,
    "Adobe's app holds no other and no wider role",
    why="It needs one role on one vault; more lets it reach what is not meant for it.",
    source=sources.AZURE_RBAC,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.GUIDED,
)
def _no_more(survey: Survey) -> Answer:
    vault, app = vault_of(survey), app_of(survey)
    if isinstance(app, Answer):
        return app
    if isinstance(vault, Answer):
        return vault
    if isinstance(survey.assignments, NotKnown):
        return not_known(survey.assignments)
    more = [each for each in survey.assignments if _is_more(each, vault, app)]
    if not more:
        return met("Adobe's app holds no other and no wider role that reaches the vault.")
    return not_met(
        f"Adobe's app holds more than its role on the vault: "
        f"{listed(f'{role_name(each.role)} on {place(each.scope)}' for each in more)}.",
        "Find out what they were given for, and remove them, once Adobe's app holds its role on the vault itself.",
        about=more[0].id,
    )


def _is_more(each: Assignment, vault: Vault, app: App) -> bool:
    if each.principal_id.lower() != app.object_id.lower():
        return False
    return each.role.lower() != CRYPTO_SERVICE_ENCRYPTION_USER or not each.scope.lower().startswith(vault.id.lower())


@row(
    "P07",
    Group.APP,
    Severity.WARNING,
    "Whoever holds the role for Adobe is in the directory",
    why="An app that was deleted and accepted again has a new object id; the role stays with the old one.",
    source=sources.ADOBE_RESOLUTION,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.PROGRAM,
)
def _known_holders(survey: Survey) -> Answer:
    if is_hsm(survey):
        return _HSM
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    app = app_fact(survey)
    if isinstance(app, NotKnown):
        return not_known(app)
    if isinstance(survey.assignments, NotKnown):
        return not_known(survey.assignments)
    own = app.object_id.lower() if app else ""
    others = {
        each.principal_id.lower()
        for each in survey.assignments
        if each.role.lower() == CRYPTO_SERVICE_ENCRYPTION_USER and each.principal_id.lower() != own
    }
    if not others:
        return met("Nobody else holds the role for Adobe.")
    if isinstance(survey.missing_principals, NotKnown):
        return not_known(survey.missing_principals)
    gone = [each for each in survey.missing_principals if each.lower() in others]
    if not gone:
        return met("All who hold the role for Adobe are in the directory.")
    served = app is not None and bool(adobe_assignments(survey, vault, app))
    return not_met(
        f"The role {_ROLE} is held by what the directory does not know any more: {listed(gone)}."
        + ("" if served else cut_off(survey)),
        "Remove the assignment, if you know that it was Adobe's former app; Adobe's app holds the role itself."
        if served
        else "Give the role to Adobe's app as it is in the directory now. The old assignment stays.",
        severity=Severity.NOTE if served else None,
        fix=Fix.GUIDED if served or app is None else None,
        about=vault.id,
    )


@row(
    "P08",
    Group.APP,
    Severity.NOTE,
    "The role is in effect",
    why="Azure needs up to 10 minutes to spread a role, and Adobe looks for it when the key is submitted.",
    source=sources.AZURE_TROUBLESHOOTING,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.NONE,
)
def _in_effect(survey: Survey) -> Answer:
    if is_hsm(survey):
        return _HSM
    vault, app = survey.vault, app_fact(survey)
    if not isinstance(vault, Vault) or not isinstance(app, App):
        unread = vault if isinstance(vault, NotKnown) else app
        return not_known(unread) if isinstance(unread, NotKnown) else not_needed("The role is not given yet (P05).")
    held = adobe_assignments(survey, vault, app)
    if isinstance(held, NotKnown):
        return not_known(held)
    if not held:
        return not_needed("The role is not given yet (P05).")
    return _age(survey, held[0])


def _age(survey: Survey, assignment: Assignment) -> Answer:
    created, found = assignment.created, submitted(survey)
    if created is None:
        return not_known("Azure does not say when the role was given, nor whether it is in effect for Adobe's app.")
    if (
        found is not None
        and parse_status(found.status) in _PROVED
        and survey.submitted_at is not None
        and created <= survey.submitted_at
    ):
        return met(f"Adobe has reached the key with this role ({found.status}).")
    minutes = max(0, int((survey.at - created).total_seconds() // 60))
    since = "less than a minute" if minutes == 0 else "1 minute" if minutes == 1 else f"{minutes} minutes"
    ago = f"{since} ago" if survey.at - created < timedelta(hours=2) else f"on {created:%Y-%m-%d %H:%M} UTC"
    if survey.at - created < PROPAGATION:
        return not_known(
            f"The role was given {ago}. Azure needs up to 10 minutes to spread it, and shows nobody whether another's "
            "role is in effect.",
            "Wait until 10 minutes have passed; the set-up does it by itself.",
        )
    return not_known(
        f"The role was given {ago}, longer than the 10 minutes that Azure needs to spread it. That it is in effect "
        "shows when Adobe uses it."
    )


ROWS = (_held, _no_more, _known_holders, _in_effect)
"""The rows of the table, in order."""
