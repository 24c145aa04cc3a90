"""The rooms of the house and the direction of their imports, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cmkwizard"

#                     __main__
#                        |
#                   command_line
#                    /        \
#              desktop        wiring
#                    \        /
#                     journeys
#                    /        \
#               clouds        records        practice (apart: only command_line imports it)
#                    \        /
#                       core
MAY_IMPORT = {
    "core": set[str](),
    "clouds": {"core"},
    "records": {"core"},
    "journeys": {"core", "clouds", "records"},
    "desktop": {"core", "clouds", "records", "journeys"},
    "wiring": {"core", "clouds", "records", "journeys"},
    "practice": set[str](),
    "command_line": {"core", "clouds", "records", "journeys", "desktop", "wiring", "practice"},
    "__main__": {"core", "records", "command_line"},
    "__init__": set[str](),
}

# Outside packages that only these rooms import (a name covers everything beneath it).
ONLY_IN = {
    "azure": {"clouds"},
    "msal": {"clouds"},
    "msal_extensions": set[str](),  # its cache files are not ours
    "requests": {"clouds"},
    "urllib3": {"clouds"},
    "truststore": {"clouds"},
    "PySide6": {"desktop"},
    "shiboken6": {"desktop"},
    "keyring": {"records"},
    "jinja2": {"practice", "records"},
    "markupsafe": {"records"},
    "uvicorn": {"practice"},
    "starlette": {"practice"},
    "h11": {"practice"},
    "trustme": {"practice"},
    "jwt": {"clouds", "practice"},
    "socket": {"clouds", "practice", "desktop"},  # in desktop a pair of them wakes Qt when a signal arrives
    "ssl": {"clouds", "practice"},
    "http.client": {"clouds", "practice"},
    "http.server": {"clouds", "practice"},
    "urllib.request": {"clouds", "practice"},
    "asyncio": {"practice"},
    "sqlite3": {"records"},
}

# core knows no Qt, network, disk or child process: msgspec, and the standard library without these.
CORE_OUTSIDE = {"msgspec"}
CORE_NEVER = {
    *["asyncio", "glob", "http.client", "http.server", "io", "logging.handlers", "mmap", "multiprocessing", "os"],
    *["pathlib", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "urllib.request"],
    *["webbrowser"],
}
STANDARD = sys.stdlib_module_names


def covers(name: str, module: str) -> bool:
    return module == name or module.startswith(name + ".")


def imported(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Every module a source imports, wherever in it, with its line; `from a import b` counts as a and as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parts = parts[: len(parts) - node.level + is_package]
                base = ".".join([*parts, base] if base else parts)
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def room_of(module: str) -> str:
    """The room a module of the package is in: the part after the package's name."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def fault_of(room: str, target: str) -> str | None:
    """What is wrong with a room importing this module, or None."""
    if target == "cmkwizard":
        return "practice imports nothing of the product" if room == "practice" else None
    if covers("cmkwizard", target):
        other = room_of(target)
        if other in ("__version__", room) and not (other == "__version__" and room == "practice"):
            return None
        return None if other in MAY_IMPORT[room] else f"{room} must not import {other}"
    for name, rooms in ONLY_IN.items():
        if covers(name, target) and room not in rooms:
            return f"{name} belongs to {' and '.join(sorted(rooms)) or 'nobody'}, not to {room}"
    if room == "core":
        top = target.partition(".")[0]
        if top not in STANDARD and top not in CORE_OUTSIDE:
            return f"core imports the standard library and msgspec, not {top}"
        if any(covers(name, target) for name in CORE_NEVER):
            return f"core is pure: not {target}"
    return None


def faults_in(source: str, module: str, is_package: bool = False) -> list[str]:
    """Every import of a source text that goes the wrong way, as `line: what`."""
    room = room_of(module)
    found = ((line, fault_of(room, target)) for line, target in imported(ast.parse(source), module, is_package))
    return sorted({f"{line}: {fault}" for line, fault in found if fault})


