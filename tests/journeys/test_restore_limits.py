"""What does not hold up giving the role back, and what does."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.restore import plan_restore, restore
from cmkwizard.journeys.step import Outcome
from tests.journeys.fix_support import EXISTING_ANSWERS, VAULT, opened
from tests.journeys.restore_support import (
    HSM,
    given_back,
    held,
    pack_for,
    revoked,
    take_away,
)
from tests.journeys.setup_support import Rehearsal, deadline_for

Rehearse = Callable[..., Rehearsal]
STRICT = "[revocation]\ntwo_persons = true\ncooling_off_minutes = 60\narming_delay_seconds = 600\n"


@pytest.mark.parametrize("policy", ["", STRICT])
def test_one_person_is_enough_whatever_the_policy(rehearse: Rehearse, policy: str) -> None:
    rehearsal = rehearse("completed", policy=policy)
    with revoked(rehearsal) as (run, pack, before):
        assert run.policy.revocation.two_persons == bool(policy)
        given_back(run, pack)
    assert held(rehearsal) == before


def test_adobe_that_does_not_answer_does_not_hold_it_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        rehearsal.fault(service="platform", fault="status", code=403)
        plan = given_back(run, pack)
    assert held(rehearsal) == before
    assert any(each.group.value == "Adobe" for each in plan.findings), "it is shown all the same"


def test_a_key_that_is_disabled_is_shown_and_does_not_hold_it_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        rehearsal.change(estate={"keys": {f"{VAULT}/experience-cmk": {"enabled": False}}})
        plan = given_back(run, pack)
    assert "K04" in [each.id for each in plan.findings]
    assert held(rehearsal) == before


def test_without_the_right_to_give_roles_nothing_is_sent_and_it_says_who_can(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, _):
        pass
    rehearsal.user = "victor"
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        plan = plan_restore(run, pack)
        assert [(each.id, each.blocks) for each in plan.findings[:1]] == [("I06", True)]
        with pytest.raises(Problem, match="give a role on the vault"):
            restore(run, plan)
    assert rehearsal.applied == {}


def test_an_app_that_was_accepted_anew_is_not_served_by_the_role_of_the_old_one(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        pack = pack_for(run)
        take_away(rehearsal)
        other = msgspec.structs.replace(pack.assignment, principal_id="00000000-0000-4000-8000-000000000000")
        plan = plan_restore(run, msgspec.structs.replace(pack, assignment=other))
        assert plan.blocked
        with pytest.raises(Problem, match="has another object id"):
            restore(run, plan)
    assert rehearsal.applied == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": "other"}, "other clouds"),
        ({"tenant": "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4aff"}, "another directory"),
        ({"vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"}, "another vault"),
        ({"organisation": "AAAA1C3B5A6978877F000101@AdobeOrg"}, "another Adobe organisation"),
    ],
)
def test_a_way_back_of_somewhere_else_is_refused(rehearse: Rehearse, change: dict[str, str], words: str) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, _), pytest.raises(Problem, match=words) as caught:
        plan_restore(run, msgspec.structs.replace(pack, **change))
    assert caught.value.kind is Kind.INVALID
    assert rehearsal.applied == {}


@pytest.mark.parametrize("fault", ["timeout_after", "malformed"])
def test_an_answer_that_got_lost_is_read_and_nothing_is_sent_twice(rehearse: Rehearse, fault: str) -> None:
    rehearsal = rehearse("completed", deadline_s=deadline_for(fault))
    with revoked(rehearsal) as (run, pack, before):
        plan = plan_restore(run, pack)
        rehearsal.fault(service="arm", method="PUT", path="/roleAssignments/", fault=fault, times=1)
        assert restore(run, plan) is Outcome.DONE
    assert held(rehearsal) == before
    assert rehearsal.sent("PUT", pack.assignment.name) == 1


def test_a_request_that_got_lost_is_told_and_started_again_by_the_person(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed", deadline_s=deadline_for("timeout_before"))
    with revoked(rehearsal) as (run, pack, before):
        plan = plan_restore(run, pack)
        rehearsal.fault(service="arm", method="PUT", path="/roleAssignments/", fault="timeout_before", times=1)
        with pytest.raises(Problem, match="It was not sent again"):
            restore(run, plan)
        assert (held(rehearsal), rehearsal.sent("PUT", pack.assignment.name)) == ([], 1)
        given_back(run, pack)
    assert held(rehearsal) == before


def test_a_wider_role_in_a_managed_hsm_is_left_to_the_command_of_the_file(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    assert rehearsal.run(HSM).status == 0
    hsm = rehearsal.cloud.world.estate.hsms["hsm-contoso"]
    (mine,) = [each for each in hsm.assignments.values() if each.scope == "/keys"]
    hsm.assignments[mine.name] = msgspec.structs.replace(mine, scope="/")
    with opened(rehearsal, HSM) as run:
        pack = pack_for(run)
        hsm.assignments.pop(pack.assignment.name)
        plan = plan_restore(run, pack)
    assert plan.blocked
    assert any(pack.restore_command in each.remedy for each in plan.findings)
    assert rehearsal.applied["local_role.create"] == 1
