"""Taking Adobe's access away: exactly one request for exactly what was shown, or none."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import cmkwizard
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_pack import read_pack, recorded_pack
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.practice.azure_resources import RoleAssignment
from cmkwizard.practice.roles import role_named
from tests.journeys.revocation_support import (
    HSM_TEXT,
    SCENARIO,
    VAULT,
    act,
    confirmed,
    deletes,
    holds,
    look,
    opened,
    pack_path,
    refused,
    role_of_adobe,
)
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)
APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
ENCRYPTION_USER = "Key Vault Crypto Service Encryption User"


def test_the_role_is_removed_with_one_request_and_the_way_back_is_on_the_disk(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    before = look(rehearsal).impact
    revoked = act(rehearsal)
    assert revoked.outcome == "removed", revoked.sentence
    assert (deletes(rehearsal), holds(rehearsal), revoked.others) == (1, False, ())
    assert revoked.request_id
    assert rehearsal.applied == {"role.delete": 1}
    pack = read_pack(pack_path(rehearsal).read_bytes())
    assert before.assignment is not None
    assert (pack.assignment.id, pack.assignment.scope) == (before.assignment.id, before.assignment.scope)
    assert (pack.reason, pack.ticket, pack.by.partition(" ")[0]) == ("contract end", "CHG-1", "alice@contoso.example")
    with rehearsal.services() as services:
        (entry,) = services.journal.entries()
    assert (entry.step, entry.outcome, entry.evidence["outcome"]) == ("revocation", "done", "removed")
    assert recorded_pack(entry.desired) == pack
    assert look(rehearsal).impact.reasons == (
        "Adobe's app holds no role that lets it use the key: there is nothing to take away.",
    )


def test_the_role_in_a_managed_hsm_is_removed_in_the_hsm_itself(rehearse: Rehearse) -> None:
    rehearsal = rehearse("managed-hsm")
    assert rehearsal.run(HSM_TEXT).word == "COMPLETED"
    rehearsal.change(estate={"locks": [{"name": "keep", "level": "CanNotDelete", "scope": "rg-experience"}]})
    revoked = act(rehearsal, HSM_TEXT)  # a lock holds for Resource Manager alone
    assert revoked.outcome == "removed", revoked.sentence
    assert (deletes(rehearsal), rehearsal.applied["local_role.delete"]) == (1, 1)
    assert "az keyvault role assignment create" in read_pack(pack_path(rehearsal).read_bytes()).restore_command


READS: dict[str, dict[str, Any]] = {
    "vault": {"service": "arm", "path": f"/vaults/{VAULT}$"},
    "key": {"service": "arm", "path": "/keys/experience-cmk$"},
    "keys": {"service": "arm", "path": f"/vaults/{VAULT}/keys$"},
    "assignments": {"service": "arm", "path": "/roleAssignments$"},
    "roles of Adobe's app": {"service": "arm", "path": "/roleAssignments$", "skip": 2},
    "roles through groups": {"service": "arm", "path": "/roleAssignments$", "skip": 3},
    "locks": {"service": "arm", "path": "/locks$"},
    "Adobe's app": {"service": "graph", "path": "/servicePrincipals"},
    "registration": {"service": "platform", "path": "/app-registration"},
    "configuration": {"service": "platform", "path": "/config/experience-platform"},
    "Adobe's token": {"service": "ims", "method": "POST"},
}


@pytest.mark.parametrize("code", [403, 500])
@pytest.mark.parametrize("read", READS)
def test_whatever_cannot_be_read_keeps_it_off_and_the_way_by_hand_is_there(
    rehearse: Rehearse, read: str, code: int
) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        assert preview(run).impact.ready
        if read == "Adobe's token":
            run.adobe = fresh_adobe(run)
        rehearsal.fault(fault="status", code=code, **{"method": "GET", **READS[read]})
        shown = preview(run)
        assert not shown.impact.ready
        assert shown.impact.unread
        assert "az role assignment delete" in shown.by_hand
        assert "Access control (IAM)" in shown.by_hand
        rehearsal.cloud.world.faults.clear()
        with pytest.raises(Problem) as caught:
            revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert caught.value.kind is Kind.DECLINED
    assert shown.impact.unread[0] in caught.value.message
    assert deletes(rehearsal) == 0


def fresh_adobe(run: Any) -> Any:
    """Adobe's clients without a token yet."""
    from cmkwizard.clouds.adobe.encryption import Encryption
    from cmkwizard.journeys.setup_session import adobe_secret

    choice = run.choices.adobe
    return Encryption(run.services.adobe_session(choice, adobe_secret(run.services, choice)))


def swap(rehearsal: Rehearsal, **changes: Any) -> None:
    """Put another assignment under the same id, as somebody else would between the look and the act."""
    estate = rehearsal.cloud.world.estate
    found = role_of_adobe(rehearsal)
    estate.remove_assignment(found)
    if changes:
        estate.add_assignment(RoleAssignment(**{**msgspec.structs.asdict(found), **changes}))


