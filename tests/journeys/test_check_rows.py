"""Every row of the check table, reached through the practice cloud: not met in one world, and met without the cause."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from cmkwizard.core.requirements import Verdict
from cmkwizard.journeys.check import Report
from tests.journeys import row_cases_azure
from tests.journeys.row_support import Row, World, report_of

CASES = (*row_cases_azure.CASES,)
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
