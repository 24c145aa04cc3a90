"""How one row of the guides is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.places import Place, nowhere

Lines = Callable[[Ground], tuple[str, ...]]


def none(_: Ground) -> tuple[str, ...]:
    """No command."""
    return ()


def lines(*templates: str) -> Lines:
    """Command lines, filled with the names of the survey."""
    return lambda ground: tuple(ground.line(template) for template in templates)


@dataclass(frozen=True)
class Row:
    """The way for one requirement: in words, as a link, as commands."""

    portal: str
    """Where to go and what to do there, with ``{names}``; empty where there is no such place."""
    place: Place = nowhere
    commands: Lines = none
    reason: str = ""
    """Why there is no way, where there is none."""


def no_way(reason: str) -> Row:
    """There is nothing to go to, and this is why."""
    return Row("", reason=reason)
