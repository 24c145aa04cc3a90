"""What was shown is what is done: whatever differs when the plan is carried out stops it, unsent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.plan import plan_setup
from cmkwizard.journeys.runner import Runner
from cmkwizard.journeys.setup.steps import CREATE, GRANT, SUBMIT
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.wiring import Services
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
VAULT = "kv-contoso-experience"
KEY = f"{VAULT}/experience-cmk"


def choices_that_differ(choices: Choices) -> list[tuple[str, Choices]]:
    """The same choices with another value in one place, for every place that the plan rests on."""
    found = []
    for part in ("azure", "vault", "key", "adobe"):
        table = getattr(choices, part)
        for field, value in msgspec.structs.asdict(table).items():
            other: Any = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
            changed = msgspec.structs.replace(table, **{field: other})
            found.append((f"{part}.{field}", msgspec.structs.replace(choices, **{part: changed})))
    return found


def stops(runner: Runner) -> None:
    with pytest.raises(Problem) as caught:
        runner.run((*CREATE, *GRANT, *SUBMIT))
    assert caught.value.kind is Kind.CONFLICT
    assert "is not as it was when the plan was shown" in caught.value.message


def test_every_choice_and_the_account_stop_the_plan_before_a_request(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers()), rehearsal.person().open)
        plan, chosen, account = plan_setup(run), run.choices, run.azure.account
        asked = services.guard.requests
        others = choices_that_differ(chosen)
        assert len(others) == 18
        for _, run.choices in others:
            stops(Runner(run, plan))
        run.choices = chosen
        for other in (replace(account, tenant_id="another"), replace(account, object_id="somebody else")):
            run.azure.account = other
            stops(Runner(run, plan))
        assert services.guard.requests == asked
    assert rehearsal.applied == {}


@pytest.mark.parametrize(
    "change",
    [
        {"estate": {"vaults": {VAULT: {"default_action": "Deny"}}}},
        {"estate": {"vaults": {VAULT: {"deleted": True}}}},
        {"estate": {"vaults": {VAULT: {"rbac": False}}}},
        {"estate": {"keys": {KEY: {"enabled": False}}}},
        {"estate": {"keys": {KEY: {"expires_in_s": 10_000_000}}}},
    ],
    ids=str,
)
def test_what_somebody_changes_meanwhile_stops_the_plan(rehearse: Rehearse, change: dict[str, Any]) -> None:
    rehearsal = rehearse("existing-vault")
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers(**EXISTING)), rehearsal.person().open)
        plan = plan_setup(run)
        assert not plan.blocked
        rehearsal.change(**change)
        stops(Runner(run, plan))
    assert rehearsal.applied == {}


def test_a_key_that_somebody_hands_in_meanwhile_stops_the_submission(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers(**EXISTING)), rehearsal.person().open)
        plan = plan_setup(run)
        assert run.seen.key is not None
        run.adobe.submit(run.choices.adobe.configuration, run.seen.key.identifier)
        with pytest.raises(Problem, match="not as it was when the plan was shown"):
            Runner(run, plan).run(SUBMIT)
    assert rehearsal.applied["configuration.create"] == 1


def test_another_app_than_was_shown_is_not_let_in(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    with rehearsal.services() as services:
        run = open_run(services, read_answers(answers()), rehearsal.person().open)
        plan = plan_setup(run)
        rehearsal.cloud.world.adobe.app_id = "00000000-0000-4000-8000-000000000000"
        with pytest.raises(Problem, match="Adobe names another app") as caught:
            Runner(run, plan).run((*CREATE, *GRANT))
    assert caught.value.kind is Kind.CONFLICT
    assert {"role.create", "consent.grant"}.isdisjoint(rehearsal.applied)


def test_a_vault_that_changes_between_two_steps_stops_the_command(rehearse: Rehearse) -> None:
    """Another administrator changes it after the steps before it have been carried out."""
    rehearsal = rehearse("existing-vault")
    changed = answers(azure={"resource_group": "rg-experience"}, vault={"name": "kv-contoso-experience"})

    def change_before_acting(services: Services) -> None:
        original = services.journal.open_intents

        def open_intents(profile: str | None = None) -> list[Any]:
            rehearsal.cloud.world.estate.vaults["kv-contoso-experience"].tags["owner"] = "somebody else"
            return original(profile)

        services.journal.open_intents = open_intents  # type: ignore[method-assign]

    rehearsal.tamper = change_before_acting
    result = rehearsal.run(changed)
    assert result.status == 1
    assert "this is not as it was when the plan was shown" in result.errors
    assert rehearsal.applied == {}
