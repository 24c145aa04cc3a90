"""The plan: made by reading alone, with every finding that a person can do something about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cmkwizard.core.answers import read_answers
from cmkwizard.core.requirements.finding import Severity
from cmkwizard.journeys.plan import Plan, as_text, plan_setup
from cmkwizard.journeys.setup_session import open_run
from tests.journeys.setup_support import EXISTING, VAULT, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
KEY = "kv-contoso-experience/experience-cmk"


def plan_of(rehearsal: Rehearsal, text: str = "") -> Plan:
    with rehearsal.services() as services:
        plan = plan_setup(open_run(services, read_answers(text or answers()), rehearsal.person().open))
    assert rehearsal.applied == {}, "a plan only reads"
    return plan


def blocking(plan: Plan) -> list[str]:
    return [finding.id for finding in plan.findings if finding.severity is Severity.BLOCKER]


def test_the_same_world_gives_the_same_plan(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    first, second = plan_of(rehearsal), plan_of(rehearsal)
    assert first == second
    assert len(first.fingerprint) == 64
    other = plan_of(rehearsal, answers(vault={"retention_days": 30}))
    assert other.fingerprint != first.fingerprint


def test_a_plan_in_words_names_actions_ways_back_and_findings(rehearse: Rehearse) -> None:
    text = as_text(plan_of(rehearse("no-rights")))
    assert f"3. Create the vault {VAULT}" in text
    assert "   Undo: Delete the vault. It stays recoverable for 90 days" in text
    assert "   $ az keyvault create " in text
    assert "1. Key Vault in the subscription: Key Vault is registered in the subscription." in text
    assert "blocker I06: Your account may not give Adobe's app its role on the vault" in text


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"keys": {KEY: {"enabled": False}}}, ["K04"]),
        ({"keys": {KEY: {"expires_in_s": -10_000_000}}}, ["K06"]),
        ({"vaults": {"kv-contoso-experience": {"rbac": False}}}, ["V08"]),
        ({"vaults": {"kv-contoso-experience": {"default_action": "Deny", "bypass": "None", "addresses": []}}}, ["W02"]),
        ({"vaults": {"kv-contoso-experience": {"deleted": True}}}, ["V16"]),
    ],
)
def test_an_existing_vault_or_key_that_does_not_fit_blocks(
    rehearse: Rehearse, change: dict[str, Any], found: list[str]
) -> None:
    rehearsal = rehearse("existing-vault")
    rehearsal.change(estate=change)
    assert blocking(plan_of(rehearsal, answers(**EXISTING))) == found


def test_a_deleted_vault_of_that_name_blocks(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    rehearsal.change(estate={"vaults": {"kv-contoso-experience": {"deleted": True}}})
    assert blocking(plan_of(rehearsal, answers(vault={"name": "kv-contoso-experience"}))) == ["V03"]


def test_a_name_that_somebody_else_has_blocks(rehearse: Rehearse) -> None:
    rehearsal = rehearse("existing-vault")
    assert blocking(plan_of(rehearsal, answers(vault={"name": "kv-contoso-experience"}))) == ["V02"]


def test_a_subscription_that_is_not_enabled_blocks(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    next(iter(rehearsal.cloud.world.estate.subscriptions.values())).state = "Disabled"
    assert "I03" in blocking(plan_of(rehearsal))


def test_a_subscription_without_key_vault_gets_it_first(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    subscription = next(iter(rehearsal.cloud.world.estate.subscriptions))
    rehearsal.change(estate={"registered": {subscription: []}})
    result = rehearsal.run()
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert result.ended("provider") == "done"
    assert rehearsal.sent("POST", "/providers/Microsoft.KeyVault/register") == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"client_secret": "another"}, ["D01"]),
        ({"permission": False}, ["D04"]),
        ({"product_profile": False}, ["D03"]),
        ({"region": "NLD2"}, ["D03"]),
    ],
)
def test_what_adobe_refuses_blocks(rehearse: Rehearse, change: dict[str, Any], found: list[str]) -> None:
    rehearsal = rehearse()
    ready = dict(rehearsal.cloud.ready["adobe"])
    rehearsal.change(adobe=change)
    rehearsal.secret = ready["client_secret"]
    assert blocking(plan_of(rehearsal)) == found


def test_existing_things_are_named_and_not_in_the_actions(rehearse: Rehearse) -> None:
    plan = plan_of(rehearse("existing-vault"), answers(**EXISTING))
    assert [action.step for action in plan.actions] == ["consent", "role", "submission"]
    assert [action.step for action in plan.actions if action.final] == ["submission"]
    assert plan.of("vault").note == "The vault kv-contoso-experience is ready."
    assert all(action.undo and action.changes and action.command for action in plan.actions)
