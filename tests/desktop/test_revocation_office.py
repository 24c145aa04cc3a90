"""Two people, and a Managed HSM: the same pages, with what the organisation asks for and where the role lies."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import AzureChoice, KeyChoice, VaultChoice
from cmkwizard.journeys.setup_command import run
from cmkwizard.records.pack_files import load_pack_file
from tests.desktop.rehearsal import GROUP, SUBSCRIPTION, Rehearsal, rehearsal
from tests.desktop.revocation_support import (
    ACT,
    VAULT,
    Visitor,
    choose_file,
    chosen,
    completed,
    deletions,
    elsewhere,
    in_front_again,
    roles_on,
)
from tests.desktop.test_hand_off import faults_now
from tests.journeys.revocation_support import HSM_TEXT
from tests.journeys.setup_support import Rehearsal as Office

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
TWO = "[revocation]\ntwo_persons = true\n"
OWNER = {"principal": "victor", "role": "Owner", "scope": "rg-experience"}
HSM = "hsm-contoso"


def confirming(at: Rehearsal, pack: Path, vault: str = VAULT) -> Visitor:
    """Somebody who has come as far as the confirmation, with everything typed."""
    visitor = Visitor(at)
    visitor.begin()
    visitor.sign_in()
    visitor.see_impact()
    visitor.confirm(pack, vault=vault)
    return visitor


def asked(at: Rehearsal, folder: Path, rules: str) -> Path:
    """The first person makes the request file."""
    visitor = confirming(at, folder / "first-way-back.json")
    assert not visitor.hand.can_press(ACT), rules
    request = folder / "request.json"
    choose_file(visitor, "Make a request…", request)
    visitor.reads("The request is written to")
    visitor.reads("It can be acted on until")
    at.wait(lambda: faults_now(visitor.shell) == [])
    return request


def test_the_second_person_acts_on_the_request_from_another_computer(qtbot: QtBot, tmp_path: Path) -> None:
    with completed(qtbot, tmp_path, policy=TWO) as at:
        Office(at.cloud, Path()).change(estate={"roles": [OWNER]})
        request = asked(at, tmp_path, TWO)
        before = roles_on(at, VAULT)
        with elsewhere(at, tmp_path / "other", "victor@contoso.example", TWO) as other:
            chosen(other)
            pack = tmp_path / "way-back.json"
            visitor = confirming(other, pack)
            assert not visitor.hand.can_press(ACT)
            visitor.reads("requires a second person")
            choose_file(visitor, "Open a request…", request)
            visitor.reads("Open: the request of alice@contoso.example")
            visitor.reads("It can be acted on until")
            other.wait(lambda: faults_now(visitor.shell) == [])
            assert deletions(at) == []
            visitor.take_away()
            visitor.reads("The role is gone")
            assert load_pack_file(pack).by.startswith("victor@contoso.example")
            assert len(deletions(at)) == 1
            visitor.hand.press("Give Adobe's access back")
            visitor.reads("Adobe's app holds its role again, as it was.")
        assert roles_on(at, VAULT) == before, "one person was enough for that"


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(minutes=30), "cooling-off time lasts until"),
        (timedelta(hours=25, minutes=30), "The request has expired at"),
    ],
)
def test_a_request_is_refused_before_its_time_and_after_it(
    qtbot: QtBot, tmp_path: Path, later: timedelta, words: str
) -> None:
    rules = "[revocation]\ncooling_off_minutes = 60\n"
    with completed(qtbot, tmp_path, policy=rules) as at:
        request = asked(at, tmp_path, rules)
        at.services.clock = lambda: datetime.now(UTC) + later
        visitor = confirming(at, tmp_path / "way-back.json")
        choose_file(visitor, "Open a request…", request)
        visitor.reads(words)
        assert not visitor.hand.can_press(ACT)
        assert deletions(at) == []
        at.services.clock = lambda: datetime.now(UTC) + timedelta(minutes=62)
        visitor = confirming(at, tmp_path / "way-back.json")
        choose_file(visitor, "Open a request…", request)
        at.wait(lambda: visitor.hand.can_press(ACT))


def test_a_request_that_was_edited_is_not_opened(qtbot: QtBot, tmp_path: Path) -> None:
    with completed(qtbot, tmp_path, policy=TWO) as at:
        request = asked(at, tmp_path, TWO)
        text = request.read_text(encoding="utf-8")
        assert "The contract has ended." in text
        request.write_text(text.replace("The contract has ended.", "The contract was ended."), encoding="utf-8")
        visitor = confirming(at, tmp_path / "way-back.json")
        choose_file(visitor, "Open a request…", request)
        visitor.reads("This request has been changed since it was written. Nothing was removed.")
        assert not visitor.hand.can_press(ACT)


def test_what_the_organisation_asks_for_is_said_before_anything_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    rules = f"{TWO}cooling_off_minutes = 60\narming_delay_seconds = 15\n"
    with completed(qtbot, tmp_path, policy=rules) as at:
        visitor = Visitor(at)
        visitor.begin()
        for said in ("a second person with another account", "60 minutes between", "in sight for 15 seconds"):
            visitor.reads(said)
        visitor.reads("To give access back, one person is enough, at once.")
        visitor.hand.press("I came here by mistake")
        at.wait(lambda: "Your organisation requires" not in visitor.words)
        at.wait(lambda: faults_now(visitor.shell) == [])


def test_in_a_managed_hsm_its_own_role_is_taken_away_and_given_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path / "records", "managed-hsm") as at:
        out = io.StringIO()
        run(at.services, HSM_TEXT, plan_only=False, yes=True, out=out, opener=at.person.open)
        assert "COMPLETED" in out.getvalue()
        at.restore()
        at.sign_in()
        at.connect()
        setup = at.setup
        azure = AzureChoice(setup.choices.azure.tenant, SUBSCRIPTION, GROUP, "westeurope")
        adobe = msgspec.structs.replace(setup.choices.adobe, configuration="experience-platform")
        vault = VaultChoice(HSM, create=False, kind="managed-hsm")
        setup.choose(azure=azure, vault=vault, key=KeyChoice("experience-cmk", type="RSA-HSM"), adobe=adobe)
        at.wait(lambda: (draft := at.draft()) is not None and draft.vault.name == HSM)
        before = local_roles(at)
        visitor = Visitor(at)
        visitor.begin()
        visitor.sign_in()
        visitor.see_impact()
        visitor.reads("Managed HSM Crypto Service Encryption User")
        visitor.reads("Local RBAC")
        visitor.reads("az keyvault role assignment delete --hsm-name hsm-contoso")
        at.wait(lambda: faults_now(visitor.shell) == [])
        visitor.confirm(tmp_path / "way-back.json", vault=HSM)
        in_front_again(visitor)
        visitor.take_away()
        visitor.reads("The role is gone")
        at.wait(lambda: faults_now(visitor.shell) == [])
        assert len(deletions(at)) == 1
        assert len(local_roles(at)) == len(before) - 1
        visitor.hand.press("Give Adobe's access back")
        visitor.reads("Adobe's app holds its role again, as it was.")
        assert local_roles(at) == before


def local_roles(at: Rehearsal) -> list[tuple[str, str, str]]:
    """Scope, role and holder of every role in the Managed HSM, as the practice cloud keeps them."""
    kept = at.cloud.world.estate.hsms[HSM].assignments.values()
    return sorted((each.scope, each.role, each.principal_id) for each in kept)
