"""The second vault in the window: asked for at the start, looked at, made, and told Adobe by a ticket."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cmkwizard.core.analytics import APPLICATION_ID
from cmkwizard.core.choices import ANALYTICS, JOURNEY_OPTIMIZER, AnalyticsChoice
from cmkwizard.desktop.hand import Hand
from cmkwizard.desktop.models.analytics import AnalyticsModel
from cmkwizard.desktop.models.before import BeforeModel
from cmkwizard.desktop.models.check import CheckModel
from cmkwizard.desktop.models.submit import SubmitModel
from cmkwizard.desktop.pages.analytics import AnalyticsPage
from cmkwizard.desktop.pages.before import BeforePage
from cmkwizard.desktop.pages.catalogue import SetupPages
from cmkwizard.desktop.pages.check import CheckPage
from cmkwizard.desktop.pages.review import ReviewPage
from cmkwizard.journeys.pages import next_page, resume_page
from cmkwizard.wiring import DECLINING_PERSON_S
from tests.desktop.rehearsal import KEY, VAULT, Rehearsal, rehearsal
from tests.desktop.test_models_running import consent, create, ready, review
from tests.desktop.test_pages_set_up import open_shell, walk

pytestmark = pytest.mark.qt_log_ignore(
    r"This plugin does not support (raise\(\)|grabbing the keyboard|propagateSizeHints\(\))", extend=True
)
SECOND = f"{VAULT}-cja"


def granted(at: Rehearsal) -> AnalyticsModel:
    """The first vault is ready, Journey Optimizer is in use, and the page is shown."""
    ready(at)
    at.setup.choose(analytics=AnalyticsChoice((JOURNEY_OPTIMIZER,)))
    review(at)
    create(at)
    consent(at)
    assert resume_page(at.setup.progress()) == "analytics"
    at.services.opener = at.open
    model = at.keep(AnalyticsModel(at.setup))
    model.begin()
    return model


def proceed(at: Rehearsal, model: AnalyticsModel) -> None:
    assert model.proceed() is False
    at.wait(lambda: model.busy is None)


def test_the_applications_are_asked_for_and_kept_in_their_order(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        page = at.keep(BeforePage(BeforeModel(at.setup)))
        page.boxes[ANALYTICS].setChecked(True)
        page.boxes[JOURNEY_OPTIMIZER].setChecked(True)
        assert list(at.setup.choices.analytics.applications) == [JOURNEY_OPTIMIZER, ANALYTICS]
        page.boxes[ANALYTICS].setChecked(False)
        assert list(at.setup.choices.analytics.applications) == [JOURNEY_OPTIMIZER]
        at.wait(lambda: (draft := at.draft()) is not None and draft.analytics.applications == (JOURNEY_OPTIMIZER,))


def test_the_step_is_in_the_rail_only_where_an_application_needs_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        pages = at.keep(SetupPages(at.services, at.tasks, at.banner))
        pages.setup.load()
        at.wait(lambda: pages.setup.loaded)
        without = [step.id for step in pages.steps()]
        assert "analytics" not in without
        assert pages.page_after("consent") == "submit"
        pages.setup.choose(analytics=AnalyticsChoice((ANALYTICS,)))
        assert [step.id for step in pages.steps()] == [*without[:-2], "analytics", *without[-2:]]
        assert (pages.page_after("consent"), pages.page_before("submit")) == ("analytics", "analytics")


def test_it_looks_first_then_changes_and_ends_with_the_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        before = at.applied
        assert (model.choice.vault, model.choice.key, model.next_text) == (SECOND, KEY, "&Look at what is missing")
        proceed(at, model)
        assert at.applied == before
        assert model.plan is not None
        assert [action.title for action in model.plan.actions][:2] == [
            f"Create the vault {SECOND}",
            f"Create the key {KEY}",
        ]
        proceed(at, model)
        assert model.over, model.error
        for what in ("vault.create", "key.create", "role.create", "consent.grant"):
            assert at.applied[what] == 2
        assert "configuration.create" not in at.applied
        assert f"client_id={APPLICATION_ID}" in at.opened[-1]
        assert f"/keys/{KEY}/" in model.ticket
        assert SECOND in model.ticket
        page = at.keep(AnalyticsPage(model))
        page.copy_button.click()
        assert QGuiApplication.clipboard().text() == model.ticket
        assert next_page("analytics", at.setup.progress()) == "submit"
        assert resume_page(at.setup.progress()) == "submit"


def test_the_submission_goes_on_with_the_plan_of_before(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        proceed(at, model)
        proceed(at, model)
        assert model.over
        submit = at.keep(SubmitModel(at.setup))
        submit.begin()
        submit.edit_typed(True)
        submit.edit_understood(True)
        submit.proceed()
        at.wait(lambda: submit.busy is None)
        assert submit.error is None
        assert at.applied["configuration.create"] == 1


def test_what_is_there_already_only_needs_the_ticket(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        proceed(at, model)
        proceed(at, model)
        text, before = model.ticket, at.applied
        at.setup.ticket = ""  # as after a new start
        again = at.keep(AnalyticsModel(at.setup))
        again.begin()
        proceed(at, again)
        assert (again.over, again.ticket, at.applied) == (True, text, before)


def test_names_that_cannot_be_are_said_at_the_field(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        model.edit(vault=VAULT.upper())
        assert model.vault_error.startswith("This is the first vault.")
        assert not model.valid
        model.edit(vault="kv--x")
        assert "single hyphens" in model.vault_error
        model.edit(vault=SECOND, key="a b")
        assert "A key name has" in model.key_error
        model.edit(key=KEY, group="rg.")
        assert model.group_error
        model.edit(group="")
        assert model.valid


def test_other_names_make_it_look_anew_and_leave_the_first_plan_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        proceed(at, model)
        model.edit(key="other-key")
        assert (model.plan, model.next_text) == (None, "&Look at what is missing")
        assert at.setup.plan is not None
        at.setup.ticket_ready("x")
        at.setup.choose(vault=msgspec.structs.replace(at.setup.choices.vault, retention_days=30))
        assert [at.setup.ticket, at.setup.plan] == ["", None]


def test_an_app_that_nobody_accepts_is_waited_for_and_said(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        model = granted(at)
        at.services.opener, at.services.person_s = lambda _address: True, DECLINING_PERSON_S
        proceed(at, model)
        proceed(at, model)
        assert not model.over
        assert model.notice.startswith("Not finished: the app has not been accepted yet")
        assert at.applied["consent.grant"] == 1


def test_the_window_walks_it_with_everything_named(qtbot: QtBot, tmp_path: Path) -> None:
    seen: dict[str, list[str]] = {}
    preset = '[preset.analytics]\napplications = ["journey-optimizer"]\n'
    with rehearsal(qtbot, tmp_path, policy=preset) as at:
        lines = walk(qtbot, at, open_shell(qtbot, at), seen)
        assert at.applied["vault.create"] == 2
    assert (lines[-2]["result"], lines[-1]["exit"]) == ("COMPLETED", 0), lines
    assert {state: faults for state, faults in seen.items() if faults} == {}
    assert {"analytics", "analytics plan", "analytics running", "analytics done"} <= set(seen)


def test_a_second_vault_that_cannot_be_is_named_otherwise_on_the_review(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, policy=f'[names]\nvault = "{VAULT}(-cja2)?"\n') as at:
        ready(at)
        at.setup.choose(analytics=AnalyticsChoice((JOURNEY_OPTIMIZER,)))
        look = at.keep(CheckModel(at.setup))
        look.begin()
        at.wait(lambda: look.busy is None)
        assert look.heading == "1 finding blocks the set-up"
        assert look.summary.endswith("The second vault can also have another name, on the page “Review the plan”.")
        assert look.valid, "the way to where it can be named otherwise is open"
        model = review(at)
        page = at.keep(ReviewPage(model))
        qtbot.addWidget(page)
        page.show()
        assert (model.blocked, model.first_blocked, model.valid) == (True, False, False)
        assert "something blocks the second vault" in model.summary
        assert not page.check_row.isVisibleTo(page), "the page “Check” could not put it right"
        assert page.second.isVisibleTo(page)
        assert page.second.vault.editor.text() == SECOND
        page.second.vault.editor.setText("no--name")
        assert not page.look_button.isEnabled()
        page.second.vault.editor.setText(f"{SECOND}2")
        assert (model.plan, model.rows, model.valid) == (None, (), False)
        assert model.summary == "Look again to see the plan with these names."
        page.look_button.click()
        at.wait(lambda: model.busy is None)
        assert (model.blocked, model.valid, at.applied) == (False, True, {})
        assert model.plan is not None
        assert f"Create the vault {SECOND}2" in [action.title for action in model.plan.actions]
        assert at.setup.choices.analytics.vault == f"{SECOND}2"


WEAK_SECOND = """
[estate.vaults.kv-contoso-cmk-cja]
group = "rg-experience"
location = "westeurope"
purge_protection = false
"""


def test_the_check_looks_at_both_vaults_and_says_which_is_which(qtbot: QtBot, tmp_path: Path) -> None:
    scenario = tmp_path / "weak-second.toml"
    scenario.write_text(WEAK_SECOND)
    with rehearsal(qtbot, tmp_path / "records", str(scenario)) as at:
        ready(at)
        model = at.keep(CheckModel(at.setup))
        model.begin()
        at.wait(lambda: model.busy is None)
        assert not any(section.title.startswith("Second vault") for section in model.sections)
        at.setup.choose(analytics=AnalyticsChoice((JOURNEY_OPTIMIZER,)))
        page = at.keep(CheckPage(model))
        qtbot.addWidget(page)
        page.show()
        model.begin()  # as when one comes back to the page
        at.wait(lambda: model.busy is None)
        sections = {section.title: section.rows for section in model.sections}
        found = next(row for row in sections["Second vault: Vault"] if row.finding.id == "V07")
        assert found.finding.sentence == f"Purge protection is off for the vault {SECOND}. Adobe requires it."
        assert found.how_to is not None
        assert SECOND in found.how_to.commands
        first = next(row for row in sections["Vault"] if row.finding.id == "V07")
        assert SECOND not in first.finding.sentence
        at.wait(lambda: "Second vault: Vault" in [label.text() for label in Hand(page).visible(QLabel)])
        assert f"vault {VAULT}, key {KEY}; vault {SECOND}, key {KEY}" in model.text
        requests = at.services.guard.requests
        model.begin()
        assert at.services.guard.requests == requests  # what is known is not read again
        assert at.applied == {}


def test_what_the_second_vault_lacks_is_put_right_on_the_check(qtbot: QtBot, tmp_path: Path) -> None:
    scenario = tmp_path / "weak-second.toml"
    scenario.write_text(WEAK_SECOND)
    with rehearsal(qtbot, tmp_path / "records", str(scenario)) as at:
        ready(at)
        at.setup.choose(analytics=AnalyticsChoice((JOURNEY_OPTIMIZER,)))
        model = at.keep(CheckModel(at.setup))
        model.begin()
        at.wait(lambda: model.busy is None)
        rows = {row.finding.id: row for row in model.rows if row.second}
        assert {id_ for id_, row in rows.items() if row.fixable} == {"V07", "V14", "I10"}
        page = at.keep(CheckPage(model))
        qtbot.addWidget(page)
        page.show()
        model.begin_fix(rows["V07"].key)
        at.wait(lambda: model.busy is None)
        assert model.fixing is not None
        assert model.fixing.phrase == SECOND
        page.fix.confirmation.field.editor.setText(VAULT)
        assert not model.fixing.can_apply, "the name of the vault that is changed is typed"
        page.fix.confirmation.field.editor.setText(SECOND)
        model.apply_fix()
        at.wait(lambda: model.busy is None and model.fixing is None)
        assert model.error is None
        assert model.notice == f"Gone: Purge protection is off for the vault {SECOND}. Adobe requires it."
        assert at.applied == {"vault.update": 1}
        assert at.cloud.world.estate.vaults[SECOND].purge_protection
        assert not model.blocked


def test_without_a_second_vault_the_review_asks_for_no_names(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        ready(at)
        page = at.keep(ReviewPage(review(at)))
        qtbot.addWidget(page)
        assert not page.second.isVisibleTo(page)


def test_the_review_shows_both_vaults_and_stops_for_the_second_before_the_first_is_made(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with rehearsal(qtbot, tmp_path, policy=f'[names]\nvault = "{VAULT}"\n') as at:
        ready(at)
        at.setup.choose(analytics=AnalyticsChoice((JOURNEY_OPTIMIZER,)))
        model = review(at)
        assert model.plan is not None
        assert f"Create the vault {SECOND}" in [action.title for action in model.plan.actions]
        assert (model.valid, model.blocked, at.applied) == (False, True, {})
        row = next(row for row in model.rows if row.finding.id == "O05")
        assert f"The name of the vault is {SECOND}." in row.finding.sentence
        assert resume_page(at.setup.progress()) in ("check", "review")
