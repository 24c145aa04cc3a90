"""The command line: ``cmkwizard``, and ``python -m cmkwizard``. With no command it opens the window."""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cmkwizard import __version__
from cmkwizard.core.problems import Cancelled, Kind, Problem
from cmkwizard.options import (
    DONE,
    FAILED,
    HELD,
    PERSON_NEEDED,
    UNSAFE,
    WRONG_USAGE,
    Parser,
    clock_speed,
    common_options,
    has_screen,
    port_number,
    practice_apart,
    rehearsal_option,
    say,
    somebody_is_there,
)

if TYPE_CHECKING:
    from cmkwizard.practice.cloud import PracticeCloud
    from cmkwizard.wiring import Services

T = TypeVar("T")
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
            return _run(
                _parser().parse_args(
                    practice_apart(sys.argv[1:] if argv is None else argv), argparse.Namespace(**_UNSET)
                )
            )
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
        _check_together(arguments)
        _start(arguments)
        return _list_scenarios() if arguments.practice == "list" else run(arguments)
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


def _check_together(arguments: argparse.Namespace) -> None:
    """Refuse what the command would not heed. Above all, nobody is to take the real clouds for a rehearsal."""
    if arguments.practice is not None and arguments.run not in (window, setup):
        raise _usage("--practice goes with the window and with setup.", "Leave it out.")
    if arguments.run is window:
        if arguments.tour and arguments.practice is None:
            raise _usage("--tour walks the set-up on a practice cloud only.", "Add --practice.")
        if arguments.screenshots and not arguments.tour:
            raise _usage("--screenshots needs --tour.", "Add --tour.")
    elif arguments.tour or arguments.screenshots:
        raise _usage("--tour and --screenshots are for the window.", "Leave them out, or leave the command out.")


def _start(arguments: argparse.Namespace) -> None:
    from cmkwizard.records.log_file import environment_secret, keep_memory_off_the_disk, start_logging

    keep_memory_off_the_disk(window=arguments.run is window and not arguments.tour)
    arguments.secret = environment_secret()
    try:
        start_logging(arguments.log_file, arguments.log_level).learn(arguments.secret)
    except Problem as problem:
        raise _usage(problem.message, "Choose another --log-file.") from problem
    _LOG.info("cmkwizard %s: %s", __version__, arguments.run.__name__)


def window(arguments: argparse.Namespace) -> int:
    """Open the window; with ``--tour`` it walks the set-up by itself."""
    if not has_screen():
        if not arguments.tour:
            raise Problem(
                Kind.NOT_FOUND, "There is no screen to open a window on.", "Use a desktop, or cmkwizard setup."
            )
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    gc.disable()  # until the window is filled: nearly all that is made until then stays
    try:
        from cmkwizard.desktop.window import open_window

        opened = open_window()  # before the rest is loaded
        speed = 120 if arguments.tour else 60
        with _services(arguments, speed=speed, person=arguments.tour, lock="window") as services:
            from cmkwizard.desktop.app import run_window

            return run_window(services, window=opened, tour=arguments.tour, screenshots=arguments.screenshots)
    finally:
        gc.enable()


