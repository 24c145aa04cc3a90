"""The command line: ``cmkwizard``, and ``python -m cmkwizard``. With no command it opens the window."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
from collections.abc import Callable, Sequence

from cmkwizard import __version__
from cmkwizard.command_line.commands import list_scenarios, window
from cmkwizard.command_line.opening import WrongUsage
from cmkwizard.command_line.options import FAILED, HELD, PERSON_NEEDED, UNSAFE, WRONG_USAGE, say
from cmkwizard.command_line.parser import check_together, read_arguments
from cmkwizard.core.problems import Cancelled, Kind, Problem

_LOG = logging.getLogger("cmkwizard")
_LOG.addHandler(logging.NullHandler())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done · 1 failed, or a finding blocks · 2 wrong usage or unreadable input · 3 a person is needed ·
        4 another instance holds the records · 5 no safe place for secrets, or the records are damaged.
    """
    try:
        try:
            return _run(read_arguments(sys.argv[1:] if argv is None else argv))
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:  # nobody reads what is printed (a closed pipe), or there is no room for it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return FAILED
        return say(FAILED, f"The output cannot be written: {error.strerror}.", "Send it elsewhere.")


def _run(arguments: argparse.Namespace) -> int:
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        check_together(arguments)
        _start(arguments)
        return list_scenarios() if arguments.practice == "list" else run(arguments)
    except Problem as problem:
        _LOG.error("%s: %s", problem.kind, problem.message)
        return _refuse(problem)
    except (Cancelled, KeyboardInterrupt):
        return say(FAILED, "Stopped.", "Start the same command again: it goes on with what is missing.")
    except Exception as defect:
        if isinstance(defect, OSError) and defect.errno in (errno.EPIPE, errno.ENOSPC) and defect.filename is None:
            raise
        _LOG.exception("a defect")
        name = type(defect).__name__
        return say(
            FAILED,
            f"Something went wrong inside this program ({name}).",
            "Run it again with --log-file FILE --log-level debug, and send the file to whoever maintains it.",
        )


def _start(arguments: argparse.Namespace) -> None:
    from cmkwizard.records.log_file import environment_secret, keep_memory_off_the_disk, start_logging

    keep_memory_off_the_disk(window=arguments.run is window and not arguments.tour)
    arguments.secret = environment_secret()
    try:
        start_logging(arguments.log_file, arguments.log_level).learn(arguments.secret)
    except Problem as problem:
        raise WrongUsage(problem.message, "Choose another --log-file.") from problem
    _LOG.info("cmkwizard %s: %s", __version__, arguments.run.__name__)


def _refuse(problem: Problem) -> int:
    from cmkwizard.records.folder import RecordsHeld

    if isinstance(problem, RecordsHeld):
        code = HELD
    else:
        code = {
            Kind.STORAGE: UNSAFE,
            Kind.SIGN_IN: PERSON_NEEDED,
            Kind.DECLINED: PERSON_NEEDED,
            Kind.INVALID: WRONG_USAGE if isinstance(problem, WrongUsage) else FAILED,
        }.get(problem.kind, FAILED)
    return say(code, problem.message, problem.remedy)


if __name__ == "__main__":
    sys.exit(main())
