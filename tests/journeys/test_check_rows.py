"""Every row of the check table, reached through the practice cloud: not met in one world, and met without the cause."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cmkwizard.core.facts import Registration
from cmkwizard.core.people import YOU
from cmkwizard.core.requirements.finding import Severity, Verdict
from cmkwizard.core.requirements.network import API_RETIREMENT
from cmkwizard.core.requirements.table import REQUIREMENTS, judge
from cmkwizard.journeys.report import Report
from tests.journeys import row_cases_adobe, row_cases_azure, row_cases_policy
from tests.journeys.row_support import ADOBE, CONTOSO, FIT, Row, World, report_of

CASES = (*row_cases_azure.CASES, *row_cases_adobe.CASES, *row_cases_policy.CASES)
Look = Callable[[World], Report]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """What a check of a world reports. Each world is made once."""
    known: dict[int, tuple[World, Report]] = {}

    def report(world: World) -> Report:
        if id(world) not in known:
            known[id(world)] = world, report_of(world, tmp_path_factory.mktemp("world"))
        return known[id(world)][1]

    return report


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.id)
def test_a_requirement_is_not_met_where_its_cause_is_and_nowhere_else(look: Look, row: Row) -> None:
    if row.id == "N05" and sys.platform != "linux":
        pytest.skip("the other systems always have a browser")
    findings = [each for each in look(row.world).findings if each.id == row.id]
    found = [each for each in findings if each.verdict is Verdict.NOT_MET and row.says in each.sentence]
    assert len(found) == 1, [(each.verdict, each.sentence) for each in findings]
    assert (found[0].who, found[0].severity) == (row.who, row.severity)
    assert found[0].remedy
    if row.unless is not None:
        others = [each for each in look(row.unless).findings if each.id == row.id]
        assert {each.verdict for each in others} == {row.then}, [each.sentence for each in others]


def test_an_old_interface_for_key_vaults_is_a_note_until_it_ends(look: Look) -> None:
    # The version is that of the package: no cloud can make the program speak another one.
    survey = look(FIT).survey
    (spoken,) = judge(survey, ["N06"])
    aged = replace(survey, computer=replace(survey.computer, key_vault_api="2023-07-01"))
    (old,), (ended,) = (
        judge(replace(aged, at=API_RETIREMENT + passed), ["N06"]) for passed in (timedelta(days=-1), timedelta())
    )
    assert (spoken.verdict, old.verdict) == (Verdict.MET, Verdict.NOT_MET)
    assert (old.who, old.severity, ended.severity) == (YOU, Severity.NOTE, Severity.BLOCKER)
    assert "speaks version 2023-07-01" in old.sentence


def test_an_app_that_adobe_does_not_name_blocks(look: Look) -> None:
    # The directory is asked by the id that Adobe has just named, and an answer about another app is refused: the row
    # guards against a program that remembers an id.
    survey = look(FIT).survey
    assert isinstance(survey.registration, Registration)
    (same,) = judge(survey, ["P02"])
    (other,) = judge(replace(survey, registration=replace(survey.registration, application_id=CONTOSO)), ["P02"])
    assert (same.verdict, other.verdict) == (Verdict.MET, Verdict.NOT_MET)
    assert (other.who, other.severity) == (YOU, Severity.BLOCKER)
    assert f"has the application id {ADOBE}; Adobe names {CONTOSO}." in other.sentence


NEVER_NOT_MET = {
    "K09": "A trial with your own account is not made: it needs a role on the keys.",
    "P08": "shows nobody whether another's role is in effect.",
    "R03": "It is asked for when access is taken away.",
    "R04": "The assignment is saved when access is taken away, before it is removed.",
}
"""What no check can find against the set-up, and why."""


@pytest.mark.parametrize("id_", NEVER_NOT_MET)
def test_what_a_check_cannot_know_is_never_met_nor_broken(look: Look, id_: str) -> None:
    (found,) = (each for each in look(FIT).findings if each.id == id_)
    assert found.verdict is Verdict.NOT_KNOWN
    assert NEVER_NOT_MET[id_] in found.sentence


def test_every_row_of_the_table_is_reached() -> None:
    judged = {"N06", "P02"}  # above, on the facts of a check
    covered = [*(row.id for row in CASES), *judged, *NEVER_NOT_MET]
    assert len(covered) == len(set(covered))
    assert set(covered) == {each.id for each in REQUIREMENTS}
