"""Faults on every write, and an end at every boundary of the journal: nothing is ever done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.plan import plan_setup
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.steps import CREATE, GRANT, SUBMIT
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.practice.vaults import Vault
from cmkwizard.wiring import Services
from tests.journeys.setup_support import GROUP, KEY, MUTATIONS, VAULT, Rehearsal, answers, deadline_for

Rehearse = Callable[..., Rehearsal]
ONCE = {**dict.fromkeys(MUTATIONS, 1), "consent.grant": 1}
WRITES: dict[str, dict[str, Any]] = {
    "group": {"service": "arm", "method": "PUT", "path": f"/resourcegroups/{GROUP}$"},
    "vault": {"service": "arm", "method": "PUT", "path": f"/vaults/{VAULT}$"},
    "key": {"service": "arm", "method": "PUT", "path": f"/keys/{KEY}$"},
    "role": {"service": "arm", "method": "PUT", "path": "/roleAssignments/"},
    "submission": {"service": "platform", "method": "POST", "path": "/customer/config$"},
}
APPLIED = ("timeout_after", "reset", "malformed", "truncated")
NOT_APPLIED = ("timeout_before", "refuse", "status", "captive_portal", "redirect")


def fault(kind: str, step: str) -> dict[str, Any]:
    return {"fault": kind, "times": 1, **WRITES[step], **({"code": 500} if kind == "status" else {})}


@pytest.mark.parametrize("kind", APPLIED)
@pytest.mark.parametrize("step", WRITES)
def test_a_write_whose_answer_is_lost_is_found_and_not_repeated(rehearse: Rehearse, step: str, kind: str) -> None:
    rehearsal = rehearse(deadline_s=deadline_for(kind))
    rehearsal.fault(**fault(kind, step))
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    assert result.ended(step) == "done"


@pytest.mark.parametrize("kind", NOT_APPLIED)
@pytest.mark.parametrize("step", WRITES)
def test_a_write_that_never_arrived_is_not_repeated_by_itself(rehearse: Rehearse, step: str, kind: str) -> None:
    rehearsal = rehearse(deadline_s=deadline_for(kind))
    rehearsal.fault(**fault(kind, step))
    first = rehearsal.run()
    assert (first.status, first.word) == (1, "FAILED"), first.errors
    assert first.ended(step) == "failed"
    assert "was not sent again" in first.errors or "Nothing was changed" in first.errors
    assert all(count == 1 for count in rehearsal.applied.values())
    second = rehearsal.run()
    assert (second.status, second.word) == (0, "COMPLETED"), second.errors
    assert rehearsal.applied == ONCE


@pytest.mark.parametrize("kind", ["reset", "refuse", "malformed", "truncated", "captive_portal", "status"])
@pytest.mark.parametrize(
    ("service", "method"), [("arm", "GET"), ("graph", "GET"), ("platform", "GET"), ("ims", "POST")]
)
def test_a_read_that_fails_for_a_while_is_repeated(rehearse: Rehearse, service: str, method: str, kind: str) -> None:
    rehearsal = rehearse()
    code = {"code": 503} if kind == "status" else {}
    for skip in (0, 3):
        rehearsal.fault(fault=kind, service=service, method=method, times=1, skip=skip, **code)
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE


@pytest.mark.parametrize("kind", ["expire_token", "claims_challenge"])
@pytest.mark.parametrize("service", ["arm", "graph", "platform"])
def test_a_token_that_ends_in_the_middle_is_renewed_for_reads(rehearse: Rehearse, service: str, kind: str) -> None:
    if (service, kind) == ("platform", "claims_challenge"):
        kind = "expire_token"
    rehearsal = rehearse()
    rehearsal.fault(fault=kind, service=service, method="GET", times=1, skip=1 if service == "arm" else 0)
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE


@pytest.mark.parametrize("kind", ["expire_token", "claims_challenge"])
def test_a_token_that_ends_at_a_write_stops_and_the_next_run_goes_on(rehearse: Rehearse, kind: str) -> None:
    rehearsal = rehearse()
    rehearsal.fault(fault=kind, times=1, **WRITES["key"])
    result = rehearsal.run()
    assert result.status in (1, 3)
    assert result.ended("key") == "failed"
    assert "key.create" not in rehearsal.applied
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE


@pytest.mark.parametrize("step", WRITES)
def test_a_throttled_write_waits_says_how_long_and_is_not_repeated(rehearse: Rehearse, step: str) -> None:
    rehearsal = rehearse()
    rehearsal.fault(fault="status", code=429, retry_after=1, times=1, **WRITES[step])
    first = rehearsal.run()
    assert (first.status, first.word) == (1, "FAILED")
    assert any("Waiting 1 second, as it asks" in str(line.get("detail")) for line in first.lines)
    assert "was refused, and what it asked for is not there. It was not sent again." in first.errors
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE


def test_a_person_decides_when_a_write_is_to_wait_for_long(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.fault(fault="status", code=429, retry_after=1800, times=1, **WRITES["submission"])
    first = rehearsal.run()
    assert (first.status, first.ended("submission")) == (1, "failed")
    assert "do: Wait 30 minutes, then start again" in first.errors
    with rehearsal.services() as services:
        assert [entry.step for entry in services.journal.open_intents()] == ["submission"]
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE


def test_an_app_that_azure_does_not_know_yet_is_a_matter_of_a_minute(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.fault(fault="status", code=400, error_code="PrincipalNotFound", times=1, **WRITES["role"])
    first = rehearsal.run()
    assert (first.status, first.ended("role")) == (1, "failed")
    assert "do: Wait a minute, then start again: only what is missing is done." in first.errors
    assert rehearsal.sent("PUT", "") == 4, "group, vault, key, and the role once"
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE


SUBMISSION_FAULTS: dict[str, dict[str, Any]] = {
    **{f"status {code}": {"fault": "status", "code": code} for code in (400, 401, 403, 404, 408, 409, 502, 503, 504)},
    **{f"{code} to wait": {"fault": "status", "code": code, "retry_after": 1} for code in (429, 503)},
    **{f"{code} though taken": {"fault": "status", "code": code, "apply": True} for code in (409, 429, 500, 504)},
    **{f"malformed {way}": {"fault": "malformed", "variant": way} for way in ("nan", "duplicate", "deep", "types")},
    "slow": {"fault": "slow"},
    "huge": {"fault": "huge"},
    "redirect to itself": {"fault": "redirect", "location": "same", "code": 307},
    "reset before": {"fault": "reset", "apply": False},
    "expired token": {"fault": "expire_token"},
}


@pytest.mark.parametrize("name", SUBMISSION_FAULTS)
def test_a_key_is_submitted_exactly_once_whatever_happens(rehearse: Rehearse, name: str) -> None:
    rehearsal = rehearse(deadline_s=deadline_for(name))
    rehearsal.fault(times=1, **SUBMISSION_FAULTS[name], **WRITES["submission"])
    first = rehearsal.run()
    assert rehearsal.sent("POST", "/customer/config") == 1
    taken = "configuration.create" in rehearsal.applied
    assert (first.status == 0) is taken, first.errors
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.applied == ONCE
    assert rehearsal.sent("POST", "/customer/config") == (1 if taken else 2)


def test_every_write_has_one_entry_in_the_journal(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    assert rehearsal.run().word == "COMPLETED"
    assert rehearsal.run().word == "COMPLETED"
    with rehearsal.services() as services:
        entries = services.journal.entries()
    assert sorted((entry.step, entry.outcome) for entry in entries) == sorted(
        (step, "done") for step in ("group", "vault", "key", "consent", "role", "submission")
    )


def test_a_vault_that_somebody_else_made_meanwhile_is_a_conflict(rehearse: Rehearse) -> None:
    rehearsal = rehearse(deadline_s=deadline_for("timeout_before"))
    rehearsal.fault(**fault("timeout_before", "vault"))

    def make_one(services: Services) -> None:
        """Another administrator creates a vault of that name while ours is on its way."""
        intend, world = services.journal.intend, rehearsal.cloud.world

        def intend_and_see(step: str, action: str, desired: Mapping[str, Any], **who: str) -> str:
            if step == "vault":
                owner = next(iter(world.estate.subscriptions.values()))
                theirs = Vault(
                    VAULT, owner.id, GROUP, "westeurope", owner.tenant, world.clock.now(), purge_protection=True
                )
                world.estate.add_vault(theirs)
            return intend(step, action, desired, **who)

        services.journal.intend = intend_and_see  # type: ignore[method-assign]

    rehearsal.tamper = make_one
    result = rehearsal.run()
    assert result.status == 1
    assert "has appeared that this program did not create" in result.errors
    assert rehearsal.applied == {"group.create": 1}


class Killed(BaseException):
    """The program ends here, as if it had been killed: nothing catches this."""


def kill_at(moment: str, key: str) -> Callable[[Services], None]:
    """Ends the program at a boundary of the journal: before or after an intent, before or after an outcome."""

    def tamper(services: Services) -> None:
        journal, steps = services.journal, dict[str, str]()
        intend, finish = journal.intend, journal.finish

        def intend_or_die(step: str, action: str, desired: Mapping[str, Any], **who: str) -> str:
            if (step, moment) == (key, "before the intent"):
                raise Killed
            op_id = intend(step, action, desired, **who)
            steps[op_id] = step
            if (step, moment) == (key, "after the intent"):
                raise Killed
            return op_id

        def finish_or_die(op_id: str, outcome: str, evidence: Mapping[str, Any]) -> None:
            if (steps.get(op_id), moment) == (key, "before the outcome"):
                raise Killed
            finish(op_id, outcome, evidence)
            if (steps.get(op_id), moment) == (key, "after the outcome"):
                raise Killed

        journal.intend = intend_or_die  # type: ignore[method-assign]
        journal.finish = finish_or_die  # type: ignore[method-assign]

    return tamper


@pytest.mark.parametrize("moment", ["before the intent", "after the intent", "before the outcome", "after the outcome"])
@pytest.mark.parametrize("step", ["group", "vault", "key", "consent", "role", "submission"])
def test_an_end_at_any_boundary_is_made_good_by_the_next_run(rehearse: Rehearse, step: str, moment: str) -> None:
    rehearsal = rehearse()
    rehearsal.tamper = kill_at(moment, step)
    with pytest.raises(Killed):
        rehearsal.run()
    rehearsal.tamper = lambda _: None
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    with rehearsal.services() as services:
        assert services.journal.open_intents() == []


def test_a_role_that_is_too_young_is_not_submitted_upon(rehearse: Rehearse) -> None:
    """The window may come to the submission right after a start: the role's age is looked at once more."""
    rehearsal = rehearse(speed=20.0)
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers()), rehearsal.person().open)
        plan = plan_setup(run)
        Runner(run, plan).run(CREATE)
        Runner(run, plan).run([GRANT[0]])
        role = GRANT[1]
        role.observe(run)
        role.apply(run)
        later = open_run(services, run.choices, rehearsal.person().open)
        with pytest.raises(Problem) as caught:
            Runner(later, plan_setup(later)).run(SUBMIT)
    assert caught.value.kind is Kind.PROPAGATING
    assert "too early to submit" in caught.value.message
    assert "configuration.create" not in rehearsal.applied


def test_no_journal_no_action(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    rehearsal.tamper = lambda services: services.records.close()
    result = rehearsal.run()
    assert result.status == 5, result.errors
    assert rehearsal.applied == {}
