"""How to put a finding right by hand: every requirement has its way, with the real names in it, or says why not."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Account, App, Assignment, DeletedVault, Key, Registration, Vault
from cmkwizard.core.least_rights import role_for
from cmkwizard.core.people import YOU
from cmkwizard.core.requirements.finding import Finding, Fix, Requirement, Severity, Verdict
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.core.survey import Computer, DataAccess, Reach, Survey
from cmkwizard.journeys.check import check
from cmkwizard.journeys.guides.guide import GUIDES, Guide, guide, request_text
from tests.journeys.fix_support import EXISTING_ANSWERS, opened
from tests.journeys.setup_support import Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
TENANT, SUBSCRIPTION = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
OWN, APPLICATION = "a11ce000-3f5b-4d0e-9c8a-5b1d7e2f3a01", "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
APP = "acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08"
HOSTILE = "kv'; rm -rf ~ #\"$(id)`id` {0} {vault}"
HOSTS = {
    *("portal.azure.com", "entra.microsoft.com", "developer.adobe.com", "adminconsole.adobe.com"),
    *("experience.adobe.com", "experienceleague.adobe.com", "login.microsoftonline.com"),
}
CONSENT = f"https://login.microsoftonline.com/{TENANT}/oauth2/authorize?client_id={APPLICATION}&response_type=code"
REQUIRED = {each.id: each for each in REQUIREMENTS}


def facts(name: str = "kv-contoso", *, hsm: bool = False) -> Survey:
    """A survey in which everything is there."""
    kind = "managedHSMs" if hsm else "vaults"
    vault_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{name}/providers/Microsoft.KeyVault/{kind}/{name}"
    uri = f"https://{'hsm' if hsm else 'kv'}-contoso.vault.azure.net/"
    vault = Vault(
        vault_id, name, f"rg-{name}", "westeurope", TENANT, uri, "premium", "Succeeded", True, True, False, 90, True,
        "Deny", "None", managed_hsm=hsm,
    )  # fmt: skip
    key = Key(vault_id, f"key-{name}", "RSA", 3072, ("encrypt", "wrapKey"), False, f"{uri}keys/key-{name}/{'0a' * 16}")
    choices = Choices(
        azure=AzureChoice(TENANT, SUBSCRIPTION, f"rg-{name}", "westeurope"),
        vault=VaultChoice(name, "managed-hsm" if hsm else "vault", create=False),
        key=KeyChoice(f"key-{name}"),
        adobe=AdobeChoice("4D1F2C3B5A6978877F000101@AdobeOrg", "c0ffee1234567890", "VA7", "experience-platform"),
    )
    return Survey(
        datetime(2026, 11, 24, tzinfo=UTC),
        choices,
        Computer(reaches=(Reach("Azure Key Vault", "kv-contoso.vault.azure.net", "It does not answer."),)),
        account=Account("alice@contoso.example", TENANT, OWN, "home", "Alice Archer"),
        vault=vault,
        key=key,
        deleted_vault=DeletedVault(name, vault_id, "westeurope"),
        registration=Registration(APPLICATION, "acp", CONSENT),
        app=App(APP, APPLICATION, "acp3c5fmultitenantapp", enabled=True),
        assignments=(Assignment("id", "name", vault_id, "role", APP),),
        data_access=DataAccess("ForbiddenByFirewall", "198.51.100.9"),
    )


def finding(requirement: Requirement, about: str = "") -> Finding:
    """What is said where the requirement is not met."""
    return Finding(
        requirement.id,
        requirement.severity,
        "It is not so.",
        "Put it right.",
        requirement.who,
        group=requirement.group,
        required=requirement.required,
        why=requirement.why,
        source=requirement.source,
        fix=requirement.fix,
        about=about,
    )


def test_every_requirement_has_a_way_and_no_way_is_without_one() -> None:
    assert GUIDES.keys() == REQUIRED.keys()


@pytest.mark.parametrize("id_", REQUIRED)
def test_a_way_is_a_place_in_words_with_a_link_and_commands_or_says_why_there_is_none(id_: str) -> None:
    for survey in (facts(), facts(hsm=True)):
        way = guide(finding(REQUIRED[id_]), survey, CONSENT)
        if way.reason:
            assert way == Guide("", "", (), way.reason)
            assert way.reason.endswith(".")
            continue
        assert " > " in way.portal or "Microsoft sign-in" in way.portal
        assert "{" not in way.portal + way.address
        if way.address:
            parts = urlsplit(way.address)
            assert (parts.scheme, parts.hostname in HOSTS) == ("https", True), way.address
            if "/resource" in way.address:
                assert way.address.startswith(
                    f"https://portal.azure.com/#@{TENANT}/resource/subscriptions/{SUBSCRIPTION}"
                )
        for command in way.commands:
            words = shlex.split(command)
            assert words[0] in ("az", "curl", "openssl") or words[0].startswith("WORKSPACE_ID="), command
            assert "{" not in command or "--logs" in words or "--value" in words or "--body" in words


def test_a_link_leads_to_the_networking_page_of_this_very_vault() -> None:
    survey = facts()
    assert isinstance(survey.vault, Vault)
    way = guide(finding(REQUIRED["W02"]), survey)
    assert way.address == f"https://portal.azure.com/#@{TENANT}/resource{survey.vault.id}/networking"
    assert way.portal == (
        "Azure portal > Key vaults > kv-contoso > Settings > Networking > Firewalls and virtual networks > Exception: "
        "tick “Allow trusted Microsoft services to bypass this firewall”, then Apply"
    )
    place = f"--subscription {SUBSCRIPTION} --resource-group rg-kv-contoso --name kv-contoso"
    assert way.commands == (f"az keyvault update {place} --bypass AzureServices",)


@pytest.mark.parametrize("id_", REQUIRED)
def test_a_hostile_name_stays_one_word_of_a_command_and_is_escaped_in_a_link(id_: str) -> None:
    survey = facts(HOSTILE)
    way = guide(finding(REQUIRED[id_]), survey, CONSENT)
    for command in way.commands:
        words = shlex.split(command)
        assert not {"rm", "-rf", "~", "#"} & set(words), command
        assert all(HOSTILE in word for word in words if "rm -rf" in word)
    assert not set(way.address) & set(" \"'`")


IDS_IN_COMMANDS = {
    "I04": (SUBSCRIPTION,),
    "I05": (OWN, "f25e0fa2-a7c8-4377-a976-54943a77a395"),
    "I06": (OWN, "8b54135c-b56d-4d72-a534-26097cfdc8d8"),
    "I10": (OWN, "14b46e9e-c2b7-41b4-b07b-48a6ebf60603"),
    "V03": (SUBSCRIPTION, "rg-kv-contoso", "kv-contoso", "westeurope"),
    "V07": (SUBSCRIPTION, "rg-kv-contoso", "kv-contoso", "--enable-purge-protection"),
    "W03": ("kv-contoso", "20.88.123.53/32"),
    "W04": ("kv-contoso", "198.51.100.9/32"),
    "K04": ("kv-contoso", "key-kv-contoso", "0a" * 16, "--enabled"),
    "K05": ("key-kv-contoso", "2026-11-23T00:00Z"),
    "K07": ("--ops", "encrypt", "wrapKey", "unwrapKey"),
    "K10": ("kv-contoso", "key-kv-contoso", "recover"),
    "P05": (APP, "e147488a-f6f5-4113-8e2d-b22465e65bf6", "ServicePrincipal"),
    "P06": (APP,),
}


@pytest.mark.parametrize("id_", IDS_IN_COMMANDS)
def test_a_command_has_the_real_names_and_ids(id_: str) -> None:
    words = [word for command in guide(finding(REQUIRED[id_]), facts()).commands for word in shlex.split(command)]
    assert [each for each in IDS_IN_COMMANDS[id_] if each not in words] == []


def test_a_managed_hsm_is_named_as_one() -> None:
    survey = facts("hsm-contoso", hsm=True)
    role = guide(finding(REQUIRED["P09"]), survey).commands[0]
    assert shlex.split(role)[:7] == ["az", "keyvault", "role", "assignment", "create", "--hsm-name", "hsm-contoso"]
    assert "33413926-3206-4cdd-b39a-83574fe37a17" in role
    assert "--hsm-name hsm-contoso" in guide(finding(REQUIRED["K04"]), survey).commands[0]
    assert "Azure portal > Managed HSMs > hsm-contoso" in guide(finding(REQUIRED["H01"]), survey).portal


def test_a_key_that_adobe_uses_is_not_to_be_made_again() -> None:
    survey = facts()
    lost = replace(finding(REQUIRED["K01"]), fix=Fix.OTHERS)
    assert "list-deleted" in guide(lost, survey).commands[0]
    assert "az rest --method put" in guide(finding(REQUIRED["K01"]), survey).commands[0]


def test_a_disabled_app_is_enabled_and_an_absent_one_accepted() -> None:
    survey = facts()
    assert isinstance(survey.app, App)
    off = replace(survey, app=replace(survey.app, enabled=False))
    assert guide(finding(REQUIRED["P01"]), off, CONSENT).commands == (
        f"az ad sp update --id {APPLICATION} --set accountEnabled=true",
    )
    assert guide(finding(REQUIRED["P01"]), replace(survey, app=None), CONSENT).address == CONSENT
    assert "AppAppsPreview" in guide(finding(REQUIRED["P01"]), replace(survey, app=None)).address


def test_rights_that_are_eligible_are_activated_in_the_portal() -> None:
    way = guide(finding(REQUIRED["I07"]), facts())
    assert way.address == "https://portal.azure.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/azurerbac"


@pytest.mark.parametrize("id_", REQUIRED)
def test_a_request_says_what_why_where_and_the_least_role(id_: str) -> None:
    survey = facts()
    asked = finding(REQUIRED[id_])
    text = request_text(asked, survey, CONSENT)
    way, right = guide(asked, survey, CONSENT), role_for(id_)
    assert text.startswith("Subject: Customer-managed keys for Adobe Experience Platform: ")
    assert f"What was found ({id_}): It is not so." in text
    assert f"Why: {asked.why}" in text
    assert "Check again" in text
    if right is not None:
        assert f"The least role for it: {right.role}" in text
    for line in (way.portal, way.address, *way.commands):
        assert line in text
    if id_.startswith("D"):
        assert "4D1F2C3B5A6978877F000101@AdobeOrg" in text
    else:
        assert all(each in text for each in (TENANT, SUBSCRIPTION, OWN))
    assert text.rstrip().endswith("Alice Archer")


def test_a_request_speaks_to_the_one_who_is_asked() -> None:
    asked = replace(
        finding(REQUIRED["I05"]),
        sentence="Your account may not create the vault (the resource group rg-cmk).",
        remedy="Ask for the role Key Vault Contributor or Contributor on the resource group rg-cmk.",
    )
    assert request_text(asked, facts()).split("\n\n")[3] == (
        "What was found (I05): My account may not create the vault (the resource group rg-cmk).\n"
        "What is needed: Give my account the role Key Vault Contributor or Contributor on the resource group rg-cmk."
    )
    assert "What is needed: Accept Adobe's app for the organisation" in request_text(finding(REQUIRED["I08"]), facts())
    assert "What is needed: Make an exemption" in request_text(finding(REQUIRED["V12"]), facts())


def test_a_request_for_consent_holds_the_address_that_was_checked() -> None:
    text = request_text(finding(REQUIRED["I08"]), facts(), CONSENT)
    assert CONSENT in text
    assert "Cloud Application Administrator (158c047a-c907-4556-b7ef-446551a6b5f7)" in text


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("you, with an Adobe product administrator", "an Adobe product administrator"),
        ("you, or whoever keeps your organisation's policy file", "whoever keeps your organisation's policy file"),
    ],
)
def test_a_request_is_for_the_others(who: str, asked: str) -> None:
    text = request_text(replace(finding(REQUIRED["D03"]), who=who), facts())
    assert f"You are asked as {asked}." in text


def test_a_request_reads_as_one_letter() -> None:
    vault = facts().vault
    assert isinstance(vault, Vault)
    asked = replace(finding(REQUIRED["V07"], vault.id), sentence="Purge protection is off for the vault kv-contoso.")
    hello = (
        "we are setting up our own key for Adobe Experience Platform, and something is in the way that I cannot put "
        "right myself. You are asked as a vault administrator."
    )
    assert request_text(asked, facts()).split("\n\n")[1:4] == [
        "Hello,",
        hello,
        "What was found (V07): Purge protection is off for the vault kv-contoso.\nWhat is needed: Put it right.",
    ]


SCENARIOS = (
    "happy",
    "no-rights",
    "weak-vault",
    "firewalled",
    "locked",
    "policy-denies",
    "soft-deleted-name",
    "role-removed",
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_that_a_check_finds_has_a_way_and_a_request_without_a_secret(rehearse: Rehearse, scenario: str) -> None:
    rehearsal = rehearse(scenario)
    secret = rehearsal.cloud.ready["adobe"]["client_secret"]
    with opened(rehearsal, answers() if scenario in ("happy", "no-rights") else EXISTING_ANSWERS) as run:
        report = check(run)
        for each in report.findings:
            way = guide(each, report.survey)
            assert way.portal or way.reason
            assert all(shlex.split(command) for command in way.commands)
            text = request_text(each, report.survey)
            assert secret not in text + json.dumps(way.commands)
            if each.verdict is Verdict.NOT_MET and each.severity is Severity.BLOCKER:
                assert each.sentence.replace("Your account", "My account") in text
            if each.verdict is Verdict.NOT_MET and each.who != YOU:
                assert "Ask for" not in text
                assert "our account" not in text, "whoever is asked has another account"
