"""The page "Check": what it shows, filters and copies, and that what can be fixed is fixed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.core.requirements.finding import Group
from cmkwizard.core.status import Status
from cmkwizard.desktop.finding_rows import FindingRow, RowState
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.heartbeat import Heartbeat
from cmkwizard.desktop.models.check import CheckModel
from cmkwizard.desktop.models.status import StatusModel
from cmkwizard.desktop.page_model import Busy
from cmkwizard.desktop.pages.check import CheckPage
from cmkwizard.desktop.widgets.finding_item import FindingItem
from cmkwizard.practice.faults import Fault
from tests.desktop.accessible import unnamed
from tests.desktop.rehearsal import SUBSCRIPTION, Rehearsal, rehearsal
from tests.desktop.test_models_running import consent, create, ready, review, submit
from tests.desktop.test_pages_set_up import faults_of, open_shell

pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|grabbing the keyboard)", extend=True)
EXISTING = "kv-contoso-experience"
WORKSPACE = "Microsoft.OperationalInsights/workspaces/log-contoso"
READ_S = 1.5
"""How long a check takes at least when one service is slow: who waited for it would stall so long."""


def checked(at: Rehearsal, *, existing: bool = False) -> CheckModel:
    """Everything chosen and read."""
    at.restore()
    at.sign_in()
    at.connect()
    if existing:
        at.choose(vault=EXISTING, create=False)
    else:
        at.choose()
    return look(at)


def look(at: Rehearsal) -> CheckModel:
    """Read everything for what is chosen."""
    model = at.keep(CheckModel(at.setup))
    model.begin()
    at.wait(lambda: model.busy is None)
    assert model.error is None, model.error.message
    return model


def row_of(model: CheckModel, id_: str) -> FindingRow:
    return next(row for row in model.rows if row.finding.id == id_)


def shown(at: Rehearsal, model: CheckModel) -> CheckPage:
    """The page in a window, with all its findings laid out."""
    page = at.keep(CheckPage(model))
    holder = at.keep(QScrollArea())
    holder.setWidgetResizable(True)
    holder.setWidget(page)
    holder.setFrameShape(QFrame.Shape.NoFrame)
    holder.resize(800, 700)
    at.qtbot.addWidget(holder)
    with at.qtbot.waitExposed(holder):
        holder.show()
    laid_out(at, page)
    return page


def laid_out(at: Rehearsal, page: CheckPage) -> None:
    at.wait(lambda: len(list(Hand(page).visible(FindingItem))) == len(page.model.visible))


def button_of(page: CheckPage, start: str) -> QAbstractButton:
    """The visible button whose name begins so."""
    return next(each for each in Hand(page).visible(QAbstractButton) if each.accessibleName().startswith(start))


@pytest.fixture
def weak(qtbot: QtBot, tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal(qtbot, tmp_path, "weak-vault") as at:
        yield at


def test_one_way_is_typed_before_it_is_done_and_then_it_is_gone(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    hand = Hand(page)
    button_of(page, "Fix… V07").click()
    weak.wait(lambda: hand.shown(QAbstractButton, "Make this change") is not None)
    assert not model.valid
    weak.wait(lambda: "Purge protection cannot be turned off again" in said(page))
    assert "az keyvault update" in said(page)
    assert not hand.can_press("Make this change")
    page.fix.confirmation.field.editor.setText(EXISTING)
    assert weak.applied == {}
    hand.press("Make this change")
    weak.wait(lambda: model.busy is None and model.fixing is None)
    assert model.notice.startswith("Gone: Purge protection is off")
    assert row_of(model, "V07").state is RowState.MET
    assert weak.applied == {"vault.update": 1}
    assert weak.setup.vault is not None
    assert weak.setup.vault.purge_protection
    assert not model.valid  # the key's size still blocks, and cannot be put right
    assert model.heading == "1 finding blocks the set-up"


def test_what_was_shown_and_not_confirmed_changes_nothing(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    hand = Hand(page)
    button_of(page, "Fix… V07").click()
    weak.wait(lambda: hand.can_press("Leave it as it is"))
    hand.press("Leave it as it is")
    assert model.fixing is None
    laid_out(weak, page)
    assert row_of(model, "V07").state is RowState.BLOCKS
    assert weak.applied == {}


def test_a_change_that_needs_an_answer_asks_for_it_first(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    hand = Hand(page)
    button_of(page, "Fix… V14").click()
    assert not hand.can_press("Show what will be changed")
    editor = hand.begin_writing("Where the audit events go")
    editor.setText("my workspace")
    assert model.fixing is not None
    assert model.fixing.answer_error
    place = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience"
    editor.setText(f"{place}/providers/Microsoft.OperationalInsights/workspaces/log-contoso")
    hand.press("Show what will be changed")
    weak.wait(lambda: hand.can_press("Make this change"))
    hand.press("Make this change")
    weak.wait(lambda: model.busy is None and model.fixing is None)
    assert model.notice.startswith("Gone: The audit events")
    assert set(weak.applied.values()) == {1}
    assert len(weak.applied) == 1


def test_the_place_of_the_audit_log_is_chosen_from_what_the_account_can_read(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    hand = Hand(page)
    button_of(page, "Fix… V14").click()
    weak.wait(lambda: model.fixing is not None and model.fixing.offered)
    assert not hand.can_press("Show what will be changed")
    hand.choose("Workspaces of this subscription", "log-contoso (resource group rg-experience)")
    assert hand.begin_writing("Where the audit events go").text().endswith("/workspaces/log-contoso")
    hand.press("Show what will be changed")
    weak.wait(lambda: hand.can_press("Make this change"))
    assert "to log-contoso" in said(page)
    hand.press("Make this change")
    weak.wait(lambda: model.busy is None and model.fixing is None)
    assert model.notice.startswith("Gone: The audit events")
    assert len(weak.applied) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "status", "code": 403}, "What can be chosen could not be listed: "),
        (None, "Your account sees no Log Analytics workspace in this subscription."),
    ],
)
def test_where_no_workspace_can_be_chosen_one_is_pasted(
    qtbot: QtBot, tmp_path: Path, fault: dict[str, object] | None, words: str
) -> None:
    with rehearsal(qtbot, tmp_path, "weak-vault") as at:
        model = checked(at, existing=True)
        page = shown(at, model)
        hand = Hand(page)
        if fault is None:
            at.cloud.world.estate.destinations.clear()
        else:
            at.cloud.world.faults.add(Fault.from_table({"service": "arm", "path": "/workspaces$", **fault}))
        button_of(page, "Fix… V14").click()
        at.wait(lambda: words in said(page))
        assert "aste" in said(page)
        editor = hand.begin_writing("Where the audit events go")
        editor.setText(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-experience/providers/{WORKSPACE}")
        assert hand.can_press("Show what will be changed")
        assert at.applied == {}


def test_a_disabled_key_is_enabled_and_leads_on(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "key-disabled") as at:
        model = checked(at, existing=True)
        model.begin_fix(row_of(model, "K04").key)
        at.wait(lambda: model.busy is None)
        assert model.fixing is not None
        assert [stage.title for stage in model.fixing.stages.rows][-1].startswith("Enable the key")
        model.apply_fix()
        at.wait(lambda: model.busy is None and model.fixing is None)
        assert model.notice.startswith("Gone: The key experience-cmk is disabled")
        assert model.valid


READER = """
summary = "The person may only read, and the vault lacks purge protection"
[estate]
roles = [{ principal = "alice", role = "Reader", scope = "production" }]
[estate.vaults.kv-contoso-experience]
group = "rg-experience"
location = "westeurope"
purge_protection = false
[estate.vaults.kv-contoso-experience.keys.experience-cmk]
type = "RSA"
size = 3072
operations = ["wrapKey", "unwrapKey"]
"""


def test_somebody_who_only_reads_sees_everything_and_what_stands_in_the_way_of_a_fix(
    qtbot: QtBot, tmp_path: Path
) -> None:
    scenario = tmp_path / "reader.toml"
    scenario.write_text(READER)
    with rehearsal(qtbot, tmp_path / "records", str(scenario)) as at:
        model = checked(at, existing=True)
        assert row_of(model, "V07").state is RowState.BLOCKS
        assert row_of(model, "K03").state is RowState.MET
        page = shown(at, model)
        hand = Hand(page)
        button_of(page, "Fix… V07").click()
        at.wait(lambda: model.busy is None)
        assert "This cannot be changed yet" in said(page)
        at.wait(lambda: "Your account may not change the vault" in said(page))
        assert hand.shown(QAbstractButton, "Make this change") is None
        assert hand.can_press("Leave it as it is")
        assert at.applied == {}


def test_the_filter_and_the_words_say_what_they_leave(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    hand = Hand(page)
    counts = {key: int(text.partition("(")[2].rstrip(")")) for key, text in model.filters}
    assert counts["all"] == len(model.rows) == counts["attention"] + counts["unknown"] + counts["met"]
    for option in ("All", "Not known", "Met or not needed", "What needs attention"):
        hand.choose("Show", option)
        laid_out(weak, page)
        assert len(model.visible) == int(hand.chosen("Show").partition("(")[2].rstrip(")"))
    hand.begin_writing("Filter").setText("purge VAULT")
    laid_out(weak, page)
    assert {row.finding.id for row in model.rows if row.key in model.visible} == {"V07"}
    hand.begin_writing("Filter").setText("no such words")
    assert "No finding holds these words" in said(page)
    hand.begin_writing("Filter").clear()
    assert len(model.visible) == counts["attention"]


def test_counts_are_said_of_each_group_and_of_all(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    assert model.summary.startswith("2 block · ")
    assert model.report is not None
    assert model.checked_text.startswith(f"Checked {model.report.survey.at.astimezone():%H:%M}, ")
    headings = [section.title for section in model.sections]
    assert set(headings[:2]) == {Group.VAULT.value, Group.KEY.value}  # where something blocks comes first
    assert "1 blocks" in said(page)


def test_all_findings_and_each_request_are_copied_as_text(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    Hand(page).press("Copy all findings")
    text = QGuiApplication.clipboard().text()
    assert all(row.finding.id in text for row in model.rows)
    assert "[Blocks] V07 Purge protection is off" in text
    assert "(a vault administrator)" in text
    button_of(page, "Copy a request V07").click()
    text = QGuiApplication.clipboard().text()
    assert "You are asked as a vault administrator" in text
    assert EXISTING in text
    assert weak.services.given.secret not in text
    weak.wait(lambda: "Request copied. Send it to a vault administrator." in said(page))


def test_the_way_by_hand_is_shown_with_its_command(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    button_of(page, "How to fix V07").click()
    assert "--enable-purge-protection true" in said(page)
    button_of(page, "Copy the command for V07").click()
    assert "az keyvault update" in QGuiApplication.clipboard().text()
    button_of(page, "Copy the address for V07").click()
    assert QGuiApplication.clipboard().text().startswith("https://portal.azure.com/")
    button_of(page, "Why V07").click()
    assert "Source: " in said(page)
    assert unnamed(page) == []
    weak.wait(lambda: faults_of(page) == [])


def test_what_was_shown_stays_while_it_is_read_again(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    before = said(page)
    model.look()
    assert model.busy is not None
    assert said(page) == before
    weak.wait(lambda: model.busy is None)
    assert [row.finding.id for row in model.rows]


def test_a_check_can_be_stopped_and_what_was_shown_is_still_there(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    shown_before = model.rows
    weak.cloud.world.faults.add(Fault.from_table({"service": "arm", "fault": "slow", "interval_s": 30}))
    model.look()
    assert model.busy == Busy("Reading everything, changing nothing…")
    model.cancel()
    weak.wait(lambda: model.busy is None)
    assert model.rows == shown_before
    weak.cloud.world.faults.clear()
    model.look()
    weak.wait(lambda: model.busy is None)
    assert model.error is None


def test_a_fix_that_is_stopped_says_what_is_done_and_is_looked_at_again(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "firewalled", speed=1) as at:
        model = checked(at, existing=True)
        model.begin_fix(row_of(model, "W02").key)
        at.wait(lambda: model.busy is None)
        at.cloud.world.faults.add(
            Fault.from_table({"service": "arm", "method": "PATCH", "fault": "slow", "interval_s": 0.004})
        )
        model.apply_fix()
        at.wait(lambda: at.applied)
        assert model.done_text == "Nothing has been done so far."
        model.cancel()
        assert model.busy == Busy("Stopping after the request that is on its way…", cancellable=False)
        at.wait(lambda: model.busy is None)
        assert model.notice.startswith("Stopped.")
        assert model.fixing is None
        at.cloud.world.faults.clear()
        model.look()
        at.wait(lambda: model.busy is None)
        assert row_of(model, "W02").state is RowState.MET
        assert at.applied == {"vault.update": 1}


def test_home_leads_to_what_the_check_lacks(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        shell = open_shell(qtbot, at)
        hand = Hand(shell)
        at.wait(lambda: hand.can_press("Go on to the check"))
        assert "First comes “Sign in to Azure”" in said(shell)
        hand.press("Go on to the check")
        assert shell.page_id == "azure"


def test_home_leads_to_the_check(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose(vault=EXISTING, create=False)
        at.setup.at_page("status")
        at.wait(lambda: (draft := at.services.drafts.load("practice")) is not None and draft.page == "status")
        again = open_shell(qtbot, at)
        hand = Hand(again)
        at.wait(lambda: hand.can_press("Check"))
        hand.press("Check")
        at.wait(lambda: again.page_id == "check" and again.page.model.valid)
        assert "Nothing blocks the set-up" in said(again)
        assert at.applied == {}


def test_other_choices_are_checked_anew(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    requests = weak.services.guard.requests
    model.begin()
    assert weak.services.guard.requests == requests  # what is known is not read again
    weak.choose()
    assert model.report is None
    model.begin()
    weak.wait(lambda: model.busy is None)
    assert row_of(model, "V07").state is RowState.NOT_NEEDED


def test_all_that_is_well_is_said_in_a_few_words(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = checked(at)
        assert model.heading == "Nothing blocks the set-up"
        assert model.valid
        assert not any(row.fixable for row in model.rows if row.finding.id in ("K01", "P01", "P05"))


def test_what_could_not_be_read_is_never_said_to_be_well(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose()
        at.cloud.world.faults.add(
            Fault.from_table({"service": "arm", "path": "Microsoft.KeyVault/vaults", "fault": "status", "code": 403})
        )
        model = look(at)
        assert model.heading == "Nothing that could be read blocks the set-up"
        assert row_of(model, "V07").state is RowState.NOT_KNOWN
        model.choose_filter("unknown")
        assert row_of(model, "V07").key in model.visible


def test_a_finished_set_up_can_be_checked(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "completed") as at:
        model = checked(at, existing=True)
        assert model.valid
        assert row_of(model, "P05").state is RowState.MET
        assert at.applied == {}


def test_after_a_failed_submission_the_check_begins_where_adobe_does(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "job-fails") as at:
        ready(at)
        review(at)
        create(at)
        consent(at)
        submit(at)
        status = at.keep(StatusModel(at.setup))
        status.begin()
        at.wait(lambda: status.status is Status.FAILED)
        assert status.can_run_check
        asked: list[str] = []
        status.page_chosen.connect(asked.append)
        status.run_check()
        assert asked == ["check"]
        model = look(at)
        order = [section.title for section in model.sections][:4]
        assert order == [Group.KEY.value, Group.VAULT.value, Group.FIREWALL.value, Group.APP.value]


def test_the_window_never_waits_while_everything_is_read_and_shown(weak: Rehearsal) -> None:
    model = checked(weak, existing=True)
    page = shown(weak, model)
    heartbeat = weak.keep(Heartbeat(page))
    weak.cloud.world.faults.add(Fault.from_table({"service": "graph", "fault": "slow", "interval_s": 0.02, "times": 1}))
    heartbeat.start()
    began = time.monotonic()
    model.look()
    weak.wait(lambda: model.busy is None)
    took_s = time.monotonic() - began
    assert took_s > READ_S
    model.choose_filter("all")
    laid_out(weak, page)
    assert len(list(Hand(page).visible(FindingItem))) == len(model.rows) > 60
    assert heartbeat.longest_ms < took_s * 500


def said(shown: QWidget) -> str:
    """All that is shown, and said of it."""
    hand = Hand(shown)
    words = [label.text() for label in hand.visible(QLabel)]
    return "\n".join([*words, *(frame.accessibleName() for frame in hand.visible(QFrame))])
