"""The shared set-up of a second vault, and of a Managed HSM."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cmkwizard.records.plan_files import load_plan_file
from tests.journeys.hand_off_support import ANSWERS, PEOPLE, Office
from tests.journeys.setup_support import answers

SECOND = {"applications": ["journey-optimizer"], "vault": "kv-contoso-cja", "key": "analytics-cmk"}


def test_the_second_vault_is_shared_too_and_whoever_submits_gets_the_ticket(three: Office) -> None:
    tables = "\n".join(f"{key} = {json.dumps(value)}" for key, value in SECOND.items())
    assert three.ada.make(f"{ANSWERS}[analytics]\n{tables}\n").status == 0
    early = three.val.carry_out()
    assert (early.status, early.word, three.applied) == (3, "PENDING", {})
    assert three.erin.carry_out().status == 0
    assert three.applied == {"consent.grant": 2}
    result = three.val.carry_out()
    assert result.status == 0, (result.lines, result.errors)
    assert three.applied == dict.fromkeys(("consent.grant", "vault.create", "key.create", "role.create"), 2)
    result = three.ada.carry_out()
    assert (result.status, result.word) == (0, "COMPLETED"), (result.lines, result.errors)
    ticket = next(str(line["detail"]) for line in result.lines if line.get("step") == "analytics-ticket")
    assert "kv-contoso-cja" in ticket
    assert three.applied["configuration.create"] == 1
    second = load_plan_file(three.plan_file).expected.second
    assert second is not None
    assert second.key is not None
    assert second.key.identifier in ticket
    assert three.asked[PEOPLE["erin"]] == {"entra", "graph"}


def test_a_second_vault_that_changed_makes_the_file_out_of_date(three: Office) -> None:
    tables = "\n".join(f"{key} = {json.dumps(value)}" for key, value in SECOND.items())
    three.ada.make(f"{ANSWERS}[analytics]\n{tables}\n")
    three.erin.carry_out()
    three.val.carry_out()
    three.change(estate={"vaults": {"kv-contoso-cja": {"default_action": "Deny"}}})
    result = three.ada.carry_out()
    assert (result.status, result.word) == (1, "BLOCKED")
    assert "for the second vault, the vault: its firewall's default was Allow and is Deny" in result.errors
    assert "configuration.create" not in three.applied


HSM = """
[estate.managed_hsms.hsm-contoso]
group = "rg-experience"
location = "westeurope"
administrators = ["victor"]
roles = [{ principal = "val", role = "Managed HSM Policy Administrator", scope = "/" }AUDITOR]
"""
OF_HSM: dict[str, dict[str, Any]] = {
    "azure": {"resource_group": "rg-experience"},
    "vault": {"name": "hsm-contoso", "kind": "managed-hsm", "create": False},
    "key": {"type": "RSA-HSM"},
    "acknowledge": {"irreversible": False},
}


@pytest.mark.parametrize("sees", [True, False])
def test_a_managed_hsm_is_shared_with_its_own_roles(start_office: Callable[[str], Office], sees: bool) -> None:
    auditor = ', { principal = "ada", role = "Managed HSM Crypto Auditor", scope = "/" }'
    three = start_office(HSM.replace("AUDITOR", auditor if sees else ""))
    three.change(estate={"roles": [{"principal": "val", "role": "Managed HSM Contributor", "scope": "rg-experience"}]})
    assert three.ada.make(answers(**OF_HSM)).status == 0
    for computer in (three.erin, three.val):
        result = computer.carry_out()
        assert result.status == 0, (computer.name, result.lines, result.errors)
    assert three.applied == {"consent.grant": 1, "key.create": 1, "local_role.create": 1}
    result = three.ada.carry_out()
    assert result.word == ("COMPLETED" if sees else "BLOCKED"), (result.lines, result.errors)
    assert ("configuration.create" in three.applied) is sees
    assert ("may not read the local roles in the Managed HSM hsm-contoso." in result.errors) is not sees
