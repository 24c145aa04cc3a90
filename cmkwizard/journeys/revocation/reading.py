"""The assignment, and all that Adobe's app holds, as they are now."""

from __future__ import annotations

from dataclasses import replace

from cmkwizard.core.facts import App, Assignment, Vault
from cmkwizard.core.key_access import Access, access_left
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.rows import app_fact
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey
from cmkwizard.journeys.setup.run import SetupRun

STEP = "revocation"
"""The key of the journal's entries."""
SETTLE_S = 120.0
"""Seconds (of the cloud's time) within which a removal that was taken, or may have been, becomes visible."""


def find(run: SetupRun, vault: Vault, assignment: Assignment) -> Assignment | None:
    """The assignment with the same id; None: it is not there.

    Raises:
        Problem: it could not be read.
        Cancelled: somebody asked to stop.
    """
    if not vault.managed_hsm:
        return run.pace.read(lambda: run.azure.roles.get_assignment(assignment.id))
    local = run.azure.data_plane.list_local_assignments
    held = run.pace.read(lambda: local(vault, assignment.principal_id))
    return next((each for each in held if each.id.lower() == assignment.id.lower()), None)


def read_held(run: SetupRun, survey: Survey) -> tuple[Assignment, ...] | NotKnown:
    """All that Adobe's app holds at the vault, above it, on single keys of it, and through groups.

    Source: "List Azure role assignments using the REST API" (Microsoft): which filter shows what.

    Raises:
        Cancelled: somebody asked to stop.
    """
    vault, app = survey.vault, app_fact(survey)
    if not isinstance(vault, Vault) or not isinstance(app, App):
        return NOT_READ
    if vault.managed_hsm:
        return survey.local_assignments
    roles = run.azure.roles
    try:
        own = run.pace.read(lambda: roles.list_held(vault.id, app.object_id))
        through = run.pace.read(lambda: roles.list_own(vault.id, app.object_id))
    except Problem as problem:
        return NotKnown(f"What Adobe's app holds could not be read. {problem.message}", problem)
    return (*own, *through)


def read_left(run: SetupRun, survey: Survey, gone: Assignment) -> tuple[Access, ...] | NotKnown:
    """Who can use the key now that an assignment is gone; of all else, ``survey`` tells.

    Raises:
        Cancelled: somebody asked to stop.
    """
    if not isinstance(survey.vault, Vault) or not isinstance(survey.app, App):
        return NOT_READ
    vault, app = survey.vault, survey.app
    try:
        if vault.managed_hsm:
            local = run.azure.data_plane.list_local_assignments
            found = tuple(run.pace.read(lambda: local(vault, app.object_id)))
            survey = replace(survey, local_assignments=found)
        else:
            survey = replace(survey, assignments=tuple(run.pace.read(lambda: run.azure.roles.list_all(vault.id))))
    except Problem as problem:
        return NotKnown(f"Who else can use the key could not be read. {problem.message}", problem)
    return access_left(survey, read_held(run, survey), gone)
