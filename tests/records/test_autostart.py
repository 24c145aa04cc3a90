"""The entry that starts the program at login: what is written, that it is read back as meant, and that it goes away."""

from __future__ import annotations

import os
import plistlib
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.autostart import (
    RUN_KEY,
    Autostart,
    DesktopEntry,
    LaunchAgent,
    RunKey,
    autostart,
    background_command,
)

COMMAND = ("/opt/a b/python", "-P", "-m", "cmkwizard", "--background", "--data-dir", '/home/x/50% "o$t" \\ `q`')


class MemoryRegistry:
    """The standard library's winreg as far as it is used here, over one dictionary; ``refuses`` is what it raises."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = "HKCU", 2, 1

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, str]] = {}
        self.refuses: OSError | None = None

    @contextmanager
    def OpenKey(self, root: str, path: str, _reserved: int = 0, _access: int = 1) -> Iterator[dict[str, str]]:  # noqa: N802
        assert root == self.HKEY_CURRENT_USER
        if self.refuses is not None:
            raise self.refuses
        if path not in self.keys:
            raise FileNotFoundError(2, "not found")
        yield self.keys[path]

    @contextmanager
    def CreateKeyEx(self, root: str, path: str, _reserved: int, access: int) -> Iterator[dict[str, str]]:  # noqa: N802
        assert access == self.KEY_SET_VALUE
        self.keys.setdefault(path, {})
        with self.OpenKey(root, path) as key:
            yield key

    def QueryValueEx(self, key: dict[str, str], name: str) -> tuple[str, int]:  # noqa: N802
        return _value(key, name), self.REG_SZ

    def SetValueEx(self, key: dict[str, str], name: str, _reserved: int, kind: int, value: str) -> None:  # noqa: N802
        assert kind == self.REG_SZ
        key[name] = value

    def DeleteValue(self, key: dict[str, str], name: str) -> None:  # noqa: N802
        _value(key, name)
        del key[name]


def _value(key: dict[str, str], name: str) -> str:
    if name not in key:
        raise FileNotFoundError(2, "not found")
    return key[name]


@pytest.fixture(params=["linux", "macos", "windows"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Autostart:
    made: dict[str, Autostart] = {
        "linux": DesktopEntry(tmp_path / "config", COMMAND),
        "macos": LaunchAgent(tmp_path / "Library" / "LaunchAgents", COMMAND),
        "windows": RunKey(MemoryRegistry(), COMMAND),
    }
    return made[request.param]


def test_it_is_off_until_it_is_switched_on_and_off_again_without_a_trace(place: Autostart, tmp_path: Path) -> None:
    assert place.read() is None
    place.switch_on()
    place.switch_on()
    assert place.read() == place.wanted()
    assert "cmkwizard" in place.place
    place.switch_off()
    assert place.read() is None
    place.switch_off()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_desktop_entry_starts_exactly_this_command(tmp_path: Path) -> None:
    place = DesktopEntry(tmp_path, COMMAND)
    place.switch_on()
    path = tmp_path / "autostart" / "cmkwizard.desktop"
    assert place.place == str(path)
    lines = dict(line.partition("=")[::2] for line in path.read_text().splitlines()[1:])
    assert (lines["Type"], lines["Terminal"]) == ("Application", "false")
    assert _as_a_desktop_reads(lines["Exec"]) == list(COMMAND)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _as_a_desktop_reads(value: str) -> list[str]:
    """Undo a string value's escapes, then the quoting, then the doubled percent sign (Desktop Entry Specification).

    Within double quotes a POSIX shell undoes the same four escapes.
    """
    string = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
    return [part.replace("%%", "%") for part in shlex.split(_unescape_for_shlex(string.replace("\0", "\\")))]


def _unescape_for_shlex(text: str) -> str:
    """``shlex`` undoes only two of the four escapes by itself."""
    return text.replace("\\$", "$").replace("\\`", "`")


def test_a_path_with_an_equals_sign_is_refused_on_linux(tmp_path: Path) -> None:
    place = DesktopEntry(tmp_path, ("/opt/a=b/python", "--background"))
    with pytest.raises(Problem, match="equals sign") as refused:
        place.switch_on()
    assert refused.value.kind is Kind.STORAGE
    assert place.read() is None


def test_the_launch_agent_starts_this_command_once_at_login(tmp_path: Path) -> None:
    LaunchAgent(tmp_path, COMMAND).switch_on()
    values = plistlib.loads((tmp_path / "org.cmkwizard.background.plist").read_bytes())
    assert values["ProgramArguments"] == list(COMMAND)
    assert (values["Label"], values["RunAtLoad"], values["KeepAlive"]) == ("org.cmkwizard.background", True, False)


def test_the_run_key_holds_one_quoted_line() -> None:
    registry = MemoryRegistry()
    RunKey(registry, (r"C:\Program Files\cmkwizard\cmkwizard.exe", "--background")).switch_on()
    assert registry.keys == {RUN_KEY: {"cmkwizard": r'"C:\Program Files\cmkwizard\cmkwizard.exe" --background'}}
    with pytest.raises(Problem, match="260 characters"):
        RunKey(registry, ("C:\\" + "x" * 260, "--background")).switch_on()
    assert "cmkwizard.exe" in registry.keys[RUN_KEY]["cmkwizard"]


def test_a_registry_that_refuses_is_told() -> None:
    registry = MemoryRegistry()
    place = RunKey(registry, COMMAND)
    registry.refuses = PermissionError(13, "Access is denied")
    for call in (place.switch_on, place.switch_off, place.read):
        with pytest.raises(Problem, match="Access is denied") as refused:
            call()
        assert refused.value.remedy


@pytest.mark.skipif(os.name != "posix", reason="links as on Unix")
def test_a_folder_that_cannot_be_written_is_told_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("")
    with pytest.raises(Problem):
        DesktopEntry(tmp_path, COMMAND).switch_on()
    (tmp_path / "autostart").unlink()
    (tmp_path / "autostart").mkdir()
    target = tmp_path / "other"
    target.write_text("mine")
    (tmp_path / "autostart" / "cmkwizard.desktop").symlink_to(target)
    place = DesktopEntry(tmp_path, COMMAND)
    with pytest.raises(Problem, match="link"):
        place.read()
    place.switch_on()
    assert target.read_text() == "mine"
    assert place.read() == place.wanted()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folder that Linux desktops look in")
@pytest.mark.parametrize("named", ["absolute", "relative", ""])
def test_the_place_is_that_of_this_system(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", {"absolute": str(tmp_path / "own"), "relative": "own", "": ""}[named])
    found = autostart(COMMAND)
    assert found is not None
    folder = "own" if named == "absolute" else ".config"
    assert found.place == str(tmp_path / folder / "autostart" / "cmkwizard.desktop")


def test_the_command_starts_this_very_program(tmp_path: Path) -> None:
    command = background_command(tmp_path, Path("clouds.json"))
    assert command[-4:] == ("--data-dir", str(tmp_path), "--clouds", str(Path("clouds.json").absolute()))
    assert background_command(None, None)[-1] == "--background"
    program = command[: command.index("--background")]
    (tmp_path / "cmkwizard.py").write_text("raise SystemExit('not mine')")
    told = subprocess.run([*program, "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout.startswith("cmkwizard "), told.stderr
