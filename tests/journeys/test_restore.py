"""Adobe's role is given back exactly as it was: from the file, from the journal, once, and by one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkwizard.core.facts import Assignment
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_pack import Occasion, RevocationPack, pack_of
from cmkwizard.journeys.restore import Recorded, RestorePlan, plan_restore, recorded_removals, restore
from cmkwizard.journeys.revocation import Confirmation, preview, revoke
from cmkwizard.journeys.revocation.reading import STEP
from cmkwizard.journeys.setup import SetupRun
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.pack_files import load_pack_file, save_pack_file
from tests.journeys.fix_support import EXISTING_ANSWERS, VAULT, different, opened, world
from tests.journeys.setup_support import Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)
ADOBE = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
ROLE = "Key Vault Crypto Service Encryption User"
HSM = answers(
    azure={"resource_group": "rg-experience"},
    vault={"kind": "managed-hsm", "name": "hsm-contoso", "create": False},
    key={"type": "RSA-HSM"},
)
STRICT = "[revocation]\ntwo_persons = true\ncooling_off_minutes = 60\narming_delay_seconds = 600\n"


@dataclass(frozen=True)
class Held:
    """What makes a role the same one."""

    scope: str
    role: str
    principal_id: str
    condition: str


def held(rehearsal: Rehearsal) -> list[Held]:
    """What Adobe's app holds in the practice cloud."""
    world = rehearsal.cloud.world
    (app,) = [each for each in world.directory.service_principals.values() if each.app_id == ADOBE]
    return [
        Held(each.scope.lower(), each.role, each.principal_id, each.condition or "")
        for each in world.estate.assignments.values()
        if each.principal_id == app.object_id
    ]


def pack_for(run: SetupRun) -> RevocationPack:
    """The way back for what is there now, as the revocation makes it."""
    impact = preview(run).impact
    assert impact.assignment is not None
    return pack_of(impact, impact.assignment, _occasion(run))


def _occasion(run: SetupRun) -> Occasion:
    return Occasion(run.clock(), "alice", run.azure.account.tenant_id, run.profile.name, "a drill")


def take_away(rehearsal: Rehearsal, scope: str = VAULT) -> None:
    rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": scope, "remove": True}]})


@contextmanager
def revoked(rehearsal: Rehearsal) -> Iterator[tuple[SetupRun, RevocationPack, list[Held]]]:
    """A run in which Adobe's access was taken away, with the way back and what Adobe's app held before."""
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        pack, before = pack_for(run), held(rehearsal)
        take_away(rehearsal)
        assert held(rehearsal) == []
        yield run, pack, before


def given_back(run: SetupRun, pack: RevocationPack) -> RestorePlan:
    plan = plan_restore(run, pack)
    assert not plan.blocked, plan.findings
    assert restore(run, plan) is Outcome.DONE
    return plan


def test_the_file_brings_back_scope_principal_and_role_and_nothing_else(rehearse: Rehearse, tmp_path: Path) -> None:
    rehearsal = rehearse("completed")
    before_all = world(rehearsal)
    with revoked(rehearsal) as (run, pack, before):
        save_pack_file(tmp_path / "way-back.json", pack)
        plan = given_back(run, load_pack_file(tmp_path / "way-back.json"))
    assert held(rehearsal) == before
    assert rehearsal.applied == {"role.create": 1}
    assert len(plan.actions) == 1
    assert {path.split(".")[-1] for path in different(before_all, world(rehearsal))} <= {"created", "visible_at"}


