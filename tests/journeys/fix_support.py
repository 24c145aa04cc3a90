"""Fixes on a practice cloud: what is found, what is shown, what is done, and what else is different afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cmkwizard.core.answers import read_answers
from cmkwizard.core.requirements.finding import Finding, Fix, Severity
from cmkwizard.journeys.check import check
from cmkwizard.journeys.fixes.fix import fixable
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup_session import open_run
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

VAULT, KEY = "kv-contoso-experience", "experience-cmk"
EXISTING_ANSWERS = answers(**EXISTING)
_OF_EVERY_REQUEST = ("now", "applied", "adobe.tokens_issued")


@dataclass(frozen=True)
class Case:
    """A world in which a requirement is not met, and what putting it right amounts to."""

    id: str
    world: Mapping[str, Any]
    """What is changed in the scenario first, as another administrator would."""
    mutations: Mapping[str, int]
    """What is made, and how often."""
    changed: tuple[str, ...]
    """Where the world is different afterwards: the beginnings of paths in it."""
    shown: str
    """What the preview says."""
    write: Mapping[str, Any]
    """The request that makes the change, as a fault names it."""
    scenario: str = "existing-vault"
    text: str = EXISTING_ANSWERS
    answer: str = ""
    done_before: Mapping[str, int] = field(default_factory=dict)


@contextlib.contextmanager
def opened(rehearsal: Rehearsal, text: str) -> Iterator[SetupRun]:
    """A run of the program as far as a check needs it."""
    with rehearsal.services() as services:
        yield open_run(services, read_answers(text), rehearsal.person().open)


FINDING = Finding("", Severity.BLOCKER, "", "", fix=Fix.PROGRAM)
"""What any requirement's finding has."""


def found(run: SetupRun, id_: str) -> Finding | None:
    """What is said of a requirement that is not met; None where it is met."""
    return next((each for each in check(run).problems if each.id == id_), None)


def gone(run: SetupRun, id_: str) -> bool:
    """Whether nothing is left to put right. (The role of an app that is gone stays: nothing is removed. A key that ends
    later still ends.)"""
    left = found(run, id_)
    return left is None or (id_ == "P07" and not fixable(left)) or (id_ == "K06" and not left.blocks)


def world(rehearsal: Rehearsal) -> dict[str, Any]:
    """Everything in the world, by its path; without what every request changes."""
    state = rehearsal.cloud.world
    whole = {**state.snapshot(), "vaults": msgspec.to_builtins(state.estate.vaults, str_keys=True)}
    whole["diagnostics"] = msgspec.to_builtins(state.estate.diagnostics, str_keys=True)
    return {path: value for path, value in _flat("", whole) if not path.startswith(_OF_EVERY_REQUEST)}


def different(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The paths whose values differ."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), each)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, each in enumerate(value):
            yield from _flat(f"{path}[{each.get('name', place)}]", each)
    else:
        yield path, value
