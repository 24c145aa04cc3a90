"""A Managed HSM in the place of a vault: used as it is, with a key of its own type and a role of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cmkwizard.core.answers import read_answers
from cmkwizard.journeys.plan import Plan, plan_setup
from cmkwizard.journeys.setup_session import open_run
from tests.journeys.setup_support import KEY, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
HSM = "hsm-contoso"
CHOSEN: dict[str, dict[str, Any]] = {
    "azure": {"resource_group": "rg-experience"},
    "vault": {"kind": "managed-hsm", "name": HSM, "create": False},
    "key": {"type": "RSA-HSM"},
}
ONCE = {"key.create": 1, "consent.grant": 1, "local_role.create": 1, "configuration.create": 1}


def plan_of(rehearsal: Rehearsal) -> Plan:
    with rehearsal.services() as services:
        plan = plan_setup(open_run(services, read_answers(answers(**CHOSEN)), rehearsal.person().open))
    assert rehearsal.applied == {}, "a plan only reads"
    return plan


def test_the_set_up_ends_completed_with_the_role_in_the_hsm_itself(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    result = rehearsal.run(answers(**CHOSEN))
    assert (result.status, result.word) == (0, "COMPLETED"), result.errors
    assert rehearsal.applied == ONCE
    assert str(result.lines[-1]["key_identifier"]).startswith(f"https://{HSM}.managedhsm.localhost:")
    again = rehearsal.run(answers(**CHOSEN))
    assert (again.status, again.word) == (0, "COMPLETED"), again.errors
    assert rehearsal.applied == ONCE, "nothing is done twice"


def test_one_that_is_not_activated_blocks_before_anything_is_changed(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    rehearsal.change(estate={"managed_hsms": {HSM: {"activated": False}}})
    plan = plan_of(rehearsal)
    blocking = {finding.id: finding for finding in plan.findings if finding.blocks}
    assert "H01" in blocking
    assert "security domain" in blocking["H01"].remedy.lower()
    assert rehearsal.run(answers(**CHOSEN)).status == 1
    assert rehearsal.applied == {}


def test_the_plan_shows_the_command_for_the_role_in_the_hsm(rehearse: Rehearse) -> None:
    role = plan_of(rehearse("managed-hsm")).of("role").action
    assert role is not None
    assert "az keyvault role assignment create --hsm-name hsm-contoso" in role.command
    key = plan_of(rehearse("managed-hsm")).of("key").action
    assert key is not None
    assert f"/managedHSMs/{HSM}/keys/{KEY}" in key.command


def test_a_new_one_is_never_made(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    result = rehearsal.run(answers(**{**CHOSEN, "vault": {**CHOSEN["vault"], "create": True}}))
    assert result.status == 2
    assert "vault.create" in result.errors or "managed-hsm" in result.errors
    assert rehearsal.applied == {}
