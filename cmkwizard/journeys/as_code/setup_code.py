"""One set-up as code, in the form that is asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cmkwizard.clouds.profile import PUBLIC
from cmkwizard.core.problems import Problem
from cmkwizard.journeys.as_code.az import az_script
from cmkwizard.journeys.as_code.bicep import bicep
from cmkwizard.journeys.as_code.seen import as_seen
from cmkwizard.journeys.as_code.terraform import terraform

if TYPE_CHECKING:
    from cmkwizard.records.history import History


class CodeFormat(StrEnum):
    """In what form a set-up can be written as code."""

    AZ = "az"
    """A script for the Azure CLI."""
    BICEP = "bicep"
    TERRAFORM = "terraform"


_WRITERS = {CodeFormat.AZ: az_script, CodeFormat.BICEP: bicep, CodeFormat.TERRAFORM: terraform}


def as_code(history: History, profile: str, setup: str, form: CodeFormat, platform: str = "") -> str:
    """Write a set-up as code, from the records alone: exactly what was last seen of it.

    Args:
        history: where to read.
        profile: the cloud profile's name.
        setup: the set-up: the id of the Adobe organisation.
        form: what to write.
        platform: the base address of Experience Platform, for a practice cloud; the real one is known.

    Raises:
        Problem: INVALID, the records do not hold all that is needed, or it cannot be written in this form; its
            sentence says what. STORAGE, the records cannot be read.
    """
    seen = as_seen(history.state(profile, setup))
    if profile == PUBLIC.name:
        platform = _public(seen.choices.adobe.region)
    return _WRITERS[form](seen, platform)


def _public(region: str) -> str:
    """The address for a region; empty where what the records hold is none."""
    try:
        return PUBLIC.platform_for(region)
    except Problem:
        return ""
