"""What each command does."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from cmkwizard.command_line.opening import RECORDED, WrongUsage, open_services
from cmkwizard.command_line.options import (
    DONE,
    FAILED,
    PERSON_NEEDED,
    UNSAFE,
    has_screen,
    say,
    somebody_is_there,
)
from cmkwizard.core.problems import Cancelled, Kind, Problem

if TYPE_CHECKING:
    from cmkwizard.wiring import Services


def window(arguments: argparse.Namespace) -> int:
    """Open the window; with ``--tour`` it walks the set-up by itself, with ``--background`` it stays hidden."""
    if arguments.background:
        return _background(arguments)
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
        with open_services(arguments, speed=speed, person=arguments.tour, lock="window") as services:
            from cmkwizard.records.hidden_window import take_mark

            if services.records.held_by is not None and take_mark(services.records.folder):
                print("cmkwizard runs already, in the background. Its window is shown now.")
                return DONE
            from cmkwizard.desktop.app import run_window

            return run_window(services, window=opened, tour=arguments.tour, screenshots=arguments.screenshots)
    finally:
        gc.enable()


def _background(arguments: argparse.Namespace) -> int:
    """Watch without a window. Where nobody could see or end it, it does not begin."""
    open_it = "Start cmkwizard without --background, and leave its window open."
    if not has_screen():
        return say(PERSON_NEEDED, "There is no screen, so nobody would see what the watch tells.", open_it)
    from cmkwizard.desktop.background import tray_comes
    from cmkwizard.desktop.window import make_window

    hidden = make_window()
    if not tray_comes():
        return say(PERSON_NEEDED, "This desktop shows no tray, so nobody would see what the watch tells.", open_it)
    with open_services(arguments, speed=60, person=False, lock="background") as services:
        from cmkwizard.desktop.app import run_window

        return run_window(services, window=hidden, background=True)


def setup(arguments: argparse.Namespace) -> int:
    """Run the set-up without a window."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: with what is open closed
    with open_services(arguments, speed=600, person=True, lock=None if arguments.plan else "setup") as services:
        _expect_a_person(services)
        from cmkwizard.journeys.setup_command import run_setup

        return run_setup(
            services,
            arguments.answers,
            plan_only=arguments.plan,
            yes=arguments.yes,
            ticket_file=arguments.ticket,
        )


def _expect_a_person(services: Services) -> None:
    """Where somebody is there, the browser is opened for them."""
    if services.opener is None and somebody_is_there():
        import webbrowser

        services.opener = webbrowser.open


def check(arguments: argparse.Namespace) -> int:
    """Read everything, change nothing, and tell what stands in the way."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with open_services(arguments, speed=600, person=True, lock="check") as services:
        _expect_a_person(services)
        from cmkwizard.journeys.check_command import run_check

        try:
            return run_check(services, arguments.answers, as_json=arguments.json)
        except Problem as problem:
            if problem.kind is Kind.INVALID:  # what was chosen, or its file
                raise WrongUsage(problem.message, problem.remedy) from problem
            raise
        except (Cancelled, KeyboardInterrupt):
            return say(FAILED, "Stopped.", "Nothing was changed. Start the same command again.")


def hand_off(arguments: argparse.Namespace) -> int:
    """Share a set-up between three people: make a plan file, tell of one, or carry out a part of one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from cmkwizard.journeys.hand_off_command import HandOffOrder, run_hand_off

    order = HandOffOrder(
        plan_file=arguments.plan_file,
        answers=arguments.answers,
        output=arguments.output,
        part=arguments.part or "",
        plan_only=arguments.plan,
        yes=arguments.yes,
        acknowledged=arguments.acknowledge_irreversible,
        client_id=arguments.client_id,
    )
    lock = "setup" if order.part and not order.plan_only else None
    with open_services(arguments, speed=600, person=False, lock=lock) as services:
        _expect_a_person(services)
        return run_hand_off(services, order)


def explain(arguments: argparse.Namespace) -> int:
    """Tell the cause and the way out behind a pasted error text or code."""
    from cmkwizard.command_line.explain import run_explain

    return run_explain(arguments.text, arguments.json, sys.stdout)


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
        left = forget_credentials(folder)
    finally:
        records.close()
    if left:
        return say(UNSAFE, " ".join(dict.fromkeys(each.message for each in left)), left[0].remedy)
    print("Every stored credential is forgotten.")
    return DONE


def practice_cloud(arguments: argparse.Namespace) -> int:
    """Run a practice cloud until it is interrupted."""
    from cmkwizard.practice.cloud import serve
    from cmkwizard.practice.scenarios import BadScenario

    try:
        serve(arguments.scenario, arguments.port, arguments.ready_file, arguments.speed)
    except BadScenario as error:
        raise WrongUsage(f"{error}.", "See cmkwizard --practice list.") from error
    except OSError as error:
        option, named = ("--ready-file", arguments.ready_file) if error.filename else ("--port", arguments.port)
        reason = f"{option} {named}: {error.strerror or error}"
        return say(FAILED, f"The practice cloud cannot start: {reason}.", f"Choose another {option}.")
    return DONE


def list_scenarios() -> int:
    """Print the scenarios of the practice cloud."""
    from cmkwizard.practice import scenarios as practice

    scenarios = [
        *practice.list_scenarios(),
        (RECORDED, "A copy of your own set-up, by the same names, from the records"),
    ]
    width = max(len(name) for name, _ in scenarios)
    for name, summary in scenarios:
        print(f"{name:<{width}}  {summary}".rstrip())
    return DONE