def test_every_module_is_in_a_known_room() -> None:
    rooms = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if is_source(path)}
    assert rooms <= set(MAY_IMPORT), "a new room needs its place in the picture above"


def is_source(path: Path) -> bool:
    return path.suffix == ".py" or (path.is_dir() and any(path.glob("**/*.py")))


def test_imports_go_one_way() -> None:
    faults = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        faults += [f"{path.relative_to(ROOT)}:{f}" for f in faults_in(path.read_text("utf-8"), module, is_package)]
    assert not faults, "\n" + "\n".join(faults)


def test_no_imports_run_in_a_circle() -> None:
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    takes = {
        module: {
            target
            for _, target in imported(ast.parse(path.read_text("utf-8")), module, is_package=False)
            if target in files
        }
        for module, path in files.items()
        if path.name != "__init__.py"
    }
    TopologicalSorter(takes).prepare()  # CycleError names the files of a circle


def test_the_face_of_a_package_loads_no_part_of_it() -> None:
    """Else two threads that load the package and one of its parts for the first time wait for one another, and Python
    gives one of them up (importlib, ``_DeadlockError``)."""
    loads = []
    for path in sorted(PACKAGE.rglob("__init__.py")):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        loads += [
            f"{path.relative_to(ROOT)}:{line}: {target}"
            for line, target in imported(ast.parse(path.read_text("utf-8")), package, is_package=True)
            if target.startswith(f"{package}.")
        ]
    assert not loads, "\n".join(loads)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cmkwizard.core.facts", "import os"),
        ("cmkwizard.core.facts", "from pathlib import Path"),
        ("cmkwizard.core.facts", "import urllib.request"),
        ("cmkwizard.core.facts", "from urllib import request"),
        ("cmkwizard.core.facts", "import tenacity"),
        ("cmkwizard.core.facts", "from cmkwizard.clouds import http"),
        ("cmkwizard.core.facts", "def f():\n  from cmkwizard import records"),
        ("cmkwizard.clouds.survey", "from cmkwizard.records.journal import Journal"),
        ("cmkwizard.records.journal", "from ..clouds import http"),
        ("cmkwizard.records.secrets", "import azure.identity"),
        ("cmkwizard.journeys.setup", "import requests"),
        ("cmkwizard.journeys.setup", "from PySide6.QtCore import QObject"),
        ("cmkwizard.journeys.setup", "from cmkwizard import wiring"),
        ("cmkwizard.desktop.shell", "from cmkwizard.wiring import build"),
        ("cmkwizard.desktop.shell", "import importlib\nimportlib.import_module('msal')"),
        ("cmkwizard.wiring", "import cmkwizard.desktop.shell"),
        ("cmkwizard.wiring", "import cmkwizard.practice.server"),
        ("cmkwizard.practice.server", "from cmkwizard.core import facts"),
        ("cmkwizard.practice.server", "from cmkwizard import __version__"),
        ("cmkwizard.practice.server", "from azure.core import exceptions"),
        ("cmkwizard.command_line.commands", "import PySide6.QtWidgets"),
    ],
)
def test_a_wrong_import_is_found(module: str, line: str) -> None:
    assert faults_in(line, module)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cmkwizard.core.facts", "from urllib.parse import urlsplit\nimport msgspec"),
        ("cmkwizard.core.facts", "from . import policy"),
        ("cmkwizard.clouds.azure.vaults", "from azure.mgmt.keyvault import KeyVaultManagementClient"),
        ("cmkwizard.journeys.setup", "from cmkwizard.clouds import survey\nfrom cmkwizard.records import journal"),
        ("cmkwizard.desktop.shell", "from PySide6 import QtWidgets\nfrom cmkwizard import __version__"),
        ("cmkwizard.command_line.opening", "from cmkwizard.practice import server"),
        ("cmkwizard.practice.server", "import uvicorn\nfrom cmkwizard.practice.state import World"),
    ],
)
def test_a_right_import_is_let_through(module: str, line: str) -> None:
    assert faults_in(line, module) == []
