"""Worlds in which a check finds one thing, and the check itself: real clients on a practice cloud, nothing changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.requirements.finding import Severity, Verdict
from cmkwizard.journeys.check import check
from cmkwizard.journeys.report import Report
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
CONTOSO, FABRIKAM = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
VAULT, KEY = "kv-contoso-experience", "experience-cmk"
LOCK = {"name": "keep", "scope": VAULT, "level": "CanNotDelete"}
OFFICER = {"principal": "alice", "role": "Key Vault Crypto Officer", "scope": VAULT}
ASKS = ("checkNameAvailability", "checkPolicyRestrictions", "getByIds")
"""How the paths end of what is posted and changes nothing."""


@dataclass(frozen=True)
class World:
    """How a practice world is made, what was chosen, and who checks it on what kind of computer."""

    scenario: str = "completed"
    chosen: Mapping[str, Any] = field(default_factory=lambda: EXISTING)
    """Changed answers."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """What another administrator changes first, by the control interface."""
    prepared: Callable[[Rehearsal], object] = lambda _: None
    """What else was there before the check: faults, records, what the control interface does not reach."""
    drafted: Callable[[Choices], Choices] = lambda choices: choices
    """What else was chosen, which the window keeps and an answers file may not say."""
    meanwhile: Callable[[SetupRun], object] = lambda _: None
    """What happened between the sign-in and the check."""
    computer: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext
    """What the computer is like."""
    adobe: Callable[[PracticeCloud, PracticeCloud, Path], Mapping[str, Any]] | None = None
    """Where the cloud profile points, where another practice cloud stands in Adobe's place."""
    user: str = ""
    secret: str | None = None
    policy: str = ""


def estate(**tables: Any) -> dict[str, Any]:
    return {"estate": tables}


def vault(**values: Any) -> dict[str, Any]:
    return estate(vaults={VAULT: values})


def key(**values: Any) -> dict[str, Any]:
    return estate(keys={f"{VAULT}/{KEY}": values})


def but(world: World, changed: Mapping[str, Any], **more: Any) -> World:
    """The same world, with more changed in it."""
    return replace(world, changed=_merged(world.changed, changed), **more)


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for name, value in second.items():
        old = merged.get(name)
        if isinstance(old, Mapping):
            merged[name] = _merged(old, value)
        else:
            merged[name] = [*old, *value] if isinstance(old, list) and name != "addresses" else value
    return merged


FIT = World(changed=estate(vaults={VAULT: {"diagnostics": ["log-contoso"]}}, locks=[LOCK]))
"""All is set up, and well."""
NEW = World("happy", {})
"""Nothing is there yet, and all may be made."""


@dataclass(frozen=True)
class Row:
    """A requirement that is not met in one world, and is in another that differs by nothing else."""

    id: str
    world: World
    says: str
    """A part of the sentence."""
    who: str
    severity: Severity
    unless: World | None = FIT
    """Where the requirement is not "not met"; None: it never is in a rehearsal."""
    then: Verdict = Verdict.MET
    """What is said there."""


def report_of(world: World, folder: Path, *, adobe_needed: bool = False) -> Report:
    """Make the world and check it; what the check sent only asked."""
    with contextlib.ExitStack() as stack:
        cloud = stack.enter_context(PracticeCloud(world.scenario, speed=3000.0))
        rehearsal = Rehearsal(cloud, folder / "records", user=world.user, secret=world.secret, policy=world.policy)
        if world.adobe is not None:
            other = stack.enter_context(PracticeCloud(world.scenario))
            rehearsal.places = world.adobe(cloud, other, folder)
        if world.changed:
            rehearsal.change(**world.changed)
        world.prepared(rehearsal)
        applied, sent = rehearsal.applied, len(cloud.world.log.since(0))
        stack.enter_context(world.computer())
        with rehearsal.services() as services:
            choices = world.drafted(read_answers(answers(**world.chosen), services.policy))
            run = open_run(services, choices, rehearsal.person().open, adobe_needed=adobe_needed)
            world.meanwhile(run)
            report = check(run)
        assert rehearsal.applied == applied, "a check only reads"
        assert [each for each in cloud.world.log.since(0)[sent:] if not _asks(each)] == []
    return report


def _asks(entry: Mapping[str, Any]) -> bool:
    """Whether a request leaves everything as it is. (A sign-in posts, and so does the person at its pages.)"""
    if entry["service"] in ("entra", "ims"):
        return True
    return entry["method"] == "GET" or (entry["method"] == "POST" and str(entry["path"]).endswith(ASKS))
