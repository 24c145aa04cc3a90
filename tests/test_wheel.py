"""The package as it is installed elsewhere: built without the network, unpacked, started."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path

import pytest

import cmkwizard

ROOT = Path(__file__).parent.parent


def own_files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


def read(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"cmkwizard-{cmkwizard.__version__}.dist-info/{name}").decode()


def test_it_holds_the_package_and_its_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    expected = {f"cmkwizard/{name}" for name in own_files(ROOT / "cmkwizard")}
    expected |= {f"cmkwizard/resources/{name}" for name in own_files(ROOT / "resources")}
    assert names == expected
    assert any(name.startswith("cmkwizard/resources/scenarios/") for name in names)


def test_it_has_the_command_the_version_and_the_pin_off_the_broken_qt(wheel: Path) -> None:
    entry_points = ConfigParser()
    entry_points.read_string(read(wheel, "entry_points.txt"))
    assert dict(entry_points["console_scripts"]) == {"cmkwizard": "cmkwizard.__main__:main"}
    metadata = message_from_string(read(wheel, "METADATA"))
    assert metadata["Version"] == cmkwizard.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    (qt,) = (line for line in metadata.get_all("Requires-Dist", []) if line.lower().startswith("pyside6"))
    assert "!=6.12.0" in qt


def test_unpacked_elsewhere_it_starts_and_finds_its_scenarios(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)

    def run(*arguments: str) -> str:
        command = "import sys; sys.path.insert(0, sys.argv.pop(1)); import cmkwizard.__main__ as m; sys.exit(m.main())"
        done = subprocess.run(
            [sys.executable, "-I", "-c", command, str(tmp_path), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert cmkwizard.__version__ in run("--version")
    assert re.search(r"\bhappy\b", run("--practice", "list"))
