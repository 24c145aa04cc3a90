"""What a fix does not do: without the right, under a lock, against the organisation's policy, or unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Verdict
from cmkwizard.journeys.fixes.fix import FIXES, apply_fix, fixable, phrase, plan_fix, question
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_cases import CASES, OWNER, WITH_WORKSPACE, WORKSPACE, WRITTEN, Rehearse, start, vault
from tests.journeys.fix_support import EXISTING_ANSWERS, FINDING, VAULT, Case, found, opened
from tests.journeys.setup_support import answers

MAY_SEND = {"PATCH"}
NEEDING_RIGHTS = [case for case in WRITTEN if case.id not in ("K10", "P09")]  # there vault or HSM decide


@pytest.mark.parametrize("case", NEEDING_RIGHTS, ids=lambda case: case.id)
def test_a_fix_that_the_account_may_not_make_is_blocked_and_says_who_can(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        rehearsal.change(estate={"roles": [{**OWNER, "remove": True}, {**OWNER, "role": "Reader"}]})
        plan = plan_fix(run, finding, case.answer)
        assert plan.blocked
        blocking = plan.findings[0]
        assert blocking.id == ("I06" if "role.create" in case.mutations else "I05")
        assert "Ask for the role" in blocking.remedy
        assert blocking.who == "an owner of the subscription"
        with pytest.raises(Problem, match="Your account may not"):
            apply_fix(run, plan)
        assert rehearsal.applied == {}


@pytest.mark.parametrize("case", [case for case in NEEDING_RIGHTS if case.id != "I04"], ids=lambda case: case.id)
def test_a_lock_in_the_way_is_named_with_who_can_lift_it(rehearse: Rehearse, case: Case) -> None:
    rehearsal = start(rehearse, case)
    with opened(rehearsal, case.text) as run:
        finding = found(run, case.id)
        assert finding is not None
        lock = {"name": "freeze", "scope": "rg-experience", "level": "ReadOnly", "notes": "month end"}
        rehearsal.change(estate={"locks": [lock]})
        plan = plan_fix(run, finding, case.answer)
        assert [each.id for each in plan.findings if each.blocks] == ["V11"]
        assert plan.findings[0].sentence == (
            "The lock freeze on the resource group rg-experience forbids every change (month end)."
        )
        assert "it may take a second person; this program lifts no lock" in plan.findings[0].remedy
        with pytest.raises(Problem, match="The lock freeze"):
            apply_fix(run, plan)
        assert rehearsal.applied == {}


POLICIES = {
    "V07": ('[allowed]\ntenants = ["c9e4b7a0-52d8-4e1f-8b3c-6a7d9f0e1b02"]\n', "O01"),
    "K01": ("[required]\nkey_size = 4096\n", "O10"),
}


@pytest.mark.parametrize("id_", POLICIES)
def test_what_the_organisation_forbids_is_not_done(rehearse: Rehearse, id_: str) -> None:
    case = next(each for each in CASES if each.id == id_)
    policy, rule = POLICIES[id_]
    rehearsal = start(rehearse, case, policy=policy)
    with opened(rehearsal, case.text) as run:
        plan = plan_fix(run, replace(FINDING, id=id_), case.answer)
        assert rule in [each.id for each in plan.findings if each.blocks]
        with pytest.raises(Problem, match="Your organisation"):
            apply_fix(run, plan)
    assert rehearsal.applied == {}


def test_the_policy_says_where_the_audit_events_go(rehearse: Rehearse) -> None:
    case = next(each for each in CASES if each.id == "V14")
    rehearsal = start(rehearse, case, policy=f'[required]\naudit_log = "{WORKSPACE}"\n')
    with opened(rehearsal, case.text) as run:
        assert WORKSPACE in plan_fix(run, replace(FINDING, id="V14")).actions[0].command


@pytest.mark.parametrize("answer", ["", "log-experience", WORKSPACE + "/tables/x", "/subscriptions/x/providers/y"])
def test_a_place_for_the_audit_events_that_is_none_is_refused(rehearse: Rehearse, answer: str) -> None:
    asked = question(replace(FINDING, id="V14"))
    assert asked is not None
    assert asked.check(answer)
    assert not asked.check(WORKSPACE)
    with opened(rehearse(WITH_WORKSPACE), EXISTING_ANSWERS) as run, pytest.raises(Problem) as caught:
        plan_fix(run, replace(FINDING, id="V14"), answer)
    assert caught.value.kind is Kind.INVALID


def test_only_what_cannot_be_undone_has_to_be_typed(rehearse: Rehearse) -> None:
    with opened(rehearse("existing-vault"), EXISTING_ANSWERS) as run:
        typed = {id_: phrase(replace(FINDING, id=id_), run.choices) for id_ in FIXES}
    assert {id_ for id_, words in typed.items() if words} == {"V06", "V07"}
    assert typed["V07"] == VAULT


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_KNOWN, Verdict.NOT_NEEDED])
def test_what_is_not_known_to_be_wrong_is_not_put_right(rehearse: Rehearse, verdict: Verdict) -> None:
    finding = replace(FINDING, id="V07", verdict=verdict)
    assert not fixable(finding)
    assert fixable(replace(finding, verdict=Verdict.NOT_MET))
    assert not fixable(replace(finding, verdict=Verdict.NOT_MET, about="/subscriptions/x/managedHSMs/hsm"))
    assert not fixable(replace(FINDING, id="V08"))
    with opened(rehearse("existing-vault"), EXISTING_ANSWERS) as run, pytest.raises(Problem) as caught:
        plan_fix(run, finding)
    assert caught.value.kind is Kind.INVALID


def test_a_vault_whose_resource_group_is_gone_is_not_recovered(rehearse: Rehearse) -> None:
    rehearsal = rehearse("soft-deleted-name")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        for groups in rehearsal.cloud.world.estate.groups.values():
            groups.clear()
        with pytest.raises(Problem, match="Azure recovers a vault into its own resource group alone") as caught:
            plan_fix(run, replace(FINDING, id="V03"))
    assert caught.value.remedy == "Create a resource group rg-experience again, then recover the vault."
    assert rehearsal.applied == {}


def test_a_vault_that_comes_back_elsewhere_is_said_to(rehearse: Rehearse) -> None:
    rehearsal = rehearse("soft-deleted-name")
    with opened(rehearsal, answers(vault={"name": VAULT})) as run:
        action = plan_fix(run, replace(FINDING, id="V03")).actions[0]
    assert action.changes.endswith("Choose the resource group rg-experience afterwards.")


def test_a_role_of_ones_own_is_waited_for_before_the_key_is_changed(rehearse: Rehearse) -> None:
    case = next(each for each in CASES if each.id == "K04")
    rehearsal = start(rehearse, case)
    rehearsal.change(estate={"role_delay_s": 400})
    with opened(rehearsal, case.text) as run:
        told: list[str] = []
        run.emit = lambda event: told.append(event.detail)
        assert apply_fix(run, plan_fix(run, replace(FINDING, id="K04"))) is Outcome.DONE
    assert "Your role is given. Azure needs up to 10 minutes until the vault sees it." in told
    assert told[-1] == "The key experience-cmk is enabled."
    assert rehearsal.applied == case.mutations


@pytest.mark.parametrize("id_", ["K04", "K05", "K07", "I10"])
def test_a_vault_that_keeps_this_computer_out_is_left_alone(rehearse: Rehearse, id_: str) -> None:
    case = next(each for each in CASES if each.id == id_)
    rehearsal = start(rehearse, case)
    rehearsal.change(**vault(default_action="Deny", addresses=["20.88.123.53/32"]))
    with opened(rehearsal, case.text) as run, pytest.raises(Problem) as caught:
        plan_fix(run, replace(FINDING, id=id_))
    assert caught.value.reference.code == "ForbiddenByFirewall"
    assert rehearsal.applied == {}
