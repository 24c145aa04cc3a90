"""What matters when Adobe's access is taken away (R01 to R05). A check takes nothing away: there, they are notes."""

from __future__ import annotations

from cmkwizard.core.built_in_roles import BUILT_IN, role_name
from cmkwizard.core.facts import App, Assignment, DeletedVault, Vault
from cmkwizard.core.people import SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.app import app_of
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.governance import other_keys
from cmkwizard.core.requirements.needs import adobe_assignments
from cmkwizard.core.requirements.rows import is_hsm, kind_word, listed, place, row, vault_of
from cmkwizard.core.survey import NotKnown, Survey

_LATER = "It is asked for when access is taken away."


@row(
    "R01",
    Group.REVOCATION,
    Severity.BLOCKER,
    "One assignment alone gives access to the key",
    why="Taking Adobe's role away ends its access only if no other assignment, inherited ones included, gives it too.",
    source=sources.ADOBE_OVERVIEW,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.GUIDED,
)
def _one_assignment(survey: Survey) -> Answer:
    if is_hsm(survey):
        return not_known("Who else holds roles in the Managed HSM is not read by a check.")
    vault, app = vault_of(survey), app_of(survey)
    if isinstance(vault, Answer):
        return vault
    if isinstance(app, Answer):
        return app
    held = adobe_assignments(survey, vault, app)
    if isinstance(held, NotKnown) or isinstance(survey.assignments, NotKnown):
        return not_known(held if isinstance(held, NotKnown) else _LATER)
    if not held:
        return not_needed("Adobe's app holds no role yet (P05).")
    others = [each for each in survey.assignments if each != held[0] and _uses_keys(each)]
    unknown = [each for each in survey.assignments if each.role.lower() not in BUILT_IN]
    if unknown and not others:
        roles = listed(f"{role_name(each.role)} on {place(each.scope)}" for each in unknown)
        return not_known(f"Whether these reach the key is not known: {roles}.")
    if not others and held[0].scope.lower() == vault.id.lower():
        return met(f"Access to the key rests on one assignment, on the vault {vault.name} itself.", about=held[0].id)
    sentences = []
    if others:
        sentences.append(f"If Adobe's role is taken away, these can still use the key: {_who(others, app)}.")
    if held[0].scope.lower() != vault.id.lower():
        sentences.append(
            f"Adobe's role is inherited from {place(held[0].scope)}: taken away there, it ends for all below."
        )
    return not_met(
        " ".join(sentences),
        "Know them before Adobe's access is taken away: each assignment of Adobe's app has to go, the others may stay.",
        severity=Severity.NOTE,
        about=vault.id,
    )


def _uses_keys(each: Assignment) -> bool:
    built_in = BUILT_IN.get(each.role.lower())
    return built_in is not None and built_in.uses_keys


def _who(others: list[Assignment], app: App) -> str:
    own = "Adobe's app"
    return listed(
        f"{own if each.principal_id.lower() == app.object_id.lower() else each.principal_id} "
        f"({role_name(each.role)} on {place(each.scope)})"
        for each in others
    )


@row(
    "R02",
    Group.REVOCATION,
    Severity.WARNING,
    "Nobody else depends on the vault",
    why="What is done to the whole vault, such as deleting it, hits its other keys too.",
    source=sources.THIS_PROGRAM,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _alone(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if isinstance(survey.key_names, NotKnown):
        return not_known(survey.key_names)
    others = other_keys(survey.key_names, survey.choices.key.name)
    if not others:
        return met(f"The vault {vault.name} holds no key that something else could use.")
    return not_met(
        f"Something else may use the other keys of the vault {vault.name}: {listed(others)}.",
        "Take Adobe's access away by its role alone, and leave the vault as it is.",
        severity=Severity.NOTE,
        about=vault.id,
    )


_understood = row(
    "R03",
    Group.REVOCATION,
    Severity.BLOCKER,
    "What taking access away does is understood",
    why="Adobe takes it for a removal on purpose and may purge the organisation's data; it ends within 24 hours, in "
    "caches within 7 days.",
    source=sources.ADOBE_RESOLUTION,
    fix=Fix.NONE,
)(lambda _: not_known(_LATER))


_way_back = row(
    "R04",
    Group.REVOCATION,
    Severity.BLOCKER,
    "The way back is saved",
    why="To give the role back, one has to know exactly what was removed.",
    source=sources.THIS_PROGRAM,
    fix=Fix.NONE,
)(lambda _: not_known("The assignment is saved when access is taken away, before it is removed."))


@row(
    "R05",
    Group.REVOCATION,
    Severity.WARNING,
    "Nothing that was deleted is about to be erased",
    why="After its retention, a deleted vault is erased with all keys, and the data under them cannot be read again.",
    source=sources.AZURE_RECOVERY,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _countdown(survey: Survey) -> Answer:
    deleted, noun = survey.deleted_vault, kind_word(survey.choices)
    if isinstance(survey.vault, Vault):
        return not_needed(f"The {noun} {survey.vault.name} is not deleted.")
    if isinstance(deleted, NotKnown):
        return not_known(survey.vault if isinstance(survey.vault, NotKnown) else deleted)
    if not isinstance(deleted, DeletedVault):
        return met(f"No deleted {noun} {survey.choices.vault.name} of this subscription is about to be erased.")
    if deleted.purge_at is None:
        return not_known(f"Azure does not say when the deleted {noun} {deleted.name} is erased.")
    days = max(0, (deleted.purge_at - survey.at).days)
    return not_met(
        f"The deleted {noun} {deleted.name} is erased on {deleted.purge_at:%Y-%m-%d}, in {days} days.",
        "Recover it before, if anything was ever encrypted with its keys (V03).",
        about=deleted.id,
    )


ROWS = (_one_assignment, _alone, _understood, _way_back, _countdown)
"""The rows of the table, in order."""
