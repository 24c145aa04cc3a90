"""What every command shares: its options and exit statuses, how it says what is wrong, and whether somebody sees it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from cmkwizard.core.redact import one_line

DONE, FAILED, WRONG_USAGE, PERSON_NEEDED, HELD, UNSAFE = range(6)
COMMANDS = ("setup", "check", "explain", "hand-off", "status", "history", "export", "sign-out", "practice-cloud")
DEFAULT_SCENARIO = "happy"


def say(code: int, message: str, remedy: str) -> int:
    """Tell on stderr what happened and what to do now; answers the exit status."""
    if sys.stderr is not None:
        sys.stderr.write(f"error: {one_line(message)}\n" + (f"do: {one_line(remedy)}\n" if remedy else ""))
    return code


class Parser(argparse.ArgumentParser):
    """Says what is wrong as every other error is said."""

    def error(self, message: str) -> NoReturn:
        """End the program with the status of wrong usage."""
        self.exit(say(WRONG_USAGE, f"{message}.", f"See {self.prog} --help."))


def practice_apart(argv: Sequence[str]) -> list[str]:
    """The arguments, with a command behind a bare ``--practice`` taken for the command, not for a scenario."""
    words = list(argv)
    for place, (word, following) in enumerate(pairwise(words)):
        if word == "--practice" and following in COMMANDS:
            words[place] = f"--practice={DEFAULT_SCENARIO}"
    return words


def common_options() -> Parser:
    """The options of every command, without defaults: where they are not given they leave no trace."""
    options = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where records, settings and the sign-in are kept"
    )
    options.add_argument("--clouds", type=Path, metavar="FILE", help="the profile of a practice cloud to connect to")
    options.add_argument("--log-file", type=Path, metavar="FILE", help="write a log (secrets are taken out)")
    options.add_argument("--log-level", choices=("debug", "info", "warning", "error"), help="how much to log")
    return options


def rehearsal_option() -> Parser:
    """The option of what can be rehearsed."""
    rehearsal = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    rehearsal.add_argument(
        "--practice",
        nargs="?",
        const=DEFAULT_SCENARIO,
        metavar="SCENARIO",
        help="on a practice cloud inside this program: nothing real is reached (list: print the scenarios)",
    )
    return rehearsal


def port_number(written: str) -> int:
    """A TCP port, or 0. Raises argparse.ArgumentTypeError."""
    if not written.isdecimal() or int(written[:6]) > 65_535:
        raise argparse.ArgumentTypeError("allowed are 0 to 65535")
    return int(written)


def clock_speed(written: str) -> float:
    """Practice seconds for each real second. Raises argparse.ArgumentTypeError."""
    try:
        speed = float(written)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1_000_000:
        raise argparse.ArgumentTypeError("allowed is more than 0, and at most 1000000")
    return speed


def has_screen() -> bool:
    """Whether Qt will find a screen: without one it ends the program at once, and with no word of ours."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return named or not sys.platform.startswith("linux")


def somebody_is_there() -> bool:
    """Whether a person can be expected in front of a browser: at a terminal, or where a browser was named for it."""
    return sys.stdin.isatty() or "BROWSER" in os.environ
