"""Scenarios: named worlds, read from TOML. Each says only what differs from `happy`."""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from cmkwizard.practice import estate_tables
from cmkwizard.practice.clock import PracticeClock
from cmkwizard.practice.directory import Directory
from cmkwizard.practice.faults import Fault, FaultTable
from cmkwizard.practice.log import RequestLog
from cmkwizard.practice.provisioning import AdobeState
from cmkwizard.practice.state import World

BASE = "happy"
_TABLES = {"summary", "clock", "directory", "estate", "adobe", "person", "faults"}


class BadScenario(ValueError):
    """A scenario that does not exist or makes no sense; the text says which and why."""


class Scenario(msgspec.Struct, frozen=True):
    """A world as written down. `tables`: clock, directory, estate, adobe, person, faults."""

    name: str
    summary: str
    tables: Mapping[str, Any]

    @property
    def default_user(self) -> str:
        """The scenario name of the user who sits in front of the computer."""
        return str(self.tables["person"]["user"])

    @property
    def accepts(self) -> bool:
        """Whether that person accepts the consent."""
        return bool(self.tables["person"]["accept"])


def resources_folder() -> Path:
    """The project's resources: inside the package when installed, beside it in a checkout."""
    installed = Path(str(importlib.resources.files("cmkwizard"))) / "resources"
    return installed if installed.is_dir() else installed.parent.parent / "resources"


def list_scenarios() -> list[tuple[str, str]]:
    """Names and one-line summaries, `happy` first, then in order of name."""
    files = sorted((resources_folder() / "scenarios").glob("*.toml"), key=lambda path: (path.stem != BASE, path.stem))
    return [(path.stem, str(_read(path).get("summary", ""))) for path in files]


def load_scenario(name: str) -> Scenario:
    """The scenario with that name, or in that file. Raises BadScenario."""
    folder = resources_folder() / "scenarios"
    base = _read(folder / f"{BASE}.toml")
    if name == BASE:
        return Scenario(BASE, base["summary"], base)
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not path.is_file():
        names = ", ".join(each for each, _ in list_scenarios())
        raise BadScenario(f"there is no scenario {name!r}; there are {names}, or give the path of a .toml file")
    own = _read(path)
    return Scenario(path.stem, str(own.get("summary", "")), _merged(base, own))


def build_world(scenario: Scenario, *, speed: float = 1.0) -> World:
    """The world as a scenario describes it, at its first moment. Raises BadScenario."""
    clock = PracticeClock(speed)
    tables = scenario.tables
    faults = FaultTable()
    try:
        directory = Directory.from_scenario(tables["directory"], clock)
        estate = estate_tables.build(tables["estate"], clock, directory)
        adobe = AdobeState.from_scenario(tables["adobe"], estate)
        if scenario.default_user not in directory.users:
            raise KeyError(scenario.default_user)
        for table in tables.get("faults", []):
            faults.add(Fault.from_table(table))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadScenario(f"scenario {scenario.name}: {type(problem).__name__}: {problem}") from problem
    return World(clock=clock, directory=directory, estate=estate, adobe=adobe, faults=faults, log=RequestLog())


def _read(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BadScenario(f"scenario {path}: {problem}") from None
    if unknown := set(tables) - _TABLES:
        listed, allowed = ", ".join(sorted(unknown)), ", ".join(sorted(_TABLES))
        raise BadScenario(f"scenario {path}: unknown: {listed}; allowed: {allowed}")
    return tables


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key, everything else is replaced."""
    merged = dict(base)
    for key, value in own.items():
        old = base.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
