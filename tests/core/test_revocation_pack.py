"""The way back: it reads back as it was written, and nothing else is taken for one."""

from __future__ import annotations

import contextlib
import json
import shlex
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.impact import impact_of
from cmkwizard.core.problems import Problem
from cmkwizard.core.revocation_pack import (
    Occasion,
    RevocationPack,
    pack_of,
    read_pack,
    recorded_pack,
    write_pack,
)
from tests.core.survey_support import NOW, ROLE, SUBMITTED, TENANT, VAULT, having

OCCASION = Occasion(NOW, "ada@contoso.com (me)", TENANT, "public", "Vertragsende – 'sofort'", "CHG-7")
IMPACT = impact_of(having(configuration=SUBMITTED, locks=()))
PACK = pack_of(IMPACT, ROLE, OCCASION)


def test_it_reads_back_as_it_was_written_from_the_file_and_from_the_journal() -> None:
    assert read_pack(write_pack(PACK)) == PACK
    assert read_pack(write_pack(PACK).decode()) == PACK
    assert recorded_pack(json.loads(json.dumps({"pack": msgspec.to_builtins(PACK)}))) == PACK


def test_it_says_what_was_removed_by_whom_and_why() -> None:
    assert (PACK.assignment.id, PACK.assignment.scope) == (ROLE.id, VAULT.id)
    assert (PACK.assignment.role, PACK.assignment.principal_id) == (ROLE.role, ROLE.principal_id)
    assert (PACK.by, PACK.reason, PACK.ticket, PACK.made_at) == (
        "ada@contoso.com (me)",
        "Vertragsende – 'sofort'",
        "CHG-7",
        NOW,
    )


def test_the_command_gives_the_same_role_at_the_same_place_under_the_same_name() -> None:
    conditional = replace(ROLE, condition="((@Resource[x] StringEquals 'a b'))", principal_type="ServicePrincipal")
    words = shlex.split(pack_of(IMPACT, conditional, OCCASION).restore_command)
    assert words[:4] == ["az", "role", "assignment", "create"]
    options = dict(zip(words[4::2], words[5::2], strict=True))
    assert options == {
        "--subscription": VAULT.id.split("/")[2],
        "--name": ROLE.name,
        "--assignee-object-id": ROLE.principal_id,
        "--assignee-principal-type": "ServicePrincipal",
        "--role": ROLE.role,
        "--scope": VAULT.id,
        "--condition": conditional.condition,
        "--condition-version": "2.0",
    }


@given(st.integers(0, len(write_pack(PACK)) - 1), st.integers(1, 255))
def test_one_changed_byte_is_found(place: int, difference: int) -> None:
    content = bytearray(write_pack(PACK))
    content[place] ^= difference
    read = None
    with contextlib.suppress(Problem):
        read = read_pack(bytes(content))
    assert read in (None, PACK), "white space alone may differ"


@pytest.mark.parametrize(
    "changes", [{"assignment": {"principal_id": "other"}}, {"organisation": "other"}, {"restore_command": "rm -rf /"}]
)
def test_a_careless_edit_is_found(changes: dict[str, Any]) -> None:
    table = json.loads(write_pack(PACK))
    for name, value in changes.items():
        table[name] = {**table[name], **value} if isinstance(value, dict) else value
    with pytest.raises(Problem, match="was changed since it was written"):
        read_pack(json.dumps(table))
    with pytest.raises(Problem, match="was changed since it was written"):
        recorded_pack({"pack": table})


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "no JSON", "[" * 50_000, "x" * 200_000, '{"format": 1}'])
def test_anything_else_is_no_pack(text: str) -> None:
    with pytest.raises(Problem, match="cannot be used as the way back") as caught:
        read_pack(text)
    assert caught.value.remedy


def test_a_pack_of_another_version_is_told_so() -> None:
    other = msgspec.structs.replace(PACK, format="cmkwizard revocation pack 2")
    with pytest.raises(Problem, match="another version"):
        read_pack(write_pack(other))
    with pytest.raises(Problem, match="cannot be used"):
        recorded_pack({})


def test_one_for_a_managed_hsm_has_the_command_for_it() -> None:
    impact = replace(IMPACT, vault_id=VAULT.id.replace("/vaults/", "/managedHSMs/"))
    pack: RevocationPack = pack_of(impact, replace(ROLE, scope="/keys"), OCCASION)
    assert pack.restore_command.startswith("az keyvault role assignment create --hsm-name kv-adobe --name r1 ")
    assert pack.restore_command.endswith("--scope /keys")
