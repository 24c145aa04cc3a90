"""The plan file: what was written is read, and whatever was changed in it is refused and named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmkwizard.core.choices import Acknowledgement, AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.evidence import (
    AppSeen,
    Evidence,
    KeySeen,
    RegistrationSeen,
    RoleSeen,
    SubmissionSeen,
    VaultSeen,
    differences,
)
from cmkwizard.core.hand_off import PARTS, HandOff, Made, digest, part_named, rights_of, seal, with_receipt, write
from cmkwizard.core.hand_off_reading import LARGEST, read
from cmkwizard.core.least_rights import LEAST_RIGHTS, role_for
from cmkwizard.core.problems import Kind, Problem

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TENANT, PERSON = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01", "0e210000-3f5b-4d0e-9c8a-5b1d7e2f3a01"
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
VAULT_ID = "/subscriptions/s/resourcegroups/rg-new/providers/microsoft.keyvault/vaults/kv-contoso-cmk"
CHOICES = Choices(
    AzureChoice(TENANT, "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03", "rg-new", "westeurope"),
    VaultChoice("kv-contoso-cmk"),
    KeyChoice("experience-cmk"),
    AdobeChoice("4D1F2C3B5A6978877F000101@AdobeOrg", "c0ffee1234567890abcdef1234567890", "VA7", "experience"),
    acknowledge=Acknowledgement(irreversible=True),
)
REGISTRATION = RegistrationSeen(
    APP, "acp3c5fmultitenantapp", "https://login.microsoftonline.com/common/oauth2/authorize"
)
VAULT = VaultSeen(
    VAULT_ID, "https://kv-contoso-cmk.vault.azure.net/", "westeurope", TENANT, "premium",
    rbac=True, soft_delete=True, purge_protection=True, retention_days=90, public_access=True,
    default_action="Allow", bypass="AzureServices", ip_rules=(),
)  # fmt: skip
KEY = KeySeen("https://kv/keys/experience-cmk/1", "RSA", 3072, ("unwrapKey", "wrapKey"), True, "", "")
ROLE = RoleSeen("/assignment/1", "e147488a-f6f5-4113-8e2d-b22465e65bf6", VAULT_ID, "object")
ENTRA_SAW = Evidence(app=AppSeen("object", APP, enabled=True, owner_tenant=""))
VAULT_SAW = Evidence(vault=VAULT, key=KEY, role=ROLE)
ADOBE_SAW = Evidence(
    submission=SubmissionSeen(CHOICES.adobe.organisation, "experience", "kv-contoso-cmk", "experience-cmk")
)


def new() -> HandOff:
    return seal("public", Made(NOON, "ada@contoso.example", PERSON, "1.0"), CHOICES, REGISTRATION, Evidence())


def complete() -> HandOff:
    hand_off = with_receipt(new(), "entra", NOON, "erin@contoso.example", PERSON, ENTRA_SAW)
    hand_off = with_receipt(hand_off, "vault", NOON, "val@contoso.example", PERSON, VAULT_SAW)
    return with_receipt(hand_off, "adobe", NOON, "ada@contoso.example", PERSON, ADOBE_SAW)


WRITTEN = write(complete())


def refusal(content: bytes) -> Problem:
    with pytest.raises(Problem) as refused:
        read(content)
    assert refused.value.kind is Kind.INVALID
    assert "Nothing was sent." in refused.value.message
    return refused.value


def edited(change: Any) -> bytes:
    tables = json.loads(WRITTEN)
    change(tables)
    return (json.dumps(tables, indent=2, ensure_ascii=False) + "\n").encode()


def test_what_was_written_is_read() -> None:
    assert read(WRITTEN) == complete()
    assert read(write(new())) == new()
    assert edited(lambda _: None) == WRITTEN, "else an edited file would be refused for its looks alone"


def test_it_holds_no_acknowledgement_and_the_parts_say_who_needs_what() -> None:
    tables = json.loads(write(new()))
    assert tables["choices"]["acknowledge"] == {"irreversible": False}
    assert [part["part"] for part in tables["parts"]] == ["entra", "vault", "adobe"]
    assert tables["parts"][0]["person"] == "an Entra administrator"
    (right,) = tables["parts"][0]["rights"]
    assert right == (
        "Cloud Application Administrator (158c047a-c907-4556-b7ef-446551a6b5f7) in the directory: to accept Adobe's "
        "app for the organisation. Application Administrator (9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3), Global "
        "Administrator (62e90394-69f5-4237-9190-012177145e10) will do too."
    )


def test_a_managed_hsm_needs_rights_of_its_own() -> None:
    choices = Choices(CHOICES.azure, VaultChoice("hsm-contoso", kind="managed-hsm", create=False))
    rights = [right.role for right in rights_of(part_named("vault"), choices)]
    assert rights == ["Reader", "Managed HSM Contributor", "Managed HSM Policy Administrator"]
    assert "Managed HSM Crypto Auditor" in [right.role for right in rights_of(part_named("adobe"), choices)]
    assert rights_of(part_named("entra"), choices) == part_named("entra").rights


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WRITTEN) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, change: int) -> None:
    refusal(WRITTEN[:place] + bytes([WRITTEN[place] ^ change]) + WRITTEN[place + 1 :])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(WRITTEN)), st.binary(max_size=40), st.integers(0, 40))
def test_nothing_can_be_put_in_or_taken_out(place: int, put: bytes, taken: int) -> None:
    content = WRITTEN[:place] + put + WRITTEN[place + taken :]
    if content != WRITTEN:
        refusal(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_anything_else_is_no_plan_file(content: bytes) -> None:
    refusal(content)


def _vault_name(tables: dict[str, Any]) -> None:
    tables["choices"]["vault"]["name"] = "kv-somebody-else"


def _seal_too(tables: dict[str, Any]) -> None:
    """Somebody who knows how a section is sealed, and stops there."""
    other = VaultChoice("kv-somebody-else")
    tables["choices"]["vault"]["name"] = other.name
    tables["seals"]["choices"] = digest(Choices(CHOICES.azure, other, CHOICES.key, CHOICES.adobe))


def _app(tables: dict[str, Any]) -> None:
    tables["registration"]["application_id"] = PERSON


def _receipt(tables: dict[str, Any]) -> None:
    tables["receipts"][1]["evidence"]["key"]["identifier"] = "https://kv/keys/experience-cmk/2"


def _first_receipt_gone(tables: dict[str, Any]) -> None:
    del tables["receipts"][0]


def _receipts_swapped(tables: dict[str, Any]) -> None:
    tables["receipts"][:2] = reversed(tables["receipts"][:2])


def _unknown(tables: dict[str, Any]) -> None:
    tables["choices"]["vault"]["colour"] = "blue"


def _larger(tables: dict[str, Any]) -> None:
    tables["made"]["remarks"] = ["x" * LARGEST]


def _newer(tables: dict[str, Any]) -> None:
    tables["version"] = 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_vault_name, "what was chosen (choices) does not fit the seal"),
        (_seal_too, "the seal of all of it (whole) does not fit the seal"),
        (_app, "Adobe's app and consent address (registration) does not fit the seal"),
        (_receipt, "the receipt of the part vault does not fit its seal"),
        (_first_receipt_gone, "the receipt of the part vault does not follow on what is before it"),
        (_receipts_swapped, "the receipts are not those of its parts, in their order"),
        (_unknown, "Object contains unknown field `colour` - at `$.choices.vault`"),
        (_larger, "it is larger than any plan file"),
        (_newer, "its format is version 2; this program reads version 1"),
    ],
)
def test_a_refusal_names_what_does_not_fit(change: Any, sentence: str) -> None:
    assert sentence in refusal(edited(change)).message


def test_a_file_that_was_sealed_anew_shows_another_fingerprint_and_still_keeps_to_the_grammar() -> None:
    """The digests stop nobody who computes them: the people compare the fingerprint."""
    other = seal("public", new().made, CHOICES, RegistrationSeen(PERSON, "Adobe", "https://x"), Evidence())
    assert read(write(other)).fingerprint != new().fingerprint
    assert len(new().fingerprint.split()) == 8
    bad = Choices(CHOICES.azure, VaultChoice("../../other"), CHOICES.key, CHOICES.adobe)
    sealed = seal("public", new().made, bad, REGISTRATION, Evidence())
    assert "choices.vault.name: A vault name has" in refusal(write(sealed)).message


def test_each_receipt_changes_the_fingerprint() -> None:
    assert len({new().fingerprint, complete().fingerprint, read(WRITTEN).fingerprint}) == 2


def test_what_is_expected_is_what_was_seen_last() -> None:
    assert complete().expected == Evidence(ENTRA_SAW.app, VAULT, KEY, ROLE, ADOBE_SAW.submission)
    assert new().expected == Evidence()


def test_differences_name_what_changed() -> None:
    now = Evidence(app=ENTRA_SAW.app, vault=VaultSeen(**{**_fields(VAULT), "default_action": "Deny"}), role=ROLE)
    assert differences(complete().expected, now) == (
        "the vault: its firewall's default was Allow and is Deny",
        "the key is not there any more",
        "the submission is not there any more",
    )
    assert differences(Evidence(), VAULT_SAW) == ()


def _fields(seen: VaultSeen) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in seen.__struct_fields__}


def test_every_person_has_rights_and_every_right_says_where_and_what_for() -> None:
    assert {right.person for right in LEAST_RIGHTS} >= {part_named("entra").person, part_named("vault").person}
    assert all(part.rights and part.steps for part in PARTS)
    for right in LEAST_RIGHTS:
        assert right.scope in right.sentence
        assert right.purpose in right.sentence
        assert right.source


@pytest.mark.parametrize(
    ("finding", "role"),
    [
        ("I04", "Contributor"),
        ("I06", "Key Vault Data Access Administrator"),
        ("P01", "Cloud Application Administrator"),
        ("W02", "Key Vault Contributor"),
        ("K04", "Key Vault Crypto Officer"),
        ("D04", "The permission “Manage Customer Managed Key” (in a role)"),
    ],
)
def test_the_least_role_for_a_finding(finding: str, role: str) -> None:
    right = role_for(finding)
    assert right is not None
    assert right.role == role


def test_a_setting_of_a_vault_asks_for_a_role_on_that_vault_alone() -> None:
    for finding in ("V06", "V07", "W02", "W03"):
        right = role_for(finding)
        assert right is not None
        assert right.scope == "the vault"


def test_no_role_helps_against_a_wrong_name() -> None:
    assert role_for("V01") is None
