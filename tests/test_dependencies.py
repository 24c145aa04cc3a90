"""What the package asks to be installed is what it imports: nothing idle, nothing that is there by chance."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import files
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED_ONLY = {"h11": "uvicorn.protocols.http.h11_impl"}
"""Distributions that another one imports because the product names it so."""


def declared() -> set[str]:
    """The distributions in pyproject.toml, as their names are written there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {re.split(r"[^\w.-]", line)[0] for line in project["dependencies"]}


def imported() -> set[str]:
    """Every module that the package imports, also late or by a name in a text."""
    return {
        name for path in (ROOT / "cmkwizard").rglob("*.py") for name in names_in(ast.parse(path.read_text("utf-8")))
    }


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]\w*(\.\w+)+", str(node.value)):
            yield str(node.value)


@cache
def modules_of(distribution: str) -> frozenset[str]:
    """The modules that a distribution installs; not the empty packages that several of them share."""
    found = set()
    for path in files(distribution) or ():
        if path.suffix in (".py", ".so", ".pyd") and (
            path.name != "__init__.py" or "extend_path" not in path.read_text()
        ):
            found.add(".".join(path.with_name(path.name.partition(".")[0]).parts).removesuffix(".__init__"))
    return frozenset(found)


def comes_with(name: str, distribution: str) -> bool:
    """Whether an import loads a module of the distribution: the module itself, its package, or a name in it."""
    modules = modules_of(distribution)
    return name in modules or name.rpartition(".")[0] in modules


def test_everything_that_is_asked_for_is_imported() -> None:
    names = imported()
    idle = {each for each in declared() if not any(comes_with(name, each) for name in names)}
    assert idle == set(NAMED_ONLY)
    assert {name.rpartition(".")[0] for name in names} >= set(NAMED_ONLY.values())


def test_everything_that_is_imported_is_asked_for() -> None:
    ours = {*sys.stdlib_module_names, "cmkwizard", "__future__"}
    for path in sorted((ROOT / "cmkwizard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in names_in(ast.Module([node], [])):
                    if name.partition(".")[0] not in ours:
                        assert any(comes_with(name, each) for each in declared()), f"{path}: {name}"
