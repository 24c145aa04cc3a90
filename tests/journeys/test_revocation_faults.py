"""Whatever happens to the one request, or to the program while it is sent: it is sent once, and the word is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.wiring import Services
from tests.journeys import revocation_process
from tests.journeys.revocation_support import (
    DELETE,
    HSM_TEXT,
    SCENARIO,
    act,
    confirmed,
    deletes,
    holds,
    look,
    opened,
    pack_path,
)
from tests.journeys.setup_support import Rehearsal, deadline_for

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)

FAULTS: dict[str, dict[str, Any]] = {
    **{kind: {"fault": kind} for kind in ("timeout_after", "timeout_before", "reset", "truncated", "slow", "huge")},
    **{kind: {"fault": kind} for kind in ("captive_portal", "expire_token", "claims_challenge", "redirect")},
    **{f"malformed {way}": {"fault": "malformed", "variant": way} for way in ("cut", "nan", "deep", "types")},
    **{f"status {code}": {"fault": "status", "code": code} for code in (400, 401, 403, 404, 408, 409, 429, 500, 503)},
    **{f"{code} though taken": {"fault": "status", "code": code, "apply": True} for code in (404, 409, 429, 500, 504)},
    **{f"{code} to wait": {"fault": "status", "code": code, "retry_after": 1} for code in (429, 503)},
    "429 to wait for long": {"fault": "status", "code": 429, "retry_after": 7200},
    "reset before": {"fault": "reset", "apply": False},
    "locked": {"fault": "status", "code": 409, "error_code": "ScopeLocked"},
    "redirect to itself": {"fault": "redirect", "location": "same", "code": 307},
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_request_is_sent_and_what_became_of_it_is_said_rightly(rehearse: Rehearse, name: str) -> None:
    rehearsal = rehearse(SCENARIO, deadline_s=deadline_for(name))
    rehearsal.fault(**FAULTS[name], **DELETE)  # it stays in force: a second request would meet it too
    revoked = act(rehearsal)
    assert deletes(rehearsal) == 1
    assert revoked.outcome == ("still there" if holds(rehearsal) else "removed")
    assert ("role.delete" in rehearsal.applied) is (revoked.outcome == "removed")
    with rehearsal.services() as services:
        (entry,) = services.journal.entries()
    assert entry.outcome == ("done" if revoked.outcome == "removed" else "failed")
    assert ("It was not sent again" in revoked.sentence) is (revoked.outcome == "still there")


IN_HSM = (
    *("timeout_after", "timeout_before", "reset", "malformed cut", "expire_token", "claims_challenge"),
    *("status 403", "status 404", "status 429", "status 500", "429 though taken", "500 though taken"),
)


@pytest.mark.parametrize("name", IN_HSM)
def test_in_a_managed_hsm_too_one_request_is_sent(rehearse: Rehearse, name: str) -> None:
    rehearsal = rehearse("managed-hsm", deadline_s=deadline_for(name))
    assert rehearsal.run(HSM_TEXT).word == "COMPLETED"
    rehearsal.fault(**FAULTS[name], service="keyvault", method="DELETE", path="/roleAssignments/")
    revoked = act(rehearsal, HSM_TEXT)
    assert deletes(rehearsal) == 1
    word = "removed" if "local_role.delete" in rehearsal.applied else "still there"
    if name == "expire_token":  # without a new sign-in, the HSM does not answer a read either
        word = "not known"
    assert revoked.outcome == word, revoked.sentence
    assert "all keys of the Managed HSM" in revoked.sentence


def test_a_service_that_refuses_the_connection_gets_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.fault(fault="refuse", **DELETE)
    revoked = act(rehearsal)
    assert (revoked.outcome, holds(rehearsal)) == ("still there", True)
    assert deletes(rehearsal) <= 1


@pytest.mark.parametrize("applied", [True, False])
def test_not_known_is_said_where_it_cannot_be_read_and_the_next_look_clears_it_up(
    rehearse: Rehearse, *, applied: bool
) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.fault(fault="reset", apply=applied, **DELETE)
    one = {"service": "arm", "method": "GET", "path": "/roleAssignments/[^/]+$"}
    rehearsal.fault(fault="status", code=500, skip=1, **one)  # the look right before passes
    with opened(rehearsal) as run:
        shown = preview(run)
        typed, path = confirmed(run, shown), pack_path(rehearsal)
        revoked = revoke(run, shown, typed, path)
        assert (revoked.outcome, revoked.others) == ("not known", None)
        assert "is not known. The removal was sent once" in revoked.sentence
        assert [entry.step for entry in run.journal.open_intents()] == ["revocation"]
        with pytest.raises(Problem) as caught:
            revoke(run, shown, typed, path)
        assert caught.value.kind is Kind.CONFLICT
        assert "is not known" in preview(run).earlier[0]
    rehearsal.cloud.world.faults.clear()
    later = look(rehearsal)
    assert ("took effect: the role is gone" in later.earlier[0]) is applied
    assert later.impact.ready is not applied
    assert deletes(rehearsal) == 1
    assert look(rehearsal).earlier == ()


def test_a_person_who_is_told_still_there_has_to_look_again_before_the_next_try(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.fault(fault="status", code=403, times=1, **DELETE)
    with opened(rehearsal) as run:
        shown = preview(run)
        typed, path = confirmed(run, shown), pack_path(rehearsal)
        assert revoke(run, shown, typed, path).outcome == "still there"
        with pytest.raises(Problem, match="A removal has been sent since"):
            revoke(run, shown, typed, path)
        again = preview(run)
        assert revoke(run, again, confirmed(run, again), path).outcome == "removed"
    assert deletes(rehearsal) == 2, "one for each confirmation"


class Killed(BaseException):
    """The program ends here, as if it had been killed: nothing catches this."""


def kill_at(moment: str) -> Callable[[Services], None]:
    """Ends the program at a boundary of the journal."""

    def tamper(services: Services) -> None:
        journal = services.journal
        intend, finish = journal.intend, journal.finish

        def intend_or_die(step: str, action: str, desired: Mapping[str, Any], **who: str) -> str:
            if moment == "before the intent":
                raise Killed
            op_id = intend(step, action, desired, **who)
            if moment == "after the intent":
                raise Killed
            return op_id

        def finish_or_die(op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
            if moment == "before the outcome":
                raise Killed
            finish(op_id, outcome, evidence)
            raise Killed

        journal.intend = intend_or_die  # type: ignore[method-assign]
        journal.finish = finish_or_die  # type: ignore[method-assign]

    return tamper


MOMENTS = {
    "before the intent": (0, ()),
    "after the intent": (0, ("did not take effect: the role is still there",)),
    "before the outcome": (1, ("took effect: the role is gone",)),
    "after the outcome": (1, ()),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_end_at_any_boundary_is_told_by_the_next_look_and_nothing_is_sent_again(
    rehearse: Rehearse, moment: str
) -> None:
    sent, words = MOMENTS[moment]
    rehearsal = rehearse(SCENARIO)
    rehearsal.tamper = kill_at(moment)
    with pytest.raises(Killed):
        act(rehearsal)
    rehearsal.tamper = lambda _: None
    later = look(rehearsal)
    assert len(later.earlier) == len(words)
    assert all(word in told for word, told in zip(words, later.earlier, strict=True))
    assert (deletes(rehearsal), holds(rehearsal), later.impact.ready) == (sent, not sent, not sent)
    with rehearsal.services() as services:
        assert services.journal.open_intents() == []


def test_a_removal_that_was_interrupted_moments_ago_is_waited_for(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO, speed=1.0)
    rehearsal.tamper = kill_at("after the intent")
    with pytest.raises(Killed):
        act(rehearsal)
    rehearsal.tamper = lambda _: None
    with opened(rehearsal) as run:
        shown = preview(run)
        assert "may still be on its way. Read again in 2 minutes." in shown.earlier[0]
        with pytest.raises(Problem, match="What became of an earlier removal is not known yet"):
            revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
        now = run.clock
        run.clock = lambda: now() + timedelta(minutes=2)
        shown = preview(run)
        assert "did not take effect" in shown.earlier[0]
        assert revoke(run, shown, confirmed(run, shown), pack_path(rehearsal)).outcome == "removed"
    assert deletes(rehearsal) == 1


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_killed_while_the_request_is_on_its_way(rehearse: Rehearse, tmp_path: Path, kind: str) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.fault(fault=kind, **DELETE)
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps(rehearsal.cloud.ready), "utf-8")
    process = subprocess.Popen(
        [sys.executable, str(revocation_process.__file__), str(ready), str(rehearsal.folder), str(tmp_path / "p.json")],
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ.get("PATH", "")},
    )
    try:
        while not (deletes(rehearsal) and (kind == "timeout_before" or not holds(rehearsal))):
            with pytest.raises(subprocess.TimeoutExpired):  # it goes on: it does not end before it came so far
                process.wait(0.001)
    finally:
        process.kill()
        process.wait()
    rehearsal.cloud.world.faults.clear()
    (told,) = look(rehearsal).earlier
    gone = kind == "timeout_after"
    assert ("took effect: the role is gone" in told) is gone
    assert (deletes(rehearsal), holds(rehearsal)) == (1, not gone)
    assert (tmp_path / "p.json").exists(), "the way back was on the disk before"


PLACES: dict[str, Callable[[Path], Path]] = {
    "no folder": lambda path: path.parent / "nowhere" / "way-back.json",
    "a folder": lambda path: path.parent,
    "something else is there": lambda path: path,
    "a device": lambda _: Path("/dev/full"),
}


@pytest.mark.parametrize("name", PLACES)
def test_no_file_no_act(rehearse: Rehearse, name: str) -> None:
    rehearsal = rehearse(SCENARIO)
    path = PLACES[name](pack_path(rehearsal))
    if name == "something else is there":
        path.write_text("the minutes of a meeting", "utf-8")
    with opened(rehearsal) as run:
        shown = preview(run)
        with pytest.raises(Problem) as caught:
            revoke(run, shown, confirmed(run, shown), path)
        assert run.journal.entries() == []
    assert caught.value.kind in (Kind.STORAGE, Kind.INVALID)
    assert deletes(rehearsal) == 0
    if name == "something else is there":
        assert path.read_text("utf-8") == "the minutes of a meeting"


@pytest.mark.parametrize("kept", [0, -1, -20])
def test_a_disk_that_does_not_keep_what_was_written_is_found_out(
    rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    rehearsal = rehearse(SCENARIO)
    monkeypatch.setattr("cmkwizard.records.pack_files.write_private", lambda path, data: path.write_bytes(data[:kept]))
    with opened(rehearsal) as run:
        shown = preview(run)
        with pytest.raises(Problem, match="does not read back") as caught:
            revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert caught.value.kind is Kind.STORAGE
    assert deletes(rehearsal) == 0


def test_no_journal_no_act(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        run.services.records.close()  # type: ignore[attr-defined]
        with pytest.raises(Problem) as caught:
            revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert caught.value.kind is Kind.STORAGE
    assert deletes(rehearsal) == 0


def test_the_way_back_of_an_earlier_try_is_replaced(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.fault(fault="status", code=403, times=1, **DELETE)
    assert act(rehearsal).outcome == "still there"
    first = pack_path(rehearsal).read_bytes()
    assert act(rehearsal).outcome == "removed"
    assert pack_path(rehearsal).read_bytes() != first
