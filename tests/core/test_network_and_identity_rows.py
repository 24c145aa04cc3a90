"""The network, the account and its rights: what is said, of what, and who can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cmkwizard.core.built_in_roles import CONTRIBUTOR, OWNER, RBAC_ADMINISTRATOR, READER
from cmkwizard.core.facts import Account, Assignment, Eligibility, ResourceGroup, Subscription
from cmkwizard.core.people import ENTRA_ADMINISTRATOR, NETWORK_ADMINISTRATOR, SUBSCRIPTION_OWNER, YOU
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.requirements.finding import Fix, Severity, Verdict
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, KEY_WRITE, VAULT_WRITE, Rights
from cmkwizard.core.survey import DataAccess, NotKnown, Reach
from tests.core.survey_support import (
    GOOD,
    GROUP,
    NEW,
    NOW,
    OTHER_TENANT,
    OWNERSHIP,
    SECRETIVE,
    SUBSCRIPTION,
    TENANT,
    VAULT,
    all_of,
    choosing,
    computer_having,
    having,
    one,
    vault_having,
    verdict,
)

READS = (Rights(("*/read",)),)
CONDITION = (
    "((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}})) OR "
    "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{}}}))"
)
MINE = Account("ada@contoso.com", TENANT, "me", "me.home", tenant_name="Contoso")


def reaches(*found: Reach) -> Any:
    return computer_having(reaches=(Reach("Microsoft Graph", "graph.microsoft.com"), *found))


def test_n01_names_each_host_that_cannot_be_reached() -> None:
    survey = reaches(
        Reach("Adobe sign-in", "ims-na1.adobelogin.com", problem="The name is not known."),
        Reach("Azure Resource Manager", "management.azure.com", problem="No answer came."),
    )
    found = all_of(survey, "N01")
    assert [finding.about for finding in found] == ["ims-na1.adobelogin.com", "management.azure.com"]
    assert found[0].sentence == (
        "Adobe sign-in (ims-na1.adobelogin.com) could not be reached. The name is not known."
    )  # fmt: skip
    said = "Adobe sign-in could not be reached. Nothing was changed."
    (plain,) = all_of(reaches(Reach("Adobe sign-in", "ims", problem=said)), "N01")
    assert plain.sentence == "Adobe sign-in (ims) could not be reached. Nothing was changed.", "it is said once"
    assert "https to ims-na1.adobelogin.com allowed" in found[0].remedy
    assert all(finding.blocks and finding.who == NETWORK_ADMINISTRATOR for finding in found)
    assert verdict(reaches(), "N01") is Verdict.MET


def test_n02_tells_an_untrusted_certificate_from_a_host_that_is_away() -> None:
    survey = reaches(Reach("Adobe sign-in", "ims", problem="Not trusted.", untrusted=True, issuer="Contoso Proxy CA"))
    found = one(survey, "N02")
    assert found.blocks
    assert "issued by Contoso Proxy CA" in found.sentence
    assert "cannot be turned off" in found.remedy
    assert verdict(survey, "N01") is Verdict.MET
    assert verdict(reaches(), "N02") is Verdict.MET
    away = computer_having(reaches=(Reach("Adobe sign-in", "ims", problem="No answer."),))
    assert verdict(away, "N02") is Verdict.NOT_KNOWN


@pytest.mark.parametrize(("skew", "words"), [(299.0, ""), (-300.0, "5 minutes ahead of"), (900.0, "15 minutes behind")])
def test_n03_says_which_way_the_clock_is_wrong(skew: float, words: str) -> None:
    found = one(computer_having(clock_skew_s=skew), "N03")
    assert (found.verdict is Verdict.MET) is not bool(words)
    assert words in found.sentence
    assert not found.blocks


def test_n04_and_n05_show_a_way_to_go_on() -> None:
    keyring = one(computer_having(keyring_problem="No keyring is installed."), "N04")
    assert keyring.sentence == "Secrets cannot be kept on this computer. No keyring is installed."
    assert "never in a plain file" in keyring.remedy
    both = all_of(computer_having(sign_in_port=False, browser=False), "N05")
    assert ["device code" in both[0].remedy, "Copy the address" in both[1].remedy] == [True, True]
    assert verdict(computer_having(sign_in_port=SECRETIVE, browser=False), "N05") is Verdict.NOT_MET
    assert {each.severity for each in (keyring, *both)} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("version", "at", "blocks", "verdict_"),
    [
        ("2026-02-01", NOW, False, Verdict.MET),
        ("2026-05-15-preview", NOW, False, Verdict.MET),
        ("2025-05-01", NOW, False, Verdict.NOT_MET),
        ("2025-05-01", datetime(2027, 2, 27, tzinfo=UTC), True, Verdict.NOT_MET),
        ("", NOW, False, Verdict.NOT_KNOWN),
    ],
)
def test_n06_names_the_day_on_which_old_interfaces_end(
    version: str, at: datetime, blocks: bool, verdict_: Verdict
) -> None:
    found = one(replace(computer_having(key_vault_api=version), at=at), "N06")
    assert (found.verdict, found.blocks) == (verdict_, blocks)
    assert not version or "2027-02-27" in found.sentence


def test_i01_the_wrong_directory() -> None:
    survey = having(choosing(azure={"tenant": OTHER_TENANT}), account=MINE)
    found = one(survey, "I01")
    assert found.blocks
    assert found.sentence == f"You are signed in to the directory Contoso, and chose {OTHER_TENANT}."
    assert (found.who, found.fix) == (YOU, Fix.GUIDED)
    assert verdict(choosing(azure={"tenant": TENANT.upper()}), "I01") is Verdict.MET
    assert verdict(choosing(azure={"tenant": ""}), "I01") is Verdict.NOT_NEEDED
    assert verdict(choosing(azure={"tenant": "Contoso"}), "I01") is Verdict.NOT_KNOWN


def test_i01_a_subscription_of_another_directory() -> None:
    found = one(having(subscription=Subscription("s", "Theirs", "Enabled", OTHER_TENANT)), "I01")
    assert found.blocks
    assert "The subscription Theirs belongs to another directory" in found.sentence


@pytest.mark.parametrize(
    ("code", "verdict_"),
    [("InvalidAuthenticationTokenTenant", Verdict.NOT_MET), ("SubscriptionNotFound", Verdict.MET)],
)
def test_i01_a_subscription_that_only_another_directory_may_read(code: str, verdict_: Verdict) -> None:
    refused = Problem(Kind.SIGN_IN, "Refused.", reference=Reference("Azure Resource Manager", code))
    found = one(having(subscription=NotKnown("It could not be read.", refused)), "I01")
    assert found.verdict is verdict_
    assert ("belongs to another directory" in found.sentence) is (verdict_ is Verdict.NOT_MET)


@pytest.mark.parametrize(
    ("account", "words"),
    [(replace(MINE, guest=True), "a guest"), (replace(MINE, personal=True), "a personal Microsoft account")],
)
def test_i02_guests_and_personal_accounts(account: Account, words: str) -> None:
    found = one(having(account=account), "I02")
    assert found.sentence.startswith(f"ada@contoso.com is {words}")
    assert (found.severity, found.verdict) == (Severity.WARNING, Verdict.NOT_MET)


@pytest.mark.parametrize(("state", "blocks"), [("Enabled", False), ("PastDue", False), ("Disabled", True)])
def test_i03_a_subscription_that_is_not_enabled(state: str, blocks: bool) -> None:
    found = one(having(subscription=Subscription("s", "Old", state, TENANT)), "I03")
    assert found.blocks is blocks
    if blocks:
        assert found.sentence == "The subscription Old is Disabled: nothing can be created in it."
        assert found.who == SUBSCRIPTION_OWNER


def test_i04_registration_is_a_note_where_the_account_may_do_it() -> None:
    may = one(having(NEW, provider=False), "I04")
    assert (may.severity, may.verdict, may.fix, may.who) == (Severity.NOTE, Verdict.NOT_MET, Fix.PROGRAM, YOU)
    may_not = one(having(NEW, provider=False, rights=READS), "I04")
    assert may_not.blocks
    assert may_not.who == SUBSCRIPTION_OWNER
    assert "Contributor on the subscription" in may_not.remedy
    unread = one(having(NEW, provider=False, rights=SECRETIVE), "I04")
    assert (unread.severity, unread.blocks) == (Severity.WARNING, False)
    assert SECRETIVE.why in unread.sentence


def test_i05_names_each_thing_that_the_account_may_not_make() -> None:
    found = all_of(having(NEW, rights=READS, eligible=()), "I05")
    assert [finding.sentence for finding in found] == [
        "Your account may not create the resource group (the subscription).",
        "Your account may not create the vault (the subscription).",
        "Your account may not create the key (the subscription).",
    ]
    assert found[1].remedy == "Ask for the role Key Vault Contributor or Contributor on the subscription."
    assert all(finding.blocks and finding.who == SUBSCRIPTION_OWNER for finding in found)
    assert found[0].fix is Fix.OTHERS


def test_i05_asks_for_no_right_beyond_what_is_still_to_be_made() -> None:
    key_only = having(key=None, deleted_key=False, rights=(Rights((KEY_WRITE,)),))
    assert one(key_only, "I05").sentence == "Your account may create the key."
    assert verdict(having(rights=()), "I05") is Verdict.NOT_NEEDED
    group_there = having(NEW, group=ResourceGroup("rg", "westeurope"), rights=(Rights((VAULT_WRITE, KEY_WRITE)),))
    assert verdict(group_there, "I05") is Verdict.MET
    hsm = choosing(key_only, vault={"kind": "managed-hsm", "create": False})
    assert one(having(hsm, vault=replace(VAULT, managed_hsm=True)), "I05").blocks, "keys of an HSM take another right"


def test_i05_and_i06_say_not_known_where_it_is_not_known_whether_a_right_is_needed() -> None:
    found = one(having(key=SECRETIVE, rights=READS), "I05")
    assert found.verdict is Verdict.NOT_KNOWN
    assert "whether it has to is not known" in found.sentence
    assert one(having(app=SECRETIVE, rights=READS), "I06").verdict is Verdict.NOT_KNOWN


def test_i06_the_right_to_give_roles() -> None:
    survey = having(assignments=(), rights=(Rights(("*",), ("Microsoft.Authorization/*/Write",)),), eligible=())
    found = one(survey, "I06")
    assert found.blocks
    assert found.sentence == "Your account may not give Adobe's app its role on the vault (the vault kv-adobe)."
    assert "User Access Administrator or Owner on the vault kv-adobe" in found.remedy
    assert verdict(having(assignments=()), "I06") is Verdict.MET
    assert verdict(GOOD, "I06") is Verdict.NOT_NEEDED
    assert verdict(having(assignments=(), own_assignments=SECRETIVE), "I06") is Verdict.NOT_KNOWN


def limited(condition: str, *, role: str = RBAC_ADMINISTRATOR) -> Assignment:
    return Assignment("c1", "c1", GROUP, role, "me", condition=condition)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((limited(CONDITION.format(CRYPTO_SERVICE_ENCRYPTION_USER)),), Verdict.MET),
        ((limited(CONDITION.format(READER)),), Verdict.NOT_MET),
        ((limited(CONDITION.format(READER)), OWNERSHIP), Verdict.MET),
        ((limited("as the moon stands"),), Verdict.NOT_KNOWN),
        ((limited(CONDITION.format(READER), role="c0000000-0000-4000-8000-00000000000c"),), Verdict.NOT_MET),
        ((limited(CONDITION.format(READER), role=READER),), Verdict.MET),
        (
            (limited(CONDITION.format(READER)), Assignment("x", "x", GROUP, "c000", "me")),
            Verdict.NOT_KNOWN,
        ),
        ((replace(limited(CONDITION.format(READER)), scope=f"{SUBSCRIPTION}/resourceGroups/other"),), Verdict.MET),
        ((), Verdict.MET),
    ],
    ids=["allowed", "excluded", "another role too", "unclear", "custom", "no such role", "custom too", "away", "none"],
)
def test_i06_reads_the_conditions_on_the_accounts_own_roles(own: tuple[Assignment, ...], expected: Verdict) -> None:
    found = one(having(assignments=(), own_assignments=own, eligible=()), "I06")
    assert found.verdict is expected
    if expected is Verdict.NOT_MET:
        assert found.blocks
        assert (
            f"does not allow the role Key Vault Crypto Service Encryption User ({CRYPTO_SERVICE_ENCRYPTION_USER})"
            in (found.sentence)
        )


ELIGIBLE = Eligibility(OWNER, "Owner", GROUP)


def test_i07_a_role_that_is_eligible_has_to_be_activated_by_the_person() -> None:
    survey = having(assignments=(), rights=READS, eligible=(ELIGIBLE,))
    found = one(survey, "I07")
    assert found.blocks
    assert found.sentence == (
        "Your account holds the role Owner on the resource group rg-cmk as eligible, not active: it would let you give "
        "Adobe's app its role on the vault."
    )
    assert "Privileged Identity Management" in found.remedy
    assert "never activates a role" in found.remedy
    assert (found.who, found.fix) == (YOU, Fix.GUIDED)
    missing = one(survey, "I06")
    assert missing.blocks
    assert missing.remedy.startswith("Activate your eligible role Owner on the resource group rg-cmk")
    assert missing.who == YOU


def test_i07_one_role_for_several_rights_is_named_once() -> None:
    survey = having(NEW, provider=False, rights=READS, eligible=(replace(ELIGIBLE, scope=SUBSCRIPTION),))
    assert len(all_of(survey, "I07")) == 1
    assert "create the resource group, create the vault, create the key" in one(survey, "I07").sentence
    assert one(survey, "I04").remedy.startswith("Activate your eligible role Owner on the subscription")


@pytest.mark.parametrize(
    ("eligible", "expected"),
    [
        ((replace(ELIGIBLE, role=CONTRIBUTOR),), Verdict.NOT_NEEDED),
        ((replace(ELIGIBLE, scope=f"{SUBSCRIPTION}/resourceGroups/other"),), Verdict.NOT_NEEDED),
        ((replace(ELIGIBLE, scope=f"{GROUP}-b"),), Verdict.NOT_NEEDED),
        ((replace(ELIGIBLE, scope="/providers/Microsoft.Management/managementGroups/corp"),), Verdict.NOT_MET),
        ((Eligibility("c0000000-0000-4000-8000-00000000000c", "Our keys", GROUP),), Verdict.NOT_KNOWN),
        ((), Verdict.NOT_NEEDED),
        (NotKnown("Your eligible roles could not be read."), Verdict.NOT_KNOWN),
    ],
    ids=["another right", "another group", "a name alike", "above", "custom", "none", "unread"],
)
def test_i07_only_what_is_known_to_help_is_said_to_help(eligible: Any, expected: Verdict) -> None:
    survey = having(assignments=(), rights=READS, eligible=eligible)
    assert one(survey, "I07").verdict is expected
    assert one(survey, "I06").blocks


def test_i07_is_met_while_nothing_is_missing() -> None:
    assert verdict(NEW, "I07") is Verdict.MET
    assert verdict(having(assignments=()), "I07") is Verdict.MET
    assert verdict(GOOD, "I07") is Verdict.NOT_NEEDED


def test_i08_somebody_has_to_accept_the_app() -> None:
    found = one(having(NEW, directory_roles=("88d8e3e3-8f55-4a1e-953a-9b9898b8876b",)), "I08")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.WARNING)
    assert found.who == ENTRA_ADMINISTRATOR
    assert "send the consent address to an administrator" in found.remedy
    assert one(NEW, "I08").sentence == "Your account is Cloud Application Administrator, which may accept apps."
    assert verdict(having(directory_roles=()), "I08") is Verdict.NOT_NEEDED


def test_i09_a_group_that_is_being_deleted() -> None:
    found = one(having(group=ResourceGroup("rg-cmk", "westeurope", "Deleting")), "I09")
    assert found.blocks
    assert found.sentence == "The resource group rg-cmk is being deleted."
    assert verdict(GOOD, "I09") is Verdict.MET


def test_i10_whoever_makes_a_vault_has_no_right_to_its_keys() -> None:
    refused = DataAccess("ForbiddenByRbac")
    found = one(having(data_access=refused), "I10")
    assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.PROGRAM)
    assert "The set-up needs none." in found.sentence
    assert "Key Vault Crypto Officer" in found.remedy
    policies = one(having(vault_having(rbac=False), data_access=refused), "I10")
    assert (policies.fix, policies.remedy.startswith("Have a policy added")) == (Fix.OTHERS, True)
    hsm = one(having(vault_having(managed_hsm=True), data_access=refused), "I10")
    assert (hsm.fix, "Managed HSM Crypto Officer" in hsm.remedy) == (Fix.OTHERS, True)
    reader = one(having(data_access=refused, rights=READS), "I10")
    assert (reader.fix, reader.who) == (Fix.OTHERS, SUBSCRIPTION_OWNER), "who may not give roles has to ask"
    assert reader.remedy.startswith("Have the role Key Vault Crypto Officer on the vault given to you")
    assert one(having(data_access=DataAccess("ForbiddenByFirewall")), "I10").verdict is Verdict.NOT_KNOWN
    assert one(having(data_access=DataAccess("SomethingNew")), "I10").verdict is Verdict.NOT_KNOWN
    assert verdict(GOOD, "I10") is Verdict.MET
