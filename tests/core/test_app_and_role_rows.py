"""Adobe's app, its role on the vault or in the Managed HSM, and what keeps access when the role is taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.built_in_roles import CRYPTO_OFFICER, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, READER
from cmkwizard.core.facts import Assignment, DeletedVault, Registration
from cmkwizard.core.people import ADOBE_SUPPORT, ENTRA_ADMINISTRATOR, SUBSCRIPTION_OWNER, VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.requirements.finding import Fix, Severity, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import NOT_READ, Survey
from tests.core.survey_support import (
    APP,
    APPLICATION,
    GOOD,
    GROUP,
    NEW,
    NOW,
    OTHER_TENANT,
    OWNERSHIP,
    ROLE,
    SECRETIVE,
    SUBMITTED,
    SUBSCRIPTION,
    VAULT,
    choosing,
    having,
    one,
    verdict,
)

CUT_OFF = "purge your organisation's data"
NO_APP = having(app=None)
HSM = choosing(
    having(vault=replace(VAULT, managed_hsm=True, sku="Standard_B1"), local_assignments=()),
    vault={"kind": "managed-hsm", "create": False},
)


def local(scope: str = "/keys", **changes: Any) -> Assignment:
    return replace(Assignment("l", "l", scope, HSM_CRYPTO_SERVICE_ENCRYPTION_USER, APP.object_id), **changes)


def blocking(survey: Survey) -> list[str]:
    return [finding.id for finding in judge(survey) if finding.blocks]


def test_p01_an_app_that_is_to_be_accepted_is_a_note() -> None:
    found = one(NO_APP, "P01")
    assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.PROGRAM)
    assert found.remedy.startswith("Go on: the set-up opens Adobe's consent page")
    assert found.who == YOU
    asked = one(having(NO_APP, directory_roles=()), "P01")
    assert asked.who == ENTRA_ADMINISTRATOR
    assert asked.remedy.startswith("Accept the app on Adobe's consent page"), "it goes into a request to them"
    assert one(having(NO_APP, directory_roles=SECRETIVE), "P01").who == ENTRA_ADMINISTRATOR
    assert blocking(NO_APP) == []


def test_p01_a_disabled_app_blocks() -> None:
    survey = having(app=replace(APP, enabled=False))
    assert blocking(survey) == ["P01"]
    found = one(survey, "P01")
    assert found.sentence == "Adobe's app acp-cmk is disabled in your directory."
    assert "Enterprise applications" in found.remedy
    assert (found.who, found.fix) == (ENTRA_ADMINISTRATOR, Fix.GUIDED)
    assert CUT_OFF in one(having(survey, configuration=SUBMITTED), "P01").sentence


def test_p01_an_app_that_was_deleted_after_the_submission_blocks() -> None:
    survey = having(NO_APP, configuration=SUBMITTED)
    assert blocking(survey) == ["P01"]
    found = one(survey, "P01")
    assert CUT_OFF in found.sentence
    assert "kept for 30 days" in found.remedy
    assert found.fix is Fix.GUIDED
    assert ADOBE_SUPPORT in found.who
    assert verdict(survey, "P05") is Verdict.NOT_KNOWN


def test_p02_the_app_has_to_be_the_one_that_adobe_names() -> None:
    found = one(having(registration=Registration(OTHER_TENANT, "acp", "https://x")), "P02")
    assert found.blocks
    assert found.sentence == f"The app acp-cmk has the application id {APPLICATION}; Adobe names {OTHER_TENANT}."
    assert verdict(GOOD, "P02") is Verdict.MET
    assert verdict(NO_APP, "P02") is Verdict.NOT_NEEDED


def test_p03_shows_whose_app_it_is() -> None:
    owned = one(having(app=replace(APP, owner_tenant=OTHER_TENANT)), "P03")
    assert owned.verdict is Verdict.MET
    assert f"(Adobe Inc.). It belongs to the directory {OTHER_TENANT}." in owned.sentence
    found = one(having(app=replace(APP, publisher="")), "P03")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.NOTE)
    assert APPLICATION in found.remedy
    assert verdict(NO_APP, "P03") is Verdict.NOT_KNOWN


def test_p04_a_forged_consent_address_blocks_while_it_would_be_opened() -> None:
    forged = having(NO_APP, consent_problem="The consent address names another host. It was not opened.")
    found = one(forged, "P04")
    assert found.blocks
    assert found.sentence == "The consent address names another host. It was not opened."
    assert ADOBE_SUPPORT in found.who
    assert verdict(NO_APP, "P04") is Verdict.MET
    assert verdict(having(forged, app=APP), "P04") is Verdict.NOT_NEEDED


def test_p05_a_role_that_is_to_be_given_is_a_note() -> None:
    for survey in (having(assignments=()), NO_APP, NEW):
        found = one(survey, "P05")
        assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.PROGRAM)
        assert (found.remedy, found.who) == ("Go on: the set-up gives it.", YOU)
        assert blocking(survey) == []


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        (ROLE, Verdict.MET),
        (replace(ROLE, role=ROLE.role.upper(), scope=VAULT.id.upper()), Verdict.MET),
        (replace(ROLE, scope=GROUP), Verdict.MET),
        (replace(ROLE, scope=f"{VAULT.id}-2"), Verdict.NOT_MET),
        (replace(ROLE, scope=f"{VAULT.id}/keys/cmk"), Verdict.NOT_MET),
        (replace(ROLE, principal_id="somebody"), Verdict.NOT_MET),
        (replace(ROLE, role=CRYPTO_OFFICER), Verdict.NOT_MET),
    ],
)
def test_p05_this_role_of_this_app_at_the_vault_or_above(assignment: Assignment, expected: Verdict) -> None:
    assert verdict(having(assignments=(assignment,)), "P05") is expected


def test_p05_a_role_that_was_removed_after_the_submission_blocks() -> None:
    survey = having(assignments=(), configuration=SUBMITTED)
    assert blocking(survey) == ["P05"]
    found = one(survey, "P05")
    assert CUT_OFF in found.sentence
    assert found.remedy.startswith("Give Adobe's app its role on the vault again, at once")
    assert (found.who, found.fix) == (SUBSCRIPTION_OWNER, Fix.PROGRAM)


def test_p06_names_what_the_app_holds_beyond_its_role() -> None:
    wide = replace(ROLE, id="w", scope=SUBSCRIPTION)
    officer = replace(ROLE, id="k", role=CRYPTO_OFFICER)
    found = one(having(assignments=(ROLE, wide, officer)), "P06")
    assert found.severity is Severity.WARNING
    assert found.sentence == (
        "Adobe's app holds more than its role on the vault: Key Vault Crypto Service Encryption User on the "
        "subscription and Key Vault Crypto Officer on the vault kv-adobe."
    )
    assert found.who == SUBSCRIPTION_OWNER
    assert verdict(GOOD, "P06") is Verdict.MET


def test_p07_a_role_that_stayed_with_the_former_app() -> None:
    orphan = replace(ROLE, principal_id="former")
    survey = having(assignments=(orphan,), missing_principals=("FORMER",))
    found = one(survey, "P07")
    assert (found.severity, found.fix) == (Severity.WARNING, Fix.PROGRAM)
    assert "does not know any more: FORMER" in found.sentence
    assert "The old assignment stays" in found.remedy
    served = one(having(survey, assignments=(orphan, ROLE)), "P07")
    assert (served.severity, served.fix) == (Severity.NOTE, Fix.GUIDED)
    assert verdict(having(survey, missing_principals=()), "P07") is Verdict.MET
    assert verdict(having(survey, missing_principals=SECRETIVE), "P07") is Verdict.NOT_KNOWN
    assert verdict(having(missing_principals=SECRETIVE), "P07") is Verdict.MET, "nobody else holds the role"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=4), "given 4 minutes ago. Azure needs up to 10 minutes"),
        (timedelta(minutes=30), "given 30 minutes ago, longer than the 10 minutes"),
        (timedelta(minutes=-3), "given less than a minute ago. Azure needs up to 10 minutes"),
        (timedelta(days=2), "given on 2026-11-22 12:00 UTC"),
    ],
)
def test_p08_nobody_sees_whether_the_role_of_another_is_in_effect(age: timedelta, words: str) -> None:
    found = one(having(assignments=(replace(ROLE, created=NOW - age),)), "P08")
    assert (found.verdict, found.severity) == (Verdict.NOT_KNOWN, Severity.NOTE)
    assert words in found.sentence


@pytest.mark.parametrize(
    ("status", "submitted", "expected"),
    [
        ("COMPLETED", NOW - timedelta(days=1), Verdict.MET),
        ("RUNNING", NOW - timedelta(days=1), Verdict.NOT_KNOWN),
        ("COMPLETED", NOW - timedelta(days=3), Verdict.NOT_KNOWN),
        ("COMPLETED", None, Verdict.NOT_KNOWN),
    ],
)
def test_p08_adobes_status_proves_a_role_that_is_older_than_the_submission(
    status: str, submitted: Any, expected: Verdict
) -> None:
    survey = having(configuration=replace(SUBMITTED, status=status), submitted_at=submitted)
    assert verdict(survey, "P08") is expected
    assert verdict(having(assignments=()), "P08") is Verdict.NOT_NEEDED


@pytest.mark.parametrize("scope", ["/", "/keys"])
def test_p09_the_role_in_the_hsm(scope: str) -> None:
    found = one(having(HSM, local_assignments=(local(scope),)), "P09")
    assert found.verdict is Verdict.MET
    assert found.sentence.endswith("on all its keys.")


@pytest.mark.parametrize(
    "held",
    [(), (local("/keys/cmk"),), (local(principal_id="x"),), (local(role=READER),)],
    ids=["none", "the key alone", "another app", "another role"],
)
def test_p09_a_role_that_is_missing_in_the_hsm(held: tuple[Assignment, ...]) -> None:
    found = one(having(HSM, local_assignments=held), "P09")
    assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.PROGRAM)
    assert "Managed HSM Crypto Service Encryption User" in found.sentence
    assert found.who == VAULT_ADMINISTRATOR
    given = one(having(HSM, local_assignments=held, configuration=SUBMITTED), "P09")
    assert given.blocks
    assert CUT_OFF in given.sentence


def test_an_hsm_is_judged_by_its_own_rules() -> None:
    assert verdict(having(HSM, local_assignments=SECRETIVE), "P09") is Verdict.NOT_KNOWN
    for id_ in ("I06", "V08", "P05", "P07", "P08"):
        assert verdict(HSM, id_) is Verdict.NOT_NEEDED, id_
    assert verdict(HSM, "V10") is Verdict.MET
    assert verdict(HSM, "R01") is Verdict.NOT_KNOWN
    assert verdict(GOOD, "P09") is Verdict.NOT_NEEDED


def test_h01_an_hsm_has_to_be_activated() -> None:
    assert verdict(HSM, "H01") is Verdict.MET
    found = one(having(HSM, vault=replace(VAULT, managed_hsm=True, activated=False)), "H01")
    assert found.blocks
    assert found.sentence == "The Managed HSM kv-adobe is not activated."
    assert "security-domain download" in found.remedy
    assert (found.who, found.fix) == (VAULT_ADMINISTRATOR, Fix.GUIDED)
    assert verdict(having(HSM, vault=SECRETIVE), "H01") is Verdict.NOT_KNOWN


def test_r01_names_who_keeps_access() -> None:
    assert verdict(GOOD, "R01") is Verdict.MET
    inherited = replace(ROLE, id="i", scope=GROUP)
    officer = Assignment("k", "k", SUBSCRIPTION, CRYPTO_OFFICER, "grace")
    found = one(having(assignments=(ROLE, inherited, officer, OWNERSHIP)), "R01")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.NOTE)
    assert "Adobe's app (Key Vault Crypto Service Encryption User on the resource group rg-cmk)" in found.sentence
    assert "grace (Key Vault Crypto Officer on the subscription)" in found.sentence
    above = one(having(assignments=(inherited,)), "R01")
    assert above.sentence == (
        "Adobe's role is inherited from the resource group rg-cmk: taken away there, it ends for all below."
    )
    custom = Assignment("c", "c", GROUP, "c0000000-0000-4000-8000-00000000000c", "alan")
    assert one(having(assignments=(ROLE, custom)), "R01").verdict is Verdict.NOT_KNOWN
    assert verdict(having(assignments=()), "R01") is Verdict.NOT_NEEDED


def test_r02_to_r04_in_a_check() -> None:
    found = one(having(key_names=("cmk", "payroll")), "R02")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.NOTE)
    assert "payroll" in found.sentence
    assert verdict(GOOD, "R02") is Verdict.MET
    assert {verdict(GOOD, "R03"), verdict(GOOD, "R04")} == {Verdict.NOT_KNOWN}
    assert one(GOOD, "R03").sentence == "It is asked for when access is taken away."


def test_r05_counts_the_days_until_a_deleted_vault_is_erased() -> None:
    deleted = DeletedVault("kv-adobe", VAULT.id, "westeurope", NOW, NOW + timedelta(days=12, hours=3))
    found = one(having(NEW, deleted_vault=deleted), "R05")
    assert found.sentence == "The deleted vault kv-adobe is erased on 2026-12-06, in 12 days."
    assert (found.severity, found.who) == (Severity.WARNING, VAULT_ADMINISTRATOR)
    assert verdict(NEW, "R05") is Verdict.MET
    assert verdict(GOOD, "R05") is Verdict.NOT_NEEDED
    assert verdict(having(NEW, deleted_vault=SECRETIVE), "R05") is Verdict.NOT_KNOWN
    unread = one(having(vault=SECRETIVE, deleted_vault=NOT_READ), "R05")
    assert (unread.verdict, unread.sentence) == (Verdict.NOT_KNOWN, SECRETIVE.why)
    assert verdict(having(NEW, deleted_vault=replace(deleted, purge_at=None)), "R05") is Verdict.NOT_KNOWN
