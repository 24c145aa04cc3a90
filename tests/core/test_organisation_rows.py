"""The rules of the organisation's policy: each broken one blocks, and names the rule, its file and who keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Account, Configuration, DiagnosticSetting, Key, Lock, RotationPolicy, Vault
from cmkwizard.core.people import ORGANISATION, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.policy import OrganisationPolicy
from cmkwizard.core.requirements.finding import Finding, Group, Severity, Verdict, finding
from cmkwizard.core.requirements.organisation import ROWS, rules_in_words
from cmkwizard.core.roles import Rights
from cmkwizard.core.survey import NotKnown, Survey

FILE = "/etc/xdg/cmkwizard/policy.toml"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TENANT, OTHER = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a02"
WORKSPACE = f"/subscriptions/{OTHER}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/audit"
NEW = Choices(
    azure=AzureChoice(tenant=TENANT, resource_group="rg-cmk", location="westeurope"),
    vault=VaultChoice(name="kv-contoso"),
    key=KeyChoice(name="experience"),
    adobe=AdobeChoice(configuration="aep"),
)
EXISTING = msgspec.structs.replace(NEW, vault=VaultChoice(name="kv-contoso", create=False))
VAULT = Vault(
    id="/subscriptions/s/resourceGroups/rg-cmk/providers/Microsoft.KeyVault/vaults/kv-contoso",
    name="kv-contoso",
    group="rg-cmk",
    location="westeurope",
    tenant_id=TENANT,
    uri="https://kv-contoso.vault.azure.net/",
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
KEY = Key(VAULT.id, "experience", "RSA", 3072, ("wrapKey", "unwrapKey"), True, f"{VAULT.uri}keys/experience/1")
ACCOUNT = Account("ada@contoso.example", TENANT, "object", "home")
CONFIGURATION = Configuration("aep", "COMPLETED", "organisation", VAULT.uri, "experience")
IDS = [row.id for row in ROWS]


def policy(**tables: Any) -> OrganisationPolicy:
    return msgspec.convert({"file": FILE, **tables}, OrganisationPolicy)


def planned(rules: OrganisationPolicy, choices: Choices = NEW) -> Survey:
    """Before anything is made."""
    return Survey(NOW, choices, account=ACCOUNT, policy=rules, vault=None, key=None, configuration=None)


def standing(rules: OrganisationPolicy, **facts: Any) -> Survey:
    """With a vault and a key that are there."""
    known = {"account": ACCOUNT, "vault": VAULT, "key": KEY, "diagnostics": (), "locks": (), "rotation": None}
    return Survey(NOW, EXISTING, policy=rules, **{**known, "configuration": CONFIGURATION, **facts})


def judged(survey: Survey) -> dict[str, Finding]:
    found = {}
    for row in ROWS:
        answer = row.check(survey)
        assert not isinstance(answer, tuple)
        found[row.id] = finding(row, answer)
    return found


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "O01": ({"allowed": {"tenants": [OTHER]}}, f"The directory is {TENANT}.", "allowed.tenants"),
    "O02": ({"allowed": {"locations": ["northeurope"]}}, "in westeurope.", "allowed.locations"),
    "O03": ({"allowed": {"kinds": ["managed-hsm"]}}, "of the kind “vault”.", "allowed.kinds"),
    "O04": ({"allowed": {"tiers": ["standard"]}}, "of the tier “premium”.", "allowed.tiers"),
    "O05": ({"names": {"vault": "kv-[0-9]+"}}, "The name of the vault is kv-contoso.", "names.vault"),
    "O06": ({"names": {"key": "cmk-.*"}}, "The name of the key is experience.", "names.key"),
    "O07": ({"names": {"resource_group": "RG-.*"}}, "The name of the resource group is rg-cmk.", "resource_group"),
    "O08": ({"names": {"configuration": "x"}}, "The name of the configuration is aep.", "names.configuration"),
    "O10": ({"required": {"key_size": 4096}}, "3072 bits.", "required.key_size"),
    "O11": ({"required": {"hsm": True}}, "of the type RSA.", "required.hsm"),
    "O12": ({"required": {"restricted_network": True}}, "open to all networks.", "required.restricted_network"),
}  # fmt: skip
BROKEN_NEW = BROKEN | {
    "O13": ({"required": {"retention_days": 90}}, "for 30 days.", "required.retention_days"),
}
BROKEN_STANDING = BROKEN | {
    "O09": ({"tags": {"owner": "security"}}, "lacks the tags owner=security.", "tags"),
    "O14": ({"required": {"rotation_days": 365}}, "The key experience is not rotated by itself.", "rotation_days"),
    "O15": ({"required": {"audit_log": WORKSPACE}}, "do not go there.", "required.audit_log"),
    "O16": ({"required": {"lock": True}}, "No lock protects the vault kv-contoso.", "required.lock"),
}


def the_broken_one(survey: Survey, id_: str) -> Finding:
    found = judged(survey)
    assert [each.id for each in found.values() if each.verdict is Verdict.NOT_MET] == [id_]
    return found[id_]


@pytest.mark.parametrize("id_", BROKEN_NEW)
def test_a_choice_against_a_rule_blocks_and_names_rule_and_file(id_: str) -> None:
    rules, sentence, key = BROKEN_NEW[id_]
    choices = msgspec.structs.replace(NEW, vault=VaultChoice(name="kv-contoso", retention_days=30))
    broken = the_broken_one(planned(policy(**rules), choices), id_)
    assert broken.blocks
    assert broken.who == (VAULT_ADMINISTRATOR if id_ in ("O09", "O14", "O15") else f"{YOU}, or {ORGANISATION}")
    assert broken.group is Group.ORGANISATION
    assert sentence in broken.sentence
    assert f"{key} in {FILE})." in broken.sentence
    assert broken.remedy


@pytest.mark.parametrize("id_", BROKEN_STANDING)
def test_what_is_there_is_judged_as_it_is(id_: str) -> None:
    rules, sentence, key = BROKEN_STANDING[id_]
    broken = the_broken_one(standing(policy(**rules)), id_)
    assert sentence in broken.sentence
    assert f"{key} in {FILE})." in broken.sentence
    # What is put right afterwards, or was asked of new vaults only, does not stop what is there.
    assert broken.blocks is (id_ not in ("O09", "O16"))


def test_each_row_but_the_file_itself_has_a_case_here() -> None:
    assert {*BROKEN_NEW, *BROKEN_STANDING, "O17"} == set(IDS)
    assert sorted(IDS) == IDS


def test_a_rule_that_is_kept_is_met() -> None:
    rules = policy(
        allowed={"tenants": [TENANT.upper()], "locations": ["West Europe"], "kinds": ["vault"], "tiers": ["premium"]},
        names={"vault": "kv-[a-z]+", "key": "exp.*", "resource_group": "rg-.*", "configuration": "aep"},
        tags={"owner": "security"},
        required={"key_size": 3072, "hsm": True, "restricted_network": True, "retention_days": 90}
        | {"rotation_days": 365, "audit_log": WORKSPACE, "lock": True},
    )
    closed = replace(VAULT, default_action="Deny", tags=(("owner", "security"), ("other", "x")))
    there = standing(
        rules,
        vault=closed,
        key=replace(KEY, type="RSA-HSM"),
        diagnostics=(DiagnosticSetting("a", True, WORKSPACE.upper()),),
        locks=(Lock("l", "CanNotDelete", VAULT.id),),
        rotation=RotationPolicy(True, "P1Y1D"),
    )
    assert the_broken_one(there, "O14").sentence.startswith("The key experience is rotated after 366 days.")
    there = replace(there, rotation=RotationPolicy(True, "P1Y"))
    assert {each.verdict for each in judged(there).values()} == {Verdict.MET}
    made = msgspec.structs.replace(
        NEW, vault=VaultChoice(name="kv-contoso", network="restricted"), key=KeyChoice("experience", "RSA-HSM")
    )
    assert judged(planned(rules, made))["O16"].verdict is Verdict.NOT_KNOWN, "the rights were not read"
    found = judged(replace(planned(rules, made), rights=(Rights(("*",)),)))
    to_do = found.pop("O15")
    assert {each.verdict for each in found.values()} == {Verdict.MET}
    assert (to_do.verdict, to_do.severity) == (Verdict.NOT_MET, Severity.WARNING)
    assert WORKSPACE in to_do.sentence


def test_without_a_rule_or_a_file_nothing_is_needed() -> None:
    for survey in (standing(OrganisationPolicy()), planned(OrganisationPolicy())):
        assert {each.verdict for each in judged(survey).values()} == {Verdict.NOT_NEEDED}
    given = judged(standing(policy()))
    assert given.pop("O17").verdict is Verdict.MET
    assert {each.verdict for each in given.values()} == {Verdict.NOT_NEEDED}
    assert all(FILE in each.sentence for each in given.values())


@pytest.mark.parametrize(
    ("id_", "fact"),
    [
        *((id_, "vault") for id_ in ("O02", "O04", "O09", "O12", "O13")),
        *((id_, "key") for id_ in ("O10", "O11", "O14")),
        *(("O14", "rotation"), ("O15", "diagnostics"), ("O16", "locks")),
    ],
)
def test_what_could_not_be_read_is_not_known_and_never_met(id_: str, fact: str) -> None:
    rules, _, key = (BROKEN_NEW | BROKEN_STANDING)[id_]
    found = judged(standing(policy(**rules), **{fact: NotKnown("Your account may not read it.")}))[id_]
    assert (found.verdict, found.blocks) == (Verdict.NOT_KNOWN, False)
    assert "Your account may not read it." in found.sentence
    assert f"{key} in {FILE})." in found.sentence


def test_a_managed_hsm_has_no_tier() -> None:
    rules = policy(allowed={"tiers": ["premium"]})
    hsm = standing(rules, vault=replace(VAULT, sku="Standard_B1", managed_hsm=True))
    assert judged(hsm)["O04"].verdict is Verdict.MET
    assert the_broken_one(replace(hsm, policy=policy(allowed={"kinds": ["vault"]})), "O03").blocks


def test_before_anybody_signed_in_the_directory_is_not_known() -> None:
    rules = policy(allowed={"tenants": [TENANT]})
    unknown = Survey(NOW, Choices(), policy=rules, account=NotKnown("Nobody is signed in."))
    assert judged(unknown)["O01"].verdict is Verdict.NOT_KNOWN


def test_a_file_that_the_person_can_write_is_a_warning() -> None:
    found = judged(standing(policy(writable="Everybody may write /etc/xdg/cmkwizard.")))["O17"]
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.WARNING)
    assert found.sentence.startswith("Everybody may write /etc/xdg/cmkwizard.")
    assert FILE in found.sentence
    assert found.who == "an administrator of this computer"


def test_an_account_that_may_not_place_the_lock_is_told_before_anything_begins() -> None:
    rules = policy(required={"lock": True})
    found = the_broken_one(replace(planned(rules), rights=(Rights(("Microsoft.KeyVault/*",)),)), "O16")
    assert "your account may not place locks" in found.sentence
    owner = replace(planned(rules), rights=(Rights(("*",)),))
    assert judged(owner)["O16"].verdict is Verdict.MET


def test_the_rules_can_be_told_in_words() -> None:
    rules = policy(allowed={"tiers": ["premium"]}, tags={"owner": "security"}, required={"hsm": True})
    assert rules_in_words(rules, ("O04", "O09", "O12")) == (
        "Your organisation allows the tiers premium.",
        "Your organisation tags vaults with owner=security.",
    )
