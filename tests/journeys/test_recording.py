"""What is written down of a check, a look, a watch and a set-up: with the call that answered, and only changes anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.core.comparison import baseline_state, compare
from cmkwizard.core.history import EntryKind, HistoryEntry, What
from cmkwizard.journeys.check import check
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.watch import watch_status
from cmkwizard.records.folder import Records
from cmkwizard.records.observations import Observation
from tests.journeys.fix_cases import CLOSED, key, vault
from tests.journeys.fix_support import EXISTING_ANSWERS, opened
from tests.journeys.setup_support import EXISTING, Rehearsal, answers
from tests.journeys.watch_support import seen, watched_once

Rehearse = Callable[..., Rehearsal]
ORGANISATION = "4D1F2C3B5A6978877F000101@AdobeOrg"
OF_A_LOOK = {
    What.STATUS: "GET /customer/config",
    What.VAULT: "GET Microsoft.KeyVault/vaults",
    What.KEY: "GET Microsoft.KeyVault/vaults/keys",
    What.APP: "GET servicePrincipals",
    What.ROLE: "GET Microsoft.Authorization/roleAssignments",
    What.LOCKS: "GET Microsoft.Authorization/locks",
    What.BASELINE: "GET /customer/config",
}


def newest(run: SetupRun) -> dict[str, Observation]:
    return {each.what: each for each in run.observations.entries()}


def test_every_sight_names_the_call_and_the_services_own_name_for_it(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        kept = newest(run)
    assert kept.keys() == {*map(str, OF_A_LOOK), What.LOGS, What.DEPLOYMENT, What.FINDINGS}
    answered = {each: kept[each] for each in (*OF_A_LOOK, What.LOGS)}
    assert {what: answered[what].source for what in OF_A_LOOK} == OF_A_LOOK
    assert all(each.verified for each in answered.values())
    assert all(len(each.request_id) == 36 for each in answered.values())
    names = [each.request_id for what, each in answered.items() if what is not What.BASELINE]
    assert len(set(names)) == len(names), "each is the name of its own call"
    assert not kept[What.FINDINGS].verified, "that is this program's own judgement"
    assert {each.setup for each in kept.values()} == {ORGANISATION}


def test_a_repeated_sight_adds_nothing_and_lasts_longer(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        check(run)  # what the records know by now is a finding too
        kept, first = len(run.observations.entries()), newest(run)
        for _ in range(3):
            watched_once(run)
        assert len(run.observations.entries()) == kept
        again = newest(run)
        assert all(again[what].until > first[what].until for what in OF_A_LOOK if what is not What.BASELINE)
        assert again[What.VAULT].at == first[What.VAULT].at
        assert again[What.VAULT].request_id != first[What.VAULT].request_id, "of the call that saw it last"
        check(run)
        assert len(run.observations.entries()) == kept, "a check sees what a look sees"


def test_what_changed_is_written_down_anew_and_else_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        watched_once(run)
        before = len(run.observations.entries())
        rehearsal.change(**key(enabled=False))
        watched_once(run)
        added = run.observations.entries()[before:]
        assert [each.what for each in added] == [What.KEY, What.ALERTS]
        assert added[0].value["enabled"] is False


def test_what_is_gone_is_written_down_as_gone(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        watched_once(run)
        rehearsal.change(**vault(deleted=True))
        watched_once(run)
        kept = newest(run)
        assert [kept[each].value for each in (What.VAULT, What.KEY, What.ROLE)] == [{"there": False}] * 3
        assert kept[What.KEY].source == OF_A_LOOK[What.VAULT], "nobody asked for the key of a vault that is gone"
        assert kept[What.APP].value["enabled"] is True


def test_what_could_not_be_read_is_not_written_down_and_that_it_failed_is(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        watched_once(run)
        before = newest(run)
        rehearsal.change(**key(enabled=False))
        rehearsal.fault(fault="refuse", service="arm")
        watched_once(run)
        after = newest(run)
        assert after[What.KEY] == before[What.KEY]
        assert (after[What.REACH].value["kind"], after[What.REACH].verified) == ("unreachable", False)
        rehearsal.cloud.world.faults.clear()
        watched_once(run)
        assert newest(run)[What.REACH].value == {"service": "", "problem": "", "kind": ""}


def test_the_baseline_is_taken_once_and_drift_is_told_against_it(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        rehearsal.change(**vault(**CLOSED, bypass="AzureServices"))
        check(run)
        (taken,) = seen(run, What.BASELINE)
        assert taken.value.keys() == {"vault", "key", "app", "role", "status"}
        state = {each.what: entry(each) for each in run.observations.entries()}
        told = compare(baseline_state(entry(taken)), state)
        assert [(each.thing, each.field) for each in told] == [
            ("the vault", "firewall's default"),
            ("the vault", "addresses let in"),
        ]


def entry(seen: Observation) -> HistoryEntry:
    return HistoryEntry(
        1, seen.at, seen.until, 1, EntryKind.OBSERVATION, seen.profile, seen.setup, seen.what, seen.value
    )


def test_no_baseline_is_taken_of_a_broken_set_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    rehearsal.change(**key(enabled=False))
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        assert seen(run, What.BASELINE) == []
        rehearsal.change(**key(enabled=True))
        watched_once(run)
        assert len(seen(run, What.BASELINE)) == 1


def test_the_set_up_itself_leaves_a_baseline(rehearse: Rehearse) -> None:
    rehearsal = rehearse("happy")
    assert rehearsal.run().word == "COMPLETED"
    asked = rehearsal.sent("GET", "/customer/config/experience-platform")
    with opened(rehearsal, answers()) as run:
        assert rehearsal.sent("GET", "/customer/config/experience-platform") == asked
        (taken,) = seen(run, What.BASELINE)
        assert taken.value["status"]["word"] == "COMPLETED"
        assert {each.what for each in run.observations.entries()} >= {str(each) for each in OF_A_LOOK}


def test_the_watch_of_the_status_names_its_calls(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        for _ in watch_status(run):
            pass
        (status,) = seen(run, What.STATUS)
        assert (status.source, status.verified, len(status.request_id)) == ("GET /customer/config", True, 36)


def test_a_draft_of_another_vault_is_not_taken_for_the_set_up(rehearse: Rehearse) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
    chosen = {**EXISTING, "vault": {"name": "kv-another-one", "create": True}, "adobe": {"configuration": "another"}}
    with opened(rehearsal, answers(**chosen)) as run:
        before = run.observations.entries()
        check(run)
        assert run.observations.entries() == before


def test_nothing_submitted_is_no_submission_that_has_gone(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        assert seen(run, What.STATUS) == []
        assert seen(run, What.DEPLOYMENT) == []
        assert seen(run, What.BASELINE) == []
        assert len(seen(run, What.KEY)) == 1


@pytest.mark.parametrize("damage", ["overwritten", "cut", "empty"])
def test_damaged_records_are_kept_aside_and_a_check_writes_them_anew(rehearse: Rehearse, damage: str) -> None:
    rehearsal = rehearse("completed")
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        before = {what: each.value for what, each in newest(run).items()}
    spoil(rehearsal.folder / "records.sqlite", damage)
    with opened(rehearsal, EXISTING_ANSWERS) as run:
        check(run)
        assert {what: each.value for what, each in newest(run).items()} == before
        kept_aside: Records = run.services.records  # type: ignore[attr-defined]
        assert (kept_aside.set_aside is not None) is (damage != "empty")
        assert damage == "empty" or (kept_aside.set_aside and kept_aside.set_aside.exists())


def spoil(path: Path, damage: str) -> None:
    for each in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)
    content = path.read_bytes()
    spoilt = {
        "overwritten": b"not a database" * 100 + content[1400:],
        "cut": content[: len(content) // 2],
        "empty": b"",
    }
    path.write_bytes(spoilt[damage])