SWAPS: dict[str, dict[str, Any]] = {
    "another principal": {"principal_id": "00000000-0000-4000-8000-0000000000ff"},
    "another role": {"role": role_named("Key Vault Reader").guid},
    "made anew": {"created": 1_800_000_000.0},
    "with a condition": {"condition": "@Resource[x] StringEquals 'y'", "condition_version": "2.0"},
}


@pytest.mark.parametrize("name", SWAPS)
def test_an_assignment_that_is_not_as_it_was_shown_is_left_alone(rehearse: Rehearse, name: str) -> None:
    rehearsal = rehearse(SCENARIO)
    problem = refused(rehearsal, lambda: swap(rehearsal, **SWAPS[name]))
    assert problem.kind is Kind.CONFLICT
    assert "is not as it was when the impact was shown. Nothing was sent." in problem.message


def test_an_assignment_that_is_gone_meanwhile_is_not_removed_again(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        swap(rehearsal)
        with pytest.raises(Problem, match="somebody has removed it"):
            revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert deletes(rehearsal) == 0


def test_another_account_than_the_one_that_looked_is_refused(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    shown = look(rehearsal)
    rehearsal.user = "victor"
    with rehearsal.services() as services:
        services.sign_in.sign_out()
    with opened(rehearsal) as run, pytest.raises(Problem, match="Who is signed in") as caught:
        revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert caught.value.kind is Kind.CONFLICT
    assert deletes(rehearsal) == 0


def lock(rehearsal: Rehearsal, scope: str, level: str = "CanNotDelete") -> None:
    """Place a lock, as another administrator would."""
    rehearsal.change(estate={"locks": [{"name": "seat-belt", "level": level, "scope": scope}]})


@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
@pytest.mark.parametrize("scope", [VAULT, "rg-experience"])
def test_a_lock_in_the_way_is_named_with_its_place_and_who_can_lift_it(
    rehearse: Rehearse, scope: str, level: str
) -> None:
    rehearsal = rehearse(SCENARIO)
    lock(rehearsal, scope, level)
    problem = refused(rehearsal)
    place = f"the vault {VAULT}" if scope == VAULT else "the resource group rg-experience"
    assert f"The lock seat-belt ({level}) on {place} keeps the role from being removed." in problem.message
    assert "An owner of the subscription, or a User Access Administrator, can lift it" in problem.message
    assert rehearsal.cloud.world.estate.locks, "it is never lifted from here"


def test_a_lock_that_is_placed_meanwhile_is_told_and_the_role_is_still_there(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        lock(rehearsal, VAULT)
        revoked = revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert (revoked.outcome, deletes(rehearsal), holds(rehearsal)) == ("still there", 1, True)
    assert "lock" in revoked.sentence
    assert "an owner of the subscription" in revoked.sentence


def test_an_inherited_assignment_that_stays_is_told_and_can_go_next(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    rehearsal.change(estate={"roles": [{"principal": APP, "role": ENCRYPTION_USER, "scope": "rg-experience"}]})
    first = look(rehearsal).impact
    assert [(each.how, each.adobe) for each in first.others] == [("inherited", True)]
    revoked = act(rehearsal)
    assert revoked.outcome == "removed"
    assert revoked.others is not None
    (left,) = revoked.others
    assert (left.how, left.adobe) == ("inherited", True)
    assert left.sentence == f"Adobe's app: {ENCRYPTION_USER} on the resource group rg-experience"
    second = look(rehearsal).impact
    assert second.ready
    assert any("The role lies on the resource group rg-experience" in each.sentence for each in second.consequences)


def test_a_role_on_the_single_key_is_seen_although_no_check_sees_it(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    vault = rehearsal.vault(VAULT)
    found = role_of_adobe(rehearsal)
    scope = f"{found.scope}/keys/experience-cmk"
    changes = {"name": "5d6c8f0e-3f0c-4c53-9d3b-6f1d8a2f4b7c", "scope": scope}
    rehearsal.cloud.world.estate.add_assignment(RoleAssignment(**{**msgspec.structs.asdict(found), **changes}))
    (other,) = look(rehearsal).impact.others
    assert (other.scope, other.adobe) == (scope, True)
    assert vault.name == VAULT


@pytest.mark.parametrize("room", ["journeys/setup", "journeys/fixes", "command_line"])
def test_neither_set_up_nor_fixes_nor_commands_lead_here(room: str) -> None:
    root = Path(cmkwizard.__file__).parent
    files = [*(root / room).rglob("*.py"), *(root / "journeys").glob("*_command.py"), root / "journeys" / "runner.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.startswith("cmkwizard.journeys.revocation") for name in names), file