def setup(arguments: argparse.Namespace) -> int:
    """Run the set-up without a window."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: with what is open closed
    with _services(arguments, speed=600, person=True, lock=None if arguments.plan else "setup") as services:
        if services.opener is None and somebody_is_there():
            import webbrowser

            services.opener = webbrowser.open
        from cmkwizard.journeys.setup_command import run_setup

        return run_setup(services, arguments.answers, plan_only=arguments.plan, yes=arguments.yes)


def status(arguments: argparse.Namespace) -> int:
    """Tell the last known state from the records."""
    from cmkwizard.records.database import utc_now
    from cmkwizard.records.folder import Records, default_folder
    from cmkwizard.records.status_card import as_text, profile_name, status_card

    profile = _read(profile_name, arguments.clouds) if arguments.clouds else None
    card = status_card(Records(arguments.data_dir or default_folder()), utc_now(), profile)
    print(json.dumps(card, ensure_ascii=False, indent=2) if arguments.json else as_text(card))
    return DONE


def sign_out(arguments: argparse.Namespace) -> int:
    """Forget every stored credential."""
    from cmkwizard.records.credentials import forget_credentials, stored_profiles
    from cmkwizard.records.folder import Records, default_folder

    folder = arguments.data_dir or default_folder()
    if not stored_profiles(folder):
        print("No credential is stored.")
        return DONE
    records = Records(folder)
    records.lock("sign-out")
    try:
        reasons = forget_credentials(folder)
    finally:
        records.close()
    if reasons:
        return say(UNSAFE, reasons[0], "Unlock the keyring of this computer, then run cmkwizard sign-out again.")
    print("Every stored credential is forgotten.")
    return DONE


def practice_cloud(arguments: argparse.Namespace) -> int:
    """Run a practice cloud until it is interrupted."""
    from cmkwizard.practice.cloud import serve
    from cmkwizard.practice.scenarios import BadScenario

    try:
        serve(arguments.scenario, arguments.port, arguments.ready_file, arguments.speed)
    except BadScenario as error:
        raise _usage(f"{error}.", "See cmkwizard --practice list.") from error
    except OSError as error:
        option, named = ("--ready-file", arguments.ready_file) if error.filename else ("--port", arguments.port)
        reason = f"{option} {named}: {error.strerror or error}"
        return say(FAILED, f"The practice cloud cannot start: {reason}.", f"Choose another {option}.")
    return DONE


@contextlib.contextmanager
def _services(arguments: argparse.Namespace, *, speed: float, person: bool, lock: str | None) -> Iterator[Services]:
    """The services for real clouds, for those of ``--clouds``, or for a practice cloud inside this program."""
    from cmkwizard.clouds.profile import PUBLIC, profile_from, read_profile
    from cmkwizard.records.folder import Records, RecordsHeld, default_folder
    from cmkwizard.wiring import GivenCredential, build

    with contextlib.ExitStack() as stack:
        given, opener, reason = GivenCredential(secret=arguments.secret), None, ""
        folder = arguments.data_dir or default_folder()
        if arguments.practice is None:
            profile = _read(read_profile, arguments.clouds) if arguments.clouds else PUBLIC
        elif arguments.clouds is not None:
            raise _usage("--practice brings its own clouds.", "Leave --clouds or --practice out.")
        else:
            cloud = stack.enter_context(_practice(arguments.practice, speed))
            profile, adobe = profile_from(cloud.ready["profile"]), cloud.ready["adobe"]
            given = GivenCredential(
                adobe["organisation"], adobe["client_id"], arguments.secret or adobe["client_secret"]
            )
            reason = "This practice cloud ends with the program, so nothing of it is kept."
            opener = _person(cloud).open if person else None
            if arguments.data_dir is None:
                import tempfile

                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cmkwizard-")))
        records = Records(folder)
        stack.callback(records.close)
        if lock is not None:
            try:
                records.lock(lock)
            except RecordsHeld:
                if lock != "window" or arguments.tour:
                    raise
        services = build(profile, records, given=given, opener=opener, session_reason=reason)
        stack.callback(services.close)
        yield services


@contextlib.contextmanager
def _practice(scenario: str, speed: float) -> Iterator[PracticeCloud]:
    from cmkwizard.practice.cloud import PracticeCloud
    from cmkwizard.practice.scenarios import BadScenario

    try:
        cloud = PracticeCloud(scenario, speed=speed)
    except BadScenario as error:
        raise _usage(f"{error}.", "See cmkwizard --practice list.") from error
    with cloud:
        yield cloud


def _person(cloud: PracticeCloud) -> Any:
    """Who sits in front of the practice cloud: does in the browser what the scenario says."""
    from cmkwizard.practice.person import PracticePerson

    return PracticePerson(cloud.ready["users"][0]["name"], cloud.scenario.accepts, cloud.ca_file)


def _read(read: Callable[[Path], T], path: Path) -> T:
    """What a person named on the command line, read; when it cannot be, the command line is wrong."""
    try:
        return read(path)
    except Problem as problem:
        raise _usage(problem.message, problem.remedy) from problem


# Options may stand before or after the command: no parser has a default of its own that would undo the other's.
_UNSET: dict[str, Any] = {
    **dict.fromkeys(("data_dir", "clouds", "log_file", "log_level", "practice"), None),
    "run": window,
}


def _parser() -> argparse.ArgumentParser:
    options = common_options()
    rehearsal = rehearsal_option()
    main_parser = Parser(
        prog="cmkwizard",
        parents=[options, rehearsal],
        allow_abbrev=False,
        description="Put your own Azure Key Vault key under Adobe Experience Platform. No command: open the window.",
        epilog="Exit status: 0 done; 1 failed, or a finding blocks; 2 wrong usage or unreadable input; 3 a person is "
        "needed; 4 another instance holds the records; 5 no safe place for secrets, or the records are damaged.",
    )
    main_parser.add_argument("--version", action="version", version=f"cmkwizard {__version__}")
    main_parser.add_argument("--tour", action="store_true", help="with --practice: the window walks by itself")
    main_parser.add_argument("--screenshots", type=Path, metavar="DIR", help="with --tour: save every page as PNG")
    commands = main_parser.add_subparsers(metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], *parents: Parser) -> argparse.ArgumentParser:
        about = (run.__doc__ or "").strip().rstrip(".")
        parser = commands.add_parser(
            name, parents=[options, *parents], help=about, description=f"{about}.", allow_abbrev=False
        )
        parser.set_defaults(run=run)
        return parser

    for_setup = command("setup", setup, rehearsal)
    for_setup.add_argument("--answers", type=Path, metavar="FILE", help="the choices, as TOML")
    for_setup.add_argument("--plan", action="store_true", help="print the plan and change nothing")
    for_setup.add_argument("--yes", action="store_true", help="go past the point of no return")
    command("status", status).add_argument("--json", action="store_true", help="as JSON")
    command("sign-out", sign_out)
    for_cloud = command("practice-cloud", practice_cloud)
    for_cloud.add_argument("--scenario", default="happy", help="name, or path of a TOML file")
    for_cloud.add_argument("--port", type=port_number, default=0, help="0: any free one")
    for_cloud.add_argument("--ready-file", type=Path, required=True, metavar="FILE", help="written once it listens")
    for_cloud.add_argument("--speed", type=clock_speed, default=1.0, help="practice seconds for each real second")
    return main_parser


def _list_scenarios() -> int:
    from cmkwizard.practice.scenarios import list_scenarios

    scenarios = list_scenarios()
    width = max(len(name) for name, _ in scenarios)
    for name, summary in scenarios:
        print(f"{name:<{width}}  {summary}".rstrip())
    return DONE


class _WrongUsage(Problem):
    """The command line asks for something that does not go together, or names something unreadable."""


def _usage(message: str, remedy: str) -> _WrongUsage:
    return _WrongUsage(Kind.INVALID, message, remedy)


def _refuse(problem: Problem) -> int:
    from cmkwizard.records.folder import RecordsHeld

    if isinstance(problem, RecordsHeld):
        code = HELD
    else:
        code = {
            Kind.STORAGE: UNSAFE,
            Kind.SIGN_IN: PERSON_NEEDED,
            Kind.DECLINED: PERSON_NEEDED,
            Kind.INVALID: WRONG_USAGE if isinstance(problem, _WrongUsage) else FAILED,
        }.get(problem.kind, FAILED)
    return say(code, problem.message, problem.remedy)


if __name__ == "__main__":
    sys.exit(main())
