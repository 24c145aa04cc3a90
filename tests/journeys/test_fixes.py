"""Every finding that the program can put right: shown, put right with one request, gone, and nothing else changed."""

from __future__ import annotations

import pytest

from cmkwizard.core.requirements.finding import Fix
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.journeys.fixes.fix import FIXES, apply_fix, plan_fix
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_cases import CASES, HSM, Rehearse, start
from tests.journeys.fix_support import Case, different, found, gone, opened, world

MAY_SEND = {"PATCH", "recover"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_finding_is_put_right_with_one_change_and_is_gone(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        before = world(rehearsal)
        plan = plan_fix(run, finding, case.answer)
        assert not plan.blocked, plan.findings
        assert case.shown in "\n".join(f"{each.title}\n{each.changes}\n{each.undo}" for each in plan.actions)
        assert all(each.command and each.undo for each in plan.actions)
        assert different(before, world(rehearsal)) == set(), "a preview changes nothing"
        assert rehearsal.applied == {}
    with opened(rehearsal, case.text) as run:  # what was shown is carried out by another part of the program
        assert apply_fix(run, plan) is Outcome.DONE
        assert rehearsal.applied == case.mutations
        changed = different(before, world(rehearsal))
        assert changed, "something is different"
        assert {path for path in changed if not path.startswith(case.changed)} == set()
        assert run.journal.open_intents() == []
        assert gone(run, case.id)


def test_every_requirement_that_the_program_can_put_right_has_its_fix_and_its_test() -> None:
    """The lock that a policy asks for is tried among the policies."""
    promised = {each.id for each in REQUIREMENTS if each.fix is Fix.PROGRAM}
    assert promised == FIXES.keys()
    assert promised - {"O16"} == {case.id for case in CASES}


def test_a_key_of_a_managed_hsm_is_enabled_by_the_hsm_itself(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    with opened(rehearsal, HSM) as run:
        finding = found(run, "K01")
        assert finding is not None
        assert apply_fix(run, plan_fix(run, finding)) is Outcome.DONE
        rehearsal.change(estate={"keys": {"hsm-contoso/experience-cmk": {"enabled": False}}})
        finding = found(run, "K04")
        assert finding is not None
        plan = plan_fix(run, finding)
        assert [action.step for action in plan.actions] == ["enable-key"], "an Azure role would open nothing"
        assert "--hsm-name hsm-contoso" in plan.actions[0].command
        assert apply_fix(run, plan) is Outcome.DONE
        assert gone(run, "K04")
    assert rehearsal.applied == {"key.create": 1, "key.update": 1}
