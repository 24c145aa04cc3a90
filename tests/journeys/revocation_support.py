"""Rehearsals of taking Adobe's access away, on a set-up that was completed a week ago."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.core.problems import Problem
from cmkwizard.journeys.revocation.preview import Preview, preview
from cmkwizard.journeys.revocation.refusals import Confirmation
from cmkwizard.journeys.revocation.revoke import Revoked, revoke
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.practice.azure_resources import RoleAssignment
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

SCENARIO = "completed"
TEXT = answers(**EXISTING)
VAULT = "kv-contoso-experience"
HSM_TEXT = answers(
    azure={"resource_group": "rg-experience"},
    vault={"kind": "managed-hsm", "name": "hsm-contoso", "create": False},
    key={"type": "RSA-HSM"},
)
DELETE: dict[str, Any] = {"service": "arm", "method": "DELETE", "path": "/roleAssignments/"}


@contextlib.contextmanager
def opened(rehearsal: Rehearsal, text: str = TEXT) -> Iterator[SetupRun]:
    """One start of the program, signed in."""
    with rehearsal.services() as services:
        rehearsal.tamper(services)
        yield open_run(services, read_answers(text), rehearsal.person().open)


def confirmed(run: SetupRun, shown: Preview, **changes: Any) -> Confirmation:
    """What a person types who means it."""
    typed = Confirmation(shown.impact.organisation, shown.impact.vault_name, "contract end", "CHG-1", run.clock())
    return replace(typed, **changes)


def pack_path(rehearsal: Rehearsal) -> Path:
    """The file that the person chose."""
    return rehearsal.folder.parent / "way-back.json"


def act(rehearsal: Rehearsal, text: str = TEXT) -> Revoked:
    """Look, confirm, and take the access away."""
    with opened(rehearsal, text) as run:
        shown = preview(run)
        assert shown.impact.ready, shown.impact.reasons
        return revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))


def look(rehearsal: Rehearsal, text: str = TEXT) -> Preview:
    """Look at the impact in a start of its own."""
    with opened(rehearsal, text) as run:
        return preview(run)


def deletes(rehearsal: Rehearsal) -> int:
    """How many requests to remove something were received."""
    return sum(1 for each in rehearsal.cloud.world.log.since(0) if each["method"] == "DELETE")


def holds(rehearsal: Rehearsal) -> bool:
    """Whether there is still a role on the vault itself: Adobe's, or what was put in its place."""
    return any(_on_vault(each) for each in rehearsal.cloud.world.estate.assignments.values())


def role_of_adobe(rehearsal: Rehearsal) -> RoleAssignment:
    """The assignment on the vault itself, as the practice cloud keeps it."""
    return next(each for each in rehearsal.cloud.world.estate.assignments.values() if _on_vault(each))


def _on_vault(each: RoleAssignment) -> bool:
    return each.scope.lower().endswith(f"/vaults/{VAULT}")


def refused(rehearsal: Rehearsal, between: Callable[[], Any] = lambda: None, **typed: Any) -> Problem:
    """The refusal of an act that has to be refused before anything is sent."""
    with opened(rehearsal) as run:
        shown = preview(run)
        between()
        with pytest.raises(Problem) as caught:
            revoke(run, shown, confirmed(run, shown, **typed), pack_path(rehearsal))
    assert deletes(rehearsal) == 0
    assert holds(rehearsal)
    return caught.value
