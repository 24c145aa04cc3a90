"""The vault, what surrounds it, and its firewall: what is said, of what, and who can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.facts import DeletedVault, Denial, DiagnosticSetting, Lock, VaultName
from cmkwizard.core.people import POLICY_OWNER, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.requirements.finding import Fix, Severity, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import DataAccess, Survey
from tests.core.survey_support import (
    GOOD,
    GROUP,
    NEW,
    NOW,
    OTHER_TENANT,
    SECRETIVE,
    SUBSCRIPTION,
    VAULT,
    all_of,
    choosing,
    having,
    one,
    vault_having,
    verdict,
)

TAKEN = VaultName("kv-adobe", available=False, reason="AlreadyExists")
DELETED = DeletedVault("kv-adobe", VAULT.id, "westeurope", NOW - timedelta(days=3), NOW + timedelta(days=87))
USED = choosing(NEW, vault={"create": False})


def blocking(survey: Survey) -> list[str]:
    return [finding.id for finding in judge(survey) if finding.blocks]


@pytest.mark.parametrize("name", ["kv", "1kv", "kv--cmk", "kv-", "a" * 25, "kv_cmk", "kv.cmk"])
def test_v01_a_name_that_azure_does_not_accept(name: str) -> None:
    found = one(choosing(NEW, vault={"name": name}), "V01")
    assert found.blocks
    assert found.sentence.startswith(f"Azure does not accept {name} as a vault name.")
    assert (found.remedy, found.who) == ("Choose another name.", YOU)


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{2,23}", fullmatch=True))
def test_v01_a_name_that_azure_accepts(name: str) -> None:
    assert one(choosing(NEW, vault={"name": name}), "V01").verdict is Verdict.MET


def test_v01_what_azure_says_of_the_name_counts() -> None:
    refused = VaultName("kv-adobe", available=False, reason="AccountNameInvalid")
    assert blocking(having(NEW, vault_name=refused, deleted_vault=None)) == ["V01"]


def test_v02_a_name_that_somebody_else_has() -> None:
    survey = having(NEW, vault_name=TAKEN, deleted_vault=None)
    assert blocking(survey) == ["V02"]
    found = one(survey, "V02")
    assert found.sentence == "The vault name kv-adobe is taken: vault names are unique in all of Azure."
    assert "choose its subscription and resource group" in found.remedy


def test_v03_a_name_that_a_deleted_vault_holds() -> None:
    survey = having(NEW, vault_name=TAKEN, deleted_vault=DELETED)
    assert blocking(survey) == ["V03"]
    found = one(survey, "V03")
    assert "A deleted vault still holds the name kv-adobe (deleted on 2026-11-21)." in found.sentence
    assert "erased on 2027-02-19" in found.sentence
    assert "without its role assignments" in found.remedy
    assert (found.fix, found.about) == (Fix.PROGRAM, VAULT.id)


def test_v03_an_existing_vault_that_was_deleted_can_be_recovered() -> None:
    survey = having(USED, deleted_vault=DELETED, vault_name=SECRETIVE)
    assert blocking(survey) == ["V16"]
    found = one(survey, "V03")
    assert (found.severity, found.fix) == (Severity.WARNING, Fix.PROGRAM)
    assert found.sentence.startswith("The vault kv-adobe was deleted on 2026-11-21.")
    assert "recover the deleted vault" in one(survey, "V16").remedy


def test_v03_a_taken_name_whose_deleted_vaults_cannot_be_listed() -> None:
    survey = having(NEW, vault_name=TAKEN, deleted_vault=SECRETIVE)
    assert one(survey, "V03").verdict is Verdict.NOT_KNOWN
    assert blocking(survey) == ["V02"]


def test_v04_the_region() -> None:
    assert verdict(choosing(NEW, azure={"location": "West Europe"}), "V04") is Verdict.MET
    found = one(choosing(NEW, azure={"location": "moonbase1"}), "V04")
    assert found.blocks
    assert found.sentence == "The subscription cannot have key vaults in the region moonbase1."
    missing = one(choosing(NEW, azure={"location": ""}), "V04")
    assert missing.sentence == "A new resource group and vault need a region."


@pytest.mark.parametrize("id_", ["V02", "V04"])
def test_name_and_region_matter_only_where_a_vault_may_have_to_be_made(id_: str) -> None:
    assert verdict(having(NEW, vault=SECRETIVE), id_) is Verdict.NOT_KNOWN
    assert verdict(having(USED, vault=SECRETIVE), id_) is Verdict.NOT_NEEDED


@pytest.mark.parametrize(
    ("change", "id_", "words", "remedy", "fix"),
    [
        ({"tenant_id": OTHER_TENANT}, "V05", "another directory", "Sign in to the vault's directory", Fix.NONE),
        ({"soft_delete": False}, "V06", "Soft delete is off", "Turn soft delete on", Fix.PROGRAM),
        ({"purge_protection": False}, "V07", "Purge protection is off", "It is one way", Fix.PROGRAM),
        ({"rbac": False}, "V08", "uses access policies", "Switching this one over would cut off", Fix.GUIDED),
        ({"sku": "dedicated"}, "V10", "tier dedicated", "Choose another vault", Fix.NONE),
    ],
)
def test_a_vault_that_adobe_cannot_use(change: dict[str, Any], id_: str, words: str, remedy: str, fix: Fix) -> None:
    survey = vault_having(**change)
    assert blocking(survey) == [id_]
    found = one(survey, id_)
    assert words in found.sentence
    assert remedy in found.remedy
    assert (found.fix, found.about) == (fix, VAULT.id)
    assert found.who == (VAULT_ADMINISTRATOR if id_ in ("V06", "V07", "V08") else YOU)
    assert verdict(GOOD, id_) is Verdict.MET


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        (("a",), "1 access policy of the vault kv-adobe would lose its effect"),
        (("a", "b", "c"), "3 access policies of the vault kv-adobe would lose their effect"),
    ],
)
def test_v09_says_how_many_would_be_cut_off(holders: tuple[str, ...], words: str) -> None:
    found = one(vault_having(rbac=False, access_policies=holders), "V09")
    assert words in found.sentence
    assert found.remedy.startswith("Leave this vault as it is")
    assert (found.severity, found.who) == (Severity.WARNING, VAULT_ADMINISTRATOR)
    assert verdict(vault_having(rbac=False), "V09") is Verdict.MET
    assert verdict(vault_having(access_policies=holders), "V09") is Verdict.NOT_NEEDED


def test_v11_a_read_only_lock_blocks_where_something_has_to_be_changed() -> None:
    lock = Lock("hands-off", "ReadOnly", GROUP, "Ask the platform team")
    survey = having(assignments=(), locks=(lock,))
    assert blocking(survey) == ["V11"]
    found = one(survey, "V11")
    assert found.sentence.startswith("The lock hands-off (ReadOnly) on the resource group rg-cmk refuses every change")
    assert "Its note says: “Ask the platform team”." in found.sentence
    assert (found.who, found.about, found.fix) == (SUBSCRIPTION_OWNER, GROUP, Fix.GUIDED)
    idle = one(having(locks=(lock,)), "V11")
    assert (idle.verdict, idle.severity) == (Verdict.NOT_MET, Severity.NOTE)


def test_v11_a_lock_against_deletion_is_advised_and_stops_a_revocation() -> None:
    found = one(GOOD, "V11")
    assert found.verdict is Verdict.MET
    assert "taking Adobe's access away needs it lifted first" in found.sentence
    assert one(NEW, "V11").verdict is Verdict.NOT_NEEDED, "nothing is there to be protected"
    assert one(USED, "V11").verdict is Verdict.NOT_KNOWN
    none = one(having(locks=()), "V11")
    assert (none.verdict, none.severity) == (Verdict.NOT_MET, Severity.NOTE)
    assert "CanNotDelete" in none.remedy
    two = (Lock("a", "ReadOnly", SUBSCRIPTION), Lock("b", "ReadOnly", VAULT.id))
    assert [each.about for each in all_of(having(locks=two), "V11")] == [SUBSCRIPTION, VAULT.id]


def test_v11_a_lock_does_not_reach_the_roles_that_a_managed_hsm_keeps_itself() -> None:
    hsm = replace(choosing(GOOD, vault={"kind": "managed-hsm"}), vault=replace(VAULT, managed_hsm=True))
    found, none = one(hsm, "V11"), one(replace(hsm, locks=()), "V11")
    assert found.sentence.endswith("protects the Managed HSM from deletion.")
    assert none.remedy == "Add a lock of the level CanNotDelete to the Managed HSM once the set-up is done."


def test_v12_names_the_policies_and_what_they_refuse() -> None:
    denials = (
        Denial("Data stays in North Europe", "/a/1", "vault", "location is westeurope"),
        Denial("Keys end", "/a/2", "key"),
    )
    found = all_of(having(NEW, denials=denials), "V12")
    assert [each.about for each in found] == ["/a/1", "/a/2"]
    assert found[0].sentence == (
        "The Azure Policy “Data stays in North Europe” would refuse the vault. It says: location is westeurope."
    )
    assert "exemption from “Keys end”" in found[1].remedy
    assert {(each.who, each.severity, each.fix) for each in found} == {(POLICY_OWNER, Severity.WARNING, Fix.OTHERS)}


def test_v13_and_v14_a_vault_of_its_own_with_an_audit_log() -> None:
    shared = one(having(key_names=("cmk", "payroll", "CMK")), "V13")
    assert shared.sentence == "The vault kv-adobe also holds the key payroll."
    assert one(having(key_names=("cmk", *"abcdefgh")), "V13").sentence == (
        "The vault kv-adobe also holds 8 other keys: a, b, c, d and 4 more."
    )
    for settings in ((), (DiagnosticSetting("metrics", audit=False, destination="/x/y"),)):
        silent = one(having(diagnostics=settings), "V14")
        assert silent.sentence == "The audit events of the vault kv-adobe are not kept anywhere."
        assert silent.fix is Fix.PROGRAM
    assert {shared.severity, silent.severity} == {Severity.WARNING}
    assert verdict(NEW, "V14") is Verdict.NOT_NEEDED


def test_v16_a_vault_that_is_missing() -> None:
    survey = having(USED, deleted_vault=None)
    assert blocking(survey) == ["V16"]
    found = one(survey, "V16")
    assert found.sentence == (
        "There is no vault kv-adobe in the resource group rg-cmk, or this account cannot see it."
    )  # fmt: skip
    assert "let this program create the vault" in found.remedy
    hsm = choosing(survey, vault={"kind": "managed-hsm"})
    assert "There is no Managed HSM kv-adobe" in one(hsm, "V16").sentence
    assert "create" not in one(hsm, "V16").remedy


def test_v17_a_vault_that_exists_otherwise_than_chosen() -> None:
    found = one(vault_having(sku="standard", retention_days=30), "V17")
    assert found.sentence == (
        "The vault kv-adobe exists already, with tier standard instead of premium "
        "and 30 days of retention instead of 90."
    )
    assert not found.blocks
    assert verdict(choosing(vault_having(sku="standard"), vault={"create": False}), "V17") is Verdict.NOT_NEEDED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, {"W01": "met", "W02": "met", "W03": "met"}),
        ({"default_action": "Allow", "bypass": "None", "ip_rules": ()}, {"W01": "met", "W02": "met", "W03": "met"}),
        ({"bypass": "None"}, {"W01": "met", "W02": "blocker", "W03": "met"}),
        ({"ip_rules": ("20.88.123.5", "20.88.124.0/24")}, {"W01": "met", "W02": "met", "W03": "warning"}),
        ({"ip_rules": ("20.88.0.0/16",)}, {"W01": "met", "W02": "met", "W03": "met"}),
        ({"ip_rules": ("20.88.123.53",)}, {"W01": "met", "W02": "met", "W03": "met"}),
        ({"public_access": False}, {"W01": "warning", "W02": "met", "W03": "not needed"}),
        ({"public_access": False, "bypass": "None"}, {"W01": "warning", "W02": "blocker", "W03": "not needed"}),
    ],
)
def test_w01_to_w03_whether_adobe_gets_in(change: dict[str, Any], said: dict[str, str]) -> None:
    found = judge(vault_having(**change), said)
    assert {
        each.id: each.severity.value if each.verdict is Verdict.NOT_MET else each.verdict.value for each in found
    } == said
    for each in found:
        if each.verdict is Verdict.NOT_MET:
            assert each.who == VAULT_ADMINISTRATOR
            assert each.fix is (Fix.GUIDED if each.id == "W01" else Fix.PROGRAM)


def test_w04_tells_you_are_blocked_from_adobe_is_blocked() -> None:
    survey = having(data_access=DataAccess("ForbiddenByFirewall", "203.0.113.7"))
    assert blocking(survey) == []
    found = one(survey, "W04")
    assert "keeps this computer out (its address is 203.0.113.7). Nothing depends on it" in found.sentence
    assert "It says nothing of Adobe" in found.sentence
    assert found.remedy.startswith("Add 203.0.113.7 on the vault's networking page, if a key has to be changed")
    assert found.severity is Severity.WARNING
    assert {verdict(survey, id_) for id_ in ("W02", "W03")} == {Verdict.MET}
    private = one(having(data_access=DataAccess("ForbiddenByConnection")), "W04")
    assert "private endpoint" in private.remedy
    assert verdict(having(data_access=DataAccess("ForbiddenByRbac")), "W04") is Verdict.MET
    assert verdict(having(data_access=DataAccess("SomethingNew")), "W04") is Verdict.NOT_KNOWN


@pytest.mark.parametrize("rule", ["10.0.0.0/8", "192.168.1.7", "172.16.0.0/12", "127.0.0.1", "fe80::/10", "nonsense"])
def test_w05_a_rule_that_is_no_public_address(rule: str) -> None:
    found = one(vault_having(ip_rules=("20.88.123.53", rule)), "W05")
    assert found.blocks
    assert found.sentence.endswith(f"names what is no public address: {rule}.")
    assert verdict(vault_having(default_action="Allow", ip_rules=(rule,)), "W05") is Verdict.NOT_NEEDED


def test_w05_too_many_rules() -> None:
    rules = tuple(f"20.88.{n // 250}.{n % 250}" for n in range(1001))
    assert "1001 address rules" in one(vault_having(ip_rules=rules), "W05").sentence
    assert verdict(vault_having(ip_rules=rules[:1000]), "W05") is Verdict.MET


@pytest.mark.parametrize(
    ("change", "expected", "words"),
    [
        ({"private_endpoints": (("/x/pe1", "Approved"),)}, Verdict.MET, "are approved"),
        ({"private_endpoints": (("/x/pe1", "Pending"),)}, Verdict.NOT_MET, "pe1 is pending"),
        ({}, Verdict.NOT_NEEDED, "no private endpoints"),
        ({"public_access": False}, Verdict.NOT_MET, "nobody but trusted Microsoft services"),
    ],
)
def test_w06_private_endpoints(change: dict[str, Any], expected: Verdict, words: str) -> None:
    found = one(vault_having(**change), "W06")
    assert (found.verdict, found.severity) == (expected, Severity.NOTE)
    assert words in found.sentence
