"""The findings on vaults, keys and rights: each bad value has its id, its remedy and somebody who can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cmkwizard.core.choices import KeyChoice, VaultChoice
from cmkwizard.core.facts import App, Key, Subscription, Vault, VaultName
from cmkwizard.core.requirements import (
    Finding,
    Severity,
    app_findings,
    key_difference_findings,
    key_findings,
    missing_vault_finding,
    name_findings,
    rights_findings,
    subscription_findings,
    vault_difference_findings,
    vault_findings,
)
from cmkwizard.core.roles import ASSIGNMENT_WRITE, KEY_WRITE, VAULT_WRITE, Rights

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
GOOD_VAULT = Vault(
    id="/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-good",
    name="kv-good",
    group="g",
    location="westeurope",
    tenant_id=TENANT,
    uri="https://kv-good.vault.azure.net/",
    sku="premium",
    state="Succeeded",
    rbac=True,
    soft_delete=True,
    purge_protection=True,
    retention_days=90,
    public_access=True,
    default_action="Allow",
    bypass="AzureServices",
)
GOOD_KEY = Key(
    vault_id=GOOD_VAULT.id,
    name="cmk",
    type="RSA",
    size=3072,
    operations=("wrapKey", "unwrapKey"),
    enabled=True,
    identifier="https://kv-good.vault.azure.net/keys/cmk/0123456789abcdef0123456789abcdef",
)


def ids(findings: list[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def test_what_adobe_requires_is_enough() -> None:
    assert vault_findings(GOOD_VAULT, TENANT.upper()) == []
    assert key_findings(GOOD_KEY, NOW) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tenant_id": "00000000-0000-0000-0000-000000000000"}, ["V05"]),
        ({"soft_delete": False}, ["V06"]),
        ({"purge_protection": False}, ["V07"]),
        ({"rbac": False}, ["V08"]),
        ({"sku": "dedicated"}, ["V10"]),
        ({"rbac": False, "purge_protection": False}, ["V07", "V08"]),
        ({"default_action": "Deny", "bypass": "None", "ip_rules": ("20.88.123.53/32",)}, ["W02"]),
    ],
)
def test_an_unfit_vault_blocks(change: dict[str, Any], expected: list[str]) -> None:
    findings = vault_findings(replace(GOOD_VAULT, **change), TENANT)
    assert ids(findings) == expected
    assert all(finding.blocks and finding.sentence and finding.remedy and finding.who for finding in findings)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"public_access": False}, ["W01"]),
        ({"default_action": "Deny"}, ["W03"]),
        ({"default_action": "Deny", "ip_rules": ("20.88.123.53",)}, []),
    ],
)
def test_a_firewall_that_stops_the_monitoring_only_warns(change: dict[str, Any], expected: list[str]) -> None:
    findings = vault_findings(replace(GOOD_VAULT, **change), TENANT)
    assert ids(findings) == expected
    assert all(finding.severity is Severity.WARNING for finding in findings)


@pytest.mark.parametrize(
    ("change", "expected", "blocks"),
    [
        ({"type": "EC"}, ["K02"], True),
        ({"size": 2048}, ["K03"], True),
        ({"enabled": False}, ["K04"], True),
        ({"not_before": NOW + timedelta(seconds=1)}, ["K05"], True),
        ({"not_before": NOW}, [], True),
        ({"expires": NOW}, ["K06"], True),
        ({"expires": NOW + timedelta(days=29)}, ["K06"], False),
        ({"expires": NOW + timedelta(days=31)}, [], True),
        ({"operations": ("wrapKey",)}, ["K07"], True),
        ({"operations": ("WRAPKEY", "unwrapkey", "sign")}, [], True),
        ({"type": "RSA-HSM", "size": 4096}, [], True),
    ],
)
def test_an_unfit_key(change: dict[str, Any], expected: list[str], blocks: bool) -> None:
    findings = key_findings(replace(GOOD_KEY, **change), NOW)
    assert ids(findings) == expected
    assert all(finding.blocks is blocks for finding in findings)


def test_what_exists_differently_is_said_and_used() -> None:
    vault = vault_difference_findings(replace(GOOD_VAULT, sku="standard"), VaultChoice(name="kv-good"))
    key = key_difference_findings(replace(GOOD_KEY, size=4096), KeyChoice(name="cmk"))
    assert [*ids(vault), *ids(key)] == ["V17", "K13"]
    assert not any(finding.blocks for finding in (*vault, *key))
    assert vault_difference_findings(replace(GOOD_VAULT, sku="standard"), VaultChoice(create=False)) == []


@pytest.mark.parametrize(
    ("answer", "deleted", "expected"),
    [
        (VaultName("kv-new", True), False, []),
        (VaultName("kv--new", False, "AccountNameInvalid"), False, ["V01"]),
        (VaultName("kv-new", False, "AlreadyExists"), False, ["V02"]),
        (VaultName("kv-new", False, "AlreadyExists"), True, ["V03"]),
    ],
)
def test_the_name_of_a_new_vault(answer: VaultName, deleted: bool, expected: list[str]) -> None:
    assert ids(name_findings(answer, deleted=deleted)) == expected


def test_missing_rights_name_the_role_and_who_gives_it() -> None:
    reader = [Rights(("*/read",))]
    findings = rights_findings(reader, (VAULT_WRITE, KEY_WRITE, ASSIGNMENT_WRITE), "the resource group rg")
    assert ids(findings) == ["I05", "I05", "I06"]
    assert "User Access Administrator" in findings[-1].remedy
    assert {finding.who for finding in findings} == {"an owner of the subscription"}
    assert rights_findings([Rights(("*",))], (VAULT_WRITE, ASSIGNMENT_WRITE), "rg") == []
    contributor = [Rights(("*",), ("Microsoft.Authorization/*/Write",))]
    assert ids(rights_findings(contributor, (VAULT_WRITE, ASSIGNMENT_WRITE), "rg")) == ["I06"]


def test_other_findings() -> None:
    assert ids(subscription_findings(Subscription("s", "Old", "Disabled", TENANT))) == ["I03"]
    assert subscription_findings(Subscription("s", "Live", "Enabled", TENANT)) == []
    assert ids(app_findings(App("o", "a", "acp", enabled=False))) == ["P01"]
    assert app_findings(App("o", "a", "acp", enabled=True)) == []
    assert missing_vault_finding("kv", "rg").blocks
