"""The services that a command works with: for the real clouds, for those of a file, or for a practice cloud in here."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cmkwizard.core.problems import Kind, Problem

if TYPE_CHECKING:
    from cmkwizard.journeys.rehearsal import RecordedSetup
    from cmkwizard.practice.cloud import PracticeCloud
    from cmkwizard.wiring import Services

T = TypeVar("T")

RECORDED = "recorded"
"""In place of a scenario: a practice copy of the set-up that the records tell of."""


class WrongUsage(Problem):
    """The command line asks for something that does not go together, or names something unreadable."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(Kind.INVALID, message, remedy)


@contextlib.contextmanager
def open_services(arguments: argparse.Namespace, *, speed: float, person: bool, lock: str | None) -> Iterator[Services]:
    """The services for real clouds, for those of ``--clouds``, or for a practice cloud inside this program.

    Args:
        arguments: the options of the command line.
        speed: of the practice cloud's clock.
        person: whether a practice person does what is to be done in the browser.
        lock: who will write the records; None: nobody.

    Raises:
        Problem: the profile, the scenario, the settings or the records cannot be used.
    """
    from cmkwizard.clouds.profile import PUBLIC, profile_from, read_profile
    from cmkwizard.records.autostart import autostart, background_command
    from cmkwizard.records.folder import Records, RecordsHeld, default_folder
    from cmkwizard.wiring import DECLINING_PERSON_S, GivenCredential, build

    with contextlib.ExitStack() as stack:
        given, opener, reason, person_s = GivenCredential(secret=arguments.secret), None, "", None
        folder = arguments.data_dir or default_folder()
        if arguments.practice is None:
            profile = read_named(read_profile, arguments.clouds) if arguments.clouds else PUBLIC
        elif arguments.clouds is not None:
            raise WrongUsage("--practice brings its own clouds.", "Leave --clouds or --practice out.")
        else:
            copied = _recorded(folder) if arguments.practice == RECORDED else None
            if arguments.data_dir is None or copied is not None:  # the records that are copied stay as they are
                import tempfile

                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cmkwizard-")))
            cloud = stack.enter_context(_practice(arguments.practice, speed, copied))
            profile, adobe = profile_from(cloud.ready["profile"]), cloud.ready["adobe"]
            given = GivenCredential(
                adobe["organisation"], adobe["client_id"], arguments.secret or adobe["client_secret"]
            )
            reason = "This practice cloud ends with the program, so nothing of it is kept."
            opener = _person(cloud).open if person else None
            person_s = DECLINING_PERSON_S if person and not cloud.scenario.accepts else None
            if copied is not None:
                _record_copy(folder, profile.name, copied)
        records = Records(folder)
        stack.callback(records.close)
        if lock is not None:
            try:
                records.lock(lock)
            except Problem as problem:
                looks_on = lock == "window" and isinstance(problem, RecordsHeld) and not arguments.tour
                if not looks_on and lock != "check":  # a check tells what it sees, whether or not it can be recorded
                    raise
        command = background_command(arguments.data_dir, arguments.clouds)
        login = autostart(command) if arguments.practice is None else None
        services = build(
            profile, records, given=given, opener=opener, autostart=login, session_reason=reason, person_s=person_s
        )
        stack.callback(services.close)
        if lock not in (None, "check", "window", "background"):  # a window finds the safe place on a worker of its own
            services.secrets.open()
        yield services


@contextlib.contextmanager
def _practice(scenario: str, speed: float, copied: RecordedSetup | None) -> Iterator[PracticeCloud]:
    from cmkwizard.practice.cloud import PracticeCloud
    from cmkwizard.practice.scenarios import BadScenario

    try:
        cloud = PracticeCloud(scenario, speed=speed) if copied is None else _copy(copied, speed)
    except BadScenario as error:
        raise WrongUsage(f"{error}.", "See cmkwizard --practice list.") from error
    with cloud:
        yield cloud


def _recorded(folder: Path) -> RecordedSetup:
    """The set-up that the records of a folder tell of."""
    from cmkwizard.journeys.rehearsal import recorded_setup
    from cmkwizard.records.folder import Records

    records = Records(folder)
    try:
        return recorded_setup(records)
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        raise WrongUsage(problem.message, problem.remedy) from problem
    finally:
        records.close()


def _copy(copied: RecordedSetup, speed: float) -> PracticeCloud:
    """A practice cloud in which the recorded set-up is in place."""
    import tempfile

    from cmkwizard.journeys.rehearsal import rehearsal_scenario
    from cmkwizard.practice.cloud import PracticeCloud

    with tempfile.TemporaryDirectory(prefix="cmkwizard-") as folder:  # readable by this person alone
        scenario = Path(folder) / f"{RECORDED}.toml"
        scenario.write_text(rehearsal_scenario(copied), encoding="utf-8")
        return PracticeCloud(str(scenario), speed=speed)


def _record_copy(folder: Path, profile: str, copied: RecordedSetup) -> None:
    """Let the practice cloud's records tell of the copy as the real ones do of the set-up."""
    from cmkwizard.journeys.rehearsal import record_copy
    from cmkwizard.records.folder import Records

    records = Records(folder)
    records.lock("rehearsal")
    try:
        record_copy(records, profile, copied)
    finally:
        records.close()


def _person(cloud: PracticeCloud) -> Any:
    """Who sits in front of the practice cloud: does in the browser what the scenario says."""
    from cmkwizard.practice.person import PracticePerson

    return PracticePerson(cloud.ready["users"][0]["name"], cloud.scenario.accepts, cloud.ca_file)


def read_named(read: Callable[[Path], T], path: Path) -> T:
    """What a person named on the command line, read; when it cannot be, the command line is wrong."""
    try:
        return read(path)
    except Problem as problem:
        raise WrongUsage(problem.message, problem.remedy) from problem
