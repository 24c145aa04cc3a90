"""Adobe's role is given back exactly as it was: from the file, from the journal, and once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cmkwizard.core.facts import Assignment
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.restore import plan_restore, recorded_removals, restore
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.reading import STEP
from cmkwizard.journeys.revocation.refusals import Confirmation
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.pack_files import load_pack_file, save_pack_file
from tests.journeys.fix_support import EXISTING_ANSWERS, VAULT, different, opened, world
from tests.journeys.restore_support import (
    ADOBE,
    HSM,
    ROLE,
    given_back,
    held,
    pack_for,
    record,
    removals,
    revoked,
    take_away,
)
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)


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
