"""A private X screen with a small window manager, and the moment at which a program's first window is on it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from Xlib import X, display
from Xlib.error import XError


@dataclass
class Appearance:
    """What was measured of one start: milliseconds to the mapped window, and the memory of the idle process tree."""

    mapped_ms: float
    rss_mb: float


class Screen:
    """Xvfb and openbox, private to the one who opened it."""

    def __init__(self, size: str = "1400x1000x24") -> None:
        read, write = os.pipe()
        self._processes = [
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
                pass_fds=(write,),
                stderr=subprocess.DEVNULL,
            )
        ]
        os.close(write)
        with os.fdopen(read) as pipe:
            # To the end of the line: Xvfb writes the number and the newline apart, and dies on a closed pipe.
            self.name = ":" + pipe.readline().strip()
        self._display = display.Display(self.name)
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        environment = {**os.environ, "DISPLAY": self.name}
        self._processes.append(
            subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        deadline = time.monotonic() + 60
        while not self._property(self._root, "_NET_SUPPORTING_WM_CHECK"):
            self._wait_for_change(0.05)
            if time.monotonic() > deadline:
                raise TimeoutError("openbox did not start")

    def environment(self, home: Path) -> dict[str, str]:
        """Variables for a program that shall show itself here, with an empty home of its own."""
        run = home / "run"
        run.mkdir(parents=True, exist_ok=True)
        run.chmod(0o700)
        kept = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        return {
            **kept,
            "DISPLAY": self.name,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_RUNTIME_DIR": str(run),
            "QT_QPA_PLATFORM": "xcb",
        }

    def appearance(self, command: Sequence[str], environment: Mapping[str, str], settle_s: float) -> Appearance:
        """Start ``command``, wait for its first window, let it idle ``settle_s`` seconds, measure and end it."""
        before = set(self._clients())
        started = time.monotonic()
        program = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            while not any(self._viewable(client) for client in set(self._clients()) - before):
                if program.poll() is not None or time.monotonic() - started > 120:
                    raise AssertionError(f"no window from {command}: exit status {program.poll()}")
                self._wait_for_change(0.05)
            mapped = time.monotonic() - started
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(settle_s)
            tree = [psutil.Process(program.pid), *psutil.Process(program.pid).children(recursive=True)]
            memory = sum(process.memory_info().rss for process in tree)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        while set(self._clients()) - before:
            self._wait_for_change(0.05)
        return Appearance(mapped * 1e3, memory / 1e6)

    def close(self) -> None:
        """End the window manager and the screen."""
        self._display.close()
        for process in reversed(self._processes):
            process.terminate()
            process.wait()

    def _property(self, window: object, name: str) -> object:
        return window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)  # type: ignore[attr-defined]

    def _clients(self) -> list[int]:
        listed = self._property(self._root, "_NET_CLIENT_LIST")
        return list(listed.value) if listed else []  # type: ignore[attr-defined]

    def _viewable(self, client: int) -> bool:
        with contextlib.suppress(XError):
            window = self._display.create_resource_object("window", client)
            return bool(window.get_attributes().map_state == X.IsViewable and window.get_geometry().width >= 60)
        return False

    def _wait_for_change(self, seconds: float) -> None:
        if not self._display.pending_events():
            select.select([self._display.fileno()], [], [], seconds)
        while self._display.pending_events():
            self._display.next_event()


@contextlib.contextmanager
def private_screen() -> Iterator[Screen]:
    """A :class:`Screen` for the length of a ``with`` block."""
    screen = Screen()
    try:
        yield screen
    finally:
        screen.close()
