"""The check: everything is read, nothing is changed, and every requirement is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cmkwizard.clouds.survey import take_survey
from cmkwizard.clouds.topics import Topic, unread
from cmkwizard.core.facts import Configuration, Registration
from cmkwizard.core.identifiers import configuration_name_problem
from cmkwizard.core.problems import Problem
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.status import Status, parse_status
from cmkwizard.core.survey import NotKnown, Survey
from cmkwizard.journeys.recording import record_survey
from cmkwizard.journeys.report import Report
from cmkwizard.journeys.setup.consent import consent_address_of
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.watch import submitted_at


def check(run: SetupRun) -> Report:
    """Read everything and answer every requirement; the report is kept in the run, and what was seen in the records.

    Raises:
        Cancelled: somebody asked to stop.
    """
    guard = run.services.guard
    before = guard.requests
    survey = take_survey(
        run.azure,
        run.adobe,
        run.choices,
        guard=guard,
        read=run.pace.read,
        now=run.clock(),
        subscription=run.subscription,
        policy=run.policy,
        cancel=run.cancel,
    )
    survey = _with_this_computer(run, survey)
    run.report = Report(survey, judge(survey), guard.requests - before, _consent_address(run, survey))
    record_survey(run, survey, run.report.findings)
    return run.report


def _with_this_computer(run: SetupRun, survey: Survey) -> Survey:
    """Add what this computer knows: its keyring and its records."""
    run.services.secrets.open()
    remembered = _remembered(run)
    return replace(
        survey,
        computer=replace(survey.computer, keyring_problem=run.services.secrets.reason),
        remembered=remembered,
        submitted_at=_submitted(run),
        key_backup_at=None,  # this program makes no backups, so its records know of none
        earlier=_earlier(run, survey, remembered),
        consent_problem=_consent_problem(run, survey),
    )


def _submitted(run: SetupRun) -> datetime | None:
    """When the key was handed in from here; a check needs no records, and on a new computer there are none."""
    try:
        return submitted_at(run) if run.services.recorded else None
    except Problem:  # what they would say of the name is "not known" for the same reason
        return None


def _remembered(run: SetupRun) -> str | NotKnown:
    """The configuration name that the records know for the organisation."""
    from cmkwizard.core.history import What

    if not run.services.recorded:
        return ""
    try:
        seen = run.observations.latest(run.profile.name, What.STATUS)
    except Problem as problem:
        return NotKnown(problem.message, problem)
    if seen is None or seen.value.get("organisation") != run.choices.adobe.organisation:
        return ""
    name = str(seen.value.get("configuration", ""))
    return "" if configuration_name_problem(name) else name


def _earlier(run: SetupRun, survey: Survey, remembered: str | NotKnown) -> Configuration | NotKnown | None:
    """What Adobe holds under the name that the records know, where it is another than the chosen one."""
    if survey.configuration is not None or isinstance(remembered, NotKnown):
        return None
    if remembered in ("", run.choices.adobe.configuration):
        return None
    try:
        found = run.pace.read(lambda: run.adobe.get_configuration(remembered))
    except Problem as problem:
        return unread(Topic(f"what Adobe holds under the name {remembered}"), problem)
    if found is None or parse_status(found.status) is Status.FAILED:
        return None
    return replace(found, name=remembered)


def _consent_problem(run: SetupRun, survey: Survey) -> str | NotKnown:
    if not isinstance(survey.registration, Registration):
        return survey.registration
    try:
        consent_address_of(run, survey.registration)
    except Problem as problem:
        return problem.message
    return ""


def _consent_address(run: SetupRun, survey: Survey) -> str:
    if isinstance(survey.registration, Registration) and survey.consent_problem == "":
        return consent_address_of(run, survey.registration)
    return ""
