"""The checks and the tests, one after the other, and no program left running behind them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
}
# Two processes: the tests wait more than they compute. A file stays in one, so that what it shares
# is made once.
WHOLE_SUITE = ["-n", "2", "--dist", "loadfile"]


def run(python: Path, root: Path, rest: list[str], say: Say) -> int:
    """Run every check and the whole suite, or pytest alone with `rest`; answer the first exit status that is not 0."""
    failed: list[tuple[str, int]] = []
    if not rest:
        for name, arguments in CHECKS.items():
            say(name)
            status = subprocess.run([str(python), *arguments], cwd=str(root), check=False).returncode
            if status != 0:
                failed.append((name, status))
    say("pytest")
    status = run_and_tidy([str(python), "-m", "pytest", *(rest or WHOLE_SUITE)], root, say)
    if status != 0:
        failed.append(("pytest", status))
    if failed:
        say("failed: " + ", ".join(name for name, _ in failed))
        return failed[0][1]
    return 0


def run_and_tidy(command: list[str], root: Path, say: Say) -> int:
    """Run a command and end what it left behind, even when it crashed; answer its exit status (128 + signal)."""
    adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    program = subprocess.Popen(command, cwd=str(root))
    try:
        status = program.wait()
    finally:
        if program.poll() is None:
            program.terminate()
        for name in end_children():
            say("left behind by the tests, and ended: " + name)
    return status if status >= 0 else 128 - status


def adopt_orphans() -> None:
    """Let programs whose parent died become children of this one (Linux only), so that they can be found and ended."""
    if sys.platform == "linux":
        set_child_subreaper = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def children() -> dict[int, str]:
    """The processes this one is the parent of, with their names (Linux only: elsewhere nothing is adopted)."""
    found: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat") if sys.platform == "linux" else ():
        try:
            head, _, tail = stat.read_text(errors="replace").rpartition(")")
        except OSError:  # it ended while we looked
            continue
        state, parent = tail.split()[:2]
        if int(parent) == os.getpid() and state != "Z":
            found[int(stat.parent.name)] = head.partition("(")[2]
    return found


def end_children(patience: float = 5.0) -> list[str]:
    """End every child and every orphan that comes after it: asked first, made to after `patience` seconds."""
    ended: dict[int, str] = {}
    deadline = time.monotonic() + patience
    while present := children():
        how = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        for pid, name in present.items():
            if pid not in ended or how != signal.SIGTERM:
                ended[pid] = name
                os.kill(pid, how)
        time.sleep(0.05)
        reap()
    return sorted(set(ended.values()))


def reap() -> None:
    """Take note of the children that have ended, so that they are gone from the list."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