def test_the_plan_is_honest_and_names_the_same_command_as_the_file(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    events: list[str] = []
    with revoked(rehearsal) as (run, pack, _):
        run.emit = lambda event: events.append(event.detail)
        (action,) = given_back(run, pack).actions
    for text in (action.changes, events[-1]):
        assert "up to 7 days" in text
        assert "Data that Adobe has purged does not come back." in text
    assert action.command == pack.restore_command
    assert pack.assignment.name in action.command


def test_the_journal_brings_it_back_after_a_restart(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        record(run, pack, outcome="removed", sent_at="2026-11-24T12:00:00+00:00", request_id="req-1", others=[])
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        (found,) = recorded_removals(run.journal, run.profile.name)
        assert (found.removal.outcome, found.removal.request_id, found.others) == ("removed", "req-1", ())
        assert found.removal.sent_at.isoformat() == "2026-11-24T12:00:00+00:00"
        given_back(run, found.pack)
    assert held(rehearsal) == before
    assert rehearsal.applied == {"role.create": 1}


def record(run: SetupRun, pack: RevocationPack, **evidence: Any) -> None:
    desired = {"removed": pack.assignment.id, "pack": msgspec.to_builtins(pack)}
    op_id = run.intend(STEP, "Take Adobe's access away", desired)
    if evidence:
        run.journal.finish(op_id, Outcome.DONE, evidence)


def test_an_interrupted_removal_is_not_known_and_can_be_restored(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        record(run, pack)
        (found,) = removals(run)
        assert (found.removal.outcome, found.others) == ("not known", None)
        assert found.removal.sent_at == found.entry.at
        given_back(run, found.pack)
        (closed,) = removals(run)
        assert closed.removal.outcome == "removed", "afterwards nobody could tell that it had been gone"
        assert preview(run).earlier == ()
    assert held(rehearsal) == before


def removals(run: SetupRun) -> tuple[Recorded, ...]:
    return recorded_removals(run.journal, run.profile.name)


def test_what_is_damaged_or_was_never_sent_is_no_way_back(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        assert removals(run) == ()
        pack = pack_for(run)
        skipped = run.intend(STEP, "Take Adobe's access away", {"pack": msgspec.to_builtins(pack)})
        run.journal.finish(skipped, Outcome.SKIPPED, {"outcome": "still there"})
        run.intend(STEP, "Take Adobe's access away", {"pack": {**msgspec.to_builtins(pack), "tenant": "x"}})
        run.intend(STEP, "Take Adobe's access away", {})
        assert removals(run) == ()
        record(run, pack, outcome="removed")
        record(run, msgspec.structs.replace(pack))
        assert [each.removal.outcome for each in removals(run)] == ["not known", "removed"], "the newest first"


def test_twice_is_once(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        given_back(run, pack)
        again = plan_restore(run, pack)
        assert again.actions == ()
        assert restore(run, again) is Outcome.DONE
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        given_back(run, pack)
    assert held(rehearsal) == before
    assert rehearsal.sent("PUT", pack.assignment.name) == 1


def test_a_role_that_was_never_away_is_left_alone(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        plan = plan_restore(run, pack_for(run))
        assert plan.actions == ()
    assert rehearsal.applied == {}


def test_one_that_somebody_gives_by_hand_meanwhile_is_taken_for_it(rehearse: Rehearse) -> None:
    """Azure refuses the same role under another name: what is there is read, and nothing is given twice."""
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        plan = plan_restore(run, pack)
        send = run.azure.roles.create_assignment

        def late(*values: Any, **more: Any) -> Assignment:
            rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": VAULT}]})
            return send(*values, **more)

        run.azure.roles.create_assignment = late  # type: ignore[method-assign]
        assert restore(run, plan) is Outcome.DONE
    assert held(rehearsal) == before


def test_what_changed_since_the_plan_stops_it_before_a_request(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, _):
        plan = plan_restore(run, pack)
        rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": VAULT}]})
        with pytest.raises(Problem, match="not as it was when the plan was shown") as caught:
            restore(run, plan)
    assert caught.value.kind is Kind.CONFLICT
    assert rehearsal.applied == {}


def test_the_same_scope_is_restored_although_a_wider_role_serves(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with revoked(rehearsal) as (run, pack, before):
        rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": "rg-experience"}]})
        (wider,) = held(rehearsal)
        given_back(run, pack)
    assert held(rehearsal) == [wider, *before]


def test_a_role_on_the_resource_group_comes_back_there(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    take_away(rehearsal)
    rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": "rg-experience"}]})
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        pack, before = pack_for(run), held(rehearsal)
        take_away(rehearsal, "rg-experience")
        given_back(run, pack)
    assert held(rehearsal) == before
    assert before[0].scope.endswith("/resourcegroups/rg-experience")


def test_a_condition_on_the_role_comes_back_with_it(rehearse: Rehearse) -> None:
    rehearsal, condition = rehearse("completed"), "((!(ActionMatches{'Microsoft.KeyVault/vaults/keys/unwrap/action'})))"
    take_away(rehearsal)
    rehearsal.change(estate={"roles": [{"principal": ADOBE, "role": ROLE, "scope": VAULT, "condition": condition}]})
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        pack, before = pack_for(run), held(rehearsal)
        take_away(rehearsal)
        given_back(run, pack)
    assert held(rehearsal) == before
    assert before[0].condition == condition


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
    rehearsal = rehearse("completed", deadline_s=2.0)
    with revoked(rehearsal) as (run, pack, before):
        plan = plan_restore(run, pack)
        rehearsal.fault(service="arm", method="PUT", path="/roleAssignments/", fault=fault, times=1)
        assert restore(run, plan) is Outcome.DONE
    assert held(rehearsal) == before
    assert rehearsal.sent("PUT", pack.assignment.name) == 1


def test_a_request_that_got_lost_is_told_and_started_again_by_the_person(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed", deadline_s=2.0)
    with revoked(rehearsal) as (run, pack, before):
        plan = plan_restore(run, pack)
        rehearsal.fault(service="arm", method="PUT", path="/roleAssignments/", fault="timeout_before", times=1)
        with pytest.raises(Problem, match="It was not sent again"):
            restore(run, plan)
        assert (held(rehearsal), rehearsal.sent("PUT", pack.assignment.name)) == ([], 1)
        given_back(run, pack)
    assert held(rehearsal) == before


def test_taken_away_by_the_program_and_given_back_from_its_own_records(rehearse: Rehearse, tmp_path: Path) -> None:
    """The whole way: looked at, confirmed, removed by one request, given back from the file and from the journal."""
    rehearsal = rehearse("completed")
    before, way_back = held(rehearsal), tmp_path / "way-back.json"
    for number in (1, 2):
        with opened(rehearsal, EXISTING_ANSWERS) as run:
            shown = preview(run)
            impact = shown.impact
            confirmed = Confirmation(
                impact.organisation, impact.vault_name, "a drill", "CHG-7", signed_in_at=run.clock()
            )
            assert revoke(run, shown, confirmed, way_back).outcome == "removed"
            assert held(rehearsal) == []
        with opened(rehearsal, EXISTING_ANSWERS) as run:  # another start of the program
            newest = removals(run)[0]
            assert (newest.removal.outcome, newest.removal.ticket, newest.others) == ("removed", "CHG-7", ())
            assert newest.pack == load_pack_file(way_back)
            given_back(run, newest.pack if number == 1 else load_pack_file(way_back))
        assert held(rehearsal) == before
        assert rehearsal.applied == {"role.create": number, "role.delete": number}


def test_a_role_in_a_managed_hsm_comes_back_there(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    assert rehearsal.run(HSM).status == 0
    hsm = rehearsal.cloud.world.estate.hsms["hsm-contoso"]
    before = {(each.scope, each.role, each.principal_id) for each in hsm.assignments.values()}
    with opened(rehearsal, HSM) as run:
        pack = pack_for(run)
        hsm.assignments.pop(pack.assignment.name)
        given_back(run, pack)
    assert {(each.scope, each.role, each.principal_id) for each in hsm.assignments.values()} == before
    assert rehearsal.applied["local_role.create"] == 2


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
