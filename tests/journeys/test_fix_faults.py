"""Faults on the one request of each fix, an end in the middle, and other people: nothing is ever done twice."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.fixes.fix import apply_fix, plan_fix
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_cases import CASES, SUBSCRIPTION, WRITTEN, Rehearse, key, planned, received, start, vault
from tests.journeys.fix_support import FINDING, VAULT, Case, gone, opened
from tests.journeys.setup_support import Rehearsal, deadline_for

MAY_SEND = {"PATCH", "recover"}


@pytest.mark.parametrize("kind", ["timeout_after", "reset"])
@pytest.mark.parametrize("case", WRITTEN, ids=[case.id for case in WRITTEN])
def test_a_change_whose_answer_is_lost_is_found_and_not_repeated(rehearse: Rehearse, case: Case, kind: str) -> None:
    rehearsal = start(rehearse, case, deadline_s=deadline_for(kind))
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        rehearsal.fault(fault=kind, times=1, **case.write)
        assert apply_fix(run, plan) is Outcome.DONE
        assert received(rehearsal, case) == 1
        assert rehearsal.applied == case.mutations
        assert run.journal.open_intents() == []


@pytest.mark.parametrize("case", WRITTEN, ids=[case.id for case in WRITTEN])
def test_a_change_that_the_service_failed_at_is_not_repeated_by_itself(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        rehearsal.fault(fault="status", code=500, times=1, **case.write)
        with pytest.raises(Problem, match="not sent again"):
            apply_fix(run, plan)
        assert sum(rehearsal.applied.values()) == sum(case.mutations.values()) - 1, "what came before it alone"
        assert received(rehearsal, case) == 1
        again = planned(run, case)
        assert apply_fix(run, again) is Outcome.DONE
        assert rehearsal.applied == case.mutations


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_fix_that_is_carried_out_twice_changes_things_once(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        assert apply_fix(run, plan) is Outcome.DONE
        with contextlib.suppress(Problem):  # it is not as it was when the plan was shown
            apply_fix(run, plan)
        assert rehearsal.applied == case.mutations


DISTURBED = [case for case in WRITTEN if case.id not in ("P05", "P07", "P09")]


@pytest.mark.parametrize("case", DISTURBED, ids=lambda case: case.id)
def test_what_somebody_changes_meanwhile_stops_a_fix(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        disturb(rehearsal, case)
        with pytest.raises(Problem) as caught:
            apply_fix(run, plan)
        assert caught.value.kind is Kind.CONFLICT
        assert rehearsal.applied == {}


def disturb(rehearsal: Rehearsal, case: Case) -> None:
    """Somebody else changes what a fix builds on."""
    estate = rehearsal.cloud.world.estate
    if case.id == "I04":
        estate.subscriptions[SUBSCRIPTION].registered.add("microsoft.keyvault")
    elif case.id == "V03":
        estate.recover_vault(estate.deleted_vaults[VAULT])
    elif case.id in ("V14", "I10", "K10"):
        estate.delete_vault(estate.vaults[VAULT])
    elif case.id in ("K04", "K05", "K06", "K07"):
        rehearsal.change(**key(expires_in_s=5_000_000))
    else:
        rehearsal.change(**vault(tags={"owner": "somebody else"}))


class Killed(BaseException):
    """The program ends here."""


OF_THE_SET_UP = ("I04", "K01", "P05", "P07", "P09")  # its steps, which it resumes
OWN = [case for case in WRITTEN if case.id not in OF_THE_SET_UP]


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "lost"])
@pytest.mark.parametrize("case", OWN, ids=[case.id for case in OWN])
def test_an_interrupted_fix_is_read_and_not_sent_again(rehearse: Rehearse, case: Case, *, arrived: bool) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        plan = planned(run, case)
        if not arrived:
            rehearsal.fault(fault="status", code=400, times=1, **case.write)
        kill_before_the_outcome(run, plan.steps[-1].key)
        with pytest.raises(Killed):
            apply_fix(run, plan)
    sent = received(rehearsal, case)
    with opened(rehearsal, case.text) as run:
        open_ = run.journal.open_intents()
        assert [entry.step for entry in open_] == [plan.steps[-1].key]
        run.services.clock = run.clock = lambda: open_[0].at + timedelta(hours=1)
        if arrived:
            assert gone(run, case.id)
            another = replace(FINDING, id="V07")
            plan_fix(run, another)
        else:
            assert apply_fix(run, planned(run, case)) is Outcome.DONE
        assert run.journal.open_intents() == []
        assert received(rehearsal, case) == sent + (0 if arrived else 1)
        assert rehearsal.applied == case.mutations


def kill_before_the_outcome(run: SetupRun, key: str) -> None:
    """Ends the program once the request of this step has been answered."""
    finish = run.journal.finish

    def die(op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
        if any(entry.op_id == op_id and entry.step == key for entry in run.journal.open_intents()):
            raise Killed
        finish(op_id, outcome, evidence)

    run.journal.finish = die  # type: ignore[method-assign]
