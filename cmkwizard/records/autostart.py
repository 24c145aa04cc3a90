"""Starting with the person's login: one entry in the place where the operating system looks for such programs.

The entry itself is what tells whether it is switched on: the operating system's own settings may remove it any time.
"""

from __future__ import annotations

import contextlib
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import read_private, remove_private, storage_problem, write_private

NAME = "cmkwizard"
LABEL = "org.cmkwizard.background"
"""How launchd calls the entry; also the name of its file."""
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """One command and the place in which one operating system looks for it."""

    @property
    def place(self) -> str:
        """Where the entry is, as a person would look for it."""
        ...

    def read(self) -> str | None:
        """What the entry says; None: there is none.

        Raises:
            Problem: STORAGE: it cannot be read.
        """
        ...

    def wanted(self) -> str:
        """What the entry says when the command is started at login.

        Raises:
            Problem: STORAGE: the operating system takes no such command.
        """
        ...

    def switch_on(self) -> None:
        """Have the command started at the next login, instead of what the entry said before.

        Raises:
            Problem: STORAGE: it cannot be written; what was there is unchanged.
        """
        ...

    def switch_off(self) -> None:
        """Remove the entry, if it is there.

        Raises:
            Problem: STORAGE: it cannot be removed.
        """
        ...


class _EntryFile(ABC):
    """An entry that is a file of its own."""

    def __init__(self, path: Path, command: Sequence[str]) -> None:
        self._path = path
        self._command = tuple(command)

    @property
    def place(self) -> str:
        return str(self._path)

    def read(self) -> str | None:
        content = read_private(self._path, 100_000)
        return None if content is None else content.decode("utf-8", "replace")

    @abstractmethod
    def wanted(self) -> str: ...

    def switch_on(self) -> None:
        content = self.wanted()
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_problem(self._path.parent, error) from error
        write_private(self._path, content.encode())

    def switch_off(self) -> None:
        remove_private(self._path)


class DesktopEntry(_EntryFile):
    """Linux: a desktop entry in the person's autostart folder (freedesktop.org, Desktop Application Autostart)."""

    def __init__(self, configuration: Path, command: Sequence[str]) -> None:
        """``configuration``: the folder of XDG_CONFIG_HOME."""
        super().__init__(configuration / "autostart" / f"{NAME}.desktop", command)

    def wanted(self) -> str:
        """The desktop entry. The program's path must hold no equals sign (Desktop Entry Specification, Exec).

        Raises:
            Problem: STORAGE: it does.
        """
        if "=" in self._command[0]:
            raise Problem(
                Kind.STORAGE,
                f"{self._command[0]} cannot be started at login: its path holds an equals sign.",
                "Put the program into another folder.",
            )
        return (
            "[Desktop Entry]\nType=Application\nName=cmkwizard in the background\n"
            "Comment=Watches your key for Adobe Experience Platform\n"
            f"Exec={' '.join(_exec_argument(part) for part in self._command)}\n"
            "Terminal=false\nX-GNOME-Autostart-enabled=true\n"
        )


def _exec_argument(argument: str) -> str:
    """One argument as the Exec key wants it: quoted for the shell-like reading, then escaped as every string value."""
    quoted = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in argument).replace("%", "%%")
    for letter, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        quoted = quoted.replace(letter, escaped)
    return f'"{quoted}"'


class LaunchAgent(_EntryFile):
    """MacOS: a property list in the person's LaunchAgents folder (launchd.plist(5))."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        """``folder``: the person's ``Library/LaunchAgents``."""
        super().__init__(folder / f"{LABEL}.plist", command)

    def wanted(self) -> str:
        """The property list: once at each login with a screen, and not again when it has ended."""
        import plistlib  # with an XML parser, which nothing else needs

        values = {
            "Label": LABEL,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "KeepAlive": False,
            "LimitLoadToSessionType": "Aqua",
        }
        return plistlib.dumps(values).decode()


class RunKey:
    """Windows: a value of the person's Run key (Microsoft, Run and RunOnce registry keys)."""

    LONGEST = 260
    """Characters that Windows takes of such a command line."""

    def __init__(self, winreg: Any, command: Sequence[str]) -> None:
        """``winreg``: the module of the standard library, which is there on Windows alone."""
        self._winreg = winreg
        self._command = tuple(command)

    @property
    def place(self) -> str:
        """The key and the value's name."""
        return rf"HKEY_CURRENT_USER\{RUN_KEY}\{NAME}"

    def read(self) -> str | None:
        """The command line, or None."""
        reg = self._winreg
        try:
            with reg.OpenKey(reg.HKEY_CURRENT_USER, RUN_KEY) as key:
                return str(reg.QueryValueEx(key, NAME)[0])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._problem(error) from error

    def wanted(self) -> str:
        """The command line, quoted as Windows takes it apart.

        Raises:
            Problem: STORAGE: it is longer than Windows takes.
        """
        import subprocess

        line = subprocess.list2cmdline(self._command)
        if len(line) > self.LONGEST:
            raise Problem(
                Kind.STORAGE,
                f"The command to start at login is longer than the {self.LONGEST} characters that Windows takes.",
                "Put the program, or the folder of --data-dir, into a folder with a shorter path.",
            )
        return line

    def switch_on(self) -> None:
        """Write the value; the registry does so whole or not at all."""
        reg, line = self._winreg, self.wanted()
        try:
            with reg.CreateKeyEx(reg.HKEY_CURRENT_USER, RUN_KEY, 0, reg.KEY_SET_VALUE) as key:
                reg.SetValueEx(key, NAME, 0, reg.REG_SZ, line)
        except OSError as error:
            raise self._problem(error) from error

    def switch_off(self) -> None:
        """Remove the value, if it is there."""
        reg = self._winreg
        try:
            with (
                contextlib.suppress(FileNotFoundError),
                reg.OpenKey(reg.HKEY_CURRENT_USER, RUN_KEY, 0, reg.KEY_SET_VALUE) as key,
            ):
                reg.DeleteValue(key, NAME)
        except OSError as error:
            raise self._problem(error) from error

    def _problem(self, error: OSError) -> Problem:
        return Problem(
            Kind.STORAGE,
            f"{self.place} cannot be used: {error.strerror or type(error).__name__}.",
            "Ask whoever looks after this computer whether programs may be started at login.",
        )


def autostart(command: Sequence[str]) -> Autostart | None:
    """``command`` in the place of the operating system that this program runs on; None: nothing is known of it."""
    if sys.platform == "win32":
        import winreg

        return RunKey(winreg, command)
    if sys.platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents", command)
    if sys.platform.startswith("linux"):
        named = Path(os.environ.get("XDG_CONFIG_HOME", ""))  # a relative one is to be ignored, says the specification
        return DesktopEntry(named if named.is_absolute() else Path.home() / ".config", command)
    return None


def background_command(folder: Path | None, profile: Path | None) -> tuple[str, ...]:
    """The command line that starts this program in the background.

    Args:
        folder: where its records are, where that is not the usual place.
        profile: the file of the clouds it connects to, where they are not the public ones.
    """
    program = Path(sys.executable)
    if sys.platform == "win32" and program.name.lower() == "python.exe":
        windowed = program.with_name("pythonw.exe")  # without a console window
        program = windowed if windowed.is_file() else program
    start = (
        [str(program)] if getattr(sys, "frozen", False) else [str(program), "-P", "-m", NAME]
    )  # -P: not from the folder it starts in
    options = [("--data-dir", folder), ("--clouds", profile)]
    named = [part for option, path in options if path is not None for part in (option, str(path.absolute()))]
    return (*start, "--background", *named)
