"""What no tracked file may hold, and how long a file may grow."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".json",
    ".txt",
    ".in",
    ".yml",
    ".yaml",
    ".svg",
    ".html",
    ".css",
    ".qss",
    ".ts",
    ".sh",
    "",
}
LONGEST = {"cmkwizard": 350, "packaging": 350, "tests": 500}


def tracked() -> list[Path]:
    """The files git knows of, where this is a checkout; else everything that is not made by tools."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    folders = ["cmkwizard", "packaging", "resources", "tests"]
    return [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]


FILES = [path for path in tracked() if path.suffix in TEXT]


def hits(pattern: str, *, where: str = "", suffix: str = "") -> list[str]:
    """Every line that matches, as `file:line: text`, in files beneath the folders of `where` (a|b; empty: all)."""
    found = []
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if (where and not re.match(rf"({where})/", name)) or not name.endswith(suffix):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    return found


# The patterns are written so that they do not match themselves.
NOWHERE = {
    "a path of one computer": r"(^|[^\w.])/(work|root|farm|home/\w+|Users/\w+)/[A-Za-z.]",
    "the host of a package registry": r"pypi\.org|python[h]osted|registry\.[n]pmjs|deb\.[d]ebian|archive\.[u]buntu",
}
NOT_IN_CODE = {
    "unfinished work": r"\b(TO[D]O|FIX[M]E|XX[X])\b|NotImplemented[E]rror",
    "a certificate that is not checked": r"verify\s*=\s*[F]alse|CERT_[N]ONE|_create_[u]nverified_context",
    "a blind wait": r"\btime\.[s]leep\(|qtbot\.[w]ait\(",
    "a re-entered event loop": r"process[E]vents\(",
}
# The practice cloud answers instead: what passes there has gone through the real clients.
NOT_IN_TESTS = {
    "a stand-in object": r"unittest\.[m]ock|unittest import [m]ock|\bMagic[M]ock|\b[m]ocker\b",
    "a cloud client with a part swapped": r"monkeypatch\.[s]etattr\(.*(azure|msal|requests|clouds)",
}


@pytest.mark.parametrize("what", NOWHERE)
def test_no_tracked_file_holds(what: str) -> None:
    assert not hits(NOWHERE[what]), what


def test_no_tracked_file_names_this_checkout() -> None:
    assert not hits(re.escape(str(ROOT)) + r"\b"), "a path of this computer"


@pytest.mark.parametrize("what", NOT_IN_CODE)
def test_no_source_holds(what: str) -> None:
    assert not hits(NOT_IN_CODE[what], where="cmkwizard|tests", suffix=".py"), what


@pytest.mark.parametrize("what", NOT_IN_TESTS)
def test_no_test_holds(what: str) -> None:
    assert not hits(NOT_IN_TESTS[what], where="tests", suffix=".py"), what


def test_no_file_is_too_long_to_read_at_one_sitting() -> None:
    too_long = {}
    for path in FILES:
        name, lines = path.relative_to(ROOT).as_posix(), len(path.read_text("utf-8").splitlines())
        if path.suffix == ".py" and lines > LONGEST.get(name.split("/")[0], 350):
            too_long[name] = lines
    assert not too_long


def test_every_package_folder_has_an_init() -> None:
    folders = {path.parent for path in (ROOT / "cmkwizard").rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]
