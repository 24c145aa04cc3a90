"""Existing vaults and keys are graded by the rows of the table, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.facts import DeletedVault, VaultName
from cmkwizard.core.requirements.grading import Fitness, grade, grade_key, grade_name
from tests.core.survey_support import KEY, NOW, OTHER_TENANT, TENANT, VAULT


@pytest.mark.parametrize(
    ("change", "fitness", "reasons"),
    [
        ({}, Fitness.COMPLIANT, []),
        ({"default_action": "Allow", "bypass": "None", "ip_rules": ()}, Fitness.COMPLIANT, []),
        ({"purge_protection": False}, Fitness.FIXABLE, ["V07"]),
        ({"soft_delete": False, "purge_protection": False}, Fitness.FIXABLE, ["V06", "V07"]),
        ({"bypass": "None", "ip_rules": ()}, Fitness.FIXABLE, ["W02", "W03"]),
        ({"public_access": False}, Fitness.FIXABLE, ["W01"]),
        ({"rbac": False}, Fitness.UNFIT, ["V08"]),
        ({"rbac": False, "access_policies": ("a",), "purge_protection": False}, Fitness.UNFIT, ["V07", "V08", "V09"]),
        ({"tenant_id": OTHER_TENANT}, Fitness.UNFIT, ["V05"]),
        ({"sku": "dedicated"}, Fitness.UNFIT, ["V10"]),
        ({"managed_hsm": True, "sku": "Standard_B1", "rbac": False}, Fitness.COMPLIANT, []),
    ],
)
def test_a_vault(change: dict[str, Any], fitness: Fitness, reasons: list[str]) -> None:
    graded = grade(replace(VAULT, **change), TENANT.upper())
    assert (graded.fitness, [each.id for each in graded.reasons]) == (fitness, reasons)
    assert all(each.sentence and each.remedy and each.who for each in graded.reasons)


@pytest.mark.parametrize(
    ("change", "fitness", "reasons"),
    [
        ({}, Fitness.COMPLIANT, []),
        ({"type": "RSA-HSM", "size": 4096}, Fitness.COMPLIANT, []),
        ({"type": "EC", "size": 0, "operations": ()}, Fitness.UNFIT, ["K02"]),
        ({"size": 2048}, Fitness.UNFIT, ["K03"]),
        ({"enabled": False, "not_before": NOW + timedelta(1)}, Fitness.FIXABLE, ["K04", "K05"]),
        ({"operations": ()}, Fitness.FIXABLE, ["K07"]),
        ({"expires": NOW}, Fitness.FIXABLE, ["K06"]),
        ({"expires": NOW + timedelta(days=29)}, Fitness.FIXABLE, ["K06"]),
        ({"expires": NOW + timedelta(days=300)}, Fitness.COMPLIANT, []),
    ],
)
def test_a_key(change: dict[str, Any], fitness: Fitness, reasons: list[str]) -> None:
    graded = grade_key(replace(KEY, **change), NOW)
    assert (graded.fitness, [each.id for each in graded.reasons]) == (fitness, reasons)


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (VaultName("kv-new", available=True), []),
        (VaultName("kv-new", available=False, reason="AlreadyExists"), ["V02"]),
        (VaultName("kv--new", available=False, reason="AccountNameInvalid"), ["V01"]),
        (VaultName("kv-new", available=False, reason="AccountNameInvalid"), ["V01"]),
    ],
)
def test_a_name(answer: VaultName, reasons: list[str]) -> None:
    graded = grade_name(answer)
    assert graded.fitness is (Fitness.UNFIT if reasons else Fitness.COMPLIANT)
    assert [each.id for each in graded.reasons] == reasons


def test_a_name_that_a_deleted_vault_of_ones_own_holds_is_recovered_rather_than_refused() -> None:
    taken = VaultName("kv-old", available=False, reason="AlreadyExists")
    graded = grade_name(taken, DeletedVault("kv-old", "/subscriptions/s/kv-old", "westeurope"))
    assert graded.fitness is Fitness.FIXABLE
    assert [each.id for each in graded.reasons] == ["V03"]
