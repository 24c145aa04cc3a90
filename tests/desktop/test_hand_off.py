"""The page "Share the work": three windows, three accounts, one plan file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.profile import profile_from
from cmkwizard.core.hand_off import PARTS
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.hand_off import HandOffModel
from cmkwizard.desktop.models.hand_off_words import parts_of
from cmkwizard.desktop.pages.hand_off import HandOffPage
from cmkwizard.desktop.shell import Shell
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.records.plan_files import load_plan_file
from cmkwizard.wiring import GivenCredential, build
from tests.desktop.conftest import PATIENCE_MS
from tests.desktop.rehearsal import Rehearsal
from tests.desktop.test_pages_set_up import faults_of, open_shell
from tests.journeys.hand_off_support import PEOPLE

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)


@pytest.fixture
def cloud() -> Iterator[PracticeCloud]:
    with PracticeCloud("happy", speed=3000.0) as running:
        yield running


@contextlib.contextmanager
def window_of(qtbot: QtBot, cloud: PracticeCloud, folder: Path, name: str) -> Iterator[Rehearsal]:
    """What the window of one of the three works with."""
    adobe = cloud.ready["adobe"]
    records = Records(folder / name)
    records.lock("test")
    given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
    person = PracticePerson(PEOPLE[name], True, cloud.ca_file)
    services = build(
        profile_from(cloud.ready["profile"]),
        records,
        given=given if name == "ada" else GivenCredential(),
        opener=person.open,
        session_reason="It is a rehearsal.",
    )
    started = Rehearsal(qtbot, cloud, services, person)
    try:
        yield started
    finally:
        assert started.tasks.shutdown(PATIENCE_MS / 1000)
        services.close()


def faults_now(shell: Shell) -> list[str]:
    """What is wrong with what is shown, once what has changed is laid out."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    return faults_of(shell.window())


def saved(qtbot: QtBot, cloud: PracticeCloud, folder: Path) -> Path:
    """A plan file that Ada's window has saved."""
    plan = folder / "plan.json"
    with window_of(qtbot, cloud, folder, "ada") as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose()
        model = HandOffModel(at.setup)
        model.enter()
        assert model.can_make
        model.make(plan)
        at.wait(lambda: model.busy is None)
        assert model.error is None, model.error
        assert "Hand it to an Entra administrator first." in model.notice
    return plan


def opened(at: Rehearsal, plan: Path) -> HandOffModel:
    model = HandOffModel(at.setup)
    model.enter()
    model.open_file(plan)
    at.wait(lambda: model.busy is None)
    return model


def carried_out(at: Rehearsal, model: HandOffModel) -> None:
    """Look, confirm what has to be confirmed, and carry out the next part."""
    model.edit_compared(True)
    assert model.next_text == "&Look at my part"
    model.proceed()
    at.wait(lambda: model.busy is None)
    assert model.error is None, model.error
    if model.submits:
        assert model.irreversible
        assert not model.valid
        model.edit_typed(True)
        model.edit_understood(True)
    assert model.valid
    model.proceed()
    at.wait(lambda: model.busy is None)
    assert model.error is None, model.error


def test_three_windows_carry_out_one_file(qtbot: QtBot, cloud: PracticeCloud, tmp_path: Path) -> None:
    plan = saved(qtbot, cloud, tmp_path)
    fingerprints = [load_plan_file(plan).fingerprint]
    for name, after in (("erin", "Hand it to a vault administrator"), ("val", "Hand it to"), ("ada", "All parts are")):
        with window_of(qtbot, cloud, tmp_path, name) as at:
            model = opened(at, plan)
            assert model.hand_off is not None
            assert model.hand_off.fingerprint == fingerprints[-1]
            carried_out(at, model)
            assert after in model.notice
            assert model.next_text == ""
            assert (model.obstacles, model.plan_words) == ((), "This part is carried out.")
            fingerprints.append(model.hand_off.fingerprint)
            assert [part.done for part in parts_of(model.hand_off)].count(True) == len(fingerprints) - 1
    applied = {name: count for name, count in cloud.world.applied.items() if count}
    assert set(applied.values()) == {1}, applied
    assert applied["configuration.create"] == 1


def test_nothing_is_looked_at_before_the_fingerprint_was_compared(
    qtbot: QtBot, cloud: PracticeCloud, tmp_path: Path
) -> None:
    plan = saved(qtbot, cloud, tmp_path)
    with window_of(qtbot, cloud, tmp_path, "erin") as at:
        model = opened(at, plan)
        assert (model.next_text, model.valid) == ("&Look at my part", False)
        model.edit_compared(True)
        assert model.valid


def test_out_of_turn_says_who_comes_first(qtbot: QtBot, cloud: PracticeCloud, tmp_path: Path) -> None:
    plan = saved(qtbot, cloud, tmp_path)
    with window_of(qtbot, cloud, tmp_path, "val") as at:
        model = opened(at, plan)
        model.choose_part(PARTS[1])
        model.edit_compared(True)
        model.look()
        at.wait(lambda: model.busy is None)
        assert model.error is not None
        assert model.error.who == "an Entra administrator"
        assert model.looked is None


def test_an_edited_file_is_not_taken(qtbot: QtBot, cloud: PracticeCloud, tmp_path: Path) -> None:
    plan = saved(qtbot, cloud, tmp_path)
    plan.write_bytes(plan.read_bytes().replace(b"kv-contoso-cmk", b"kv-somebody-el"))
    with window_of(qtbot, cloud, tmp_path, "erin") as at:
        model = opened(at, plan)
        assert model.error is not None
        assert "what was chosen (choices) does not fit the seal" in model.error.message
        assert model.hand_off is None


def test_home_leads_to_the_page_and_the_page_to_a_file(qtbot: QtBot, cloud: PracticeCloud, tmp_path: Path) -> None:
    plan = saved(qtbot, cloud, tmp_path)
    with window_of(qtbot, cloud, tmp_path, "erin") as at:
        shell = open_shell(qtbot, at)
        hand = Hand(shell)
        hand.press("Carry out a plan file…")
        assert shell.page_id == "hand-off"
        page = shell.page
        assert isinstance(page, HandOffPage)
        assert not hand.can_press("Save plan file…")
        at.wait(lambda: faults_now(shell) == [])
        texts = " ".join(label.text() for label in hand.visible(QLabel))
        assert (
            "Key Vault Data Access Administrator (8b54135c-b56d-4d72-a534-26097cfdc8d8) on the resource group" in texts
        )
        hand.press("Open a plan file…")
        (question,) = page.findChildren(QFileDialog)
        question.fileSelected.emit(str(plan))
        question.reject()
        at.wait(lambda: page.model.busy is None and page.model.hand_off is not None)
        assert load_plan_file(plan).fingerprint in {label.text() for label in hand.visible(QLabel)}
        at.wait(lambda: faults_now(shell) == [])
        hand.press("I have compared the fingerprint")
        hand.press("Look at my part")
        at.wait(lambda: page.model.busy is None and page.model.looked is not None)
        at.wait(lambda: faults_now(shell) == [])
        hand.press("Make these changes")
        at.wait(lambda: page.model.over)
        assert "Hand it to a vault administrator" in " ".join(label.text() for label in hand.visible(QLabel))
        at.wait(lambda: faults_now(shell) == [])
        hand.press("Back")
        assert shell.page_id == "home"
    assert cloud.world.applied["consent.grant"] == 1
