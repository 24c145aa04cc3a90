"""Whatever makes Adobe's access to its key narrower says, in the same words, that Adobe may take it for removal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.facts import Assignment, DeletedVault
from cmkwizard.core.requirements.finding import Verdict
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.survey import NotKnown, Survey
from tests.core.survey_support import (
    APP,
    GOOD,
    NOW,
    OWNERSHIP,
    ROLE,
    SUBMITTED,
    VAULT,
    choosing,
    having,
    key_having,
    one,
    vault_having,
)

WORDS = "for access withdrawn on purpose: Adobe may purge your organisation's data."
FIREWALL = "Its alert page lists a blocked address as recoverable; that is no promise."
FORMER = "b0000000-0000-4000-8000-00000000000b"
DELETED = DeletedVault(VAULT.name, VAULT.id, "westeurope", NOW - timedelta(days=1), NOW + timedelta(days=89))
GONE = having(choosing(vault={"create": False}), vault=None, key=None, deleted_vault=DELETED)
HSM = choosing(
    having(vault=replace(VAULT, managed_hsm=True, sku="Standard_B1"), local_assignments=()),
    vault={"kind": "managed-hsm", "create": False},
)


def held_by(principal: str) -> Survey:
    role = Assignment(ROLE.id, ROLE.name, VAULT.id, CRYPTO_SERVICE_ENCRYPTION_USER, principal)
    return having(assignments=(role, OWNERSHIP), missing_principals=(principal,))


NARROWER: tuple[tuple[str, Survey], ...] = (
    ("K01", having(key=None)),
    ("K04", key_having(enabled=False)),
    ("K05", key_having(not_before=NOW + timedelta(days=1))),
    ("K06", key_having(expires=NOW - timedelta(days=1))),
    ("K06", having(key_having(expires=NOW + timedelta(days=400)), rotation=None)),
    ("K06", having(key_having(expires=NOW + timedelta(days=9)), rotation=NotKnown("Not yours to read."))),
    ("K07", key_having(operations=("wrapKey",))),
    ("K10", having(key=None, deleted_key=True)),
    ("P01", having(app=None)),
    ("P01", having(app=replace(APP, enabled=False))),
    ("P05", having(assignments=(OWNERSHIP,))),
    ("P07", held_by(FORMER)),
    ("P09", HSM),
    ("V03", GONE),
    ("V08", vault_having(rbac=False)),
    ("V16", GONE),
    ("W01", vault_having(public_access=False)),
    ("W02", vault_having(bypass="None")),
    ("W03", vault_having(ip_rules=("203.0.113.0/24",))),
)


@pytest.mark.parametrize(("id_", "survey"), NARROWER)
def test_once_adobe_holds_the_key_it_is_said_what_it_may_take_it_for(id_: str, survey: Survey) -> None:
    before, after = one(survey, id_), one(having(survey, configuration=SUBMITTED), id_)
    assert after.verdict is Verdict.NOT_MET
    assert WORDS in after.sentence
    assert WORDS not in before.sentence
    assert (FIREWALL in after.sentence) is id_.startswith("W")
    assert after.severity != "note"


@pytest.mark.parametrize("id_", sorted({id_ for id_, _ in NARROWER}))
def test_what_is_well_frightens_nobody(id_: str) -> None:
    assert WORDS not in one(having(GOOD, configuration=SUBMITTED), id_).sentence


@pytest.mark.parametrize("changes", [{"key_name": "another"}, {"organisation": "FFFFFFFFFFFFFFFFFFFFFFFF@AdobeOrg"}])
def test_another_key_that_adobe_holds_says_nothing_of_this_one(changes: dict[str, Any]) -> None:
    other = replace(SUBMITTED, key_identifier="", **changes)
    assert WORDS not in one(having(key_having(enabled=False), configuration=other), "K04").sentence
