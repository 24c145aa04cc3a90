"""The table of requirements: every row is there, says why and who, and takes nothing unread for met."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.clouds.profile import Service
from cmkwizard.core.choices import Choices
from cmkwizard.core.requirements.adobe import ADOBE_SIGN_IN
from cmkwizard.core.requirements.finding import Fix, Group, Severity, Verdict
from cmkwizard.core.requirements.rows import listed, place
from cmkwizard.core.requirements.table import REQUIREMENTS, judge
from cmkwizard.core.survey import NOT_READ, Computer, NotKnown, Survey
from tests.core.survey_support import (
    GOOD,
    KEY,
    NEW,
    NOW,
    SECRETIVE,
    SUBMITTED,
    VAULT,
    choosing,
    computer_having,
    having,
    one,
)

FACTS_TABLE = (
    *(f"N{n:02}" for n in range(1, 7)),
    *(f"I{n:02}" for n in range(1, 11)),
    *(f"V{n:02}" for n in (*range(1, 15), 16, 17)),
    *(f"W{n:02}" for n in range(1, 7)),
    *(f"K{n:02}" for n in range(1, 14)),
    *(f"P{n:02}" for n in range(1, 10)),
    "H01",
    *(f"D{n:02}" for n in range(1, 10)),
    *(f"R{n:02}" for n in range(1, 6)),
)
GROUPS = {
    "N": Group.NETWORK,
    "I": Group.IDENTITY,
    "V": Group.VAULT,
    "W": Group.FIREWALL,
    "K": Group.KEY,
    "P": Group.APP,
    "H": Group.HSM,
    "D": Group.ADOBE,
    "O": Group.ORGANISATION,
    "R": Group.REVOCATION,
}
LATER = {"V16", "V17", "K13", "O17"}
"""Rows beyond those of Adobe and Azure."""
BLOCKERS = [
    "N01",
    "N02",
    "I01",
    "I03",
    "I04",
    "I05",
    "I06",
    "I07",
    "V01",
    "V02",
    "V03",
    "V04",
    "V05",
    "V06",
    "V07",
    "V08",
    "V10",
    "W02",
    "W05",
    "K01",
    "K02",
    "K03",
    "K04",
    "K05",
    "K06",
    "K07",
    "K10",
    "K12",
    "P01",
    "P02",
    "P04",
    "P05",
    "P09",
    "H01",
    "D01",
    "D03",
    "D04",
    "D05",
    "R01",
    "R03",
    "R04",
    "I09",
    "V16",
]
BY_THE_PROGRAM = [
    "I04",
    "I10",
    "V03",
    "V06",
    "V07",
    "V14",
    "W02",
    "W03",
    "K01",
    "K04",
    "K05",
    "K06",  # to a day that a person names
    "K07",
    "K10",
    "P01",
    "P05",
    "P07",
    "P09",
]
NOTHING = Survey(NOW, Choices())


def test_every_row_is_there_once() -> None:
    ids = [row.id for row in REQUIREMENTS]
    assert [id_ for id_, count in Counter(ids).items() if count > 1] == []
    assert set(FACTS_TABLE) <= set(ids)
    assert {id_ for id_ in ids if id_[0] != "O"} == set(FACTS_TABLE)


def test_rows_stand_in_the_order_of_their_groups_and_numbers() -> None:
    ids = [row.id for row in REQUIREMENTS]
    assert list(dict.fromkeys(id_[0] for id_ in ids)) == list("NIVWKPHDOR")
    assert all(row.group is GROUPS[row.id[0]] for row in REQUIREMENTS)
    for letter in GROUPS:
        mine = [id_ for id_ in ids if id_[0] == letter]
        assert mine == sorted(mine)


def test_every_row_says_what_why_and_who() -> None:
    for row in REQUIREMENTS:
        assert row.required.strip(), row.id
        assert not row.required.endswith("."), row.id
        assert re.fullmatch(r"\S.*\.", row.why), row.id
        assert row.source.strip(), row.id
        assert "/" not in row.source, row.id
        assert row.who, row.id


def test_what_blocks_and_what_the_program_can_do_is_as_documented() -> None:
    rows = [row for row in REQUIREMENTS if row.id[0] != "O"]
    assert sorted(row.id for row in rows if row.severity is Severity.BLOCKER) == sorted(BLOCKERS)
    assert sorted(row.id for row in rows if row.fix is Fix.PROGRAM) == sorted(BY_THE_PROGRAM)


def test_what_was_not_read_is_never_met() -> None:
    said = {finding.id: finding.verdict for finding in judge(NOTHING)}
    assert set(said) == {row.id for row in REQUIREMENTS}
    assert set(said.values()) == {Verdict.NOT_KNOWN, Verdict.NOT_NEEDED}
    assert not any(finding.blocks or finding.remedy or not finding.sentence for finding in judge(NOTHING))


@pytest.mark.parametrize("survey", [GOOD, NEW], ids=["existing", "new"])
def test_where_all_is_well_nothing_blocks(survey: Survey) -> None:
    found = judge(survey)
    assert [finding.id for finding in found if finding.blocks] == []
    assert {finding.id for finding in found if finding.verdict is Verdict.NOT_MET} <= {"K01", "P01", "P05", "V11"}
    assert all(finding.severity is Severity.NOTE for finding in found if finding.verdict is Verdict.NOT_MET)


def _unknown(survey: Survey, name: str) -> Survey:
    if name.startswith("computer."):
        return computer_having(survey, **{name.partition(".")[2]: SECRETIVE})
    return having(survey, **{name: SECRETIVE})


RESTS_ON = {
    "computer.clock_skew_s": "N03",
    "computer.keyring_problem": "N04",
    "computer.sign_in_port": "N05",
    "computer.browser": "N05",
    "account": "I01 I02 V05",
    "subscription": "I03",
    "provider": "I04",
    "regions": "V04",
    "group": "I09",
    "rights": "I05 I06 I07",
    "own_assignments": "I06",
    "directory_roles": "I08",
    "vault": "V05 V06 V07 V08 V10 V16 V17 W01 W02 W03 W04 W05 V13 V14 K12 P05 P06 P07 R01 R02",
    "vault_name": "V02",
    "locks": "V11",
    "denials": "V12",
    "diagnostics": "V14",
    "key_names": "V13 R02",
    "data_access": "W04 I10 K08",
    "key": "K01 K02 K03 K04 K05 K06 K07 K08 K12 K13",
    "app": "P01 P02 P03 P05 P06 P07",
    "assignments": "P05 P06 P07 R01",
    "adobe_token_until": "",
    "registration": "D03 D04 P02",
    "consent_problem": "P04",
    "configuration": "D05 D07 D08",
    "remembered": "D06",
    "key_backup_at": "K11",
}
"""Each fact that can be not known, and the rows that have to say so then."""


@pytest.mark.parametrize("name", RESTS_ON)
@pytest.mark.parametrize("survey", [GOOD, NEW, having(configuration=SUBMITTED)], ids=["existing", "new", "submitted"])
def test_a_fact_that_could_not_be_read_is_not_known_and_blocks_nothing(survey: Survey, name: str) -> None:
    before = {finding.id: finding.verdict for finding in judge(survey)}
    after = judge(_unknown(survey, name))
    assert not any(finding.blocks for finding in after)
    gained = {finding.id for finding in after if finding.verdict is Verdict.MET} - {
        id_ for id_, verdict in before.items() if verdict is Verdict.MET
    }
    assert gained <= {"I05", "I06", "I07", "I08", "P04"}, "other facts show these"
    changed = {finding.id: finding for finding in after if before[finding.id] is Verdict.MET}
    for id_ in RESTS_ON[name].split():
        if id_ in changed:
            assert changed[id_].verdict is Verdict.NOT_KNOWN, id_
            assert SECRETIVE.why in changed[id_].sentence, id_


def test_each_fact_that_can_be_unread_is_looked_at() -> None:
    """So that a new field is not forgotten here."""
    can = {field.name for field in fields(Survey) if "NotKnown" in str(field.type)}
    computer = {f"computer.{field.name}" for field in fields(Computer) if "NotKnown" in str(field.type)}
    # Read where something is missing alone; the tests of their rows know them.
    rarely = {
        "eligible",
        "deleted_vault",
        "deleted_key",
        "rotation",
        "missing_principals",
        "local_assignments",
        "earlier",
    }
    assert can | computer == set(RESTS_ON) | rarely


def test_judging_is_pure_and_can_be_for_some_rows_alone() -> None:
    assert judge(GOOD) == judge(GOOD)
    assert [finding.id for finding in judge(GOOD, ["V07", "N03"])] == ["N03", "V07"]
    assert judge(GOOD, []) == ()


@given(st.data())
def test_no_mix_of_facts_makes_a_check_fail(data: Any) -> None:
    """Any part may be there, not there, or not known: every row has an answer, and a remedy where it is not met."""
    changes = {}
    for field in fields(Survey):
        if "NotKnown" in str(field.type):
            choices = [getattr(GOOD, field.name), getattr(NEW, field.name), SECRETIVE]
            choices += [None] if "None" in str(field.type) else []
            changes[field.name] = data.draw(st.sampled_from(choices))
    survey = having(choosing(GOOD, vault={"create": data.draw(st.booleans())}), **changes)
    for finding in judge(survey):
        assert finding.sentence
        assert bool(finding.remedy) or finding.verdict is not Verdict.NOT_MET, finding.id
        assert finding.verdict is Verdict.NOT_MET or finding.fix is Fix.NONE, finding.id


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_name_makes_a_check_fail(name: str, address: str, scope: str) -> None:
    vault = replace(VAULT, id=scope, uri=address, ip_rules=(address,), name=name)
    key = replace(KEY, identifier=address, name=name)
    survey = having(
        choosing(GOOD, vault={"name": name}, key={"name": name}, adobe={"organisation": name}, azure={"tenant": name}),
        vault=vault,
        key=key,
        key_names=(name, address),
        rights_scope=scope,
        configuration=replace(SUBMITTED, key_identifier=address),
    )
    assert {finding.id for finding in judge(survey)} == {row.id for row in REQUIREMENTS}


def test_adobes_sign_in_is_called_as_the_clouds_call_it() -> None:
    assert Service.IMS == ADOBE_SIGN_IN


def test_a_reason_is_passed_on_as_it_is() -> None:
    assert one(having(locks=NotKnown("The locks are secret.")), "V11").sentence == "The locks are secret."


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("/subscriptions/s", "the subscription"),
        ("/subscriptions/s/resourceGroups/rg", "the resource group rg"),
        ("/providers/Microsoft.Management/managementGroups/corp", "the management group corp"),
        (VAULT.id, "the vault kv-adobe"),
        ("/", "the whole directory"),
    ],
)
def test_a_place_in_words(scope: str, words: str) -> None:
    assert place(scope) == words


def test_names_in_a_sentence() -> None:
    assert [listed("abcdefg"[:n]) for n in (0, 1, 2, 5, 7)] == [
        "",
        "a",
        "a and b",
        "a, b, c, d and e",
        "a, b, c, d and 3 more",
    ]


def test_what_could_not_be_looked_at_says_why_what_it_builds_on_is_not_known() -> None:
    unnamed = NotKnown("Adobe did not say which app it uses.")
    survey = having(registration=unnamed, app=NOT_READ)
    assert {one(survey, id_).sentence for id_ in ("P01", "P02", "P03", "P05", "P06", "P07", "P08")} == {unnamed.why}
    hidden = NotKnown("Your account may not read the vault kv-adobe.")
    unread = having(vault=hidden, key=NOT_READ, denials=NOT_READ)
    assert {one(unread, id_).sentence for id_ in ("V06", "V12", "V14", "K01", "K04", "K10", "W02")} == {hidden.why}
