"""The two set-up commands, without installing anything: what they decide, and what they leave behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import environment
import system_packages
from environment import LOCKED, LOCKS, fingerprint, has_screen, libc_too_old

ROOT = Path(__file__).parent.parent
BOOTSTRAP = ROOT / "packaging" / "bootstrap.py"
LOCK_FILES = sorted({name for names in LOCKED.values() for name in names})

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")


def pins(name: str) -> dict[str, str]:
    """The locked versions of one file, by normalised package name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (LOCKS / name).read_text("utf-8"), re.MULTILINE)
    return {package.lower().replace("_", "-"): version for package, version in found}


def test_it_uses_the_standard_library_alone() -> None:
    own = {path.stem for path in BOOTSTRAP.parent.glob("*.py")}
    for path in BOOTSTRAP.parent.glob("*.py"):
        modules = set(re.findall(r"^(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE))
        assert modules <= sys.stdlib_module_names | own


def test_help_names_both_commands() -> None:
    answer = subprocess.run([sys.executable, str(BOOTSTRAP), "--help"], capture_output=True, text=True)
    assert answer.returncode == 0
    assert "wizard" in answer.stdout
    assert "test" in answer.stdout


def test_an_unknown_command_is_wrong_usage() -> None:
    answer = subprocess.run([sys.executable, str(BOOTSTRAP), "instal"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "invalid choice" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_entry_file_can_be_read_by_an_old_python() -> None:
    before_the_version_check, _, _ = BOOTSTRAP.read_text("utf-8").partition("sys.exit(")
    assert "__future__" not in before_the_version_check
    assert "import environment" not in before_the_version_check
    assert not re.search(r"\bf\"|\bdef |:=", BOOTSTRAP.read_text("utf-8"))


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_locked_package_has_its_hashes_and_no_index_is_named(name: str) -> None:
    text = (LOCKS / name).read_text("utf-8")
    entries = [entry for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if entry.strip()]
    assert len(entries) > 3
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.search(r"^\s*--(?!hash)|://", text, re.MULTILINE)


def test_the_locks_agree_with_each_other_and_hold_every_direct_dependency() -> None:
    everything = pins("test.txt")
    for name in LOCK_FILES:
        assert pins(name).items() <= everything.items()
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    direct = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in declared["project"]["dependencies"]}
    assert direct <= set(pins("runtime.txt"))
    tools = [line for line in declared["dependency-groups"]["test"] if isinstance(line, str)]
    assert {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in tools} <= set(everything)
    assert everything["pyside6-essentials"] != "6.12.0"


def test_what_is_installed_is_known_by_the_content_of_the_locks() -> None:
    assert fingerprint("test") == fingerprint("test") != fingerprint("wizard")


def test_a_second_run_does_no_work_twice_and_an_interrupted_one_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, ...]] = []

    def interrupted(*arguments: str) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "works", lambda _python: True)
    monkeypatch.setattr(environment, "pip", interrupted)
    with pytest.raises(SystemExit):
        environment.install_locked("wizard")
    monkeypatch.setattr(environment, "pip", lambda *arguments: calls.append(arguments))
    environment.install_locked("wizard")
    assert [("--require-hashes" in call, "--no-deps" in call) for call in calls] == [(True, False), (False, True)]
    environment.install_locked("wizard")
    assert len(calls) == 2
    environment.install_locked("test")
    assert len(calls) == 4
    environment.install_locked("wizard")
    assert len(calls) == 4


@pytest.mark.parametrize(
    ("variables", "system", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_whether_there_is_a_screen(variables: dict[str, str], system: str, expected: bool) -> None:
    assert has_screen(variables, system) is expected


@pytest.mark.parametrize(
    ("libc", "expected"),
    [(("glibc", "2.31"), True), (("glibc", "2.34"), False), (("glibc", "2.4"), True), (("", ""), False)],
)
def test_a_c_library_too_old_for_qt_is_known(libc: tuple[str, str], expected: bool) -> None:
    assert libc_too_old(libc) is expected


def test_missing_libraries_are_read_once_each_and_have_a_package() -> None:
    output = """libqxcb.so:
    libxcb-cursor.so.0 => not found
    libGL.so.1 => /lib/x86_64-linux-gnu/libGL.so.1 (0x00007f)
    libxcb-icccm.so.4 => not found
    libxcb-cursor.so.0 => not found
"""
    missing = system_packages.missing_libraries(output)
    assert missing == ["libxcb-cursor.so.0", "libxcb-icccm.so.4"]
    assert [system_packages.LIBRARY_PACKAGES[name] for name in missing] == ["libxcb-cursor0", "libxcb-icccm4"]


def test_an_ordinary_user_gets_the_one_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(system_packages, "can_install", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert not system_packages.install(["libxcb-cursor0", "libegl1"], said.append)
    assert said == ["please run: sudo apt-get install -y --no-install-recommends libxcb-cursor0 libegl1"]


@on_linux
def test_a_crashed_test_run_leaves_no_program_behind(tmp_path: Path) -> None:
    """The "tests" start a daemon in a session of its own, as Xvfb would be, and crash."""
    note = tmp_path / "pid"
    crash = f"""
import os, subprocess, sys
orphan = subprocess.Popen(["sleep", "300"], start_new_session=True)
open({str(note)!r}, "w").write(str(orphan.pid))
os.abort()
"""
    keeper = (
        f"import sys; sys.path.insert(0, {str(BOOTSTRAP.parent)!r}); import suite, pathlib\n"
        f"sys.exit(suite.run_and_tidy([sys.executable, '-c', {crash!r}], pathlib.Path('.'), print))"
    )
    kept = subprocess.run([sys.executable, "-c", keeper], capture_output=True, text=True, timeout=120)
    assert kept.returncode == 128 + signal.SIGABRT
    assert "left behind by the tests, and ended: sleep" in kept.stdout
    assert not is_alive(int(note.read_text()))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ci_runs_the_command_the_readme_gives() -> None:
    command = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1].removeprefix("exec ")
    assert command == "python3 packaging/bootstrap.py test"
    assert command in (ROOT / "README.md").read_text("utf-8")
