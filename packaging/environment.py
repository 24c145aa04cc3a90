"""The two commands of `bootstrap.py`: the virtual environment, what is installed in it, and what is then started."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import suite
import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "requirements"
OLDEST_GLIBC = (2, 34)  # the platform tag of Qt's Linux wheels: Debian 12, Ubuntu 22.04, RHEL 9 and newer

# What each command installs. `build.txt` puts the checkout itself into the environment.
LOCKED = {"wizard": ("runtime.txt", "build.txt"), "test": ("test.txt",)}


def say(sentence: str) -> None:
    """Tell what is being done, in order with what the programs it starts print themselves."""
    print("bootstrap: " + sentence, file=sys.stderr, flush=True)


def libc_too_old(libc: tuple[str, str]) -> bool:
    """Whether Qt's wheels cannot run on this C library, which is what `platform.libc_ver()` answers."""
    name, number = libc
    return name == "glibc" and tuple(int(part) for part in number.split(".")[:2]) < OLDEST_GLIBC


def program_of(venv: Path, name: str) -> Path:
    """A program inside a virtual environment, on this operating system."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def fingerprint(command: str) -> str:
    """A digest of everything that decides what `command` installs: a second run compares it and does nothing twice."""
    digest = hashlib.sha256(repr((sys.version_info[:2], str(VENV))).encode())
    for path in (*(LOCKS / name for name in LOCKED[command]), ROOT / "pyproject.toml", ROOT / "cmkwizard/__init__.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Whether an environment's interpreter starts, has pip, and is of the version that runs now."""
    ask = "import sys, importlib.util as u; print(sys.version_info[:2], u.find_spec('pip') is not None)"
    if not python.exists():
        return False
    answer = subprocess.run([str(python), "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return answer.stdout.decode().strip() == f"{tuple(sys.version_info[:2])} True"


def make_venv() -> None:
    """Make `.venv`, or make it anew when its Python is gone or another."""
    if works(program_of(VENV, "python")):
        return
    if not system_packages.python_can_make_venvs() and not system_packages.install(["python3-venv"], say):
        raise SystemExit(1)
    say("making the virtual environment .venv")
    # A Python that runs inside an environment itself makes a new one from the Python beneath it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    subprocess.run([base, "-m", "venv", "--clear", str(VENV)], check=True)


def pip(*arguments: str) -> None:
    """Run the environment's own pip, with the user's ordinary pip settings."""
    command = [
        str(program_of(VENV, "python")),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        *arguments,
    ]
    if subprocess.run(command, check=False).returncode != 0:
        say("pip could not install what is needed: its own words are above. Nothing but .venv was changed.")
        raise SystemExit(1)


def install_locked(command: str) -> None:
    """Install the hash-locked dependencies of `command` and the checkout itself, unless that has been done."""
    stamp = VENV / "installed-by-bootstrap.json"
    installed: dict[str, str] = {}
    if stamp.exists() and works(program_of(VENV, "python")):
        installed = json.loads(stamp.read_text(encoding="utf-8"))
    wanted = fingerprint(command)
    if installed.get(command) == wanted:
        return
    make_venv()
    say("installing the locked dependencies (about 150 MB to download the first time)")
    pip("--require-hashes", *(part for name in LOCKED[command] for part in ("-r", str(LOCKS / name))))
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    # Written last: an interrupted run leaves no stamp behind and is simply done again.
    stamp.write_text(json.dumps({**installed, command: wanted}), encoding="utf-8")


def has_screen(environment: dict[str, str] | os._Environ[str], system: str) -> bool:
    """Whether a window can be shown; `system` is `sys.platform`'s name of the operating system."""
    chosen = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if chosen:
        return chosen not in ("offscreen", "minimal")
    if system in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def run_wizard(rest: list[str]) -> int:
    """Open the wizard on a practice cloud; with no screen let it walk through by itself."""
    install_locked("wizard")
    screen = has_screen(os.environ, sys.platform)
    if not system_packages.ensure_qt_libraries(VENV, screen, say):
        return 1
    arguments = ["--practice", *rest]
    if not screen:
        say("there is no screen here, so the wizard walks through the set-up by itself, offscreen")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if "--tour" not in rest:
            arguments.append("--tour")
    command = [str(program_of(VENV, "cmkwizard")), *arguments]
    if os.name != "nt":  # an exec there gives the console back before the program has ended
        os.execv(command[0], command)  # noqa: S606 (no shell is wanted)
    return subprocess.run(command, check=False).returncode


def run_tests(rest: list[str]) -> int:
    """Check and test the whole tree, or, told what, run pytest alone with that."""
    install_locked("test")
    if not system_packages.ensure_qt_libraries(VENV, False, say):
        return 1
    system_packages.ensure_test_programs(VENV, say)
    return suite.run(program_of(VENV, "python"), ROOT, rest, say)


def main(argv: list[str]) -> int:
    """Carry out one command and answer its exit status."""
    if libc_too_old(platform.libc_ver()):
        say("Qt needs glibc {}.{}; this system is older. A newer release of it is needed.".format(*OLDEST_GLIBC))
        return 1
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Take a fresh checkout to a practice wizard, or to a finished test run.",
        epilog="Everything after -- is passed on: to cmkwizard, or to pytest.",
    )
    parser.add_argument("command", choices=["wizard", "test"])
    own, rest = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    command = parser.parse_args(own).command
    return run_wizard(rest) if command == "wizard" else run_tests(rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
