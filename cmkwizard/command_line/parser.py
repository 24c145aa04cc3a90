"""The grammar of the command line, and what goes together on it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cmkwizard import __version__
from cmkwizard.command_line.commands import check, explain, hand_off, practice_cloud, setup, sign_out, window
from cmkwizard.command_line.opening import RECORDED, WrongUsage
from cmkwizard.command_line.options import (
    Parser,
    clock_speed,
    common_options,
    port_number,
    practice_apart,
    rehearsal_option,
)
from cmkwizard.command_line.past import export, history, status


def read_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line. ``run`` is the command; it takes the namespace.

    Raises:
        SystemExit: after it was said what is wrong, or what help or version was asked for.
    """
    return _parser().parse_args(practice_apart(argv), argparse.Namespace(**_UNSET))


def check_together(arguments: argparse.Namespace) -> None:
    """Refuse what the command would not heed. Above all, nobody is to take the real clouds for a rehearsal."""
    if arguments.practice is not None and arguments.run not in (window, setup, check):
        raise WrongUsage("--practice goes with the window and with setup or check.", "Leave it out.")
    if arguments.run is window:
        if arguments.tour and arguments.practice is None:
            raise WrongUsage("--tour walks the set-up on a practice cloud only.", "Add --practice.")
        if arguments.tour and arguments.practice == RECORDED:
            raise WrongUsage("--tour makes a set-up, and the recorded one is made already.", "Leave --tour out.")
        if arguments.screenshots and not arguments.tour:
            raise WrongUsage("--screenshots needs --tour.", "Add --tour.")
        if arguments.background and arguments.practice is not None:
            raise WrongUsage("--background watches what is there; a rehearsal is seen.", "Leave one of them out.")
    elif arguments.tour or arguments.screenshots or arguments.background:
        options = "--tour, --screenshots and --background"
        raise WrongUsage(f"{options} are for the window.", "Leave them out, or leave the command out.")


FORMATS = ("html", "pdf", "json", "csv", "az", "bicep", "terraform")

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
    main_parser.add_argument(
        "--background", action="store_true", help="begin without a window: an icon in the tray, which watches"
    )
    # With a name of its own it need not be worked out, which would load what measures the terminal.
    commands = main_parser.add_subparsers(metavar="COMMAND", prog="cmkwizard")

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
    for_setup.add_argument(
        "--ticket", type=Path, metavar="FILE", help="where the ticket for Adobe Customer Care is put, if one is needed"
    )
    for_check = command("check", check, rehearsal)
    for_check.add_argument("--answers", type=Path, metavar="FILE", help="the choices, as TOML; else the window's")
    for_check.add_argument("--json", action="store_true", help="as JSON")
    for_hand_off = command("hand-off", hand_off)
    for_hand_off.add_argument("plan_file", type=Path, nargs="?", metavar="PLAN", help="the plan file")
    for_hand_off.add_argument("--part", metavar="PART", help="entra, vault or adobe: carry out this part of it")
    for_hand_off.add_argument("--plan", action="store_true", help="print what the part would do and change nothing")
    for_hand_off.add_argument("--yes", action="store_true", help="go past the point of no return")
    for_hand_off.add_argument(
        "--acknowledge-irreversible", action="store_true", help="with --yes: you know that it cannot be undone"
    )
    for_hand_off.add_argument("--client-id", default="", metavar="ID", help="another Adobe credential than the plan's")
    for_hand_off.add_argument("--answers", type=Path, metavar="FILE", help="the choices for a new plan file, as TOML")
    for_hand_off.add_argument("--output", type=Path, metavar="PLAN", help="where the new plan file is put")
    for_explain = command("explain", explain)
    for_explain.add_argument("text", metavar="TEXT", help="the error, or - to read it from standard input")
    for_explain.add_argument("--json", action="store_true", help="as JSON")
    command("status", status).add_argument("--json", action="store_true", help="as JSON")
    for_history = command("history", history)
    for_history.add_argument("--json", action="store_true", help="as JSON")
    for_history.add_argument("--verify", action="store_true", help="also check whether the history was changed")
    for_export = command("export", export)
    for_export.add_argument(
        "--format", required=True, choices=FORMATS, help="html, pdf: evidence report; others: see README"
    )
    for_export.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="the file; one that is there is replaced"
    )
    for_export.add_argument(
        "--organisation", metavar="ID", help="of several set-ups, the one of this Adobe organisation"
    )
    command("sign-out", sign_out)
    for_cloud = command("practice-cloud", practice_cloud)
    for_cloud.add_argument("--scenario", default="happy", help="name, or path of a TOML file")
    for_cloud.add_argument("--port", type=port_number, default=0, help="0: any free one")
    for_cloud.add_argument("--ready-file", type=Path, required=True, metavar="FILE", help="written once it listens")
    for_cloud.add_argument("--speed", type=clock_speed, default=1.0, help="practice seconds for each real second")
    return main_parser
