"""The key: what is said of it, and what it means once Adobe was given it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.facts import RotationPolicy
from cmkwizard.core.people import VAULT_ADMINISTRATOR, YOU
from cmkwizard.core.requirements.finding import Fix, Severity, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.survey import DataAccess, Survey
from tests.core.survey_support import (
    GOOD,
    KEY,
    NEW,
    NOW,
    SECRETIVE,
    SUBMITTED,
    choosing,
    having,
    key_having,
    one,
    verdict,
)

CUT_OFF = "Adobe may purge your organisation's data"


def blocking(survey: Survey) -> list[str]:
    return [finding.id for finding in judge(survey) if finding.blocks]


def test_k01_a_key_that_is_to_be_made_is_a_note() -> None:
    found = one(NEW, "K01")
    assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.PROGRAM)
    assert (found.sentence, found.who) == ("The key cmk does not exist yet.", YOU)
    assert found.remedy == "Go on: the set-up creates it."
    assert verdict(GOOD, "K01") is Verdict.MET


def test_k01_a_key_that_adobe_was_given_is_never_made_anew() -> None:
    for gone in (having(key=None, configuration=SUBMITTED), having(NEW, configuration=SUBMITTED)):
        found = one(gone, "K01")
        assert found.blocks
        assert CUT_OFF in found.sentence
        assert "Do not make a new key of the same name" in found.remedy
        assert found.fix is Fix.OTHERS
        assert VAULT_ADMINISTRATOR in found.who
        assert verdict(gone, "K02") is Verdict.NOT_KNOWN


def test_k01_of_a_missing_vault_nothing_is_known() -> None:
    assert verdict(choosing(NEW, vault={"create": False}), "K01") is Verdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("change", "id_", "words", "fix"),
    [
        ({"type": "EC"}, "K02", "is of type EC. Adobe requires RSA or RSA-HSM.", Fix.NONE),
        ({"size": 2048}, "K03", "has 2048 bits. Adobe requires at least 3072.", Fix.NONE),
        ({"enabled": False}, "K04", "The key cmk is disabled.", Fix.PROGRAM),
        ({"not_before": NOW + timedelta(hours=1)}, "K05", "cannot be used before 2026-11-24 13:00 UTC.", Fix.PROGRAM),
        ({"expires": NOW}, "K06", "The key cmk expired on 2026-11-24.", Fix.PROGRAM),
        ({"operations": ("wrapKey", "sign")}, "K07", "does not permit unwrapKey.", Fix.PROGRAM),
    ],
)
def test_a_key_that_adobe_cannot_use(change: dict[str, Any], id_: str, words: str, fix: Fix) -> None:
    survey = key_having(**change)
    assert blocking(survey) == [id_]
    found = one(survey, id_)
    assert words in found.sentence
    assert CUT_OFF not in found.sentence
    assert (found.fix, found.who) == (fix, YOU if id_ in ("K02", "K03") else VAULT_ADMINISTRATOR)
    assert verdict(GOOD, id_) is Verdict.MET
    if id_ not in ("K02", "K03"):
        assert CUT_OFF in one(having(survey, configuration=SUBMITTED), id_).sentence


def test_k05_a_key_that_begins_now_can_be_used() -> None:
    assert verdict(key_having(not_before=NOW), "K05") is Verdict.MET


@pytest.mark.parametrize(
    ("days", "rotation", "expected", "words"),
    [
        (29, RotationPolicy(rotates=True), Verdict.NOT_MET, "expires on 2026-12-23."),
        (31, RotationPolicy(rotates=True), Verdict.MET, "rotation policy makes a new version"),
        (31, RotationPolicy(rotates=False), Verdict.NOT_MET, "no rotation policy"),
        (31, None, Verdict.NOT_MET, "no rotation policy"),
        (29, SECRETIVE, Verdict.NOT_MET, "expires on 2026-12-23."),
        (31, SECRETIVE, Verdict.NOT_KNOWN, SECRETIVE.why),
    ],
)
def test_k06_a_key_that_ends(days: int, rotation: Any, expected: Verdict, words: str) -> None:
    found = one(having(key_having(expires=NOW + timedelta(days=days)), rotation=rotation), "K06")
    assert found.verdict is expected
    assert not found.blocks
    assert words in found.sentence
    if expected is Verdict.NOT_MET:
        assert found.severity is Severity.WARNING
        assert "Set a later expiration date" in found.remedy


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("Recoverable", Verdict.MET),
        ("CustomizedRecoverable+ProtectedSubscription", Verdict.MET),
        ("Recoverable+Purgeable", Verdict.NOT_MET),
        ("Purgeable", Verdict.NOT_MET),
        ("", Verdict.NOT_KNOWN),
    ],
)
def test_k08_how_a_deleted_key_is_kept(level: str, expected: Verdict) -> None:
    found = one(having(data_access=DataAccess(recovery_level=level)), "K08")
    assert (found.verdict, found.severity) == (expected, Severity.WARNING)


def test_k08_and_k09_are_not_known_without_a_way_into_the_vault() -> None:
    refused = one(having(data_access=DataAccess("ForbiddenByRbac")), "K08")
    assert refused.verdict is Verdict.NOT_KNOWN
    assert "ForbiddenByRbac" in refused.sentence
    assert refused.sentence.endswith("That takes a role such as Key Vault Reader there.")
    outside = one(having(data_access=DataAccess("ForbiddenByFirewall")), "K08")
    assert "That takes" not in outside.sentence, "there no role helps"
    assert one(GOOD, "K09").sentence == "A trial with your own account is not made: it needs a role on the keys."
    assert {verdict(GOOD, "K09"), verdict(NEW, "K09")} == {Verdict.NOT_KNOWN, Verdict.NOT_NEEDED}


def test_k10_a_deleted_key_holds_the_name() -> None:
    survey = having(key=None, deleted_key=True)
    assert blocking(survey) == ["K10"]
    found = one(survey, "K10")
    assert found.sentence == "A deleted key of the vault kv-adobe still holds the name cmk."
    assert "or choose another name" in found.remedy
    assert found.fix is Fix.PROGRAM
    assert verdict(survey, "K01") is Verdict.NOT_NEEDED
    given = one(having(survey, configuration=SUBMITTED), "K10")
    assert "choose another name" not in given.remedy
    assert CUT_OFF in given.sentence
    assert verdict(having(key=None, deleted_key=False), "K10") is Verdict.MET
    assert verdict(having(key=None, deleted_key=SECRETIVE), "K10") is Verdict.NOT_KNOWN


def test_k11_a_backup_is_advised() -> None:
    found = one(having(key_backup_at=None), "K11")
    assert (found.verdict, found.severity, found.fix) == (Verdict.NOT_MET, Severity.NOTE, Fix.GUIDED)
    assert verdict(GOOD, "K11") is Verdict.MET


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("https://kv-other.vault.azure.net/keys/cmk/0123", "names the vault kv-other.vault.azure.net instead of"),
        ("https://kv-adobe.vault.azure.net/keys/cmk", "names no version"),
        ("https://kv-adobe.example.com/keys/cmk/0123", "not the identifier of a key in this cloud"),
        ("http://kv-adobe.vault.azure.net/keys/cmk/0123", "not the identifier of a key in this cloud"),
        ("https://[", "not the identifier of a key in this cloud"),
        ("", "not the identifier of a key in this cloud"),
    ],
)
def test_k12_an_identifier_that_cannot_be_given_to_adobe(identifier: str, words: str) -> None:
    found = one(key_having(identifier=identifier), "K12")
    assert found.blocks
    assert words in found.sentence


def test_k12_a_port_that_is_written_out_is_the_same_vault() -> None:
    identifier = KEY.identifier.replace(".net/", ".net:443/")
    assert verdict(key_having(identifier=identifier), "K12") is Verdict.MET


def test_k13_a_key_that_exists_otherwise_than_chosen() -> None:
    weak = one(key_having(size=2048), "K13")
    assert "It cannot be used (K03)" in weak.remedy
    assert "It cannot be used (K02, K03)" in one(key_having(type="EC", size=256), "K13").remedy
    found = one(key_having(type="RSA-HSM", size=4096), "K13")
    assert found.sentence == (
        "The key cmk exists already, as RSA-HSM with 4096 bits instead of RSA with 3072."
    )  # fmt: skip
    assert found.severity is Severity.WARNING
    assert verdict(GOOD, "K13") is Verdict.MET
