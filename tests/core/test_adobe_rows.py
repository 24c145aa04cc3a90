"""Adobe's side: what it refuses goes to the row that says what to do, and what it holds is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.facts import Configuration
from cmkwizard.core.people import ADOBE_SUPPORT, YOU
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.requirements.finding import Severity, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey
from tests.core.survey_support import (
    GOOD,
    NOW,
    ORGANISATION,
    SECRETIVE,
    SUBMITTED,
    VAULT,
    choosing,
    having,
    one,
    verdict,
)

IMS, PLATFORM = "Adobe sign-in", "Adobe Experience Platform"
OTHER_KEY = replace(SUBMITTED, key_identifier=f"{VAULT.uri}keys/other/0123")


def refused(kind: Kind, service: str, code: str = "", *, token: bool = True) -> Survey:
    """Adobe refused to say which app it uses; ``token``: it had taken the credential before."""
    problem = Problem(kind, "It said no.", "Do that.", who="somebody", reference=Reference(service, code))
    why = NotKnown("It could not be read. It said no.", problem)
    return having(adobe_token_until=GOOD.adobe_token_until if token else why, registration=why)


def test_a_wrong_region_is_told_with_the_one_that_was_asked() -> None:
    found = one(refused(Kind.PERMISSION, PLATFORM, "403027"), "D03")
    assert found.sentence == f"It said no. It was asked in the region {GOOD.choices.adobe.region}."


@pytest.mark.parametrize(
    ("survey", "id_"),
    [
        (refused(Kind.SIGN_IN, IMS, "invalid_client", token=False), "D01"),
        (refused(Kind.INVALID, IMS, "invalid_scope", token=False), "D01"),
        (refused(Kind.PERMISSION, IMS, "unauthorized_client", token=False), "D01"),
        (refused(Kind.PERMISSION, PLATFORM, "403027"), "D03"),
        (refused(Kind.NOT_FOUND, PLATFORM), "D03"),
        (refused(Kind.INVALID, "", token=False), "D03"),
        (choosing(refused(Kind.INVALID, "", token=False), adobe={"client_id": "?"}), "D01"),
        (refused(Kind.PERMISSION, PLATFORM, "403025"), "D04"),
        (refused(Kind.PERMISSION, PLATFORM), "D04"),
    ],
)
def test_what_adobe_refuses_belongs_to_one_row(survey: Survey, id_: str) -> None:
    found = judge(survey, ["D01", "D03", "D04"])
    assert [each.id for each in found if each.blocks] == [id_]
    (said,) = (each for each in found if each.blocks)
    assert (said.remedy, said.who) == ("Do that.", "somebody")
    assert said.sentence.startswith("It said no.")
    others = [each for each in found if each.id != id_]
    assert all(each.verdict is not Verdict.MET or each.id == "D01" for each in others)
    assert verdict(survey, "P02") is Verdict.NOT_KNOWN


@pytest.mark.parametrize("kind", [Kind.UNREACHABLE, Kind.THROTTLED, Kind.SERVICE, Kind.UNTRUSTED])
def test_what_says_nothing_of_the_credential_is_not_known(kind: Kind) -> None:
    found = judge(refused(kind, PLATFORM, token=False), ["D01", "D03", "D04"])
    assert {each.verdict for each in found} == {Verdict.NOT_KNOWN}
    assert {each.sentence for each in found} == {"It could not be read. It said no."}


def test_without_a_secret_adobe_is_not_asked_and_nothing_of_it_is_known() -> None:
    found = judge(refused(Kind.SIGN_IN, "", token=False), ["D01", "D03", "D04"])
    assert {each.verdict for each in found} == {Verdict.NOT_KNOWN}
    assert {(each.sentence, each.remedy) for each in found} == {("It said no.", "Do that.")}


def test_d01_the_token() -> None:
    assert "lasts until 2026-11-25 08:00 UTC" in one(GOOD, "D01").sentence
    assert one(having(adobe_token_until=NOW), "D01").blocks
    assert verdict(having(adobe_token_until=NOT_READ), "D01") is Verdict.MET, "the answer to the registration shows it"


@pytest.mark.parametrize("organisation", ["0123456789abcdef01234567@AdobeOrg", "123@AdobeOrg", ORGANISATION + " "])
def test_d02_warns_of_an_id_that_does_not_look_like_one(organisation: str) -> None:
    found = one(choosing(adobe={"organisation": organisation}), "D02")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.WARNING)
    assert "Developer Console" in found.remedy
    assert verdict(GOOD, "D02") is Verdict.MET


def test_d03_and_d04_are_met_by_an_answer() -> None:
    assert "in the region VA7" in one(GOOD, "D03").sentence
    assert verdict(GOOD, "D04") is Verdict.MET


def test_d05_adobe_takes_one_configuration() -> None:
    earlier = replace(SUBMITTED, name="first-try")
    found = one(having(earlier=earlier), "D05")
    assert found.blocks
    assert found.sentence.startswith("Adobe holds the configuration first-try of this organisation already")
    assert "(first-try)" in found.remedy
    followed = one(having(configuration=SUBMITTED, earlier=earlier), "D05")
    assert followed.verdict is Verdict.MET
    assert "followed, not submitted again" in followed.sentence
    assert verdict(having(configuration=OTHER_KEY), "D05") is Verdict.NOT_NEEDED
    assert "no list" in one(GOOD, "D05").sentence
    assert verdict(having(remembered=SECRETIVE), "D05") is Verdict.NOT_KNOWN
    assert verdict(having(earlier=SECRETIVE), "D05") is Verdict.NOT_KNOWN


def test_d05_a_submission_that_failed_is_put_right_and_asked_for() -> None:
    found = one(having(configuration=replace(SUBMITTED, status="FAILED")), "D05")
    assert (found.verdict, found.severity) == (Verdict.NOT_MET, Severity.WARNING)
    assert "key, vault, firewall and app, in this order" in found.remedy
    assert ADOBE_SUPPORT in found.who


@pytest.mark.parametrize(
    ("configuration", "remembered", "expected"),
    [
        (SUBMITTED, "adobe-cmk", Verdict.MET),
        (SUBMITTED, "Adobe-CMK", Verdict.NOT_MET),
        (SUBMITTED, "", Verdict.NOT_MET),
        (None, "", Verdict.NOT_NEEDED),
        (None, SECRETIVE, Verdict.NOT_KNOWN),
    ],
)
def test_d06_the_name_is_kept(configuration: Configuration | None, remembered: Any, expected: Verdict) -> None:
    found = one(having(configuration=configuration, remembered=remembered), "D06")
    assert (found.verdict, found.severity) == (expected, Severity.NOTE)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (SUBMITTED, Verdict.MET),
        (replace(SUBMITTED, key_identifier="", vault_uri=VAULT.uri), Verdict.MET),
        (replace(SUBMITTED, name="acp-multitenant-app"), Verdict.MET),
        (OTHER_KEY, Verdict.NOT_MET),
        (replace(SUBMITTED, key_identifier="https://kv-b.vault.azure.net/keys/cmk/0"), Verdict.NOT_MET),
        (replace(SUBMITTED, organisation="F" * 24 + "@AdobeOrg"), Verdict.NOT_MET),
        (replace(SUBMITTED, key_identifier="https://["), Verdict.NOT_MET),
        (None, Verdict.NOT_NEEDED),
    ],
)
def test_d07_adobe_holds_the_chosen_key(configuration: Configuration | None, expected: Verdict) -> None:
    found = one(having(configuration=configuration), "D07")
    assert found.verdict is expected
    if expected is Verdict.NOT_MET:
        assert found.blocks, "under this name nothing else can be submitted"
        assert found.sentence.startswith("Adobe holds another key under the name adobe-cmk")
        assert "cannot be exchanged" in found.remedy


@pytest.mark.parametrize(
    ("status", "hours", "expected"),
    [
        ("RUNNING", 24, Verdict.MET),
        ("RUNNING", 25, Verdict.NOT_MET),
        ("UPDATE_EXISTING_RESOURCES", 25, Verdict.NOT_MET),
        ("COMPLETED", 25, Verdict.MET),
        ("FAILED", 25, Verdict.MET),
        ("RUNNING", None, Verdict.NOT_KNOWN),
        ("SOMETHING_NEW", 25, Verdict.NOT_KNOWN),
    ],
)
def test_d08_a_submission_that_takes_long(status: str, hours: int | None, expected: Verdict) -> None:
    at = None if hours is None else NOW - timedelta(hours=hours)
    found = one(having(configuration=replace(SUBMITTED, status=status), submitted_at=at), "D08")
    assert (found.verdict, found.severity) == (expected, Severity.WARNING)
    assert status in found.sentence
    if expected is Verdict.NOT_MET:
        assert found.who == ADOBE_SUPPORT
        assert "adobe-cmk" in found.remedy
        assert "Submit nothing again" in found.remedy


@pytest.mark.parametrize(
    ("chosen", "expected", "words"),
    [
        ({}, Verdict.NOT_NEEDED, "Neither"),
        ({"applications": ("journey-optimizer",)}, Verdict.NOT_MET, "Journey Optimizer needs too"),
        (
            {"applications": ("customer-journey-analytics",), "vault": "KV-ADOBE", "key": "cja"},
            Verdict.NOT_MET,
            "the one for Experience Platform",
        ),
        (
            {"applications": ("journey-optimizer", "customer-journey-analytics"), "vault": "kv-cja", "key": "cja"},
            Verdict.MET,
            "Journey Optimizer and Customer Journey Analytics: the vault kv-cja",
        ),
    ],
)
def test_d09_the_second_procedure(chosen: dict[str, Any], expected: Verdict, words: str) -> None:
    found = one(choosing(analytics=chosen), "D09")
    assert (found.verdict, found.severity, found.who) == (expected, Severity.WARNING, YOU)
    assert words in found.sentence
